"""What a room guessed, drawn by the kind of its question."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from course_lib.classroom.room.drawing import answers, numbers
from course_lib.classroom.room.drawing.axis import WIDE
from course_lib.classroom.room.question import Guess, Question

__all__ = ["picture"]


def picture(
    question: Question,
    guesses: Sequence[Guess],
    shown: bool,
    *,
    width: float = WIDE,
    own: Guess | None = None,
) -> str:
    """All guesses at a question as HTML, with one sentence on them.

    Args:
        question: what was asked.
        guesses: what was guessed, as the question reads it.
        shown: whether the answer is drawn.
        width: of a picture in its own units.
        own: the guess of who looks.
    """
    given: Any = list(guesses)
    if question.kind == "number":
        mine = own if isinstance(own, float) else None
        drawn = numbers.histogram(question, given, shown, width=width, own=mine)
        told = numbers.summary(question, given, shown)
    elif question.kind == "range":
        drawn = numbers.ranges(question, given, shown, width=width)
        told = numbers.ranges_summary(question, given, shown)
    elif question.kind == "choice":
        drawn = answers.choices(question, given, shown)
        told = answers.choices_summary(question, given, shown)
    else:
        drawn = answers.order(question, given, shown)
        told = answers.order_summary(question, given, shown)
    return f'{drawn}<p class="told">{escape(told)}</p>'
