"""Lesson 04: products (`products`), fused attention (`fused`), copies and other work timed
(`kernels`) on whatever device there is (`devices`), and where a training step's time goes
(`step_split`)."""

from course_lib.demos.hardware import step_split
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
    "copy",
    "decoding_step",
    "formats",
    "kind",
    "lengths",
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
