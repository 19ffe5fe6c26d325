"""What formgrader shows of a submission: `autograded/STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb`.

Design choices:
- The notebook is the exercise itself with the student's answers in it, and below each check what
  the grader found. Nothing of a student is run for it, and nothing else of a student's file gets
  in. `nbgrader generate_feedback` makes the page that a student gets back of it.
- Of a hidden check only what it says is shown: its code would reach students with the feedback.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

from course_lib.authoring.build import write_notebook
from course_lib.authoring.derive import HIDDEN_LINE
from course_lib.authoring.places import write_whole
from course_lib.classroom.grading.rows import CheckResult, Row
from course_lib.classroom.records.table import storable
from course_lib.classroom.submissions.matching import Taken

TIMESTAMP = "timestamp.txt"
SECRET = "submission_secret.txt"
"""nbgrader puts them beside what it collects."""
LONGEST = 1000
"""Bytes of them that are taken."""

__all__ = ["changed_words", "handed_in_at", "notebook_of", "write"]


def notebook_of(exercise: Any, taken: Mapping[str, Taken], rows: Sequence[Row]) -> Any:
    """The notebook that a marker sees.

    Args:
        exercise: the exercise as nbgrader stores it, from `cells.handed_out`.
        taken: the student's answers; none where the file could not be read.
        rows: what the grader found, one a task.
    """
    shown = copy.deepcopy(exercise)
    results = {check.name: check for row in rows for check in row.checks}
    for node in shown.cells:
        facts = node.metadata.get("nbgrader", {})
        name = facts.get("grade_id")
        if facts.get("solution"):
            sources = taken[name].sources if name in taken else ()
            if sources:
                node.source = storable("\n\n".join(_readable(each) for each in sources))
        elif facts.get("grade"):
            result = results.get(name)
            if "HIDDEN TESTS" in node.source or (result and result.hidden):
                node.source = HIDDEN_LINE
            node.outputs = [_said(result, facts["points"])]
    return shown


def _readable(source: str) -> str:
    """Words that stand in one line of Python, as the lines that they were."""
    if "\n" in source:
        return source
    try:
        (statement,) = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    if (
        isinstance(statement, ast.Assign)
        and isinstance(statement.targets[0], ast.Name)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    ):
        return f'{statement.targets[0].id} = """\n{statement.value.value}\n"""'
    return source


def _said(result: CheckResult | None, points: float) -> Any:
    """What stands below a check."""
    from nbformat import v4

    if result is None:
        text = "It was not run."
    elif result.message is None:
        text = f"It passes: {points:g} of {points:g} points."
    else:
        text = result.message
    return v4.new_output("stream", name="stdout", text=storable(text) + "\n")


def changed_words(path: Path, shown: Any) -> set[str]:
    """Answers that a person marks and that stand otherwise in the notebook seen until now."""
    import nbformat

    if not path.is_file():
        return set()
    try:
        before = nbformat.read(path, as_version=4)
    except Exception:  # whatever lies there, a person has not seen this answer
        return set(_words(shown))
    old = _words(before)
    return {name for name, text in _words(shown).items() if old.get(name, text) != text}


def _words(notebook: Any) -> dict[str, str]:
    """The answers that a person marks, by name."""
    found = {}
    for node in notebook.cells:
        facts = node.metadata.get("nbgrader", {})
        if facts.get("grade") and facts.get("solution"):
            found[facts["grade_id"]] = node.source
    return found


def write(path: Path, shown: Any, submitted: Path) -> None:
    """Write the notebook, and beside it what nbgrader needs to give feedback back.

    Args:
        path: where formgrader looks for it.
        shown: from `notebook_of`.
        submitted: the folder of the student's work.

    Raises:
        BuildError: it is no valid notebook.
    """
    if path.parent.is_symlink() or path.parent.parent.is_symlink():
        return  # a link may lead anywhere
    write_notebook(shown, path)
    # Work that did not come through nbgrader has neither, and `nbgrader release_feedback` would
    # stop at it for everybody: nobody can fetch by the secret made here, and nothing breaks.
    stand_ins = {TIMESTAMP: f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f} UTC", SECRET: token_hex(32)}
    for name, stand_in in stand_ins.items():
        own, copied = submitted / name, path.with_name(name)
        if own.is_file() and not own.is_symlink():
            write_whole(copied, own.read_bytes()[:LONGEST])
        elif not copied.exists():
            write_whole(copied, stand_in)


def handed_in_at(timestamp: Path) -> datetime | None:
    """When a work was handed in, in UTC without a zone, as nbgrader keeps it; None where nothing
    says it."""
    from nbgrader.utils import parse_utc

    try:
        found = parse_utc(timestamp.read_text(encoding="utf-8")[:100].strip())
    except (OSError, ValueError, OverflowError):
        return None
    return found if isinstance(found, datetime) else None
