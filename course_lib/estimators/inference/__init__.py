"""Lesson 05: how long an answer takes; `passes` is one pass through a model, `software` what
programs reach."""

from course_lib.estimators.inference.answers import answer_flops
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
from course_lib.estimators.inference.speculation import (
    Speculation,
    accepted_share,
    best_guesses,
    guessing_speed_up,
    speculative,
    tokens_per_check,
)

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
    "accepted_share",
    "answer_flops",
    "best_guesses",
    "ends",
    "estimate",
    "guessing_speed_up",
    "speculative",
    "tokens_per_check",
    "ungrouped",
]
