"""`grades.csv`: a row a task, read by any spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from course_lib.authoring.places import write_whole
from course_lib.classroom.grading.rows import COLUMNS, Row

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With these a spreadsheet takes a cell for a formula, and a student's words stand in a message."""

__all__ = ["as_words", "save", "storable", "text"]


def save(path: Path, rows: Iterable[Row]) -> None:
    """Write the table in one step, so that a kill leaves the old one whole."""
    write_whole(path, text(rows))


def text(rows: Iterable[Row]) -> str:
    """The table, ordered as the rows are.

    A message that a spreadsheet would run as a formula begins with an apostrophe. The name of a
    student stays what it is, for other tables are joined by it.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        *facts, message = row.cells()
        writer.writerow([*map(storable, facts), storable(as_words(message))])
    return buffer.getvalue()


def as_words(message: str) -> str:
    """A text that no spreadsheet runs as a formula.

    >>> as_words("=1+1")
    "'=1+1"
    """
    return f"'{message}" if message.startswith(FORMULA) else message


def storable(cell: str) -> str:
    r"""A text that UTF-8 and a table can hold: halves of letters, which file names and answers may
    have, are spelled out, and so are a NUL, which ends a table for some programs, and a bare
    carriage return, which Python's writer leaves without quotes.

    >>> print(storable("a\r\nb"))
    a
    b
    """
    text = cell.encode("utf-8", "backslashreplace").decode("utf-8")
    return text.replace("\0", "\\0").replace("\r\n", "\n").replace("\r", "\\r")
