"""A number with the range it lies in: low and high bound four cases in five (an 80 % range).

Design choices:
- Factors of a product are taken to err independently and by factors, not by amounts: their
  distances to the ends are combined in logarithms, as the root of the sum of squares. Two factors
  that may each be twice as large make the product at most 2.67 times as large with the same
  confidence, not four times.
- A plain number is a range of no width, so that known and guessed factors mix.
- Where inputs are added, divided by, or enter a formula twice, `spread` moves each to its two ends
  while the others stay, and combines the changes of the result in the same way. For a product of
  independent ranges both give the same. End points all taken at once would give a range far too
  wide.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib import checks
from course_lib.checks import Number


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
            # The record is frozen; this is the way past its lock.
            object.__setattr__(self, name, checks.positive(name, getattr(self, name)))
        checks.broadcast(low=self.low, value=self.value, high=self.high)
        if np.any(np.asarray(self.low) > self.value) or np.any(np.asarray(self.value) > self.high):
            raise ValueError(
                f"value must lie between low and high, got {self.low}, {self.value}, {self.high}"
            )

    @property
    def ends(self) -> tuple[float, float, float]:
        """Low, value and high as plain floats, for a range of single numbers."""
        names = ("low", "value", "high")
        low, value, high = (checks.single(name, getattr(self, name)) for name in names)
        return float(low), float(value), float(high)

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
    # Each side by itself, because a range need not be symmetric.
    down = sum(np.log(part.value / part.low) ** 2 for part in parts)
    up = sum(np.log(part.high / part.value) ** 2 for part in parts)
    return Range(
        low=_plain(value * np.exp(-np.sqrt(down))),
        value=value,
        high=_plain(value * np.exp(np.sqrt(up))),
    )


def added(parts: Iterable[Range | Number]) -> Range:
    """The sum of parts that err independently: distances to the ends as roots of sums of squares.

    >>> part = Range(low=70, value=100, high=140)
    >>> four = added([part, part, part, part])
    >>> four.value, four.low, four.high  # 400 - 2 x 30, 400 + 2 x 40
    (400.0, 340.0, 480.0)
    """
    listed = [ranged("part", part) for part in parts]
    # fsum rounds once, whatever the order of the parts.
    value = math.fsum(float(part.value) for part in listed)
    down = math.hypot(*(float(part.value - part.low) for part in listed))
    up = math.hypot(*(float(part.high - part.value) for part in listed))
    return Range(low=value - down, value=value, high=value + up)


def inverse(factor: Range | Number) -> Range:
    """One over a range, for a factor that divides.

    >>> inverse(Range(low=0.2, value=0.4, high=0.5)).high
    5.0
    """
    part = ranged("factor", factor)
    # The ends change places.
    return Range(low=1 / part.high, value=1 / part.value, high=1 / part.low)


def spread(function: Callable[..., float], **inputs: Range | float) -> Range:
    """The 80 % range of `function(**inputs)`, where some inputs are ranges, others numbers.

    Args:
        function: returns a number above zero.
        inputs: independent of each other; at least one a range.

    Raises:
        TypeError: no input is a range.
        ValueError: a result is not finite or not above zero.

    >>> double = Range(low=1, value=2, high=4)
    >>> volume = spread(lambda a, b, c: a * b * c, a=double, b=double, c=10)
    >>> volume.value, round(volume.high, 1)  # 40 x 2^sqrt(2), not 40 x 4
    (40, 106.6)
    """
    uncertain = {name: value for name, value in inputs.items() if isinstance(value, Range)}
    if not uncertain:
        raise TypeError(f"inputs must hold at least one Range, got {', '.join(inputs)}")
    middle = {
        name: value.value if isinstance(value, Range) else value for name, value in inputs.items()
    }
    value = _result(function(**middle))
    below, above = 0.0, 0.0
    for name, part in uncertain.items():
        ends = [function(**{**middle, name: end}) for end in (part.low, part.high)]
        logs = [math.log(_result(end) / value) for end in ends]
        # By the result, not by the end: a low input may raise it. 0 stands for no change on that
        # side.
        below += min(0.0, *logs) ** 2
        above += max(0.0, *logs) ** 2
    return Range(
        low=value * math.exp(-math.sqrt(below)),
        value=value,
        high=value * math.exp(math.sqrt(above)),
    )


def _result(value: float) -> float:
    return checks.positive("result of the function", value)


def _plain(number: Any) -> Number:
    return float(number) if np.ndim(number) == 0 else number
