"""Lesson 05: how long an answer takes; `passes` is one pass through a model, `software` what
programs reach."""

from course_lib.estimators.inference.parts import Part, Pass
from course_lib.estimators.inference.passes import Machine
from course_lib.estimators.inference.requests import (
    BANDWIDTH_REACHED,
    LAYER_SECONDS,
    PEAK_REACHED,
    Estimate,
    ends,
    estimate,
    ungrouped,
)
from course_lib.estimators.inference.software import SOFTWARE, Software
from course_lib.estimators.inference.speculation import Speculation, speculative

__all__ = [
    "BANDWIDTH_REACHED",
    "LAYER_SECONDS",
    "PEAK_REACHED",
    "SOFTWARE",
    "Estimate",
    "Machine",
    "Part",
    "Pass",
    "Software",
    "Speculation",
    "ends",
    "estimate",
    "speculative",
    "ungrouped",
]
