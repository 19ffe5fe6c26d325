"""Lesson 14: one model tuned in three ways (here), and a record of tuning for long (`long`)."""

from course_lib.demos.access import long
from course_lib.demos.access.tuned import (
    RANK,
    WAYS,
    Tuned,
    compare,
    kept_gain,
    prepare,
    pretrained,
    step_flops,
    tune,
    unseen_loss,
)

__all__ = [
    "RANK",
    "WAYS",
    "Tuned",
    "compare",
    "kept_gain",
    "long",
    "prepare",
    "pretrained",
    "step_flops",
    "tune",
    "unseen_loss",
]
