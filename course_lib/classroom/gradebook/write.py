"""Puts one student into nbgrader's gradebook, in one transaction, and never twice.

Design choices:
- Only what the grader knows is written: the automatic score, the automatic comment, and whether a
  person has to look. What a person gave stays.
- A cell that a person has marked waits again only where there is something new to see: another
  automatic score, or other words.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from course_lib.classroom.gradebook import database
from course_lib.classroom.gradebook.entries import Entry, Score

__all__ = ["put"]


def put(
    book: Any,
    assignment: str,
    entry: Entry,
    *,
    handed_in: datetime | None = None,
    new_words: Collection[str] = (),
) -> bool:
    """Write one student's scores and comments; all or nothing.

    Args:
        book: the open gradebook, with the assignment's cells.
        assignment: the exercise's full name.
        entry: what to write.
        handed_in: when, in UTC; None leaves what is there.
        new_words: answers that a person has seen in other words.

    Returns:
        Whether the student's work was not there before.

    Raises:
        DBAPIError: the database refuses it; nothing of it is written.
    """
    from nbgrader.api import Grade

    database.begin(book)
    try:
        notebook, is_new = _submitted(book.db, book.find_notebook(assignment, assignment), entry)
        if handed_in is not None:
            notebook.assignment.timestamp = handed_in
        grades = book.db.query(Grade).filter(Grade.notebook_id == notebook.id).with_for_update()
        names = {cell.id: cell.name for cell in notebook.notebook.grade_cells}
        for grade in grades:
            name = names.get(grade.cell_id, "")
            if name in entry.scores:
                _score(grade, entry.scores[name], name in new_words)
        answers = {cell.id: cell.name for cell in notebook.notebook.solution_cells}
        for comment in notebook.comments:
            comment.auto_comment = entry.comments.get(answers.get(comment.cell_id, ""))
        book.db.commit()
    except BaseException:
        book.db.rollback()
        raise
    return is_new


def _score(grade: Any, score: Score, has_new_words: bool) -> None:
    """The automatic part of one cell's score."""
    has_changed = grade.auto_score != score.points
    grade.auto_score = score.points
    if grade.manual_score is None:
        grade.needs_manual_grade = score.waits
    elif has_changed or has_new_words:
        grade.needs_manual_grade = True


def _submitted(session: Any, notebook: Any, entry: Entry) -> tuple[Any, bool]:
    """The student's notebook in the gradebook with a place for each score and comment, and whether
    it is new."""
    from nbgrader.api import Comment, Grade, Student, SubmittedAssignment, SubmittedNotebook

    _one(session, Student, {"id": entry.student})
    key = {"assignment_id": notebook.assignment_id, "student_id": entry.student}
    is_new = session.query(SubmittedAssignment).filter_by(**key).one_or_none() is None
    submission = _one(session, SubmittedAssignment, key)
    key = {"assignment_id": submission.id, "notebook_id": notebook.id}
    submitted = _one(session, SubmittedNotebook, key)
    for cells, model in ((notebook.grade_cells, Grade), (notebook.solution_cells, Comment)):
        for cell in cells:
            _one(session, model, {"cell_id": cell.id, "notebook_id": submitted.id})
    return submitted, is_new


def _one(session: Any, model: Any, facts: dict[str, str]) -> Any:
    """The row with these facts; made where there is none."""
    found = session.query(model).filter_by(**facts).one_or_none()
    if found is None:
        found = model(**facts)
        session.add(found)
        session.flush()
    return found
