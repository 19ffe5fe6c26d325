"""A guess at one of several options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_lib.display.show import bullets, inline
from course_lib.teaching import state
from course_lib.teaching.predictions.prediction import Prediction
from course_lib.teaching.predictions.reveals import choice_card
from course_lib.teaching.say.forms import check_options, choices

__all__ = ["ChoicePrediction"]


class ChoicePrediction(Prediction):
    """A guess at one of several options."""

    def __init__(self, key: str, question: str, options: Sequence[str]) -> None:
        super().__init__(key, question)
        self.options = check_options("options", options)
        self.radio = choices(self.options, f"Your choice: {question}")
        self.remind()
        plain = "\n".join(f"- {option}" for option in self.options)
        listed = bullets([inline(option) for option in self.options])
        self.display("Predict", [self.radio, self.button], plain, listed)

    def remind(self) -> None:
        """Show the guess that is kept as chosen, and say so."""
        self.radio.value = self.usable(state.read()).get("guess")
        super().remind()

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
        entry, notes = self.revealed(correct)
        choice_card(entry.get("guess"), correct, because, notes)
