"""Lesson 08: what fewer bits do to numbers, and to the sums that training makes of them."""

from course_lib.estimators.precision import blocks, quantisation, stored
from course_lib.estimators.precision.formats import FORMAT_BITS, FORMATS, Format, floating, get
from course_lib.estimators.precision.rounding import (
    OVERFLOW,
    RECIPES,
    Fate,
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
    "OVERFLOW",
    "RECIPES",
    "Fate",
    "Format",
    "States",
    "add_up",
    "blocks",
    "count",
    "fate",
    "floating",
    "get",
    "quantisation",
    "round_to",
    "spacing",
    "state_bytes",
    "stored",
    "worst_error",
]
