"""Lesson 09: a training step on many devices."""

from course_lib.estimators.parallelism.clusters import (
    Assumptions,
    Cluster,
)
from course_lib.estimators.parallelism.steps import (
    Step,
    most_data,
    step,
)

__all__ = [
    "Assumptions",
    "Cluster",
    "Step",
    "most_data",
    "step",
]
