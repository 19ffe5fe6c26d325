"""Reads a built lesson from its notebook.

Everything is read from the notebook as it was built, so that a teacher's page says what the lesson
says. Nothing is run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from course_lib.authoring.places import names
from course_lib.classroom.lesson import cells
from course_lib.classroom.lesson.answered import answered
from course_lib.classroom.lesson.records import HEADING, Lesson, Section
from course_lib.errors import CourseError

TITLE = re.compile(r"^# (\d\d) · (.+)$", flags=re.MULTILINE)
PROMISE = re.compile(r"^\*(.+)\*$", flags=re.MULTILINE)
MINUTES = re.compile(r"(\d+) minutes alone, (\d+) in a room")
NEEDED = re.compile(r"\((\d\d_\w+)\.ipynb\)")
SECONDS = re.compile(r"^# %% (\w+) .*\bseconds=(\d+)", flags=re.MULTILINE)

__all__ = ["lessons", "read"]


def lessons(root: Path) -> list[Lesson]:
    """Every lesson of the course, in order.

    Raises:
        CourseError: a notebook is missing, unreadable or was not built.
    """
    return [read(root, name) for name in names(root / "source" / "lessons", ".py")]


def read(root: Path, name: str) -> Lesson:
    """One lesson.

    Args:
        root: the course's folder.
        name: such as "05_inference".

    Raises:
        CourseError: its notebook is missing, unreadable or was not built.
    """
    path = root / "lessons" / f"{name}.ipynb"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CourseError(
            f"lessons/{name}.ipynb cannot be read as a built lesson ({type(error).__name__}: "
            f"{error}): run `course build {name}`"
        ) from error


@lru_cache(maxsize=32)
def _read(path: Path, _changed: int) -> Lesson:
    """A lesson from its file; the time of its last change keeps an old reading from being used."""
    every = json.loads(path.read_text(encoding="utf-8"))["cells"]
    head = cells.source(every[0])
    title, minutes, promise = TITLE.search(head), MINUTES.search(head), PROMISE.search(head)
    if title is None or minutes is None or promise is None:
        raise ValueError("its first cell has no title, promise or minutes")
    asked = answered(every)
    seconds = _seconds(path)
    return Lesson(
        name=path.stem,
        title=title[2],
        promise=promise[1],
        alone_minutes=int(minutes[1]),
        room_minutes=int(minutes[2]),
        needs=tuple(NEEDED.findall(head)),
        sections=tuple(
            Section(
                heading=heading,
                cells=tuple(own),
                seconds=sum(seconds.get(cell["id"], 0) for cell in own),
                predictions=tuple(each for cell in own for each in asked.get(cell["id"], ())),
            )
            for heading, own in _sections(every)
        ),
    )


def _sections(every: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(heading, cells) of each section."""
    heading, own = "", list[dict[str, Any]]()
    for cell in every:
        found = HEADING.findall(cells.source(cell)) if cell["cell_type"] == "markdown" else []
        if found:
            if heading:
                yield heading, own
            heading, own = found[-1], []
        own.append(cell)
    yield heading, own


def _seconds(path: Path) -> dict[str, int]:
    """What slow cells take, by their names, from the lesson's source; nothing without it."""
    source = path.parents[1] / "source" / "lessons" / f"{path.stem}.py"
    text = source.read_text(encoding="utf-8") if source.is_file() else ""
    return {name: int(count) for name, count in SECONDS.findall(text)}
