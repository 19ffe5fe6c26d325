"""The ten order-of-magnitude questions on the page: all asked in one form, each answered alone.

Design choices:
- All ten stand in one form with one button: ten forms would fill the page.
- Nothing is answered here but what a lesson asks to be revealed. A lesson that reaches an answer
  asks its question back with `reveal_order`, which needs nothing of lesson 00 but the learner's
  file, and is of use without a guess there too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_lib import toml_files
from course_lib.display.fmt import short
from course_lib.display.show import bullets, inline
from course_lib.teaching import state
from course_lib.teaching.predictions.orders import FILE, Order, Round, is_number, key, load
from course_lib.teaching.predictions.reading import box_words, read
from course_lib.teaching.predictions.reveals import LATE, number_words, text_card
from course_lib.teaching.predictions.room import Messenger
from course_lib.teaching.say.forms import Form, hint_line, write_words

ALONE, BESIDE = "One of the ten questions", "One of the ten questions: your guess and the answer"
TYPING = "Type numbers with their units (kB, TB, days, MWh); 1e12, k and million work too."

__all__ = ["OrdersForm", "ask_orders", "reveal_order"]


def ask_orders(when: Round = "start") -> OrdersForm:
    """Show all questions in one form; "start" is the round of lesson 00, "end" that of lesson
    16."""
    return OrdersForm(list(load(FILE).values()), when)


def reveal_order(id: str, when: Round = "start", because: str = "") -> None:
    """Compute the answer to one question, show it beside the guess, and keep it.

    Without a guess the question and its answer stand alone.

    Args:
        id: an entry of `texts/orders.toml`.
        when: the round whose guess is shown.
        because: why it is so, in a sentence or two.

    Raises:
        KeyError: there is no such question.
    """
    if id not in load(FILE):
        raise toml_files.unknown("order-of-magnitude question", id, load(FILE))
    order = load(FILE)[id]
    name, answer, now = key(order, when), order.value(), state.now()
    notes = state.change(lambda old: state.with_result(old, name, answer, now))
    entry = notes["predictions"][name]
    guessed = entry.get("guess") if is_number(entry.get("guess")) else None
    sentence, body = number_words(guessed, answer, order.unit)
    small = [LATE] if guessed is not None and entry.get("after_result") else []
    text_card(
        ALONE if guessed is None else BESIDE,
        f"{order.question} {sentence}",
        f"<p><em>{inline(order.question)}</em></p>{body}",
        because,
        [*small, *filter(None, [write_words(notes)])],
    )


class OrdersForm(Form):
    """Boxes for all questions and one button."""

    def __init__(self, orders: Sequence[Order], when: Round) -> None:
        question = "The nearest power of ten is enough."
        super().__init__(f"orders_{when}", question, "Keep my guesses", self.keep)
        self.room = Messenger(self.tell)
        self.orders, self.when = list(orders), when
        self.boxes = [_box(place, order) for place, order in enumerate(self.orders, 1)]
        listed = [f"{order.question} ______ ({box_words(order.unit)})" for order in self.orders]
        self.remind()
        self.display(
            "Ten guesses",
            [hint_line(TYPING), *self.boxes, self.button],
            "\n".join(f"{place}. {text}" for place, text in enumerate(listed, 1)),
            bullets(list(map(inline, listed)), ordered=True),
        )

    def keep(self) -> None:
        """Keep every guess that can be read, and say kindly which cannot."""
        guesses, problems = self._typed()
        if not guesses:
            self.remind(problems, empty="There is no guess yet.")
            return
        now, lesson = state.now(), state.lesson()

        def with_guesses(old: state.State) -> state.State:
            for id, (value, unit) in guesses.items():
                old = state.with_guess(old, id, value, now, unit=unit, lesson=lesson)
            return old

        # one change for all guesses: one lock, one write
        said = write_words(state.change(with_guesses))
        line = self.remind([*problems, *filter(None, [said])], word="Noted" if said else "Kept")
        self.room.send({id: value for id, (value, _) in guesses.items()}, f"{line}<br>")

    def _typed(self) -> tuple[dict[str, tuple[float, str]], list[str]]:
        """The guesses that can be read, by id, with their units; and what is wrong with others."""
        guesses: dict[str, tuple[float, str]] = {}
        problems = []
        for place, (order, box) in enumerate(zip(self.orders, self.boxes, strict=True), 1):
            if not box.value.strip():
                continue
            try:
                guesses[key(order, self.when)] = read(box.value, order.unit), order.unit
            except ValueError as problem:
                problems.append(f"Guess {place}: {problem}")
        return guesses, problems

    def remind(self, problems: Sequence[str] = (), word: str = "Kept", empty: str = "") -> str:
        """Say in the status line which guesses are kept; what was said, as HTML."""
        predictions = state.read()["predictions"]
        kept = [predictions.get(key(order, self.when), {}).get("guess") for order in self.orders]
        shown = [
            f"{place}: {short(guess, order.unit)}"
            for place, (order, guess) in enumerate(zip(self.orders, kept, strict=True), 1)
            if is_number(guess)
        ]
        count = f"{word} {len(shown)} of {len(self.orders)}. {'; '.join(shown)}."
        sentences = [*problems, *([count] if shown else [empty] if empty and not problems else [])]
        line = "<br>".join(map(inline, sentences))
        if line:
            self.tell(line)
        return line


def _box(place: int, order: Order) -> Any:
    """A box whose label is its question."""
    import ipywidgets as widgets

    # sent when it is left, not at every key: otherwise the button overtakes the last keys
    box = widgets.Text(
        description=f"{place}. {order.question}",
        placeholder=box_words(order.unit),
        continuous_update=False,
    )
    return box.add_class("course-asked")
