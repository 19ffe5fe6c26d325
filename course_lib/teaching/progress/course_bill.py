"""The bill of the whole course: one answer and one run, seen from every lesson.

Design choices:
- A row that was run here counts. What was not is taken from the course's built notebooks, which
  carry their rows as records, and is marked; so the bill is full everywhere. Where none was run
  here, that is said once, not beside each row.
- Where a lesson has rows here, its rows of the course's copy are left out, whatever their items.
- Nothing is added up: the rows are of different things.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from course_lib.teaching import built
from course_lib.teaching.progress.bill import MIME, cells, display
from course_lib.teaching.progress.rows import Row, kept, row_of
from course_lib.teaching.say.say import say

LESSONS = tuple(f"{number:02}" for number in range(16))
"""The lessons that put rows on the bill; the last one shows it."""
COPY = "the course's copy"
EMPTY = "The bill is empty: no lesson was run here, and the course's built lessons are not at hand."

__all__ = ["from_copies", "whole_bill"]


def whole_bill(folder: Path | None = None) -> None:
    """Show the bill of all lessons: rows that were run here, and the course's own for the rest.

    Args:
        folder: a folder of built notebooks; the course's own `lessons/` if None.
    """
    here = kept()
    copies = from_copies(built.lessons() if folder is None else folder)
    ran = {row.lesson for row in here}
    rows = sorted(
        [*here, *(row for row in copies if row.lesson not in ran)], key=lambda row: row.lesson
    )
    if not rows:
        say(EMPTY)
        return
    lines = cells(rows)
    if ran:
        lines = [
            [*line, "run here" if row.lesson in ran else COPY]
            for line, row in zip(lines, rows, strict=True)
        ]
    notes = [] if ran else [f"All rows: {COPY}."]
    display("The whole bill", rows, lines, " ".join(filter(None, [*notes, _missing(rows)])))


def from_copies(folder: Path) -> list[Row]:
    """The rows that the built lessons of a folder carry, lesson by lesson; what is no row is passed
    over."""
    rows: dict[tuple[str, str], Row] = {}
    for path in built.notebooks(folder):
        for found in built.records(path, MIME):
            entries = found.record.get("rows", []) if isinstance(found.record, dict) else []
            for row in filter(None, map(row_of, entries)):
                # a lesson's own rows only: a later one shows earlier rows, and so may its record
                if row.lesson == found.lesson[:2]:
                    rows[row.lesson, row.item] = row
    return list(rows.values())


def _missing(rows: Sequence[Row]) -> str:
    """What the bill lacks, in a sentence; blank where it is full."""
    missing = [lesson for lesson in LESSONS if lesson not in {row.lesson for row in rows}]
    if not missing:
        return ""
    return f"No row from {', '.join(missing)}: run these lessons to fill it."
