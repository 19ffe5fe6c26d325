"""Lesson 09: what training really holds (here), the price of holding less (`time_price`), and
LoRA."""

from course_lib.demos.memory import lora, time_price
from course_lib.demos.memory.held_bytes import (
    ATTENTION,
    OPTIMIZERS,
    RECOMPUTE,
    Held,
    difference,
    gradients,
    held,
    pieces,
    pretend,
    recomputed,
)

__all__ = [
    "ATTENTION",
    "OPTIMIZERS",
    "RECOMPUTE",
    "Held",
    "difference",
    "gradients",
    "held",
    "lora",
    "pieces",
    "pretend",
    "recomputed",
    "time_price",
]
