"""The planner: a whole training run, its bill, what would fit where it does not (`nearest`), and
published runs planned blind (`replays`)."""

from course_lib.estimators.training import nearest, replays
from course_lib.estimators.training.batches import whole_batch
from course_lib.estimators.training.bill import WORLD
from course_lib.estimators.training.paces import pace
from course_lib.estimators.training.whole_run import Estimate, estimate

__all__ = [
    "WORLD",
    "Estimate",
    "estimate",
    "nearest",
    "pace",
    "replays",
    "whole_batch",
]
