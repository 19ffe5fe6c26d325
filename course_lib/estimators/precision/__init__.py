"""Lesson 07: what fewer bits do to numbers, and to the sums that training makes of them."""

from course_lib.estimators.precision.formats import (
    FORMATS,
    FORMAT_BITS,
    Format,
    get,
)
from course_lib.estimators.precision.rounding import (
    Fate,
    OVERFLOW,
    RECIPES,
    States,
    add_up,
    count,
    fate,
    round_to,
    spacing,
    state_bytes,
    worst_error,
)

__all__ = [
    "FORMATS",
    "FORMAT_BITS",
    "Fate",
    "Format",
    "OVERFLOW",
    "RECIPES",
    "States",
    "add_up",
    "count",
    "fate",
    "get",
    "round_to",
    "spacing",
    "state_bytes",
    "worst_error",
]
