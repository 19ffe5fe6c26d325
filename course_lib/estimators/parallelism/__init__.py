"""Lesson 10: a training step on many devices."""

from course_lib.estimators.parallelism import (
    clusters,
    collectives,
    crowds,
    failures,
    layouts,
    pipelines,
)
from course_lib.estimators.parallelism.clusters import Assumptions, Cluster
from course_lib.estimators.parallelism.steps import Step, most_data, step

__all__ = [
    "Assumptions",
    "Cluster",
    "Step",
    "clusters",
    "collectives",
    "crowds",
    "failures",
    "layouts",
    "most_data",
    "pipelines",
    "step",
]
