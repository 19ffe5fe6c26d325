"""A page for paper: the questions, and on a page of its own the key.

Needs no network and no script; the browser prints it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from course_lib.classroom.questions.exports.titles import COURSE
from course_lib.classroom.questions.question import Question

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["export"]


def export(questions: Sequence[Question], title: str) -> str:
    """The page as HTML."""
    return _template().render(questions=questions, title=title, course=COURSE)


@cache
def _template() -> Template:
    """The template, which escapes all that is put into it."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates", encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")
