"""An answer in words, looked at for its structure: how long, which numbers and units, which words.

Design choices:
- Only what is there or not there is told: no meaning is guessed. What a text says is for a person
  to judge.
- Everything errs towards accepting: a number may be written out, a unit may stand a few words after
  it, and a word counts by how it begins.
- A check that refuses for want of a word asks for that word, and the task names it as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from reprlib import repr as shortened

# a number; a word, which may end in digits ("K2"); a percent sign; a sign of money
PIECE = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_][^\W_]*|[%$€£]")
DIGITS = re.compile(r"\d")
WRITTEN = {
    *("half", "halves", "third", "thirds", "quarter", "quarters", "tenth", "dozen"),
    *("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twenty", "thirty"),
    *("forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
    *("hundred", "thousand", "million", "billion", "trillion"),
}
"""Words that are numbers. "One" is left out: it mostly is none."""
JOINING = {
    *("because", "since", "so", "as", "therefore", "thus", "hence", "due", "reason", "why"),
    *("means", "mean", "meaning", "follows", "otherwise", "if", "unless", "only", "while"),
    *("given", "thanks", "makes", "would"),
}
"""Words that join a reason or a condition to what it is for."""
NEAR = 3
"""How many words after a number its unit may stand."""
MONEY = {"$": "usd", "€": "euro", "£": "pound"}
"""Signs of money, read as words. Such a word may stand right before its number, too."""
BEFORE = (*MONEY.values(), "dollar", "eur", "gbp")

__all__ = ["Words", "in_words"]


@dataclass(frozen=True)
class Words:
    """The words, numbers and signs of a text, in order and in small letters."""

    pieces: tuple[str, ...]

    @property
    def length(self) -> int:
        """Words, numbers among them."""
        return len(self.pieces)

    @property
    def numbers(self) -> int:
        """Numbers in it: digits that stand together, or a run of words such as "two thousand"."""
        return sum(
            _is_number(piece) and not (place and _is_number(self.pieces[place - 1]))
            for place, piece in enumerate(self.pieces)
        )

    @property
    def joins(self) -> bool:
        """Whether a word such as "because", "so" or "if" joins a reason or a condition to the
        rest."""
        return not JOINING.isdisjoint(self.pieces)

    def has(self, *starts: str) -> bool:
        """Whether a word begins with one of `starts` (small letters)."""
        return any(piece.startswith(starts) for piece in self.pieces)

    def measures(self, *units: str) -> bool:
        """Whether one of `units` (how the words begin, or "%") follows a number within a few words;
        a unit of money may stand right before it."""
        return any(
            any(piece.startswith(units) for piece in self.pieces[place + 1 : place + 1 + NEAR])
            or any(
                piece.startswith(BEFORE) and piece.startswith(units)
                for piece in self.pieces[max(place - 1, 0) : place]
            )
            for place, piece in enumerate(self.pieces)
            if _is_number(piece)
        )


def in_words(text: object) -> Words:
    """A text's structure, for the check of an answer in words.

    Raises:
        AssertionError: it is no text.

    >>> text = in_words("Full attention, because 30 000 tokens pass through 32 layers.")
    >>> text.length, text.numbers, text.joins, text.measures("token"), text.has("window")
    (10, 2, True, True, False)
    """
    if not isinstance(text, str):
        raise AssertionError(
            f"An answer in words is a text between quotes: yours is {shortened(text)}."
        )
    return Words(tuple(_pieces(text.lower())))


def _pieces(text: str) -> Iterator[str]:
    """Words and numbers; letters right behind digits, as in "30k", stay apart from them."""
    for match in PIECE.finditer(text):
        yield MONEY.get(match.group(), match.group())


def _is_number(piece: str) -> bool:
    return bool(DIGITS.match(piece)) or piece in WRITTEN
