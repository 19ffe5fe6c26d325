"""Ten order-of-magnitude questions, asked at the start of the course and again at its end: their
records, and how far guesses lie off.

Design choices:
- A guess is kept as a prediction of the learner's file under an id of its own for each round, so
  that the twin at the end never overwrites the start.
- Answers are computed (`order_answers.py`), not typed.
- A guess is judged by its distance from the answer in powers of ten, with a sign: -3 is a thousand
  times too little.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from course_lib import toml_files
from course_lib.display.fmt import fmt
from course_lib.teaching import state
from course_lib.teaching.predictions.order_answers import ANSWERS
from course_lib.teaching.say.forms import check_id
from course_lib.toml_files import Entry

FILE = Path(__file__).parents[1] / "texts" / "orders.toml"
FIELDS = ("question", "unit", "answer", "lesson")
Round = Literal["start", "end"]
__all__ = ["FILE", "Order", "Round", "errors", "is_number", "key", "load", "powers_of_ten"]


@dataclass(frozen=True, kw_only=True)
class Order:
    """One question about a quantity's order of magnitude."""

    id: str
    """Its name in `texts/orders.toml`."""
    question: str
    """What is asked."""
    unit: str
    """Unit of `fmt` in which it is guessed and answered."""
    answer: str
    """Name of the function that computes the answer."""
    lesson: str
    """Number of the lesson that reaches the answer."""

    def value(self) -> float:
        """The answer in the base unit, computed now."""
        return ANSWERS[self.answer]()


def powers_of_ten(guessed: float, answer: float) -> float:
    """How far a guess lies from the answer in powers of ten; negative where it is too small.

    Raises:
        ValueError: one of the two is not above zero.

    >>> powers_of_ten(1e9, 1e12), powers_of_ten(200.0, 2.0)
    (-3.0, 2.0)
    """
    if not (guessed > 0 and answer > 0):
        raise ValueError(f"guessed={guessed!r}, answer={answer!r}: both must be above zero")
    return math.log10(guessed / answer)


def key(order: Order, when: Round) -> str:
    """The id under which a round's guess is kept."""
    if when not in ("start", "end"):
        raise ValueError(f"when={when!r}: must be 'start' or 'end'")
    return f"order_{when}_{order.id}"


def is_number(guess: Any) -> bool:
    """Whether a guess can be judged: a file edited by hand may hold anything.

    >>> is_number(3e9), is_number("3e9"), is_number(float("nan"))
    (True, False, False)
    """
    return isinstance(guess, int | float) and math.isfinite(guess)


def errors(when: Round = "start", kept: state.State | None = None) -> dict[str, float]:
    """Each question's distance in powers of ten, for those that were guessed in that round."""
    predictions = (state.read() if kept is None else kept)["predictions"]
    guesses = {
        id: predictions.get(key(order, when), {}).get("guess") for id, order in load(FILE).items()
    }
    return {
        id: powers_of_ten(guessed, load(FILE)[id].value())
        for id, guessed in guesses.items()
        if is_number(guessed) and guessed > 0
    }


@cache
def load(file: Path) -> dict[str, Order]:
    """The questions of a file, by id, in its order.

    Raises:
        EntryError: an entry that breaks a rule, with file, entry, field and rule.
    """
    return {id: _order(entry) for id, entry in toml_files.read(file).items()}


def _order(entry: Entry) -> Order:
    try:
        check_id(entry.name)
    except ValueError as problem:
        raise entry.error(str(problem)) from problem
    entry.only(FIELDS)
    texts = {field: entry.text(field) for field in ("question", "answer", "lesson")}
    if texts["answer"] not in ANSWERS:
        rule = f"must be one of {', '.join(ANSWERS)}, got {texts['answer']!r}"
        raise entry.error(rule, "answer")
    unit = entry.fields.get("unit", "")
    try:
        fmt(1, unit)
    except (ValueError, AttributeError) as problem:
        raise entry.error(f"must be a unit of fmt, got {unit!r}", "unit") from problem
    return Order(id=entry.name, unit=unit, **texts)
