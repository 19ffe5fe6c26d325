"""A number with the range it lies in: low and high bound four cases in five (an 80 % range).

Design choices:
- Factors of a product are taken to err independently and by factors, not by amounts: their distances to the ends are
  combined in logarithms, as the root of the sum of squares. Two factors that may each be twice as large make the
  product at most 2.67 times as large with the same confidence, not four times.
- A plain number is a range of no width, so that known and guessed factors mix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.catalog import checks
from course_lib.catalog.checks import Number


@dataclass(frozen=True, kw_only=True, eq=False)
class Range:
    """A number above zero, and the ends of its 80 % range.

    >>> Range(low=0.7, value=0.9, high=1.0).value
    0.9
    """

    low: Number
    """Lower end."""
    value: Number
    """The best guess."""
    high: Number
    """Upper end."""

    def __post_init__(self) -> None:
        for name in ("low", "value", "high"):
            object.__setattr__(self, name, checks.positive(name, getattr(self, name)))
        checks.broadcast(low=self.low, value=self.value, high=self.high)
        if np.any(np.asarray(self.low) > self.value) or np.any(np.asarray(self.value) > self.high):
            raise ValueError(f"value must lie between low and high, got {self.low}, {self.value}, {self.high}")

    def scaled(self, factor: Number) -> Range:
        """The same range times a number that is known.

        >>> Range(low=1.0, value=2.0, high=3.0).scaled(2).high
        6.0
        """
        factor = checks.positive("factor", factor)
        return Range(low=self.low * factor, value=self.value * factor, high=self.high * factor)


def ranged(name: str, value: Any) -> Range:
    """`value` as a range: a number becomes one of no width.

    Raises:
        TypeError: neither a range nor a number.
        ValueError: a number that is not above zero.

    >>> ranged("pue", 1.2).low
    1.2
    """
    if isinstance(value, Range):
        return value
    number = checks.positive(name, value)
    return Range(low=number, value=number, high=number)


def product(*factors: Range | Number) -> Range:
    """The product of factors that err independently of each other.

    >>> double = Range(low=0.5, value=1.0, high=2.0)
    >>> round(product(double, double, 10).high, 2)  # 2 ** sqrt(2) times the value
    26.65
    """
    parts = [ranged("factor", factor) for factor in factors]
    value: Number = 1.0
    for part in parts:
        value = value * part.value
    down = sum(np.log(part.value / part.low) ** 2 for part in parts)
    up = sum(np.log(part.high / part.value) ** 2 for part in parts)
    return Range(low=_plain(value * np.exp(-np.sqrt(down))), value=value, high=_plain(value * np.exp(np.sqrt(up))))


def inverse(factor: Range | Number) -> Range:
    """One over a range, for a factor that divides.

    >>> inverse(Range(low=0.2, value=0.4, high=0.5)).high
    5.0
    """
    part = ranged("factor", factor)
    return Range(low=1 / part.high, value=1 / part.value, high=1 / part.low)


def _plain(number: Any) -> Number:
    return float(number) if np.ndim(number) == 0 else number
