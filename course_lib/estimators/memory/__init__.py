"""Lesson 09: what training and answering hold in memory."""

from course_lib.estimators.memory import capacity, states
from course_lib.estimators.memory.cache import kv_cache
from course_lib.estimators.memory.conventions import Choices
from course_lib.estimators.memory.training_memory import TrainingMemory, for_choices, training

__all__ = ["Choices", "TrainingMemory", "capacity", "for_choices", "kv_cache", "states", "training"]
