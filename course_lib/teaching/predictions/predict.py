"""Predict before run: a guess is asked for, kept in the learner's file, and shown beside the
result.

Design choices:
- A prediction never blocks. Without a guess, `reveal` shows the result alone.
- The guess that counts is one made before the result was shown; a later one is kept and marked.
- Three kinds: a number, a choice, a ranking. How a guess is read and judged is in `guess.py`,
  without any widget.
- A kept guess that no longer fits its question (a lesson was rewritten) is passed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_lib.teaching import state
from course_lib.teaching.predictions import guess as guesses
from course_lib.teaching.say.fmt import fmt, short
from course_lib.teaching.say.forms import Form, check_options, choices
from course_lib.teaching.say.say import as_text, html_table, plain_table
from course_lib.teaching.say.show import bullets, inline, show

__all__ = ["predict", "predict_choice", "predict_ranking"]

NO_GUESS = "No guess was made."
LATE = " (This guess was made after the result was shown.)"


def predict(id: str, question: str, unit: str = "", hint: str = "") -> NumberPrediction:
    """Ask for a number; `.reveal(value)` on what comes back shows the guess beside the result.

    Args:
        id: the name under which the guess is kept, unique in the course.
        question: what is asked.
        unit: the unit of `fmt` in which the answer is shown. For "%" the value revealed is a
            fraction.
        hint: a sentence below the question.

    Raises:
        ValueError: a bad id or an empty question.
    """
    return NumberPrediction(id, question, unit, hint)


def predict_choice(id: str, question: str, options: Sequence[str]) -> ChoicePrediction:
    """Ask for one of several options; `.reveal(correct, because="...")` shows it beside the right
    one.

    Raises:
        ValueError: a bad id, an empty question, fewer than two options, or one twice.
    """
    return ChoicePrediction(id, question, options)


def predict_ranking(id: str, question: str, items: Sequence[str]) -> RankingPrediction:
    """Ask for an order of items; `.reveal(order)` tells how many pairs were in the right order.

    Raises:
        ValueError: a bad id, an empty question, fewer than two items, or one twice.
    """
    return RankingPrediction(id, question, items)


class _Prediction(Form):
    """A form whose answer is a guess, kept until its result is shown."""

    unit = ""

    def __init__(self, key: str, question: str) -> None:
        super().__init__(key, question, "Keep my guess", self.keep)

    def usable(self, notes: state.State) -> dict[str, Any]:
        """What the learner's file holds about this prediction, if the guess still fits the
        question."""
        entry = notes["predictions"].get(self.key, {})
        fits = all(self.fits(entry[name]) for name in ("first", "guess", "late") if name in entry)
        return entry if fits else {}

    def keep(self) -> None:
        """Keep the guess in the controls, or say kindly why it cannot be kept."""
        try:
            guess = self.read()
        except ValueError as problem:
            self.tell(inline(str(problem)))
            return
        now, lesson = state.now(), state.lesson()
        notes = state.change(
            lambda old: state.with_guess(old, self.key, guess, now, unit=self.unit, lesson=lesson)
        )
        # a first guess that no longer fits makes the entry unusable: speak of the new one alone
        self.tell(
            self.kept(self.usable(notes) or {"first": guess, "guess": guess, "after_result": False})
        )

    def kept(self, entry: dict[str, Any]) -> str:
        """The status line after a guess, as HTML."""
        if "late" in entry:
            shown = inline(self.shown(entry["late"]))
            before = inline(self.shown(entry["guess"]))
            return f"Noted: {shown}. Your guess before the result stays {before}."
        text = f"Kept: <strong>{inline(self.shown(entry['guess']))}</strong>."
        if entry["first"] != entry["guess"]:
            text += f" Your first guess was {inline(self.shown(entry['first']))}."
        return text + (inline(LATE) if entry["after_result"] else "")

    def remind(self) -> None:
        """Say in the status line which guess is already kept."""
        entry = self.usable(state.read())
        if "guess" in entry:
            self.tell(self.kept(entry))

    def revealed(self, result: Any) -> dict[str, Any]:
        """Note that the result was shown; the entry with the guess, if there is one."""
        now = state.now()
        return self.usable(state.change(lambda old: state.with_result(old, self.key, result, now)))

    def read(self) -> Any:
        """The guess in the controls; ValueError with a sentence for the learner where there is
        none."""
        raise NotImplementedError

    def fits(self, guess: Any) -> bool:
        """Whether a guess kept earlier answers the question as it is now."""
        raise NotImplementedError

    def shown(self, guess: Any) -> str:
        """A guess as text."""
        return str(guess)


class NumberPrediction(_Prediction):
    """A guess at a number."""

    def __init__(self, key: str, question: str, unit: str, hint: str) -> None:
        import ipywidgets as widgets

        super().__init__(key, question)
        fmt(1, unit)  # a wrong unit shows here, not at the reveal
        self.unit = unit
        example = f"for instance {guesses.example(unit)}"
        # sent when the box is left, not at every key: otherwise Enter or the button overtakes the
        # last keys
        self.box = widgets.Text(
            description="Your guess",
            placeholder=example,
            continuous_update=False,
            layout={"width": "22em"},
        )
        self.entered = False
        # the box has no event for Enter that is not deprecated: its message is listened to
        self.box.on_msg(
            lambda _, content, __: self.enter() if content.get("event") == "submit" else None
        )
        self.box.observe(lambda _: self.catch_up(), "value")
        note = [widgets.HTML(inline(hint))] if hint else []
        self.remind()
        static = f"{hint}\n" if hint else ""
        ask = f"Your guess, {example}:"
        html = f"<p>{inline(hint)}</p>" if hint else ""
        controls = [*note, widgets.HBox([self.box, self.button])]
        self.display(
            "Predict:", controls, f"{static}{ask} ______", f"{html}<p>{inline(ask)} ______</p>"
        )

    def enter(self) -> None:
        """Enter was pressed: keep what is there, and what is still on its way when it comes."""
        self.entered = True
        if self.box.value.strip():
            self.keep()

    def catch_up(self) -> None:
        """The box has new text: after Enter it is kept, for it was typed before."""
        if self.entered:
            self.entered = False
            self.keep()

    def read(self) -> float:
        """The number in the box, in the base unit."""
        return guesses.read(self.box.value, self.unit)

    def fits(self, guess: Any) -> bool:
        """Any number does."""
        return isinstance(guess, int | float)

    def shown(self, guess: Any) -> str:
        """The number with its unit."""
        return short(guess, self.unit)

    def kept(self, entry: dict[str, Any]) -> str:
        """The status line; for per cent it tells the rule by which a bare number is read."""
        rule = (
            " A bare number is read as per cent: 17 is 17 %, and 0.17 is 0.17 %."
            if self.unit == "%"
            else ""
        )
        return super().kept(entry) + rule

    def reveal(self, value: float, unit: str | None = None) -> None:
        """Show the result beside the guess.

        Args:
            value: the result in the base unit (for "%" a fraction).
            unit: another unit to show both in.
        """
        unit = self.unit if unit is None else unit
        result = fmt(value, unit)  # refuses what is no number before anything is kept
        entry = self.revealed(float(value))
        if "guess" not in entry:
            text = f"It is **{result}**. {NO_GUESS}"
        else:
            text = guesses.compare(entry["guess"], float(value), unit) + (
                LATE if entry["after_result"] else ""
            )
        show(text.replace("**", ""), markdown=text)


class ChoicePrediction(_Prediction):
    """A guess at one of several options."""

    def __init__(self, key: str, question: str, options: Sequence[str]) -> None:
        super().__init__(key, question)
        self.options = check_options("options", options)
        self.radio = choices(self.options, "Your choice")
        self.remind()
        plain = "\n".join(f"- {option}" for option in self.options)
        self.display(
            "Predict:", [self.radio, self.button], plain, bullets([inline(o) for o in self.options])
        )

    def read(self) -> str:
        """The option chosen."""
        if self.radio.value is None:
            raise ValueError("Nothing is chosen yet. Choose one, then keep it.")
        return str(self.radio.value)

    def fits(self, guess: Any) -> bool:
        """One of the options."""
        return guess in self.options

    def reveal(self, correct: str, because: str = "") -> None:
        """Show the right option beside the one chosen, and why.

        Raises:
            ValueError: `correct` is none of the options.
        """
        if correct not in self.options:
            raise ValueError(f"correct={correct!r}: must be one of {self.options}")
        entry = self.revealed(correct)
        text = f"Answer: **{correct}**. {NO_GUESS}"
        if entry.get("guess") == correct:
            text = f"You chose **{correct}**: right."
        elif "guess" in entry:
            text = f"You chose **{entry['guess']}**. Answer: **{correct}**."
        text += (LATE if entry.get("after_result") else "") + (f" {because}" if because else "")
        show(text.replace("**", ""), markdown=text)


class RankingPrediction(_Prediction):
    """A guess at an order."""

    def __init__(self, key: str, question: str, items: Sequence[str]) -> None:
        import ipywidgets as widgets

        super().__init__(key, question)
        self.items = check_options("items", items)
        choose = [("choose one", None), *((item, item) for item in self.items)]
        self.boxes = [
            widgets.Dropdown(options=choose, description=f"Place {place}", layout={"width": "26em"})
            for place in range(1, len(self.items) + 1)
        ]
        self.remind()
        listed = "\n".join(f"- {item}" for item in self.items)
        html = "<p>Put in order:</p>" + bullets([inline(item) for item in self.items])
        self.display(
            "Predict the order:", [*self.boxes, self.button], f"Put in order:\n{listed}", html
        )

    def read(self) -> list[str]:
        """The items in the order chosen."""
        order = [box.value for box in self.boxes]
        if None in order:
            raise ValueError(f"Place {order.index(None) + 1} is still empty.")
        twice = [item for item in self.items if order.count(item) > 1]
        if twice:
            raise ValueError(f"“{twice[0]}” stands in two places; every item has one.")
        return order

    def fits(self, guess: Any) -> bool:
        """An order of exactly these items."""
        return isinstance(guess, list) and sorted(map(str, guess)) == sorted(self.items)

    def shown(self, guess: Any) -> str:
        """The order as one line."""
        return ", then ".join(guess)

    def reveal(self, order: Sequence[str]) -> None:
        """Show the right order, the learner's places, and the share of pairs in the right order.

        Raises:
            ValueError: `order` does not hold exactly the items.
        """
        if sorted(order) != sorted(self.items):
            raise ValueError(f"order={list(order)!r}: must hold exactly {self.items}")
        entry = self.revealed(list(order))
        guess = entry.get("guess")
        text = (
            NO_GUESS
            if guess is None
            else guesses.pairs(guess, order) + (LATE if entry["after_result"] else "")
        )
        places = [[item] if guess is None else [item, str(guess.index(item) + 1)] for item in order]
        rows = [[str(place), *cells] for place, cells in enumerate(places, 1)]
        names, cells = as_text(
            rows, ["Place", "It is"] if guess is None else ["Place", "It is", "You put it at place"]
        )
        show(
            f"{plain_table(names, cells)}\n{text}",
            html=f"{html_table(names, cells)}<p>{inline(text)}</p>",
        )
