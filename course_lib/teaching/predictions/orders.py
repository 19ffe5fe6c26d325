"""Ten order-of-magnitude questions, asked at the start of the course and again at its end.

Design choices:
- All ten stand in one form with one button: ten forms would fill the page.
- A guess is kept as a prediction of the learner's file under an id of its own for each round, so
  that the twin at the end never overwrites the start.
- Nothing is answered here but what a lesson asks to be revealed; answers are computed
  (`order_answers.py`), not typed.
- A guess is judged by its distance from the answer in powers of ten, with a sign: -3 is a thousand
  times too little.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from course_lib import toml_files
from course_lib.teaching import state
from course_lib.teaching.predictions import guess
from course_lib.teaching.predictions.order_answers import ANSWERS
from course_lib.teaching.say.fmt import fmt, short
from course_lib.teaching.say.forms import Form, check_id
from course_lib.teaching.say.show import bullets, inline, show
from course_lib.toml_files import Entry

FILE = Path(__file__).parents[1] / "texts" / "orders.toml"
FIELDS = ("question", "unit", "answer", "lesson")
Round = Literal["start", "end"]
HINTS = {
    "FLOP": "such as 1e6, 1e12, 1e18",
    "B": "with kB, MB, GB, TB",
    "Wh": "with Wh, kWh, MWh, GWh",
}
HINTS |= {"s": "with hours, days, years", "USD": "with k or million", "": "a number"}
"""How to type a guess, by unit: several sizes at once, so that none of them is taken for a tip."""

__all__ = ["Order", "ask_orders", "errors", "load", "powers_of_ten", "reveal_order"]


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


def ask_orders(when: Round = "start") -> OrdersForm:
    """Show all questions in one form; "start" is the round of lesson 00, "end" that of lesson
    16."""
    return OrdersForm(list(load(FILE).values()), when)


def reveal_order(id: str, when: Round = "start") -> None:
    """Compute the answer to one question, show it beside the guess, and keep it.

    Raises:
        KeyError: there is no such question.
    """
    if id not in load(FILE):
        raise toml_files.unknown("order-of-magnitude question", id, load(FILE))
    order = load(FILE)[id]
    answer, now = order.value(), state.now()
    notes = state.change(lambda old: state.with_result(old, key(order, when), answer, now))
    guessed = notes["predictions"][key(order, when)].get("guess")
    sentence = f"It is **{fmt(answer, order.unit)}**. You made no guess."
    if isinstance(guessed, int | float):  # a file edited by hand may hold anything
        sentence = guess.compare(guessed, answer, order.unit)
    text = f"*{order.question}* {sentence}"
    show(text.replace("*", ""), markdown=text)


def errors(when: Round = "start", kept: state.State | None = None) -> dict[str, float]:
    """Each question's distance in powers of ten, for those that were guessed in that round."""
    predictions = (state.read() if kept is None else kept)["predictions"]
    guesses = {
        id: predictions.get(key(order, when), {}).get("guess") for id, order in load(FILE).items()
    }
    return {
        id: powers_of_ten(guessed, load(FILE)[id].value())
        for id, guessed in guesses.items()
        if isinstance(guessed, int | float) and guessed > 0
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


class OrdersForm(Form):
    """Boxes for all questions and one button."""

    def __init__(self, orders: Sequence[Order], when: Round) -> None:
        import ipywidgets as widgets

        super().__init__(
            f"orders_{when}", "the nearest power of ten is enough.", "Keep my guesses", self.keep
        )
        self.orders, self.when = list(orders), when
        self.boxes = [
            self._box(widgets, place, order) for place, order in enumerate(self.orders, 1)
        ]
        rows = [
            widgets.HBox([widgets.HTML(_asked(place, order), layout={"width": "42em"}), box])
            for place, (order, box) in enumerate(zip(self.orders, self.boxes, strict=True), 1)
        ]
        for row in rows:  # wrap: in a narrow window the box goes below its question
            row.layout.align_items, row.layout.flex_flow = "center", "row wrap"
        listed = [f"{order.question} ______ ({_hint(order)})" for order in self.orders]
        plain = "\n".join(f"{place}. {text}" for place, text in enumerate(listed, 1))
        self.display(
            "Ten guesses:",
            [*rows, self.button],
            plain,
            bullets(list(map(inline, listed)), ordered=True),
        )
        self.remind()

    def _box(self, widgets: Any, place: int, order: Order) -> Any:
        # sent when it is left, not at every key: otherwise the button overtakes the last keys
        box = widgets.Text(
            description=f"Guess {place}", placeholder=_hint(order), continuous_update=False
        )
        box.layout.width, box.style.description_width = "20em", "5em"
        return box

    def keep(self) -> None:
        """Keep every guess that can be read, and say kindly which cannot."""
        read: dict[str, tuple[float, str]] = {}
        problems = []
        for place, (order, box) in enumerate(zip(self.orders, self.boxes, strict=True), 1):
            if not box.value.strip():
                continue
            try:
                read[key(order, self.when)] = guess.read(box.value, order.unit), order.unit
            except ValueError as problem:
                problems.append(f"Guess {place}: {problem}")
        now, lesson = state.now(), state.lesson()

        def with_guesses(old: state.State) -> state.State:
            for id, (value, unit) in read.items():
                old = state.with_guess(old, id, value, now, unit=unit, lesson=lesson)
            return old

        # one change for all guesses: one lock, one write
        self.remind(state.change(with_guesses) if read else state.read(), problems)

    def remind(self, kept: state.State | None = None, problems: Sequence[str] = ()) -> None:
        """Say in the status line which guesses are kept."""
        predictions = (state.read() if kept is None else kept)["predictions"]
        shown = [
            f"{place}: {short(entry['guess'], order.unit)}"
            for place, order in enumerate(self.orders, 1)
            if isinstance(
                (entry := predictions.get(key(order, self.when), {})).get("guess"), int | float
            )
        ]
        sentences = (
            [f"Kept {len(shown)} of {len(self.orders)}. {'; '.join(shown)}."] if shown else []
        )
        if sentences or problems or kept is not None:
            self.tell("<br>".join(map(inline, [*problems, *sentences])) or "There is no guess yet.")


def _asked(place: int, order: Order) -> str:
    style = "line-height: 1.4; white-space: normal"
    return f'<div style="{style}">{place}. {inline(order.question)}</div>'


def _hint(order: Order) -> str:
    return HINTS.get(order.unit, order.unit)
