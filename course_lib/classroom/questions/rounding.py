"""One unit for all choices of a question, and three significant digits.

Design choices: choices side by side are compared as numbers, so they share one unit, that of the
answer's size; it is told in the question. Rounding is that of `fmt`, half away from zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from course_lib.display.fmt import fmt, group
from course_lib.units import DAY, HOUR, YEAR

DIGITS = 3
"""Significant digits of every choice that is no whole number."""
PREFIXES = ("", "k", "M", "G", "T", "P", "E")
WORDS = ((1e6, "million"), (1e9, "billion"), (1e12, "trillion"))
SPANS = ((1e-6, "µs"), (1e-3, "ms"), (1.0, "s"), (120.0, "minutes"))
LONG_SPANS = ((2 * HOUR, "hours"), (2 * DAY, "days"), (2 * YEAR, "years"))
SIZES = {"minutes": 60.0, "hours": float(HOUR), "days": float(DAY), "years": float(YEAR)}
TOLD = {
    "µs": "microseconds (µs)",
    "ms": "milliseconds (ms)",
    "s": "seconds (s)",
    "%": "per cent",
    "USD": "US dollars",
    "B": "bytes (B)",
    "J": "joules (J)",
    "Wh": "watt-hours (Wh)",
    "kg": "kilograms (kg)",
    "t": "tonnes (t)",
}
"""Units in full, where the symbol alone may not be known."""

__all__ = ["Scale", "rounded", "scale"]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """A unit of a certain size."""

    size: float
    """How much of the base unit one of it is."""
    unit: str
    """Its name, as it stands behind a number."""

    @property
    def told(self) -> str:
        """The unit in full, to follow "Answer".

        >>> Scale(size=1.0, unit="x").told, Scale(size=1e-3, unit="ms").told
        ('as a factor (x)', 'in milliseconds (ms)')
        """
        if self.unit == "x":
            return "as a factor (x)"
        if self.unit.startswith("×"):
            return f"in units of {self.unit.removeprefix('× ')}"
        return f"in {TOLD.get(self.unit, self.unit)}" if self.unit else "with a number"

    def text(self, number: float) -> str:
        """A number of this unit with the unit.

        >>> Scale(size=1e-3, unit="ms").text(4.79), Scale(size=1.0, unit="USD").text(0.012)
        ('4.79 ms', 'USD 0.0120')
        """
        if self.unit == "USD":
            return f"USD {_plain(number)}"
        return f"{_plain(number)}{'' if self.unit == 'x' else ' '}{self.unit}".strip()


def scale(value: float, unit: str) -> Scale:
    """The unit in which a number of that size is best read.

    Args:
        value: a number above zero, in the base unit.
        unit: "s", "B", "FLOP", "Wh" or "J" (prefixes), "%" (of a fraction), "USD", "kg"; anything
            else is what is counted, or a unit of its own, such as "tokens" or "FLOP/B".

    >>> scale(0.00479, "s").unit, scale(16.1e9, "B").unit, scale(3.8e25, "FLOP").unit
    ('ms', 'GB', '× 10²⁴ FLOP')
    >>> scale(8.03e9, "weights").unit, scale(800, "users").unit, scale(2e6, "USD").unit
    ('billion weights', 'users', 'million USD')
    """
    if unit == "s":
        size, name = [each for each in (*SPANS, *LONG_SPANS) if each[0] <= max(value, 1e-6)][-1]
        return Scale(size=SIZES.get(name, size), unit=name)
    if unit == "%":
        return Scale(size=0.01, unit="%")
    if unit == "kg":
        return Scale(size=1000.0, unit="t") if value >= 1000 else Scale(size=1.0, unit="kg")
    if unit in {"B", "FLOP", "Wh", "J", "FLOP/s", "B/s", "W"}:
        return _prefixed(value, unit)
    size, word = next(((s, w) for s, w in reversed(WORDS) if value >= s), (1.0, ""))
    return Scale(size=size, unit=f"{word} {unit}".strip())


def _prefixed(value: float, unit: str) -> Scale:
    """A decimal prefix, or a power of ten past the last one."""
    steps = max(0, Decimal(repr(float(value))).adjusted() // 3)
    if steps < len(PREFIXES):
        return Scale(size=1000.0**steps, unit=PREFIXES[steps] + unit)
    raised = str(3 * steps).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return Scale(size=1000.0**steps, unit=f"× 10{raised} {unit}")


def rounded(value: float, digits: int = DIGITS) -> float:
    """A number with so many significant digits, half away from zero.

    >>> rounded(4.785), rounded(0.0124999), rounded(1234.5)
    (4.79, 0.0125, 1230.0)
    """
    # 15 digits: the last ones of a float hang on the order of its sums
    return float(Context(prec=digits, rounding=ROUND_HALF_UP).plus(Decimal(f"{value:.15g}")))


def _plain(number: float) -> str:
    """The digits of a rounded number, three of them at least; very large ones in words.

    >>> _plain(2.0), _plain(1230.0).replace(chr(0x202F), " "), _plain(12e6), _plain(0.5)
    ('2.00', '1 230', '12.0 million', '0.500')
    """
    if number >= 1e6 or 0 < number < 1e-4:
        return fmt(number)
    decimal = Decimal(repr(float(number)))
    places = max(0, DIGITS - 1 - decimal.adjusted()) if number else 0
    return group(f"{decimal:.{places}f}")
