"""An exercise as nbgrader's gradebook knows it: its graded cells, its answers, their points.

nbgrader's own steps put them there, the same that `nbgrader generate_assignment` goes through, so
that it does not matter which of the two comes first.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from course_lib.authoring import derive, source
from course_lib.errors import CallError

__all__ = ["handed_out", "save"]


def handed_out(name: str, folder: Path) -> Any:
    """The notebook as nbgrader stores it: stubs for answers, hidden checks with their code.

    Args:
        name: the exercise's full name.
        folder: the course's `source/exercises`.
    """
    from nbgrader.preprocessors import ComputeChecksums, LockCells

    from course_lib.authoring.clear_answers import ClearAnswers

    notebook = derive.master(source.read(folder / f"{name}.py"))
    for place, node in enumerate(notebook.cells):
        ClearAnswers().preprocess_cell(node, {}, place)
    for step in (LockCells(), ComputeChecksums()):
        notebook, _ = step.preprocess(notebook, {})
    return notebook


def save(book: Any, url: str, name: str, notebook: Any) -> None:
    """Put the exercise into the gradebook, or bring it up to the notebook.

    Args:
        book: the open gradebook.
        url: its URL, for nbgrader's step opens it itself.
        name: the exercise's full name, also that of its one notebook.
        notebook: from `handed_out`.

    Raises:
        CallError: cells came or went since students' scores were put in.
    """
    from nbgrader.api import MissingEntry
    from nbgrader.preprocessors import SaveCells

    try:
        book.find_assignment(name)
    except MissingEntry:
        book.add_assignment(name)
    book.db.rollback()  # frees SQLite's lock for nbgrader's own connection
    facts = {"notebook": name, "assignment": name, "db_url": url}
    try:
        SaveCells().preprocess(notebook, {"nbgrader": facts})
    except RuntimeError as error:
        raise CallError(
            f"{name}: the gradebook holds scores of another version of this exercise, with other "
            f"cells. Use a new gradebook, or `nbgrader db assignment remove {name}` (this deletes "
            "its scores)."
        ) from error
    book.db.expire_all()
