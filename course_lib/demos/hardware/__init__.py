"""Lesson 04: products (`products`), fused attention (`fused`), copies and other work timed
(`kernels`) on whatever device there is (`devices`); works that are compared, timed in turn
(`in_turn`); where a training step's time goes (`step_split`), and the loaders that feed it
(`loaders`); what a card did, from a dated record (`card`)."""

from course_lib.demos.hardware import card, in_turn, loaders, step_split
from course_lib.demos.hardware.devices import (
    NotHere,
    architecture,
    formats,
    kind,
    memory_bytes,
    need,
    product_formats,
    software,
    warm_up,
)
from course_lib.demos.hardware.fused import attention, lengths
from course_lib.demos.hardware.kernels import (
    BATCHES,
    COPY_BYTES,
    FORMATS,
    REPEATS,
    SIDES,
    batch,
    copy,
    decoding_step,
    measurement,
    relu,
    sweep,
    weight_bandwidths,
)
from course_lib.demos.hardware.products import product

__all__ = [
    "BATCHES",
    "COPY_BYTES",
    "FORMATS",
    "REPEATS",
    "SIDES",
    "NotHere",
    "architecture",
    "attention",
    "batch",
    "card",
    "copy",
    "decoding_step",
    "formats",
    "in_turn",
    "kind",
    "lengths",
    "loaders",
    "measurement",
    "memory_bytes",
    "need",
    "product",
    "product_formats",
    "relu",
    "software",
    "step_split",
    "sweep",
    "warm_up",
    "weight_bandwidths",
]
