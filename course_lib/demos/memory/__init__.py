"""Lesson 08: what training really holds (here), the price of holding less (`price_list`), and
LoRA."""

from course_lib.demos.memory import lora, price_list
from course_lib.demos.memory.saved import (
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
    "price_list",
    "recomputed",
]
