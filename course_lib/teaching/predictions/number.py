"""A guess at a number.

Design choices:
- A question may be about a fixed case ("Llama 3 8B"). A result for another case is shown and told
  apart; it judges nothing and replaces nothing, so that a changed line spoils no record.
- The box says the unit, a line below it how to type. Neither names a size: a size is taken for a
  tip.
"""

from __future__ import annotations

import math
from typing import Any

from course_lib.display.fmt import fmt, short
from course_lib.display.show import inline
from course_lib.teaching import state
from course_lib.teaching.predictions.prediction import Prediction
from course_lib.teaching.predictions.reading import box_words, how_to_type, read
from course_lib.teaching.predictions.reveals import number_card, said_card
from course_lib.teaching.say.forms import hint_line, labelled, row

__all__ = ["NumberPrediction"]


class NumberPrediction(Prediction):
    """A guess at a number."""

    def __init__(
        self, key: str, question: str, unit: str = "", hint: str = "", case: str = ""
    ) -> None:
        import ipywidgets as widgets

        super().__init__(key, question)
        fmt(1, unit)  # a wrong unit shows here, not at the reveal
        self.unit, self.case = unit, case
        # sent when the box is left, not at every key: otherwise Enter or the button overtakes the
        # last keys
        self.box = labelled(
            widgets.Text(placeholder=box_words(unit), continuous_update=False),
            f"Your guess: {question}",
        )
        self.box.layout.width = "16em"
        self.entered = False
        # the box has no event for Enter that is not deprecated: its message is listened to
        self.box.on_msg(
            lambda _, content, __: self.enter() if content.get("event") == "submit" else None
        )
        self.box.observe(lambda _: self.catch_up(), "value")
        self.remind()
        self._display(hint, how_to_type(unit))

    def _display(self, hint: str, how: str) -> None:
        import ipywidgets as widgets

        note = [widgets.HTML(inline(hint))] if hint else []
        plain = f"{hint}\n" if hint else ""
        html = f"<p>{inline(hint)}</p>" if hint else ""
        self.display(
            "Predict",
            [*note, row(self.box, self.button), hint_line(how)],
            f"{plain}Your guess: ______ ({box_words(self.unit)})",
            f"{html}<p>Your guess: ______ ({inline(box_words(self.unit))})</p>",
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
        return read(self.box.value, self.unit)

    def fits(self, guess: Any) -> bool:
        """Any number does."""
        return isinstance(guess, int | float) and math.isfinite(guess)

    def shown(self, guess: Any) -> str:
        """The number with its unit."""
        return short(guess, self.unit)

    def reveal(
        self, value: float, because: str = "", case: str = "", unit: str | None = None
    ) -> None:
        """Show the result beside the guess, and why it is so.

        Args:
            value: the result in the base unit (for "%" a fraction).
            because: the reason, in a sentence or two.
            case: what the value is about; left out, it is the fixed case. For another than that the
                value is shown, and nothing is judged or kept.
            unit: another unit to show both in.

        Raises:
            TypeError: the value is no number.
            ValueError: the value is not finite, or a case is given where the prediction has none.
        """
        unit = self.unit if unit is None else unit
        fmt(value, unit)  # refuses what is no number before anything is kept
        if case and not self.case:
            raise ValueError(f"case={case!r}: the prediction {self.key!r} names no fixed case")
        if case not in ("", self.case):
            self._reveal_other(value, because, case, unit)
            return
        entry, notes = self.revealed(float(value))
        number_card(entry.get("guess"), float(value), unit, because, notes)

    def _reveal_other(self, value: float, because: str, case: str, unit: str) -> None:
        """Show the value for another case than the one that was asked about."""
        entry = self.usable(state.read())
        kept = "result" in entry and self.fits(entry["result"])
        there = f", where it is **{fmt(entry['result'], unit)}**" if kept else ""
        asked = f"The question was about {self.case}{there}."
        if "guess" in entry:
            guessed = short(entry["guess"], unit)
            asked = f"Your guess, **{guessed}**, was about {self.case}{there}."
        said = f"For {case} it is **{fmt(value, unit)}**. {asked}"
        said_card("The result for another case", said, because)
