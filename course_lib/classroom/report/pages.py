"""Pages of HTML from grades: one for each student, and one for the teacher.

Design choices: every word of a student's is escaped by the template engine, whatever it holds; the
pages need no network and no script; a page's file name is the student's, spelled so that any system
can hold it and no two are alike.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from course_lib.authoring.places import title, write_whole
from course_lib.classroom.grading.rows import STATUSES, Row
from course_lib.classroom.rendering import rendered
from course_lib.classroom.report.causes import Cause, causes
from course_lib.classroom.report.lesson_places import Section, section
from course_lib.teaching.quizzes import misconceptions

TEMPLATES = Path(__file__).parent / "templates"
COSTLIEST = 5
LONGEST_NAME = 150
"""Bytes of a file name that are the student's."""
WORDS = {
    "ok": "right",
    "wrong": "not right yet",
    "missing": "not answered",
    "timeout": "took too long",
    "crash": "ended Python",
    "unreadable": "the file could not be read",
    "not-plain-data": "gives an object, not plain data",
    "needs-review": "waits for a person",
}

__all__ = ["class_page", "feedback_page", "file_name", "save_feedback"]


def save_feedback(folder: Path, rows: Sequence[Row], lessons: Path) -> int:
    """Write each student's page; how many there are.

    Args:
        folder: where to; made if need be.
        rows: of one exercise, of all students.
        lessons: the course's `source/lessons`, whose sections pages point to.
    """
    by_student: dict[str, list[Row]] = {}
    for row in rows:
        by_student.setdefault(row.student, []).append(row)
    for student, own in by_student.items():
        write_whole(folder / file_name(student), feedback_page(own, lessons))
    return len(by_student)


def file_name(student: str) -> str:
    """The name of a student's page.

    >>> file_name("Ada L."), file_name("../x")
    ('Ada%20L..html', '..%2Fx.html')
    """
    spelled = quote(student, safe="", errors="surrogateescape")
    if len(spelled) > LONGEST_NAME:
        digest = hashlib.sha256(spelled.encode("ascii")).hexdigest()[:16]
        spelled = f"{spelled[: LONGEST_NAME - 17]}-{digest}"
    return f"{spelled}.html"


def feedback_page(rows: Sequence[Row], lessons: Path) -> str:
    """The page of one student, from the rows of one exercise."""
    found = {each.task: each for each in causes(rows)}
    places = {
        row.task: [place]
        if row.task in found and (place := _place(found[row.task], lessons)) is not None
        else []
        for row in rows
    }
    return _rendered(
        "feedback.html",
        student=rows[0].student,
        assignment=rows[0].assignment,
        title=title(rows[0].assignment),
        rows=rows,
        words=WORDS,
        places=places,
        points=sum(row.points for row in rows),
        max_points=sum(row.max_points for row in rows),
        to_mark=sum(_to_mark(row) for row in rows),
    )


def class_page(rows: Sequence[Row], lessons: Path, *, names: bool = False) -> str:
    """What to teach again, from the rows of one exercise of all students.

    Args:
        rows: at least one.
        lessons: the course's `source/lessons`.
        names: whether students are named beside what they fell into.
    """
    students = {row.student for row in rows}
    found = [_told(each, lessons) for each in causes(rows)]
    return _rendered(
        "class.html",
        title=title(rows[0].assignment),
        students=len(students),
        average=f"{sum(row.points for row in rows) / len(students):.1f}",
        max_points=sum(row.max_points for row in rows) // len(students),
        to_mark=sum(row.status == "needs-review" for row in rows),
        statuses=[each for each in STATUSES if any(row.status == each for row in rows)],
        tasks=list(_tasks(rows, found)),
        costliest=[each for each in found if each["cause"].misconception][:COSTLIEST],
        known=sum(each["cause"].points for each in found if each["cause"].misconception),
        unknown=sum(each["cause"].points for each in found if not each["cause"].misconception),
        names=names,
    )


def _tasks(rows: Sequence[Row], found: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Each task, over all students."""
    for name in dict.fromkeys(row.task for row in rows):
        own = [row for row in rows if row.task == name]
        yield {
            "name": name,
            "average": f"{sum(row.points for row in own) / len(own):.1f}",
            "max_points": own[0].max_points,
            "counts": Counter(row.status for row in own),
            "causes": sorted(
                (each for each in found if each["cause"].task == name),
                key=lambda each: -len(each["cause"].students),
            ),
        }


def _told(cause: Cause, lessons: Path) -> dict[str, Any]:
    """A cause with its belief and where the lesson speaks of it."""
    known = misconceptions.get(cause.misconception) if cause.misconception else None
    return {
        "cause": cause,
        "belief": known.belief if known else "",
        "place": _place(cause, lessons),
    }


def _place(cause: Cause, lessons: Path) -> Section | None:
    """Where the lesson speaks of a cause; None where no cause is known."""
    return section(cause.misconception, lessons) if cause.misconception else None


def _to_mark(row: Row) -> int:
    """Points that a person gives."""
    checked = sum(check.points for check in row.checks)
    return row.max_points - checked if row.status == "needs-review" else 0


def _rendered(template: str, **facts: Any) -> str:
    """A page that UTF-8 can hold, whatever a student's words are made of."""
    text = rendered(TEMPLATES / template, facts)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
