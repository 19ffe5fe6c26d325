"""Lesson 04: what a machine allows, by arithmetic and bandwidth, and what is reached of it."""

from course_lib.estimators.hardware.roofline import (
    HALF,
    Work,
    attainable,
    bandwidth,
    bound,
    elementwise,
    level_seconds,
    peak,
    product,
    reached_bandwidth,
    ridge,
    seconds,
)
from course_lib.estimators.hardware.utilisation import efficiency, mfu, training_seconds

__all__ = [
    "HALF",
    "Work",
    "attainable",
    "bandwidth",
    "bound",
    "efficiency",
    "elementwise",
    "level_seconds",
    "mfu",
    "peak",
    "product",
    "reached_bandwidth",
    "ridge",
    "seconds",
    "training_seconds",
]
