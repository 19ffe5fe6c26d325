"""What the gradebook is told of one student: a score for each graded cell, words for each answer.

Design choices:
- An answer in words has no score until a person gives one, as nbgrader has it; where nothing was
  handed in it is 0. A file that nobody could read waits for a person, too.
- Where a person has to look at a reading, the checks that failed wait for one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from course_lib.authoring.cell import Cell
from course_lib.classroom.grading.rows import Row
from course_lib.classroom.records.table import storable
from course_lib.classroom.submissions.assignment import Assignment

__all__ = ["Entry", "Score", "entry"]


@dataclass(frozen=True, kw_only=True)
class Score:
    """Of one graded cell, before a person marks."""

    points: float | None
    """None where only a person can say."""
    waits: bool
    """Whether a person has to look."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One student's part of the gradebook, for one exercise."""

    student: str
    """Name of the student's folder, which is nbgrader's id of a student."""
    scores: dict[str, Score] = field(default_factory=dict)
    """By graded cell."""
    comments: dict[str, str] = field(default_factory=dict)
    """By answer; none where all is right."""


def entry(assignment: Assignment, rows: Iterable[Row]) -> Entry:
    """What the gradebook is told of one student.

    Args:
        assignment: the exercise.
        rows: all of one student, at least one.
    """
    by_task = {row.task: row for row in rows}
    scores: dict[str, Score] = {}
    comments: dict[str, str] = {}
    for task in assignment.tasks:
        row = by_task[task.name]
        scores |= _scores(assignment, task, row)
        words = (
            row.message
            if row.status in ("ok", "wrong", "needs-review")
            else f"({row.status}) {row.message}"
        )
        if row.message or row.status != "ok":
            comments[task.name] = storable(words.strip())
    student = next(iter(by_task.values())).student
    return Entry(student=student, scores=scores, comments=comments)


def _scores(assignment: Assignment, task: Cell, row: Row) -> dict[str, Score]:
    """The score of each graded cell of one task."""
    results = {check.name: check for check in row.checks}
    scores = {}
    for cell in assignment.belonging(task, "check", "hidden"):
        result = results.get(cell.name)
        earned = float(result.earned) if result else 0.0
        failed = result is not None and result.message is not None
        doubted = row.status == "needs-review" and task.role != "free_text" and failed
        scores[cell.name] = Score(points=earned, waits=doubted)
    for cell in [task, *assignment.belonging(task, "free_text")]:
        if cell.role == "free_text":
            nothing = row.status == "missing" and not row.answer
            scores[cell.name] = Score(points=0.0 if nothing else None, waits=not nothing)
    return scores
