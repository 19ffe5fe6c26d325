"""What a guesser sees of the question that is asked: its form, or its answer.

Design choices:
- Plain controls of HTML, so that every one has a label, takes the keyboard, and is a phone's own.
- Everything that is put into a page is escaped here.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from course_lib.classroom.room.drawing.axis import NARROW
from course_lib.classroom.room.drawing.picture import picture
from course_lib.classroom.room.question import LONGEST, Guess, Question
from course_lib.display.show import marked

MEASURED = (
    "This was measured when the lesson was built. A machine of yours may give another answer."
)

__all__ = ["MEASURED", "answer", "form"]


def form(question: Question, own: Guess | None = None) -> str:
    """The question with its controls, and the guess that is there already.

    Args:
        question: what is asked.
        own: the guess of who looks, if there is one.
    """
    controls = {"number": _number, "range": _range, "choice": _choice, "order": _order}
    kept = "" if own is None else kept_words(question, own)
    return (
        f'<h2 tabindex="-1">{escape(question.text)}</h2>'
        f"{_hint(question.hint)}"
        f'<form data-id="{escape(question.id, quote=True)}" data-kind="{question.kind}">'
        f"{controls[question.kind](question, own)}"
        '<button type="submit">Send my guess</button></form>'
        f'<p id="kept" role="status">{escape(kept)}</p>'
    )


def kept_words(question: Question, guess: Guess) -> str:
    """What is said of a guess that is kept."""
    return f"Kept: {question.shown(guess)}. You may change it until the answer is shown."


def _hint(text: str) -> str:
    return f'<p class="hint">{escape(text)}</p>' if text else ""


def _number(question: Question, own: Guess | None) -> str:
    return _box(question, "guess", "Your guess") + (
        f'<p class="hint" id="how">{escape(question.how_to_type)}</p>'
    )


def _range(question: Question, own: Guess | None) -> str:
    boxes = _box(question, "low", "Not below") + _box(question, "high", "Not above")
    return f'{boxes}<p class="hint" id="how">{escape(question.how_to_type)}</p>'


def _box(question: Question, name: str, label: str) -> str:
    return (
        f'<label for="{name}">{label} <span class="unit">({escape(question.how)})</span></label>'
        f'<input id="{name}" name="{name}" type="text" maxlength="{LONGEST}" autocomplete="off" '
        'autocapitalize="off" spellcheck="false" aria-describedby="how" required>'
    )


def _choice(question: Question, own: Guess | None) -> str:
    rows = []
    for place, option in enumerate(question.options):
        on = " checked" if option == own else ""
        value = escape(option, quote=True)
        rows.append(
            f'<label class="option"><input type="radio" name="guess" id="option-{place}" '
            f'value="{value}"{on} required><span>{escape(option)}</span></label>'
        )
    return f"<fieldset><legend>Your choice</legend>{''.join(rows)}</fieldset>"


def _order(question: Question, own: Guess | None) -> str:
    rows = []
    for place in range(len(question.options)):
        there = own[place] if isinstance(own, list) else None
        options = "".join(
            f'<option value="{escape(item, quote=True)}"{" selected" if item == there else ""}>'
            f"{escape(item)}</option>"
            for item in question.options
        )
        rows.append(
            f'<label for="place-{place}">Place {place + 1}</label>'
            f'<select id="place-{place}" name="place" required>'
            f'<option value="">choose one</option>{options}</select>'
        )
    return f"<fieldset><legend>Your order</legend>{''.join(rows)}</fieldset>"


def answer(question: Question, guesses: Sequence[Guess], own: Guess | None) -> str:
    """The answer with the lesson's explanation, how the own guess did, and what the room said."""
    mine = "You did not guess." if own is None else question.judged(own)
    return (
        f'<h2 tabindex="-1">{escape(question.text)}</h2>'
        f'<p class="mine">{marked(mine)}</p>{explanation(question)}'
        f"<h3>The room</h3>{picture(question, guesses, True, width=NARROW, own=own)}"
    )


def explanation(question: Question) -> str:
    """The answer and why it is so, as the lesson tells it."""
    if question.truth is None:
        return '<div class="answer"><p>The lesson gives no answer.</p></div>'
    order = question.right_order
    listed = "".join(f"<li>{escape(item)}</li>" for item in order)
    truth = (
        f"<p>The answer:</p><ol>{listed}</ol>"
        if order
        else f"<p>The answer: <strong>{escape(question.truth_text)}</strong></p>"
    )
    because = f"<p>{escape(question.because)}</p>" if question.because else ""
    note = f'<p class="hint">{MEASURED}</p>' if question.measured else ""
    return f'<div class="answer">{truth}{because}{note}</div>'
