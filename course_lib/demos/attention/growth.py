"""The power of the length that a cost grows with, fitted through points, with its range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course_lib import checks

__all__ = ["Exponent", "exponent"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Exponent:
    """The power of the length that a cost grows with, and how far it depends on single points."""

    value: float
    """Slope of the straight line through the logarithms of all points."""
    smallest: float
    """The smallest slope when one point is left out."""
    largest: float
    """The largest slope when one point is left out."""

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.smallest:.2f} to {self.largest:.2f})"


def exponent(lengths: Sequence[float], costs: Sequence[float]) -> Exponent:
    """Fit cost = constant x length^exponent; again with each point left out in turn (jackknife).

    Raises:
        ValueError: fewer than three points, or one that is not above zero.

    >>> str(exponent([1, 2, 4, 8], [3, 12, 48, 192]))
    '2.00 (2.00 to 2.00)'
    """
    x, y = np.log(checks.positive("lengths", lengths)), np.log(checks.positive("costs", costs))
    if x.shape != y.shape or x.ndim != 1 or len(x) < 3:
        raise ValueError(
            f"lengths and costs must be as many, and at least 3, got {x.shape} and {y.shape}"
        )
    slope = lambda chosen: float(np.polyfit(x[chosen], y[chosen], 1)[0])  # noqa: E731
    without_one = [slope(np.arange(len(x)) != left_out) for left_out in range(len(x))]
    return Exponent(
        value=slope(np.full(len(x), True)), smallest=min(without_one), largest=max(without_one)
    )
