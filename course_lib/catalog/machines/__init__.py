"""Measured machines: what `course measure` wrote."""

from course_lib.catalog.machines.record import (
    Machine,
    Measurement,
    Merged,
    Record,
    here,
    labels,
    merge,
    read,
    recorded,
)

__all__ = [
    "Machine",
    "Measurement",
    "Merged",
    "Record",
    "here",
    "labels",
    "merge",
    "read",
    "recorded",
]
