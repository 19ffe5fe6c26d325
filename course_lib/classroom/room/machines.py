"""Records of `course measure` that laptops send, and the roofs of the room.

Design choices:
- A record is read by the catalog's own loader. What it may hold is bounded before anything is drawn
  from it: its size, how many measurements, how long a name is, and which speeds a machine can have.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from course_lib.catalog.machines import Record, read
from course_lib.classroom.room.state import Refused

LARGEST_BYTES = 96 * 1024
"""Of a record's file; the largest that come with the course take 38 kB."""
MOST_ENTRIES = 400
LONGEST_NAME = 120
FLOPS = (1e6, 1e18)
"""What one machine can multiply at, in FLOP/s."""
BANDWIDTH = (1e6, 1e15)
"""What its memory can move, in bytes/s."""
FORMAT = "fp32"

__all__ = ["FORMAT", "LARGEST_BYTES", "record_of"]


def record_of(text: str) -> Record:
    """A record from the text of its file, if it can be drawn.

    Raises:
        Refused: it breaks a rule, with the rule.
    """
    if len(text.encode()) > LARGEST_BYTES:
        raise Refused(413, f"The record is too large: at most {LARGEST_BYTES // 1024} KiB.")
    with tempfile.TemporaryDirectory(prefix="course-room-") as folder:
        file = Path(folder) / "record.toml"
        file.write_text(text, encoding="utf-8", newline="\n")
        try:
            record = read(file)
        except (ValueError, TypeError, KeyError, RecursionError) as problem:
            # a loader's message begins with the file, whose name here tells nothing
            said = " ".join(str(problem).split()).replace("file record.toml, ", "")[:200]
            raise Refused(422, f"This is no record of course measure: {said}.") from problem
    _check(record)
    return record


def _check(record: Record) -> None:
    if len(record.measurements) + len(record.skipped) > MOST_ENTRIES:
        raise Refused(422, f"A record holds at most {MOST_ENTRIES} measurements.")
    names = [record.machine.name, *(each.name for each in record.measurements)]
    if any(len(name) > LONGEST_NAME or not name.isprintable() for name in names):
        raise Refused(422, f"A name in a record has at most {LONGEST_NAME} printable characters.")
    try:
        speeds = {"FLOP/s": (record.peak(FORMAT), FLOPS), "B/s": (record.bandwidth(), BANDWIDTH)}
    except (ValueError, ZeroDivisionError) as problem:
        raise Refused(422, f"The record cannot be drawn: {problem}.") from problem
    for unit, (value, (low, high)) in speeds.items():
        if not low <= value <= high:
            raise Refused(422, f"No machine reaches {value:.3g} {unit}.")
