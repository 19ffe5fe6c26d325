"""A table that says who a student's folder belongs to: `student,id`, and more if you have it."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from course_lib.errors import CallError

COLUMNS = ("student", "id", "name", "section", "canvas_id")
SAFE = re.compile(r"[^=+@\-\t\r\n\0][^\t\r\n\0]*|[@\-][\w.@\-]*")
"""An id that a spreadsheet takes for words: it begins like none of its formulas, or holds nothing
but what an account's name is made of."""

__all__ = ["Person", "read", "require_safe"]


@dataclass(frozen=True, kw_only=True)
class Person:
    """One row of the table."""

    student: str
    """Name of the student's folder."""
    id: str
    """The number by which the school knows this person."""
    name: str = ""
    """As Canvas shows it."""
    section: str = ""
    """Of the course, for Canvas."""
    canvas_id: str = ""
    """Canvas's own number of the person."""


def read(path: Path) -> dict[str, Person]:
    """Everyone in the table, by name of the folder.

    Raises:
        CallError: it cannot be read, lacks a column, or names a folder or an id twice.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            header = [each.strip() for each in table.fieldnames or ()]
            lines = [dict(zip(header, line.values(), strict=False)) for line in table]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CallError(f"--roster {path}: {error}") from error
    if not {"student", "id"} <= set(header):
        raise CallError(
            f"--roster {path}: its first line must hold the columns student and id, separated by "
            f"commas; it is {', '.join(header) or 'empty'}"
        )
    people: dict[str, Person] = {}
    for number, line in enumerate(lines, start=2):
        facts = {key: str(line.get(key) or "").strip() for key in COLUMNS}
        if not facts["student"] or not facts["id"]:
            raise CallError(f"--roster {path}, row {number}: student or id is empty")
        if facts["student"] in people:
            raise CallError(f"--roster {path}, row {number}: {facts['student']} was there before")
        people[facts["student"]] = Person(**facts)
    ids = [each.id for each in people.values()]
    twice = sorted({each for each in ids if ids.count(each) > 1})
    if twice:
        raise CallError(f"--roster {path}: one id for two students: {', '.join(twice)}")
    return people


def require_safe(ids: list[str]) -> None:
    """Refuse ids that a spreadsheet would run: an apostrophe in front would make others of them.

    Raises:
        CallError: with all of them.
    """
    faults = [each for each in ids if not SAFE.fullmatch(each)]
    if faults:
        raise CallError(
            f"a spreadsheet would take these for formulas: {', '.join(map(repr, faults))}. Give "
            "the ids in a table, by --roster"
        )
