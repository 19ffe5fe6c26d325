"""The one way numbers are shown: `fmt(value, unit)`.

Design choices:
- Values come in SI base units (bytes, seconds, joules, FLOP); people see three significant digits
  and a prefix or word.
- A value is rounded first and scaled afterwards, so that 999.95 never appears as "1000" of the
  smaller unit.
- Whole numbers too small for a prefix are exact: "32 layers", "512 B". Digits are grouped by
  U+202F, a thin space that never breaks a line.
- Prefixes are decimal. Binary bytes are shown only on request, as GiB.
- "%" takes a fraction: `fmt(0.174, "%")` is "17.4 %". Money is "USD 15 000", since a bare dollar
  sign starts a formula.
- Rounding is that of school (half away from zero) on the shortest decimal that names the float.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from numbers import Integral, Real
from typing import Any, Literal

from course_lib.units import DAY, GIB, HOUR, YEAR

GROUP = "\u202f"
SI_UNITS = {unit: unit for unit in ("FLOP", "OP", "B", "bit", "W", "J", "Wh", "Hz")} | {
    "byte": "B",
    "bytes": "B",
}
WHOLE_UNITS = {"FLOP", "OP", "B", "bit"}  # there is no milli-FLOP
# beyond the last, a power of ten reads better than ZFLOP
LARGE = {3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E"}
SMALL = {-3: "m", -6: "µ", -9: "n", -12: "p", -15: "f"}
WORDS = {3: "thousand", 6: "million", 9: "billion", 12: "trillion", 15: "quadrillion"}
SPANS = (("years", YEAR, DAY), ("days", DAY, HOUR), ("h", HOUR, 60), ("min", 60, 1))
"""Names of times, their seconds, and the seconds of the next smaller one; a year has 365.25
days."""
REFUSED = re.compile(  # prefixes and near misses: these would be counted as nouns
    r"[kMGTPEZY](B|bit|FLOP|Wh?|J|Hz)|[kMT]iB|FLOPS|FLOPs|flops?"
    r"|[mnµu]s|seconds?|min|minutes?|h|hours?|days|years|percent|\$"
)

__all__ = ["fmt", "short"]


def fmt(
    value: float, unit: str = "", digits: int | Literal["all"] = 3, *, exact: bool = False
) -> str:
    """A number as people read it, with its unit.

    Args:
        value: a finite number in the base unit named by `unit`; numpy scalars too, arrays not.
        unit: "FLOP", "OP" (of whole numbers), "byte" or "B", "bit", "W", "J", "Wh", "Hz" (decimal
            prefixes); "GiB" (value in bytes); "s" (humane
            units up to years); "%" (value is a fraction); "x" (a ratio); "USD"; "year" (of the
            calendar); or the plural of what is counted, such as "parameters", or nothing. "A/B"
            shows the value in A with "/B" behind it.
        digits: significant digits, or "all" for every digit of a whole number.
        exact: the same as digits="all".

    Raises:
        TypeError: `value` is no real number (None, text, bool, array, complex).
        ValueError: `value` is not finite, `unit` carries a prefix already, or `digits` is below 1.

    >>> fmt(16_060_522_496, "B"), fmt(0.174, "%"), fmt(3, "x")
    ('16.1 GB', '17.4 %', '3.00x')
    >>> fmt(15_000, "USD").replace(GROUP, " ")
    'USD 15 000'
    >>> fmt(8_030_261_248, "parameters"), fmt(8_030_261_248, exact=True).replace(GROUP, " ")
    ('8.03 billion parameters', '8 030 261 248')
    >>> fmt(999.95, "W"), fmt(0.0021, "s"), fmt(1e10, "s"), fmt(3.35e12, "B/s")
    ('1.00 kW', '2.10 ms', '317 years', '3.35 TB/s')
    """
    number = _decimal(value)
    base, slash, per = unit.partition("/")
    if REFUSED.fullmatch(base) or (slash and not per.strip()):
        raise ValueError(
            f"unit={unit!r}: must be a base unit without prefix "
            "(FLOP, B, s, W, J, Wh, Hz, %, x, USD)"
        )
    if exact or digits == "all":
        return _exact(number, base) + slash + per
    if not isinstance(digits, int) or isinstance(digits, bool) or digits < 1:
        raise ValueError(f'digits={digits!r}: must be a whole number of at least 1, or "all"')
    return _shown(number, base, digits) + slash + per


def short(value: float, unit: str = "") -> str:
    """The number as `fmt` shows it, without trailing zeros: for ticks of an axis and for round
    limits.

    >>> short(0.5, "%"), short(1e12, "parameters"), short(1.9, "x"), short(250, "W")
    ('50 %', '1 trillion parameters', '1.9x', '250 W')
    """
    # a point with zeros only goes as a whole; else the zeros behind the last other digit go, and
    # \1 is what stood before them. (?!\d): the zeros must be at the end of the number
    return re.sub(r"\.0+(?!\d)|(\.\d*[1-9])0+(?!\d)", r"\1", fmt(value, unit))


def group(digits: str) -> str:
    """Digits in groups of three, from the right; a part behind the point is left alone.

    >>> group("1234567.25").replace(GROUP, " ")
    '1 234 567.25'
    """
    whole, point, rest = digits.partition(".")
    # an empty place: behind it three, six, ... digits up to the end, before it another digit
    return re.sub(r"(?<=\d)(?=(\d{3})+$)", GROUP, whole) + point + rest


def _decimal(value: Any) -> Decimal:
    """The number as a decimal; of a float that is not whole, the 15 digits that mean something.

    >>> _decimal(0.1 + 0.2), _decimal(2.0000000000000004), _decimal(5.0)
    (Decimal('0.3'), Decimal('2'), Decimal('5.0'))
    """
    # numpy's bool is known by its name, so that numpy need not be imported
    if isinstance(value, bool) or type(value).__name__ == "bool_" or not isinstance(value, Real):
        raise TypeError(f"value={value!r}: must be a real number, not {type(value).__name__}")
    if isinstance(value, Integral):
        return Decimal(int(value))
    as_float = float(value)
    if not math.isfinite(as_float):
        raise ValueError(f"value={value!r}: must be finite")
    if as_float.is_integer():
        return Decimal(repr(as_float))
    # The last two of a float's 17 digits hang on the order in which a sum was taken. Shown or
    # rounded on, they would make 2.00 of a whole 2, and tip halves either way.
    return Decimal(f"{as_float:.15g}")


def _shown(number: Decimal, base: str, digits: int) -> str:
    """The number in the manner of its unit."""
    if base in SI_UNITS:
        return _si(number, SI_UNITS[base], digits)
    if base == "s":
        return _seconds(number, digits)
    if base == "GiB":
        return f"{_plain(number / GIB, digits)} GiB"
    if base == "%":
        return f"{_plain(number * 100, digits)} %"
    if base == "x":
        return f"{_plain(number, digits)}x"
    if base == "year":
        return f"{number:.0f}"
    if base == "USD":
        # `adjusted` is the first digit's power of ten: all digits before the point, two for cents
        cents = number.adjusted() + 3 if 1 <= abs(number) < 1000 else digits
        return f"USD {_count(number, max(digits, cents), words_from=6)}"
    return _named(_count(number, digits), base, number)


def _round(number: Decimal, digits: int) -> Decimal:
    """Rounded to significant digits, half away from zero."""
    return Context(prec=digits, rounding=ROUND_HALF_UP).plus(number)


def _text(rounded: Decimal, digits: int) -> str:
    """A rounded number with as many decimals as its significant digits ask for."""
    return group(f"{rounded:.{max(0, digits - 1 - rounded.adjusted())}f}")


def _plain(number: Decimal, digits: int) -> str:
    """Digits without prefix or word; those before the point are all kept. Very far from one: a
    power of ten."""
    if number == 0:
        return "0"
    rounded = _round(number, max(digits, number.adjusted() + 1))
    return _text(rounded, digits) if -5 <= rounded.adjusted() < 9 else _power(number, digits)


def _power(number: Decimal, digits: int) -> str:
    rounded = _round(number, digits)
    raised = str(rounded.adjusted()).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{_text(rounded.scaleb(-rounded.adjusted()), digits)} × 10{raised}"


def _scaled(number: Decimal, digits: int, steps: dict[int, str]) -> str:
    """Digits and the largest prefix or word of `steps` that fits the rounded number; past the last,
    a power of ten."""
    rounded = _round(number, digits)
    # chosen by the rounded number: 999.95 rounds to 1000, and that is 1.00 of the next prefix
    power = max((p for p in steps if p <= rounded.adjusted()), default=None)
    if power is None or rounded.adjusted() > power + 2:
        return f"{_power(number, digits)} "
    return f"{_text(rounded.scaleb(-power), digits)} {steps[power]}"


def _si(number: Decimal, symbol: str, digits: int) -> str:
    if number == 0 or (abs(number) < 1000 and number == number.to_integral_value()):
        return f"{number:.0f} {symbol}"
    size = _round(number, digits).adjusted()
    if 0 <= size < 3 or (size < 0 and symbol in WHOLE_UNITS):
        return f"{_plain(number, digits)} {symbol}"
    return _scaled(number, digits, SMALL if size < 0 else LARGE) + symbol


def _seconds(number: Decimal, digits: int) -> str:
    for name, seconds, smaller in SPANS:
        rounded = abs(_round(number / smaller, digits)) * smaller  # 59.96 s would show as 60.0 s
        if max(abs(number), rounded) >= seconds:
            # rounding may have lifted it here from just below one
            span = max(abs(number) / seconds, Decimal(1)).copy_sign(number)
            return _named(_count(span, digits), name, span)
    return _si(number, "s", digits)


def _count(number: Decimal, digits: int, words_from: int = 4) -> str:
    """A count: plain digits below ten to the power `words_from`, then words."""
    if number == number.to_integral_value() and number.adjusted() < words_from:
        return group(f"{number:.0f}")
    if _round(number, max(digits, number.adjusted() + 1)).adjusted() < words_from:
        return _plain(number, digits)
    return _scaled(number, digits, WORDS).strip()


def _named(text: str, noun: str, number: Decimal) -> str:
    """The count with its noun; exactly one takes the singular."""
    if number == 1 and noun.endswith("s") and not noun.endswith("ss"):
        noun = noun[:-1]
    return f"{text} {noun}".strip()


def _exact(number: Decimal, base: str) -> str:
    """Every digit of a whole number."""
    if base in {"%", "x", "s", "GiB"}:
        raise ValueError(
            f"unit={base!r}: every digit is shown for counts, bytes, FLOP and money only"
        )
    if number != number.to_integral_value():
        raise ValueError(f"value={number}: every digit is shown for whole numbers only")
    digits = group(f"{number:.0f}")
    if base == "USD":
        return f"USD {digits}"
    return f"{digits} {SI_UNITS[base]}" if base in SI_UNITS else _named(digits, base, number)
