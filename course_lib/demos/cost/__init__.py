"""Lesson 13: one model tuned in three ways (here), and what cleaning text takes (`cleaning`)."""

from course_lib.demos.cost import cleaning
from course_lib.demos.cost.tuned import (
    RANK,
    WAYS,
    Tuned,
    compare,
    core_usd_per_hour,
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
    "cleaning",
    "compare",
    "core_usd_per_hour",
    "kept_gain",
    "prepare",
    "pretrained",
    "step_flops",
    "tune",
    "unseen_loss",
]
