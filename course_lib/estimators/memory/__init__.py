"""Lesson 08: what training and answering hold in memory."""

from course_lib.estimators.memory import capacity, states
from course_lib.estimators.memory.cache import (
    kv_cache,
)
from course_lib.estimators.memory.training_memory import (
    TrainingMemory,
    training,
)

__all__ = [
    "TrainingMemory",
    "capacity",
    "kv_cache",
    "states",
    "training",
]
