"""The record of how far estimates of one kind lie from what was published.

Design choices:
- The ends are those of the ratio of published to estimated value. They come from errors of
  estimates whose constants were fitted without the group that a row belongs to, so they hold what
  a new group of rows does to an estimate.
- A spread is of one kind of estimate under one kind of circumstance. There is no one factor for
  all.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib.catalog.record import check_fields
from course_lib.catalog.records.source import Source


@dataclass(frozen=True, kw_only=True, eq=False)
class Spread:
    """The 80 % range of published over estimated values, for one kind of estimate.

    >>> from course_lib.catalog import spreads
    >>> steps = spreads["step-told"]
    >>> steps.low < 1 < steps.high
    True
    """

    name: str
    """Which estimates it is of, in words."""
    used: str
    """Module of `course_lib` that reads it."""
    low: float
    """Published over estimated value: the 10th percentile."""
    high: float
    """The 90th percentile."""
    rows: int
    """Published rows that it comes from; 0 where it is assumed."""
    groups: int
    """Groups of rows among them."""
    median_error: float
    """Median of the absolute binary logarithm of that ratio."""
    within_quarter: float
    """Share of the rows whose estimate is within a factor of 1.25."""
    source: Source
    """Where the rows stand, and when this was reckoned."""
    notes: str = ""
    """What else to know."""

    def __post_init__(self) -> None:
        check_fields(self, zero=("rows", "groups", "median_error", "within_quarter"))
        if not self.low <= 1 <= self.high:
            raise ValueError(f"low and high must enclose 1, got {self.low} and {self.high}")
