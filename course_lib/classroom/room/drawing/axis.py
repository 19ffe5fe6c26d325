"""A logarithmic axis in SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from course_lib.display.fmt import short
from course_lib.units import DAY, HOUR, YEAR

SPANS = (1.0, 60.0, float(HOUR), float(DAY), 30.0 * DAY, float(YEAR))
"""Ticks of times between a second and a year; a month is not named, but keeps the distance."""
MONTH = 30.0 * DAY
WIDE, NARROW = 760.0, 380.0
"""Widths of a picture in its own units, of which letters take 15: for a projector, for a phone."""
CHARACTER = 8.0
"""Width of a label's character, in units of the picture, rather too much."""

__all__ = ["NARROW", "WIDE", "LogAxis", "line", "log_axis", "text"]


@dataclass(frozen=True, kw_only=True)
class LogAxis:
    """From which value to which, between two places of a picture."""

    low: float
    """Value at the left end, above zero."""
    high: float
    """Value at the right end."""
    left: float
    """Place of the left end."""
    right: float
    """Place of the right end."""

    def place(self, value: float) -> float:
        """Where a value lies; beyond the ends it lies at them.

        >>> LogAxis(low=1, high=100, left=0, right=200).place(10)
        100.0
        """
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.left + (self.right - self.left) * min(1.0, max(0.0, share))

    def ticks(self, unit: str) -> list[tuple[float, str]]:
        """Value and label of each tick, so few that no two labels touch."""
        values = _tick_values(self.low, self.high, unit)
        for step in range(1, len(values) + 1):
            kept = [(value, short(value, unit)) for value in values[::step]]
            if all(self._apart(*two) for two in pairwise(kept)):
                return kept
        return []

    def _apart(self, one: tuple[float, str], other: tuple[float, str]) -> bool:
        room = (len(one[1]) + len(other[1])) / 2 * CHARACTER
        return self.place(other[0]) - self.place(one[0]) > room


def log_axis(values: Sequence[float], left: float, right: float) -> LogAxis:
    """An axis of whole powers of ten that holds all values above zero; at least two of them."""
    logs = [math.log10(value) for value in values if value > 0] or [0.0]
    low, high = math.floor(min(logs)), math.ceil(max(logs))
    while high - low < 2:
        # towards the side that has less room
        low, high = (low - 1, high) if min(logs) - low < high - max(logs) else (low, high + 1)
    return LogAxis(low=10.0**low, high=10.0**high, left=left, right=right)


def _tick_values(low: float, high: float, unit: str) -> list[float]:
    powers = range(round(math.log10(low)), round(math.log10(high)) + 1)
    if unit != "s":
        return [10.0**power for power in powers]
    # times are not counted in powers of ten between a second and a year
    small = [10.0**power for power in powers if power < 0]
    years = [YEAR * 10.0**power for power in range(1, 30)]
    spans = [span for span in SPANS if span != MONTH]
    return [value for value in (*small, *spans, *years) if low <= value <= high]


def text(x: float, y: float, words: str, kind: str = "label", anchor: str = "middle") -> str:
    """Words in a picture."""
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """A line in a picture."""
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'
