"""The planner: a whole training run, its bill, what would fit where it does not (`nearest`), and
published runs planned blind (`replays`)."""

from course_lib.estimators.training import nearest, replays
from course_lib.estimators.training.batches import whole_batch
from course_lib.estimators.training.bill import WORLD
from course_lib.estimators.training.paces import HIGH, LOW, PACES, STEPS_SHARE
from course_lib.estimators.training.whole_run import Estimate, estimate

__all__ = [
    "HIGH",
    "LOW",
    "PACES",
    "STEPS_SHARE",
    "WORLD",
    "Estimate",
    "estimate",
    "nearest",
    "replays",
    "whole_batch",
]
