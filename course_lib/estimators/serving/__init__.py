"""Lesson 05: a server under load (`queue`; `closed` under a fixed number of users), and how many
cards a service needs (`plan`)."""

from course_lib.estimators.serving import closed, plan
from course_lib.estimators.serving.queue import (
    SPREADS,
    Served,
    mean_wait,
    simulate,
    single_server,
    wait_percentile,
)

__all__ = [
    "SPREADS",
    "Served",
    "closed",
    "mean_wait",
    "plan",
    "simulate",
    "single_server",
    "wait_percentile",
]
