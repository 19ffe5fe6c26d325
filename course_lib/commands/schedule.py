"""What `course schedule` and `course slides` do, apart from reading their options."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from course_lib.authoring.places import find_root, names, resolve, write_whole
from course_lib.classroom.guide.pages import course
from course_lib.classroom.lesson.built import read
from course_lib.classroom.schedule import show
from course_lib.classroom.schedule.choose import plan
from course_lib.classroom.slides.slides import page
from course_lib.errors import CallError

CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")

__all__ = ["run_schedule", "run_slides"]


def run_schedule(
    minutes: int,
    sessions: int = 1,
    lessons: str = "",
    *,
    start: str = "",
    html: Path | None = None,
    as_json: bool = False,
) -> int:
    """Print a run sheet, or write it as a page. Returns the exit code.

    Raises:
        UnknownLesson: a lesson that is none.
        CallError: a lesson asked for twice, or a time that is none.
        CourseError: the time is too short, or a lesson is not built.
    """
    root = find_root()
    if html is not None and as_json:
        raise CallError("--html and --json exclude each other: take one")
    begun = _begun(start)
    made = plan(course(root), minutes, sessions=sessions, asked=_asked(root, lessons))
    if html is not None:
        write_whole(html, show.as_html(made, begun))
        print(html)
    else:
        _say(show.as_json(made, begun) if as_json else show.as_text(made, begun))
    return 0


def run_slides(lesson: str, output: Path | None = None) -> int:
    """Write a lesson's slides, and say where. Returns the exit code.

    Raises:
        UnknownLesson: there is no such lesson.
        CourseError: it is not built.
    """
    root = find_root()
    name = resolve(lesson, names(root / "source" / "lessons", ".py"))
    path = output or Path(f"slides_{name[:2]}.html")
    write_whole(path, page(read(root, name)))
    print(path)
    return 0


def _asked(root: Path, lessons: str) -> list[str]:
    """The names of the lessons asked for, each once."""
    known = names(root / "source" / "lessons", ".py")
    asked = [resolve(each, known) for each in lessons.split(",") if each.strip()]
    if lessons and not asked:
        raise CallError(f"--lessons {lessons!r} names no lesson")
    if twice := sorted({name for name in asked if asked.count(name) > 1}):
        raise CallError(f"--lessons has {', '.join(twice)} twice: name each lesson once")
    return asked


def _begun(start: str) -> int | None:
    """A time of day as minutes after midnight."""
    if not start:
        return None
    clock = CLOCK.fullmatch(start.strip())
    if clock is None:
        raise CallError(f"--start must be a time such as 9:00, got {start!r}")
    return int(clock[1]) * 60 + int(clock[2])


def _say(text: str) -> None:
    """Print, also where a terminal lacks some of the letters."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding))
