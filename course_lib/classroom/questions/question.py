"""The record of a drawn question: text, choices, and what to say to each."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

__all__ = ["Choice", "Question"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Choice:
    """One answer to choose."""

    text: str
    """The answer with its unit."""
    number: float | None
    """The number in the question's unit, rounded as the text shows it; None for words."""
    right: bool
    """Whether it is the right one."""
    feedback: str
    """What to say to those who chose it: the misconception's remedy, or why it is right."""
    misconception: str = ""
    """Id of the misconception that leads to it; blank for the right one."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """A question with its numbers drawn."""

    id: str
    """The family's name with the seed and the number of the draw."""
    lesson: str
    """The lesson it belongs to, such as "05_inference"."""
    family: str
    """The family's name."""
    text: str
    """What is asked, with unit and rounding."""
    unit: str
    """The unit of every number of the choices, as shown; blank for words."""
    choices: tuple[Choice, ...]
    """All choices in the order shown; exactly one is right."""
    tolerance: float | None
    """How far a typed number may lie from the answer, in the unit; None for words."""
    values: SimpleNamespace
    """What the family gave, by name."""

    @property
    def right(self) -> Choice:
        """The right choice."""
        return next(choice for choice in self.choices if choice.right)

    @property
    def letter(self) -> str:
        """The letter of the right choice: A for the first.

        >>> chr(ord("A") + 2)
        'C'
        """
        return chr(ord("A") + self.choices.index(self.right))
