"""Lesson 09: one training step shared by real processes, and by stand-in devices."""

from course_lib.demos.parallelism.case import (
    Case,
)
from course_lib.demos.parallelism.compared import (
    Compared,
    SHARED,
    alone,
    bubbles,
    compare,
    rank_times,
    times,
)
from course_lib.demos.parallelism.launch import (
    RankFailure,
    Ranks,
    run,
)
from course_lib.demos.parallelism.standins import (
    StandInStep,
)

__all__ = [
    "Case",
    "Compared",
    "RankFailure",
    "Ranks",
    "SHARED",
    "StandInStep",
    "alone",
    "bubbles",
    "compare",
    "rank_times",
    "run",
    "times",
]
