"""Measured machines: what `course measure` wrote."""

from course_lib.catalog.machines.reading import (
    FOLDER,
    Merged,
    beside,
    here,
    labels,
    merge,
    one_of_each,
    read,
    recorded,
)
from course_lib.catalog.machines.record import WORK, Machine, Measurement, Record, Skipped

__all__ = [
    "FOLDER",
    "WORK",
    "Machine",
    "Measurement",
    "Merged",
    "Record",
    "Skipped",
    "beside",
    "here",
    "labels",
    "merge",
    "one_of_each",
    "read",
    "recorded",
]
