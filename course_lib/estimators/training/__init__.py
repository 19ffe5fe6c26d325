"""The planner: a whole training run, its bill, and published runs planned blind (`replays`)."""

from course_lib.estimators.training import replays
from course_lib.estimators.training.bill import WORLD
from course_lib.estimators.training.whole_run import (
    HIGH,
    LOW,
    STEPS_SHARE,
    Estimate,
    estimate,
    whole_batch,
)

__all__ = ["HIGH", "LOW", "STEPS_SHARE", "WORLD", "Estimate", "estimate", "replays", "whole_batch"]
