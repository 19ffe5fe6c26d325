"""Thinking longer, on sums: tries and a checker against size, and a model that learns from its own
checked answers."""

from course_lib.demos.thinking.improving import Improved, improve
from course_lib.demos.thinking.kept import RECORD, Bettered, Record, Tried, record
from course_lib.demos.thinking.models import (
    Model,
    equal_steps,
    equal_tries,
    flops_a_try,
    train,
)
from course_lib.demos.thinking.rules import LARGE, LENGTHS, SEEDS, SMALL, TRIES, better, risen
from course_lib.demos.thinking.sums import Sums, tasks
from course_lib.demos.thinking.trying import Tries, coverage, majority, tries

__all__ = [
    "LARGE",
    "LENGTHS",
    "RECORD",
    "SEEDS",
    "SMALL",
    "TRIES",
    "Bettered",
    "Improved",
    "Model",
    "Record",
    "Sums",
    "Tried",
    "Tries",
    "better",
    "coverage",
    "equal_steps",
    "equal_tries",
    "flops_a_try",
    "improve",
    "majority",
    "record",
    "risen",
    "tasks",
    "train",
    "tries",
]
