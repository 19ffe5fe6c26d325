"""What is said about a guess once the result is known.

Rules for the words:
- A guess within 25 % (a factor of 1.25 either way) is close, and praised.
- A guess further off has one distance in one scale: its factor below ten ("3.4 times too much"),
  powers of ten from ten on ("2 powers of ten too little"), to the nearest half.
- What is rounded a good deal is "about" so much. A factor that rounds to ten is told in powers.
- A guess that is shown with the digits of the result is right, whatever stands behind them.
- To zero there is no factor: only "too much" or "too little".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from course_lib.display.fmt import fmt, short

CLOSE = 1.25
"""The largest factor between guess and result that is called close."""
ABOUT = 0.05
"""Powers of ten between a distance and the half it is rounded to, from which on it is "about"."""

__all__ = ["CLOSE", "Distance", "compare", "distance", "pairs"]


@dataclass(frozen=True, kw_only=True)
class Distance:
    """How far a guess lies from a result."""

    words: str
    """The distance in words, without a point."""
    close: bool
    """Whether it deserves praise."""
    way: int
    """1 for too much, -1 for too little, 0 for right."""


def compare(guess: float, value: float, unit: str = "") -> str:
    """What is said about a guessed number: both, and the distance between them.

    >>> compare(0.6, 0.174, "%")
    'You said **60 %**, it is **17.4 %**: 3.4 times too much.'
    >>> compare(1.7e10, 1.74e10, "B")
    'You said **17 GB**, it is **17.4 GB**: close, within 3 %.'
    >>> compare(100, 1e6, "tokens")
    'You said **100 tokens**, it is **1.00 million tokens**: 4 powers of ten too little.'
    """
    text = f"You said **{short(guess, unit)}**, it is **{fmt(value, unit)}**"
    return f"{text}: {distance(guess, value, unit).words}."


def distance(guess: float, value: float, unit: str = "") -> Distance:
    """The distance of a guess from a result by the rules above.

    Args:
        guess: the guess in the base unit.
        value: the result in the base unit.
        unit: the unit of `fmt` both are shown in: it decides which digits are seen.
    """
    if guess == value:
        return Distance(words="exactly right", close=True, way=0)
    if short(guess, unit) == short(value, unit):
        return Distance(words="right in every digit shown", close=True, way=0)
    way = 1 if guess > value else -1
    told = "too much" if guess > value else "too little"
    if guess <= 0 or value <= 0:
        return Distance(words=told, close=False, way=way)
    factor = max(guess / value, value / guess)
    if round(factor, 9) <= CLOSE:
        # rounded before it is rounded up: 3.0000000000000027 is 3, not 4
        share = math.ceil(round(100 * (factor - 1), 6))
        return Distance(words=f"close, within {share} %", close=True, way=way)
    decades = abs(math.log10(guess) - math.log10(value))
    return Distance(words=f"{_size(factor, decades)} {told}", close=False, way=way)


def _size(factor: float, decades: float) -> str:
    """A factor in words: itself below ten, else in powers of ten."""
    shown = f"{factor:.2g}"  # no zero behind the point: "3 times", not "3.0 times"
    if float(shown) < 10:
        return f"{shown} times"
    halves = round(2 * decades) / 2
    about = "about " if abs(decades - halves) > ABOUT else ""
    return about + ("one power of ten" if halves == 1 else f"{halves:g} powers of ten")


def pairs(guess: Sequence[str], order: Sequence[str]) -> str:
    """How many pairs of a guessed order stand as in the right one.

    >>> pairs(["b", "a", "c"], ["a", "b", "c"])
    'You had 2 of 3 pairs in the right order.'
    """
    right, all_pairs = right_pairs(guess, order)
    return f"You had {right} of {all_pairs} pairs in the right order."


def right_pairs(guess: Sequence[str], order: Sequence[str]) -> tuple[int, int]:
    """Pairs of a guessed order that stand as in the right one, and all pairs.

    >>> right_pairs(["b", "a", "c"], ["a", "b", "c"])
    (2, 3)
    """
    both = list(combinations(order, 2))
    return sum(guess.index(first) < guess.index(second) for first, second in both), len(both)
