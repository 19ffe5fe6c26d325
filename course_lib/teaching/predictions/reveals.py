"""The cards that show a result beside a guess.

Design choices:
- One card tells it all: the guess, the result, how far apart they lie, and why.
- A mark says how the guess did, as a word with an icon; its colour comes third.
- Without a guess the result stands alone with its reason: nobody is scolded.
- The plain text is the card's sentences, in the same order.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from course_lib.display.cards import card, paragraph
from course_lib.display.fmt import fmt, short
from course_lib.display.show import marked, show, unmarked
from course_lib.display.tables import as_text, html_table, plain_table
from course_lib.teaching.predictions import guess as guesses
from course_lib.teaching.predictions.axis import log_axis

LATE = "(This guess was made after the result was shown.)"
ALONE, BESIDE = "The result", "Your guess and the result"
RIGHT, PARTLY, WRONG = ("#009E73", "✔"), ("#E69F00", "◐"), ("#D55E00", "✘")
MORE, LESS = ("#E69F00", "▲"), ("#E69F00", "▼")

__all__ = [
    "ALONE",
    "BESIDE",
    "LATE",
    "choice_card",
    "number_card",
    "number_words",
    "ranking_card",
    "said_card",
    "text_card",
]


def number_card(
    guess: float | None, value: float, unit: str = "", because: str = "", notes: Sequence[str] = ()
) -> None:
    """Show a number, beside a guess at it where there is one.

    Args:
        guess: the guess in the base unit, or None.
        value: the result in the base unit.
        unit: the unit of `fmt`.
        because: the reason, in one or more sentences; **strong** and `code` are kept.
        notes: sentences in small letters at the end.

    >>> number_card(0.6, 0.174, "%", because="Most weights sit in the MLPs.")
    You said 60 %, it is 17.4 %: 3.4 times too much. Most weights sit in the MLPs.
    >>> number_card(None, 0.174, "%")
    It is 17.4 %.
    """
    sentence, body = number_words(guess, value, unit)
    text_card(ALONE if guess is None else BESIDE, sentence, body, because, notes)


def number_words(guess: float | None, value: float, unit: str = "") -> tuple[str, str]:
    """The sentence about a guess and a result, and the same as HTML with a mark and an axis."""
    shown = fmt(value, unit)
    if guess is None:
        return f"It is {shown}.", _said(f"It is **{shown}**.")
    away = guesses.distance(guess, value, unit)
    look = RIGHT if away.close else MORE if away.way > 0 else LESS
    said = f"You said **{short(guess, unit)}**, it is **{shown}**. "
    drawn = log_axis(guess, value, short(guess, unit), shown) if guess > 0 and value > 0 else ""
    sentence = unmarked(guesses.compare(guess, value, unit))
    return sentence, _said(said, _mark(away.words, look)) + drawn


def choice_card(
    chosen: str | None, correct: str, because: str = "", notes: Sequence[str] = ()
) -> None:
    """Show the right option beside the one chosen, where there is one.

    >>> choice_card("line", "square", because="Both sides grow.")
    You chose: line. Not so. The answer: square. Both sides grow.
    """
    if chosen is None:
        said_card(ALONE, _ended(f"The answer: **{correct}**"), because, notes)
        return
    judged = "right" if chosen == correct else "not so"
    plain = [_ended(f"You chose: {chosen}"), f"{judged.capitalize()}."]
    mark = _mark(judged, RIGHT if chosen == correct else WRONG)
    body = _said(f"You chose: **{chosen}** ", mark)
    if chosen != correct:
        plain.append(_ended(f"The answer: {correct}"))
        body += _said(f"The answer: **{correct}**")
    text_card(BESIDE, " ".join(plain), body, because, notes)


def ranking_card(
    guess: Sequence[str] | None, order: Sequence[str], because: str = "", notes: Sequence[str] = ()
) -> None:
    """Show the right order, with the learner's places where there are some."""
    names = ["Place", "It is"] + ([] if guess is None else ["You put it at place"])
    names, cells = as_text(_rows(guess, order), names)
    plain, body = plain_table(names, cells), html_table(names, cells)
    if guess is None:
        return text_card(ALONE, plain, body, because, notes)
    right, all_pairs = guesses.right_pairs(guess, order)
    look = RIGHT if right == all_pairs else PARTLY if right else WRONG
    mark = _said("", _mark(f"{right} of {all_pairs} pairs in the right order", look))
    sentence = guesses.pairs(guess, order)
    return text_card(BESIDE, f"{plain}\n{sentence}", mark + body, because, notes)


def _rows(guess: Sequence[str] | None, order: Sequence[str]) -> list[list[str]]:
    """A row for each item in the right order; a tick where the learner's place is the same."""
    rows = [[str(place), item] for place, item in enumerate(order, 1)]
    if guess is not None:
        for place, row in enumerate(rows, 1):
            own = guess.index(row[1]) + 1
            row.append(f"{own} ✔" if own == place else str(own))
    return rows


def said_card(title: str, said: str, because: str = "", notes: Sequence[str] = ()) -> None:
    """Show a reveal's card of sentences alone, with **strong** and `code`.

    >>> said_card("The result", "It is **2**.", because="One and one.")
    It is 2. One and one.
    """
    text_card(title, unmarked(said), _said(said), because, notes)


def text_card(
    title: str, plain: str, body: str, because: str = "", notes: Sequence[str] = ()
) -> None:
    """Show a reveal's card.

    Args:
        title: the card's title.
        plain: its sentences as plain text.
        body: the same as HTML.
        because: the reason; **strong** and `code` are kept.
        notes: sentences in small letters at the end.
    """
    reason = paragraph(marked(because)) if because else ""
    small = "".join(paragraph(marked(note), "font-size: 92%; opacity: 0.8") for note in notes)
    show(
        " ".join([plain, *([unmarked(because)] if because else []), *notes]),
        html=card("reveal", title, body + reason + small),
    )


def _ended(text: str) -> str:
    """A sentence with a point, unless it has an end."""
    return text if text.rstrip("*")[-1] in ".?!" else f"{text}."


def _said(text: str, mark: str = "") -> str:
    return paragraph(marked(text) + mark)


def _mark(words: str, look: tuple[str, str]) -> str:
    """Words in a rounded frame with an icon."""
    colour, icon = look
    style = (
        f"border: 1.5px solid {colour}; background: {colour}24; border-radius: 1em; "
        "padding: 0 0.6em; display: inline-block"
    )
    return (
        f'<strong style="{style}"><span aria-hidden="true">{icon}</span> {escape(words)}</strong>'
    )
