"""The topics that have a panel, by the name of their lesson."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from course_lib.explorers import (
    access,
    attention,
    capstone,
    cost,
    datasets,
    energy,
    hardware,
    images,
    inference,
    memory,
    parallelism,
    parameters,
    precision,
    serving,
    start,
    thinking,
)
from course_lib.explorers.settings import Topic

TOPICS: Mapping[str, Topic] = MappingProxyType(
    {
        topic.name: topic
        for topic in (
            start.TOPIC,
            parameters.TOPIC,
            datasets.TOPIC,
            attention.TOPIC,
            hardware.TOPIC,
            inference.TOPIC,
            serving.TOPIC,
            images.TOPIC,
            precision.TOPIC,
            memory.TOPIC,
            parallelism.TOPIC,
            thinking.TOPIC,
            energy.TOPIC,
            cost.TOPIC,
            access.TOPIC,
            capstone.TOPIC,
        )
    }
)
"""Every topic by its name, in the order of the lessons."""

__all__ = ["TOPICS", "get", "names"]


def names() -> list[str]:
    """The topics that have a panel, in the order of the lessons.

    >>> "hardware" in names()
    True
    """
    return list(TOPICS)


def get(name: str) -> Topic:
    """The topic of a name.

    Raises:
        KeyError: no such topic; the names are told.
    """
    if name not in TOPICS:
        raise KeyError(f"no explorer {name!r}; there are {', '.join(TOPICS)}")
    return TOPICS[name]
