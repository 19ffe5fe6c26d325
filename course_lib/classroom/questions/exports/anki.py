"""Text for Anki's "Import File": a card a question, its back with the reasons.

Design choices: the first column is the note's own name, so that a second import of the same draw
updates its cards and doubles none; fields are HTML, escaped, on one line each.

Format: Anki manual, "Importing - Text files", file headers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from html import escape

from course_lib.classroom.questions.exports.titles import COURSE
from course_lib.classroom.questions.question import Question

__all__ = ["export"]


def export(questions: Sequence[Question], title: str) -> str:
    """A file with header lines and one line a card: name, front, back, tags."""
    lines = io.StringIO()
    for header in (
        "separator:tab",
        "html:true",
        "notetype:Basic",
        f"deck:{COURSE}::{title}",
        "guid column:1",
        "columns:guid\tFront\tBack\ttags",  # by the names of Basic's fields: others are left empty
        "tags column:4",
    ):
        lines.write(f"#{header}\n")
    rows = csv.writer(lines, delimiter="\t", lineterminator="\n")
    for question in questions:
        rows.writerow([question.id, _front(question), _back(question), question.family])
    return lines.getvalue()


def _front(question: Question) -> str:
    """The text and its choices."""
    choices = "".join(f"<li>{escape(choice.text)}</li>" for choice in question.choices)
    return f"<p>{escape(question.text)}</p><ol type=A>{choices}</ol>"


def _back(question: Question) -> str:
    """The right choice and why, then what the others come from."""
    right = question.right
    others = "".join(
        f"<li>{escape(choice.text)}: {escape(choice.feedback)}</li>"
        for choice in question.choices
        if not choice.right
    )
    return (
        f"<p><b>{question.letter}. {escape(right.text)}</b></p><p>{escape(right.feedback)}</p>"
        f"<ul>{others}</ul>"
    )
