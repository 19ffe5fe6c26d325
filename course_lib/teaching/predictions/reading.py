"""Guesses as text: reads what people type ("1e9", "8 billion", "17 %", "3k", "2 weeks", "USD 15
000").

Design choices:
- A guess is read in the unit of its question and returned in the base unit that `fmt` takes.
- Where the question asks for per cent, a bare number is per cent: 17 is 17 %, and 0.17 is 0.17 %.
- A comma followed by groups of three digits groups them ("1,500"); any other single comma is a
  decimal comma ("1,5").
- What cannot be read raises ValueError with a sentence meant for the learner.
- What is said about how to type names units and short forms, never one size: a size is taken for a
  tip.
"""

from __future__ import annotations

import math
import re

from course_lib.display.fmt import SI_UNITS
from course_lib.units import DAY, HOUR, MONTHS_A_YEAR, YEAR

__all__ = ["box_words", "how_to_type", "read"]

# digits with blanks and commas among them, then "e9", then "x 10", then "^9", "**9" or "⁹"
NUMBER = re.compile(
    r"(?P<digits>\d[\d ,]*(?:\.\d+)?|\.\d+)(?:[eE](?P<e>[+-]?\d+))?"
    r"(?:\s*(?:x|\*|×|·)\s*10)?(?P<power>(?:\^|\*\*)\s*[+-]?\d+|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
)
POWERS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
# thin and unbreakable blanks too, and 1'000 and 1_000 as some write them
SPACES = re.compile(r"[\s\u00a0\u2009\u202f_']+")
WORDS = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "quadrillion": 1e15}
# behind a count, where there is no milli: "3m" is three million
SHORT = {
    "k": 1e3,
    "m": 1e6,
    "mio": 1e6,
    "mn": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "g": 1e9,
    "t": 1e12,
    "tn": 1e12,
    "p": 1e15,
}
PREFIXES = {
    "": 1.0,
    "k": 1e3,
    "K": 1e3,
    "M": 1e6,
    "G": 1e9,
    "T": 1e12,
    "P": 1e15,
    "E": 1e18,
    "Z": 1e21,
    "Y": 1e24,
}
PREFIXES |= {"m": 1e-3, "µ": 1e-6, "u": 1e-6, "n": 1e-9}
SPANS = {
    "s": 1.0,
    "sec": 1.0,
    "second": 1.0,
    "ms": 1e-3,
    "µs": 1e-6,
    "us": 1e-6,
    "ns": 1e-9,
    "min": 60.0,
    "minute": 60.0,
}
SPANS |= dict.fromkeys(("h", "hour"), float(HOUR)) | dict.fromkeys(("d", "day"), float(DAY))
SPANS |= {"week": 7.0 * DAY, "month": YEAR / MONTHS_A_YEAR}
SPANS |= dict.fromkeys(("y", "year"), float(YEAR)) | dict.fromkeys(
    ("century", "centurie"), 100.0 * YEAR
)
SHORT_FORMS = "Short forms such as k, million or 1e... work too."
BOXES = {"%": "per cent", "x": "how many times", "USD": "USD", "": "a number", "year": "a year"}
BOXES |= {"FLOP": "a power of ten"}
SENTENCES = {
    "%": "Type a number; it counts as per cent.",
    "x": "Type how many times, as a number.",
    "s": "Type a number and its unit: s, min, h, days or years.",
    "USD": f"Type an amount of dollars. {SHORT_FORMS}",
    "FLOP": "Type a power of ten such as 1e6, 1e12 or 1e18, or a number with MFLOP or TFLOP.",
    "year": "Type a year.",
}
"""How to type a number; where sizes are named, several at once, so that none is taken for a tip."""


def read(text: str, unit: str = "") -> float:
    """The number a learner typed, in the base unit of `fmt`.

    Raises:
        ValueError: no number of that unit can be read; the message is a sentence for the learner.

    >>> read("8 billion"), read("3k"), read("1,5e3")
    (8000000000.0, 3000.0, 1500.0)
    >>> read("17 %", "%"), read("16 GB", "B"), read("2 days", "s")
    (0.17, 16000000000.0, 172800.0)
    """
    plain = SPACES.sub(" ", text).strip()
    plain = re.sub(
        r"^(?:about|around|roughly|circa|ca\.?|~|≈|USD|\$)\s*", "", plain, flags=re.IGNORECASE
    )
    match = NUMBER.match(plain)
    if not plain:
        raise ValueError(f"There is no number yet. {how_to_type(unit)}")
    if match is None:
        told = f"“{text.strip()}” does not start with a number above zero."
        raise ValueError(f"{told} {how_to_type(unit)}")
    factor = _factor(plain[match.end() :].strip(), unit, text)
    try:
        # 12 digits: 0.17 rather than 0.17000000000000001
        number = float(f"{_number(match, text) * factor:.12g}")
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"“{text.strip()[:40]}” is too large to keep. Is there a digit too many?")
    return number


def _number(match: re.Match[str], text: str) -> float:
    """The value of the digits and of a power of ten behind them."""
    digits = match["digits"].strip().replace(" ", "")
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", digits):
        digits = digits.replace(",", "")
    elif digits.count(",") > 1 or ("," in digits and "." in digits):
        raise ValueError(f"The commas in “{text.strip()}” can be read in two ways. Leave them out.")
    base = float(digits.replace(",", ".") + (f"e{match['e']}" if match["e"] else ""))
    power = re.sub(r"[\s^*]", "", match["power"] or "").translate(POWERS)
    if not power:
        return base
    # between digits and power: with "x 10" there is a factor, without it ("10^9") they are raised
    times_ten = "10" in match[0][len(match["digits"]) : match.start("power") - match.start()]
    return base * 10.0 ** int(power) if times_ten else base ** int(power)


def _factor(suffix: str, unit: str, text: str) -> float:
    """What the words behind the digits multiply them with."""
    base = unit.partition("/")[0]
    first, _, rest = suffix.partition(" ")
    if first.lower() in WORDS:
        return WORDS[first.lower()] * _factor(rest, unit, text)
    factor = _unit_factor(suffix, base, unit)
    if factor is None:
        raise ValueError(f"“{suffix}” means nothing here. {how_to_type(unit)}")
    return factor


def _unit_factor(suffix: str, base: str, unit: str) -> float | None:
    """The factor of a unit or short prefix, or None where it is unknown."""
    bare = suffix.removesuffix("/" + unit.partition("/")[2]).strip() if "/" in unit else suffix
    if base == "%":
        return 0.01 if bare.lower() in {"", "%", "percent", "per cent"} else None
    if base == "s":  # as typed first: without its plural s, "s" would be nothing
        return SPANS.get(bare, SPANS.get(bare.lower().removesuffix("s"), 1.0 if not bare else None))
    if base in SI_UNITS or base == "GiB":
        return _si_factor(bare, "B" if base == "GiB" else SI_UNITS[base])
    if bare.lower() in {
        "",
        base.lower(),
        base.lower().removesuffix("s"),
        "x" if base != "x" else "times",
        "fold",
    }:
        return 1.0
    return SHORT.get(bare.lower().removesuffix(base.lower()).strip())


def _si_factor(suffix: str, symbol: str) -> float | None:
    """The factor of "GB", "GFLOP", "kWh", "GiB" or of a prefix alone."""
    if suffix in {"KiB", "MiB", "GiB", "TiB"} and symbol == "B":
        return float(1024 ** ("KMGT".index(suffix[0]) + 1))
    # longest first, and at last no name at all: a prefix alone
    for name in (
        f"{symbol}s",
        symbol,
        "bytes" if symbol == "B" else symbol,
        "byte" if symbol == "B" else symbol,
        "",
    ):
        if suffix.endswith(name) and suffix.removesuffix(name).strip() in PREFIXES:
            return PREFIXES[suffix.removesuffix(name).strip()]
    return None


def box_words(unit: str) -> str:
    """What stands in an empty box: the unit, in a few letters.

    >>> box_words("%"), box_words("B/s"), box_words("tokens"), box_words("")
    ('per cent', 'number and unit', 'tokens', 'a number')
    """
    if unit in BOXES:
        return BOXES[unit]
    base = unit.partition("/")[0]
    return "number and unit" if base == "s" or base in SI_UNITS else unit


def how_to_type(unit: str) -> str:
    """A sentence on how to type a number of that unit; it names no size.

    >>> how_to_type("B/s")
    'Type a number and its unit: B/s, kB/s, MB/s, GB/s or TB/s.'
    >>> how_to_type("verdicts")
    'Type a number (verdicts). Short forms such as k, million or 1e... work too.'
    """
    if unit in SENTENCES:
        return SENTENCES[unit]
    base, slash, per = unit.partition("/")
    if base in SI_UNITS:
        *first, last = [f"{p}{SI_UNITS[base]}{slash}{per}" for p in ("", "k", "M", "G", "T")]
        return f"Type a number and its unit: {', '.join(first)} or {last}."
    return f"Type a number{f' ({unit})' if unit else ''}. {SHORT_FORMS}"
