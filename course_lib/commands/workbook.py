"""What `course workbook` does: the learner's copy, without JupyterLab, for VS Code, Colab, Binder
and whatever else opens notebooks.

Design choices:
- It is the workbook of `course lab`: one copy, whichever program opens it.
- A first run makes dozens of files and says so in one line; whatever happens to a file that was
  there has a line of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from course_lib.authoring import workbook
from course_lib.authoring.places import find_root, names, resolve
from course_lib.errors import CourseError

FEW = 3
"""New files up to here are told one by one."""


def run_workbook(fresh: str | None = None) -> int:
    """Bring the workbook up to date, say where it is and what to open; 0.

    Args:
        fresh: a lesson to restore, after a backup.

    Raises:
        UnknownLesson: no lesson is called so.
        CourseError: there is nothing to open, or the workbook cannot be written to.
    """
    book, lesson, messages = prepare(fresh, fresh is not None)
    print("\n".join([*messages, *where(book, lesson)]))
    return 0


def prepare(asked: str | None, fresh: bool) -> tuple[Path, str, list[str]]:
    """Bring the workbook up to date.

    Args:
        asked: a lesson as people call it; the first one if None.
        fresh: whether to restore it.

    Returns:
        The workbook's folder, the lesson's name, and what was done, a message a line.

    Raises:
        UnknownLesson: no lesson is called so.
        CourseError: there is no lesson, none was named to be restored, or the workbook cannot be
            written to.
    """
    root = find_root()
    known = names(root / "lessons")
    if not known:
        raise CourseError(
            f"no lesson in {root / 'lessons'}: get the course's notebooks, or run `course build`"
        )
    if fresh and asked is None:
        raise CourseError("--fresh restores one lesson: name it, as in `course lab 01 --fresh`")
    lesson = resolve(asked, known) if asked is not None else known[0]
    messages = workbook.update(root, lesson if fresh else None)
    return root / workbook.FOLDER, lesson, in_short(messages)


def own_exercise(asked: str) -> Path:
    """The learner's copy of an exercise, by any of its names.

    Raises:
        UnknownLesson: no exercise is called that.
        CourseError: the workbook has no such exercise yet.
    """
    root = find_root()
    name = resolve(asked, names(root / "exercises"))
    path = root / workbook.FOLDER / "exercises" / f"{name}.ipynb"
    if not path.is_file():
        raise CourseError(f"{path} is not there yet: `course lab {name[:2]}` makes it")
    return path


def in_short(messages: Sequence[str]) -> list[str]:
    """Messages with many new files told in one.

    >>> in_short(["made a", "made b", "made c", "made d", "kept e"])
    ['made 4 files in workbook/', 'kept e']
    """
    made = [message for message in messages if message.startswith("made ")]
    if len(made) <= FEW:
        return list(messages)
    rest = [message for message in messages if message not in made]
    return [f"made {len(made)} files in {workbook.FOLDER}/", *rest]


def where(book: Path, lesson: str) -> list[str]:
    """Where the workbook is and what to open in it."""
    return [
        f"Your copy of the course: {book}",
        f"Open {book / 'lessons' / f'{lesson}.ipynb'}",
        f"with this Python as its kernel: {sys.executable}",
        "(The files in lessons/ and solutions/ of the course hold the answers.)",
    ]
