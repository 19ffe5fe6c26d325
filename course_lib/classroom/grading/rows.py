"""The record of one task of one student: points, what became of it, and what to tell the student.

A row a task is written, so that a broken file never looks like a blank paper.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Literal, get_args

Status = Literal[
    "ok", "wrong", "missing", "timeout", "crash", "unreadable", "not-plain-data", "needs-review"
]
STATUSES: tuple[Status, ...] = get_args(Status)
COLUMNS = ("student", "assignment", "task", "points", "max_points", "status", "message")
"""Of `grades.csv`."""
LONGEST_ANSWER = 20_000
"""Characters of an answer that are kept."""

__all__ = ["COLUMNS", "LONGEST_ANSWER", "STATUSES", "CheckResult", "Row", "Status"]


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """One check of a task."""

    name: str
    """The check's id."""
    points: int
    """What it is worth."""
    message: str | None
    """None where it passed, else what it says."""
    hidden: bool = False
    """Whether its code reaches no student."""

    @property
    def earned(self) -> int:
        """Points."""
        return self.points if self.message is None else 0


@dataclass(frozen=True, kw_only=True)
class Row:
    """One task of one student."""

    student: str
    """Name of the student's folder."""
    assignment: str
    """Name of the exercise, such as "01_parameters"."""
    task: str
    """The answer's id."""
    points: int
    """Points earned without a person."""
    max_points: int
    """Points of the task in all."""
    status: Status
    """What became of it."""
    message: str
    """What to tell the student; empty where all is right."""
    checks: tuple[CheckResult, ...] = field(default=())
    """Each check of the task; none where nothing was run."""
    answer: str = ""
    """What was handed in, as far as `LONGEST_ANSWER` goes: for feedback and for whoever marks."""

    def cells(self) -> list[str]:
        """The row of `grades.csv`."""
        return [str(getattr(self, name)) for name in COLUMNS]


assert {each.name for each in fields(Row)} >= set(COLUMNS)
