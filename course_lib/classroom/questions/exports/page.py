"""A page for paper: the questions, and on a page of its own the key.

Needs no network and no script; the browser prints it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from course_lib.classroom.questions.exports.titles import COURSE
from course_lib.classroom.questions.question import Question
from course_lib.classroom.rendering import rendered

TEMPLATE = Path(__file__).parent / "templates" / "page.html"

__all__ = ["export"]


def export(questions: Sequence[Question], title: str) -> str:
    """The page as HTML."""
    return rendered(TEMPLATE, {"questions": questions, "title": title, "course": COURSE})
