"""Lesson 10: one training step shared by real processes, and by stand-in devices."""

from course_lib.demos.parallelism.case import Case
from course_lib.demos.parallelism.comparison import (
    SHARED,
    Compared,
    alone,
    beside_one,
    bubble_timings,
    bubbles,
    compared,
    rank_times,
    steps_timing,
    times,
    timings,
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
    "beside_one",
    "bubble_timings",
    "bubbles",
    "compared",
    "rank_times",
    "run",
    "steps_timing",
    "times",
    "timings",
]
