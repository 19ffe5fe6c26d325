"""The record of a constant of the estimators: what machines and programs reach, and how it was
found.

Design choices:
- `low` and `high` say how far the constant may move, not how far an estimate errs: between them
  lie the values that single data sets want, or that sources state.
- `found` tells apart what was fitted to published rows, measured or stated by somebody, and
  assumed for want of better.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib.catalog.record import check_fields
from course_lib.catalog.records.source import Source

UNITS = ("share", "ratio", "seconds", "bytes", "bytes/parameter", "elements", "1/hour")
FOUND = ("fitted", "measured", "stated", "assumed")


@dataclass(frozen=True, kw_only=True, eq=False)
class Efficiency:
    """One constant of the estimators.

    >>> from course_lib.catalog import efficiency
    >>> reached = efficiency["link-reached"]
    >>> reached.unit, reached.low <= reached.value <= reached.high
    ('share', True)
    """

    name: str
    """What it says, in words."""
    used: str
    """Module of `course_lib.estimators` that reads it."""
    value: float
    """The number, in `unit`."""
    low: float
    """Least value that single data sets or sources want."""
    high: float
    """Largest of them."""
    unit: str
    """share (of one), ratio, seconds, bytes, bytes/parameter, elements or 1/hour."""
    found: str
    """fitted to published rows, measured, stated by its source, or assumed."""
    how: str
    """On which rows or by which argument, and what else was tried."""
    source: Source
    """Where the rows or the number stand."""

    def __post_init__(self) -> None:
        check_fields(self, zero=("value", "low", "high"), choices={"unit": UNITS, "found": FOUND})
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"value must lie between low and high, got {self.value} beside {self.low} and "
                f"{self.high}"
            )
        if self.unit == "share" and self.high > 1:
            raise ValueError(f"high must be at most 1 for a share, got {self.high}")
