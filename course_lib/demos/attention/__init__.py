"""Lesson 03: attention five ways (`ways`), counted and timed here (`measured`), its growth fitted
(`growth`), how far windows see (`reach`), and what was measured on a card (`card`)."""

from course_lib.demos.attention import card
from course_lib.demos.attention.growth import Exponent, exponent
from course_lib.demos.attention.measured import (
    count_flops,
    peak,
    time_lengths,
    time_within,
    time_work,
)
from course_lib.demos.attention.reach import influence
from course_lib.demos.attention.storages import peak_bytes
from course_lib.demos.attention.ways import (
    block_sparse,
    feature,
    fused,
    hidden,
    inputs,
    linear,
    naive,
    shape,
    windowed,
)

__all__ = [
    "Exponent",
    "block_sparse",
    "card",
    "count_flops",
    "exponent",
    "feature",
    "fused",
    "hidden",
    "influence",
    "inputs",
    "linear",
    "naive",
    "peak",
    "peak_bytes",
    "shape",
    "time_lengths",
    "time_within",
    "time_work",
    "windowed",
]
