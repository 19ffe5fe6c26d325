"""Whose work lies where: `DIR/STUDENT/ASSIGNMENT/*.ipynb`.

Design choices:
- A student is a folder's name, whatever it is. Hidden folders are none.
- Any file name will do. Where several notebooks lie there, the one that is named like the
  assignment counts before the others, then the one that was changed last; one without any answer
  comes last (`pick`).
- A link is never followed: it may lead to someone else's work.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from course_lib.errors import CallError

MOST_FILES = 50
"""Notebooks of one student that are looked at."""
DEEPEST = 8
"""Folders in folders that are looked into."""

__all__ = ["HandedIn", "handed_in"]


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """What one student has in the folder of one assignment."""

    student: str
    """The name of the student's folder."""
    files: tuple[Path, ...] = ()
    """Notebooks, the likeliest first."""
    problem: str = ""
    """Why there is none, in words; empty where there is one."""
    is_missing: bool = False
    """Whether nothing was handed in, which is no fault of a file."""


def handed_in(folder: Path, assignment: str) -> Iterator[HandedIn]:
    """Each student's work, in the order of their names.

    Raises:
        CallError: there is no such folder, or no student in it.
    """
    if not folder.is_dir():
        raise CallError(f"{folder}: there is no such folder")
    students = sorted(
        each.name
        for each in os.scandir(folder)
        if not each.name.startswith(".") and _is_folder(each)
    )
    if not students:
        raise CallError(
            f"{folder}: no folder of a student; expected is DIR/STUDENT/{assignment}/*.ipynb"
        )
    for student in students:
        yield _of(student, folder / student / assignment, assignment)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """A folder, or a link, which is reported rather than followed."""
    return entry.is_symlink() or entry.is_dir(follow_symlinks=False)


def _of(student: str, folder: Path, assignment: str) -> HandedIn:
    """One student's notebooks."""
    try:
        return _looked_into(student, folder, assignment)
    except OSError as error:
        problem = f"the folder cannot be opened ({error.strerror})"
        return HandedIn(student=student, problem=problem)


def _looked_into(student: str, folder: Path, assignment: str) -> HandedIn:
    """One student's notebooks, where the folder can be opened."""
    if folder.parent.is_symlink() or folder.is_symlink():
        return HandedIn(student=student, problem="the folder is a link, and links are not followed")
    if not folder.is_dir():
        return HandedIn(student=student, problem="nothing was handed in", is_missing=True)
    os.scandir(folder).close()  # else a folder that nobody may open would look empty
    files, links = [], 0
    for path in sorted(_walk(folder)):
        if path.is_symlink():
            links += 1
        elif path.is_file() and _looks_like_one(path):
            files.append(path)
    if not files:
        said = "the notebook is a link, and links are not followed" if links else "no notebook"
        problem = f"{said} in the folder {assignment}"
        return HandedIn(student=student, problem=problem, is_missing=not links)
    files.sort(key=lambda path: (path.name != f"{assignment}.ipynb", -path.stat().st_mtime_ns))
    return HandedIn(student=student, files=tuple(files[:MOST_FILES]))


def _walk(folder: Path) -> Iterator[Path]:
    """Every file below a folder but those in hidden ones, such as `.ipynb_checkpoints`."""
    for where, folders, names in os.walk(folder, followlinks=False):
        is_deep = len(Path(where).parts) - len(folder.parts) >= DEEPEST
        folders[:] = sorted(name for name in folders if not (is_deep or name.startswith(".")))
        yield from (Path(where) / name for name in names if not name.startswith("."))


def _looks_like_one(path: Path) -> bool:
    """Whether a file's name is that of a notebook: browsers add `.txt` or `.json`."""
    return ".ipynb" in path.name.lower() or path.suffix.lower() == ".json"
