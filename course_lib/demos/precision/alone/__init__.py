"""Weights kept in bf16 alone: what becomes of small updates over a longer training, a record, and
runs to hold beside it."""

from course_lib.demos.precision.alone.kept import RECORD, Record, record
from course_lib.demos.precision.alone.rules import HARM, MARKS, RATES, SEEDS, WAYS
from course_lib.demos.precision.alone.runs import Run, live, run

__all__ = [
    "HARM",
    "MARKS",
    "RATES",
    "RECORD",
    "SEEDS",
    "WAYS",
    "Record",
    "Run",
    "live",
    "record",
    "run",
]
