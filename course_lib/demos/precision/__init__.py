"""Lesson 08: rounding in tensors (here), training in mixed precision (`mixed`) and with short
weights (`alone`), weights in blocks (`blocks`), sums of few bits (`short_sums`)."""

from course_lib.demos.precision import alone, blocks, mixed, short_sums
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
    "alone",
    "blocks",
    "count_ones",
    "mixed",
    "product_errors",
    "rounded",
    "short_sums",
    "state_bytes",
    "update",
]
