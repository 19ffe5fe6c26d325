"""What answers were lost to: the misconceptions of the catalogue, and whatever else checks said.

Design choices:
- A check's message is a remedy of the catalogue, or names no cause; the remedy is looked for in it.
- Messages without a cause that differ in their numbers only are one kind.
- What a person has yet to mark is not lost.
- An example is an answer in code, without comments and texts in it, so that no name is in it; words
  are never shown.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from course_lib.classroom.grading.rows import Row
from course_lib.teaching.quizzes import misconceptions

NUMBER = re.compile(r"\d[\d.,e+\u202f-]*")
LONGEST_EXAMPLE = 1200
"""Characters: a longer answer is no good example."""
OTHERWISE = {
    "missing": "Not answered.",
    "unreadable": "The file could not be read.",
    "timeout": "The answer took too long.",
    "crash": "The answer ended Python.",
    "not-plain-data": "The answer gives an object in place of numbers or texts.",
}
"""What is said of a task that no check decided."""

__all__ = ["Cause", "causes", "lost"]


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One thing that answers to one task were lost to."""

    task: str
    """The task."""
    words: str
    """What its check says, one message standing for those that differ in their numbers."""
    misconception: str
    """Its id in the catalogue; empty where no cause is known."""
    students: tuple[str, ...]
    """Who lost points to it."""
    points: int
    """Points lost to it by all of them."""
    example: str
    """One of their answers, without comments or names; empty where there is none to show."""


def lost(row: Row) -> int:
    """Points of a task that are gone, whoever marks it."""
    if row.status == "needs-review":
        return sum(check.points - check.earned for check in row.checks)
    return row.max_points - row.points


def causes(rows: Iterable[Row]) -> list[Cause]:
    """Every cause, the costliest first."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if lost(row):
            groups.setdefault((row.task, _kind(row)), []).append(row)
    found = [_cause(task, kind, group) for (task, kind), group in groups.items()]
    return sorted(found, key=lambda each: (-each.points, each.task, each.words))


def _kind(row: Row) -> str:
    """What makes two losses the same."""
    if row.status in OTHERWISE:
        return row.status
    message = _first(row)
    return _misconception(message) or NUMBER.sub("#", message)


def _cause(task: str, kind: str, rows: Sequence[Row]) -> Cause:
    message = OTHERWISE.get(rows[0].status) or _first(rows[0])
    students = tuple(sorted({row.student for row in rows}))
    shown = (_example(row, students) for row in rows if row.status not in OTHERWISE)
    return Cause(
        task=task,
        words=message,
        misconception=kind if kind in misconceptions.load(misconceptions.FOLDER) else "",
        students=students,
        points=sum(map(lost, rows)),
        example=min(filter(None, shown), key=len, default=""),
    )


def _first(row: Row) -> str:
    """The first thing that a check said."""
    return next((check.message for check in row.checks if check.message), row.message)


def _misconception(message: str) -> str:
    """The misconception whose remedy a message holds; empty if none."""
    catalogue = misconceptions.load(misconceptions.FOLDER).values()
    return next((each.id for each in catalogue if each.remedy in message), "")


def _example(row: Row, students: Sequence[str]) -> str:
    """An answer as code alone; empty where it is words, long, or names somebody."""
    if row.status == "needs-review":
        return ""
    try:
        code = _bare(row.answer)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""  # no Python, or nested so deeply that nobody would read it
    named = any(student.lower() in code.lower() for student in students if len(student) > 2)
    return "" if named or len(code) > LONGEST_EXAMPLE else code


def _bare(answer: str) -> str:
    """Code without its comments and texts, but for single words, which keys are."""
    tree = ast.parse(answer)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = node.value if re.fullmatch(r"\w{0,24}", node.value) else "..."
    return ast.unparse(tree)
