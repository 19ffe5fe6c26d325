"""Lesson 10: one training step shared by real processes, and by stand-in devices."""

from course_lib.demos.parallelism.case import Case
from course_lib.demos.parallelism.comparison import (
    SHARED,
    Compared,
    alone,
    bubbles,
    compare,
    compared,
    rank_times,
    times,
)
from course_lib.demos.parallelism.launch import RankFailure, Ranks, run
from course_lib.demos.parallelism.standins import StandInStep

__all__ = [
    "SHARED",
    "Case",
    "Compared",
    "RankFailure",
    "Ranks",
    "StandInStep",
    "alone",
    "bubbles",
    "compare",
    "compared",
    "rank_times",
    "run",
    "times",
]
