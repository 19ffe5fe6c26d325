"""What a panel shows at one setting of its controls: numbers, one sentence, and a drawing.

Design choices:
- A topic's function returns this record and knows no widgets, so that it can be called, tested and
  drawn anywhere.
- Numbers are kept plain, in base units, with what they are called; their texts are made from them.
- What cannot be combined is no error: the sentence says why, and there is nothing to draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from course_lib.checks import Number
from course_lib.explorers.look import Bare, Draw, Ground, fmt

__all__ = ["Amount", "Found", "Value", "problem"]


EMPTY = Bare(1)
"""The ground of nothing."""


@dataclass(frozen=True)
class Amount:
    """A number with its unit, and where it is known the ends of its range.

    >>> str(Amount(16e9, "B")), str(Amount(0.7, "Wh", 0.4, 1.2))
    ('16.0 GB', '700 mWh (400 mWh to 1.20 Wh)')
    """

    value: Number
    """In the base unit; a single number."""
    unit: str = ""
    """A unit of `fmt`."""
    low: Number | None = None
    """Lower end of its range; None where there is none."""
    high: Number | None = None
    """Upper end of its range."""

    def __str__(self) -> str:
        text = fmt(self.value, self.unit)
        if self.low is None or self.high is None:
            return text
        return f"{text} ({fmt(self.low, self.unit)} to {fmt(self.high, self.unit)})"


Value = Amount | str
"""What stands behind a label: an amount, or words."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """What a topic finds at one setting."""

    sentence: str
    """The message in 20 to 200 characters: shown above the picture, and its alt text."""
    values: Mapping[str, Value]
    """What is shown beside the picture, by label; empty where the settings cannot be combined."""
    ground: Ground = EMPTY
    """What the drawing stands on."""
    draw: Draw | None
    """Draws on the ground's axes (matplotlib's); None where there is nothing to draw."""

    @property
    def possible(self) -> bool:
        """Whether the settings can be combined."""
        return self.draw is not None

    @property
    def numbers(self) -> dict[str, str]:
        """The values as text, by label."""
        return {label: str(value) for label, value in self.values.items()}

    def amount(self, label: str) -> float:
        """The plain number behind a label.

        Raises:
            KeyError: no such label.
            TypeError: words stand there.
        """
        value = self.values[label]
        if isinstance(value, str):
            raise TypeError(f"{label!r} is no amount, but {value!r}")
        return cast(float, value.value)


def problem(sentence: str) -> Found:
    """What is found where settings cannot be combined: a sentence that says why.

    >>> problem("6 key-value heads cannot share 32 query heads evenly.").possible
    False
    """
    return Found(sentence=sentence, values={}, draw=None)
