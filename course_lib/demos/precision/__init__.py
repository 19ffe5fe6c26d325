"""Lesson 08: rounding in tensors (here), and training in mixed precision (`mixed`)."""

from course_lib.demos.precision import mixed
from course_lib.demos.precision.rounding import (
    STATES,
    Errors,
    count_ones,
    product_errors,
    rounded,
    state_bytes,
    update,
)

__all__ = [
    "STATES",
    "Errors",
    "count_ones",
    "mixed",
    "product_errors",
    "rounded",
    "state_bytes",
    "update",
]
