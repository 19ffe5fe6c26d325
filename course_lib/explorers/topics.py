"""The topics that have a panel, by the name of their lesson."""

from __future__ import annotations

from importlib import import_module

from course_lib.explorers.settings import Topic

NAMES = (
    "start",
    "parameters",
    "datasets",
    "attention",
    "hardware",
    "inference",
    "serving",
    "images",
    "precision",
    "memory",
    "parallelism",
    "thinking",
    "energy",
    "cost",
    "access",
    "capstone",
)
"""Every topic, in the order of the lessons; each is a module of that name with a `TOPIC`."""

__all__ = ["NAMES", "get", "names"]


def names() -> list[str]:
    """The topics that have a panel, in the order of the lessons.

    >>> "hardware" in names()
    True
    """
    return list(NAMES)


def get(name: str) -> Topic:
    """The topic of a name.

    Raises:
        KeyError: no such topic; the names are told.
    """
    if name not in NAMES:
        raise KeyError(f"no explorer {name!r}; there are {', '.join(NAMES)}")
    # Only the one asked for: all sixteen take half a second, at the first panel of each lesson.
    topic: Topic = import_module(f"course_lib.explorers.{name}").TOPIC
    return topic
