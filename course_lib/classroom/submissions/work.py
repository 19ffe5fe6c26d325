"""One student's work: what of it goes to the grader, and whether it changed since the last time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course_lib import plain_data
from course_lib.classroom.submissions import notebook
from course_lib.classroom.submissions.assignment import Assignment
from course_lib.classroom.submissions.folders import HandedIn
from course_lib.classroom.submissions.matching import Taken, matched, stubs_only

__all__ = ["Work", "read"]


@dataclass(frozen=True, kw_only=True)
class Work:
    """One student's answers to one exercise."""

    student: str
    """Name of the student's folder."""
    taken: Mapping[str, Taken] = field(default_factory=dict)
    """What was found for each answer."""
    measured: Mapping[str, Any] = field(default_factory=dict)
    """What the notebook says was measured: name -> tagged plain data."""
    problem: str = ""
    """Why nothing could be read; empty where something could."""
    is_missing: bool = False
    """Whether nothing was handed in, which is no fault of a file."""
    note: str = ""
    """What the marker should know, such as which of two notebooks counts."""

    @property
    def fingerprint(self) -> str:
        """Of all that decides points; the same work need not be graded twice."""
        facts = [
            sorted((name, each.sources, each.note) for name, each in self.taken.items()),
            sorted((name, json.dumps(value)) for name, value in self.measured.items()),
            [self.problem, self.note],
        ]
        return hashlib.sha256(json.dumps(facts).encode("ascii")).hexdigest()


def read(handed: HandedIn, assignment: Assignment) -> Work:
    """What one student handed in.

    Of several notebooks the first that answers anything counts, else the first that can be read.
    """
    if handed.problem:
        return Work(student=handed.student, problem=handed.problem, is_missing=handed.is_missing)
    works = []
    for path in handed.files:
        works.append(_of(handed.student, path, assignment))
        if not works[-1].problem and not stubs_only(works[-1].taken):
            return _with_note(works[-1], path, len(handed.files))
    return next((work for work in works if not work.problem), works[0])


def _of(student: str, path: Path, assignment: Assignment) -> Work:
    """One notebook."""
    try:
        cells = notebook.read(path)
        taken = matched(cells, assignment.wanted, assignment.known, assignment.given)
    except notebook.Unreadable as problem:
        return Work(student=student, problem=str(problem))
    except (RecursionError, MemoryError):
        return Work(student=student, problem="the file is too large or too deep to be read")
    measured = {
        name: tagged
        for cell in cells
        for name, tagged in cell.measured.items()
        if name in assignment.measured_names and _is_plain(tagged)
    }
    return Work(student=student, taken=taken, measured=measured)


def _is_plain(tagged: Any) -> bool:
    """Whether a value of an output is what a check writes there."""
    try:
        plain_data.unpacked(tagged)
    except plain_data.NotPlain:
        return False
    return True


def _with_note(work: Work, path: Path, files: int) -> Work:
    """The same work, and where there are several files, which one it is."""
    if files == 1:
        return work
    return Work(
        student=work.student,
        taken=work.taken,
        measured=work.measured,
        note=f"of {files} notebooks this one counts: {path.name}",
    )
