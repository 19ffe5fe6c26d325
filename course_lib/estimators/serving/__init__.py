"""Lesson 05: a server under load (`queue`), and how many cards a service needs (`plan`)."""

from course_lib.estimators.serving import plan
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
    "mean_wait",
    "plan",
    "simulate",
    "single_server",
    "wait_percentile",
]
