"""Lesson 08: what training and answering hold in memory."""

from course_lib.estimators.memory.cache import (
    kv_cache,
)
from course_lib.estimators.memory.training_memory import (
    TrainingMemory,
    training,
)

__all__ = [
    "TrainingMemory",
    "kv_cache",
    "training",
]
