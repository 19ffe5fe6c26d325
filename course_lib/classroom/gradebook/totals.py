"""What stands in the gradebook for each student: points in all, and what still waits for a person.

It is read from the gradebook and not from the grader's record, so that marks of a person count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from course_lib.classroom.submissions.assignment import Assignment
from course_lib.errors import CallError

__all__ = ["Total", "totals"]


@dataclass(frozen=True, kw_only=True)
class Total:
    """One student's result of one exercise."""

    student: str
    """Name of the student's folder."""
    name: str
    """Last name, first name, as far as the gradebook knows them."""
    points: float
    """Points in all, less what lateness costs, never below 0."""
    max_points: float
    """Points of the exercise."""
    unmarked: tuple[str, ...]
    """Cells that wait for a person."""
    feedback: str
    """Points and words for each task, in one line."""


def totals(book: Any, assignment: Assignment) -> list[Total]:
    """The results of all students of an exercise, by name of their folders.

    Raises:
        CallError: the gradebook does not know the exercise.
    """
    from nbgrader.api import MissingEntry

    try:
        found = book.find_assignment(assignment.name)
    except MissingEntry as error:
        raise CallError(
            f"the gradebook knows no exercise {assignment.name}: put a record of `course grade` "
            "into it first"
        ) from error
    submissions = sorted(found.submissions, key=lambda each: str(each.student_id))
    return [_total(each, assignment) for each in submissions]


def _total(submission: Any, assignment: Assignment) -> Total:
    """The result of one submission."""
    grades = {grade.name: grade for each in submission.notebooks for grade in each.grades}
    comments = {
        each.name: each.manual_comment
        or (None if _is_marked(grades.get(each.name)) else each.comment)
        for notebook in submission.notebooks
        for each in notebook.comments
    }
    student = submission.student
    waiting = sorted(name for name, grade in grades.items() if grade.needs_manual_grade)
    points = (submission.score or 0.0) - (submission.late_submission_penalty or 0.0)
    return Total(
        student=student.id,
        name=", ".join(filter(None, [student.last_name, student.first_name])),
        points=max(0.0, points),
        max_points=submission.max_score or 0.0,
        unmarked=tuple(waiting),
        feedback=" ".join(_sentences(assignment, grades, comments)),
    )


def _is_marked(grade: Any) -> bool:
    """Whether a person gave a score, after which the grader's own words are out of date."""
    return grade is not None and grade.manual_score is not None


def _sentences(
    assignment: Assignment, grades: dict[str, Any], comments: dict[str, str | None]
) -> Iterator[str]:
    """Points of each task, and what was said of it."""
    for task in assignment.tasks:
        cells = [task, *assignment.belonging(task, "check", "hidden", "free_text")]
        mine = [grades[cell.name] for cell in cells if cell.name in grades]
        got, of = (
            sum(getattr(each, what) or 0 for each in mine) for what in ("score", "max_score")
        )
        words = " ".join((comments.get(task.name) or "").split())
        yield f"{task.name}: {number(got)} of {number(of)}." + f" {words}" * bool(words)


def number(points: float) -> str:
    """Points as a learning platform reads them.

    >>> number(17.0), number(2.5)
    ('17', '2.5')
    """
    return f"{round(points, 3):.10g}"
