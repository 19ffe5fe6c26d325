"""One prediction of a lesson as a room is asked it, and how a guess at it is read.

Design choices:
- Whatever comes over the network is judged here, by kind: a guess is a finite number in the unit of
  the question, one of its options, an order of exactly its items, or a range.
- Guesses are kept as plain data (float, text, list), so that they can be written as JSON.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from course_lib.display.fmt import fmt, short
from course_lib.teaching.predictions.guess import compare, pairs
from course_lib.teaching.predictions.reading import box_words, how_to_type, read

Kind = Literal["number", "choice", "order", "range"]
LARGEST, SMALLEST = 1e36, 1e-18
"""What a guess may be, in base units: the largest answer of the course is some 1e26."""
LONGEST = 80
"""Characters of a typed number."""

__all__ = ["Guess", "Kind", "Question"]

Guess = float | str | list[str] | list[float]


@dataclass(frozen=True, kw_only=True)
class Question:
    """One prediction, with its answer."""

    id: str
    """Under this name the learner's own form keeps its guess."""
    kind: Kind
    """What is guessed."""
    text: str
    """What is asked."""
    unit: str = ""
    """Unit of `fmt`, for numbers and ranges."""
    hint: str = ""
    """A sentence below the question; mostly empty."""
    options: tuple[str, ...] = ()
    """What is chosen from, or put in order."""
    truth: Guess | None = None
    """The answer in the base unit; None where the lesson gives none."""
    truth_text: str = ""
    """The answer as the lesson shows it."""
    because: str = ""
    """The lesson's explanation."""
    measured: bool = False
    """Whether the answer was measured, on the machine that the lesson was built on."""

    @property
    def number(self) -> float:
        """The answer as a number; 0 where it is none."""
        return float(self.truth) if isinstance(self.truth, int | float) else 0.0

    @property
    def right_order(self) -> list[str]:
        """The answer as an order; empty where it is none."""
        return [str(item) for item in self.truth] if isinstance(self.truth, list) else []

    @property
    def how(self) -> str:
        """What stands in an empty box."""
        return box_words(self.unit)

    @property
    def how_to_type(self) -> str:
        """How a number of this unit is typed."""
        return how_to_type(self.unit)

    def read(self, given: Any) -> Guess:
        """A guess as it came, as plain data of this question's kind.

        Args:
            given: for numbers what was typed or a number in the base unit; for choices an option;
                for orders a list of all items; for ranges a list of two numbers.

        Raises:
            ValueError: it is none; the message is a sentence for who guessed.

        >>> share = Question(id="share", kind="number", text="Which share?", unit="%")
        >>> share.read("17 %"), share.read(0.17)
        (0.17, 0.17)
        """
        if self.kind == "number":
            return self._number(given)
        if self.kind == "choice":
            if not isinstance(given, str) or given not in self.options:
                raise ValueError("Choose one of the answers.")
            return given
        if self.kind == "order":
            return self._order(given)
        if not isinstance(given, list) or len(given) != 2:
            raise ValueError("Give both ends of the range.")
        low, high = (self._number(end) for end in given)
        if not low < high:
            raise ValueError("The lower end must be below the upper end.")
        return [low, high]

    def _number(self, given: Any) -> float:
        if isinstance(given, str):
            if len(given) > LONGEST:
                raise ValueError(f"That is too long for a number: at most {LONGEST} characters.")
            value = read(given, self.unit)
        elif isinstance(given, int | float) and not isinstance(given, bool):
            # an integer of any length comes through JSON: float() of it may overflow
            value = float(given) if abs(given) <= LARGEST else math.inf
        else:
            raise ValueError(f"That is no number. {self.how_to_type}")
        if value != 0 and not SMALLEST <= value <= LARGEST:
            raise ValueError("A guess must be a number above zero, and none beyond all measure.")
        if value == 0 and self.kind == "range":
            raise ValueError("The lower end must be above zero.")
        return value

    def _order(self, given: Any) -> list[str]:
        whole = isinstance(given, list) and all(isinstance(item, str) for item in given)
        if not whole or len(given) > len(self.options):
            raise ValueError("Put each item in one place.")
        if empty := [place for place, item in enumerate(given, 1) if not item]:
            raise ValueError(f"Place {empty[0]} is still empty.")
        if sorted(given) != sorted(self.options):
            raise ValueError("Every item must stand in one place, and in one only.")
        return list(given)

    def shown(self, guess: Guess) -> str:
        """A guess as text.

        >>> Question(id="share", kind="number", text="Which share?", unit="%").shown(0.17)
        '17 %'
        """
        if isinstance(guess, str):
            return guess
        if not isinstance(guess, list):
            return short(guess, self.unit)
        if self.kind == "range":
            low, high = (fmt(float(end), self.unit) for end in guess)
            return f"{low} to {high}"
        return ", then ".join(map(str, guess))

    def judged(self, guess: Guess) -> str:
        """What is said to who guessed once the answer is shown; with **strong** marks."""
        if self.truth is None:
            return f"You said **{self.shown(guess)}**."
        if isinstance(guess, int | float):
            return compare(guess, self.number, self.unit)
        if isinstance(guess, str):
            right = guess == self.truth
            return f"You chose **{guess}**: {'right' if right else 'not so'}."
        if self.kind == "order":
            return pairs([str(item) for item in guess], self.right_order)
        low, high = (float(end) for end in guess)
        held = low <= self.number <= high
        return f"Your range, {self.shown(guess)}, **{'holds' if held else 'misses'}** it."
