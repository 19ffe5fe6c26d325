"""Lesson 05: how long an answer takes; `passes` is one pass through a model."""

from course_lib.estimators.inference.passes import (
    BANDWIDTH_REACHED,
    LAYER_SECONDS,
    PEAK_REACHED,
    Machine,
    Pass,
)
from course_lib.estimators.inference.requests import (
    HIGH,
    LOW,
    Estimate,
    Speculation,
    estimate,
    speculative,
    ungrouped,
)

__all__ = [
    "BANDWIDTH_REACHED",
    "HIGH",
    "LAYER_SECONDS",
    "LOW",
    "PEAK_REACHED",
    "Estimate",
    "Machine",
    "Pass",
    "Speculation",
    "estimate",
    "speculative",
    "ungrouped",
]
