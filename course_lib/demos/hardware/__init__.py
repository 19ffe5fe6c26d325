"""Lesson 04: products and copies timed (here), and where a training step's time goes
(`step_split`)."""

from course_lib.demos.hardware import step_split
from course_lib.demos.hardware.kernels import (
    BATCHES,
    COPY_BYTES,
    FORMATS,
    REPEATS,
    SIDES,
    attention,
    batch,
    copy,
    decoding_step,
    formats,
    measurement,
    product,
    relu,
    sweep,
    weight_bandwidths,
)

__all__ = [
    "BATCHES",
    "COPY_BYTES",
    "FORMATS",
    "REPEATS",
    "SIDES",
    "attention",
    "batch",
    "copy",
    "decoding_step",
    "formats",
    "measurement",
    "product",
    "relu",
    "step_split",
    "sweep",
    "weight_bandwidths",
]
