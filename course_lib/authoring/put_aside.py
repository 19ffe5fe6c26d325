"""What leaves its place in a learner's workbook and is kept: backups, and lessons of the first
edition.

Design choices:
- Each goes into a folder of its own, so that the list of lessons shows lessons only. Backups lie
  flat there: links to `../docs` still lead to the glossary.
- A file of the first edition is removed only where its bytes are those that were copied. Any other
  is moved as it is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from course_lib.authoring.places import write_whole
from course_lib.teaching.first_edition import MOVED

BACKUPS = "backups"
FIRST_EDITION = "first_edition"
STAMP = "%Y-%m-%d_%H-%M-%S"
OLD_BACKUP = re.compile(r"\d\d_\w+\.\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d(-\d+)?\.ipynb")

__all__ = ["BACKUPS", "FIRST_EDITION", "back_up", "first_edition", "old_backups"]


def back_up(book: Path, path: str) -> str:
    """Copy a learner's file into the backups under a name of its own; the original stays until it
    is replaced.

    Args:
        book: the workbook.
        path: the file's path in it.

    Returns:
        The copy's path in the workbook.
    """
    source = book / path
    stamp = datetime.now().strftime(STAMP)
    name = f"{source.parent.name}_{source.stem}.{stamp}{source.suffix}"
    backup = _free(book / BACKUPS / name)
    write_whole(backup, source.read_bytes())
    return backup.relative_to(book).as_posix()


def old_backups(book: Path) -> list[str]:
    """Move backups that lie beside the lessons, as they once did, to the others; what was done, in
    one line or none."""
    found = [
        file
        for folder in ("lessons", "exercises")
        for file in sorted((book / folder).glob("*.ipynb"))
        if OLD_BACKUP.fullmatch(file.name)
    ]
    for file in found:
        target = _free(book / BACKUPS / f"{file.parent.name}_{file.name}")
        target.parent.mkdir(parents=True, exist_ok=True)
        file.rename(target)
    return [f"backups moved to {book.name}/{BACKUPS}/: {len(found)}"] if found else []


def first_edition(book: Path, index: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Clear the workbook of notebooks that have another number today: what a learner touched is
    moved to `first_edition/`, what they did not is removed.

    Args:
        book: the workbook.
        index: what was copied into it.

    Returns:
        What was done, in one line or none, and the index without those notebooks.
    """
    moved = removed = 0
    left = dict(index)
    for path in (f"{folder}/{old}.ipynb" for folder in ("lessons", "exercises") for old in MOVED):
        file = book / path
        copied = left.pop(path, None)
        if not file.is_file():
            continue
        if hashlib.sha256(file.read_bytes()).hexdigest() == copied:
            file.unlink()
            removed += 1
            continue
        target = _free(book / FIRST_EDITION / path)
        target.parent.mkdir(parents=True, exist_ok=True)
        file.rename(target)
        moved += 1
    told = [
        *([f"moved {moved} to {book.name}/{FIRST_EDITION}/ as you left them"] if moved else []),
        *([f"removed {removed} that you had not touched"] if removed else []),
    ]
    return ([f"notebooks of the first edition: {', '.join(told)}"] if told else []), left


def _free(path: Path) -> Path:
    """That path, or the first numbered one beside it that is free."""
    count, free = 1, path
    while free.exists():
        count += 1
        free = path.with_name(f"{path.stem}-{count}{path.suffix}")
    return free
