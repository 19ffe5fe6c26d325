"""Amounts of `course plan`: read as people write them, and shown so that a line of a table has one
unit.

Design choices:
- The estimate picks the unit, and both ends of its range are shown in that unit: "12.4 days, 8.1 to
  19.3 days", never days beside years.
- What is picked from are the units that `fmt` uses; money and counts have words in place of
  prefixes.
"""

from __future__ import annotations

import math
import re

from course_lib.display.fmt import fmt
from course_lib.errors import CourseError
from course_lib.estimators.ranges import Range
from course_lib.units import DAY, HOUR, YEAR

SUFFIX = {"": 1, "k": 1e3, "m": 1e6, "b": 1e9, "g": 1e9, "t": 1e12, "p": 1e15}
WORDS = ((1e15, "quadrillion"), (1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
NAMED = SUFFIX | {word: size for size, word in (*WORDS, (1e3, "thousand"))}
AMOUNT = re.compile(
    rf"(\d+(?:\.\d+)?(?:e\+?\d+)?)({'|'.join(filter(None, NAMED))})?(?:tokens)?", re.IGNORECASE
)
PREFIXES = ((1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))
SCALES: dict[str, tuple[tuple[float, str], ...]] = {
    "s": (
        (YEAR, "years"),
        (DAY, "days"),
        (HOUR, "h"),
        (60.0, "min"),
        (1.0, "s"),
        (1e-3, "ms"),
        (1e-6, "µs"),
    ),
    "B": tuple((size, prefix + "B") for size, prefix in PREFIXES),
    "J": tuple((size * HOUR, prefix + "Wh") for size, prefix in PREFIXES),
    "kg": ((1e9, "million tonnes"), (1e3, "tonnes"), (1.0, "kg"), (1e-3, "g"), (1e-6, "mg")),
    "%": ((0.01, "%"),),
    "USD": (*WORDS, (1.0, "")),
    "": (*WORDS, (1.0, "")),
}
"""For each unit of the data the sizes that people read, the largest first. Energy is read in
watt-hours."""


class PlanError(CourseError, ValueError):
    """A plan that cannot be made or read; the message names what would work."""


def amount(text: str) -> float:
    """A number of tokens as people write it.

    Raises:
        PlanError: it is no such number, or not above zero.

    >>> amount("15T"), amount("2e12"), amount("300 000"), amount("15.0 trillion tokens")
    (15000000000000.0, 2000000000000.0, 300000.0, 15000000000000.0)
    """
    match = AMOUNT.fullmatch(re.sub(r"[\s_,]", "", text))
    value = float(match[1]) * NAMED[(match[2] or "").casefold()] if match else math.inf
    if not match or not math.isfinite(value) or value < 1:
        raise PlanError(
            f"--tokens must be a number such as 15T, 300B, 2e12 or 15 trillion, got {text!r}"
        )
    return value


def together(value: Range, unit: str) -> tuple[str, str]:
    """A range as two texts: the estimate, and its two ends, all three in one unit.

    Args:
        value: a range of single numbers, in the unit of the data.
        unit: that unit, one of `SCALES`.

    >>> together(Range(low=7e5, value=1.07e6, high=1.7e6), "s")
    ('12.4 days', '8.10 to 19.7 days')
    >>> together(Range(low=8e5, value=1.2e6, high=1.9e6), "USD")
    ('USD 1.20 million', 'USD 0.800 to 1.90 million')
    """
    low, middle, high = value.ends
    # The one that the rounded estimate reaches; the smallest for what is smaller still.
    scales = SCALES[unit]
    size, name = next((each for each in scales if _rounded(middle) >= each[0]), scales[-1])
    shown = [_plain(end / size) for end in (low, middle, high)]
    front, back = ("USD ", f" {name}".rstrip()) if unit == "USD" else ("", f" {name}".rstrip())
    return f"{front}{shown[1]}{back}", f"{front}{shown[0]} to {shown[2]}{back}"


def _rounded(number: float) -> float:
    """To three digits: 999.9 is shown as 1000, which is 1 of the next unit."""
    return float(f"{number:.3g}")


def _plain(number: float) -> str:
    """Three digits without word or prefix; larger numbers rounded to three, zeros behind."""
    # Above 10 000 `fmt` takes words, and keeps every digit before the point.
    return fmt(number) if number < 9999.5 else fmt(round(_rounded(number)), exact=True)
