"""Two small helps of the first lesson: text on one line, and a power of ten as a number of
zeros."""

from __future__ import annotations

import math


def legible(text: str) -> str:
    """The text on one line of plain characters.

    What cannot be shown becomes a dot, and runs of blanks one blank.

    >>> legible("a\\n  b\\x07\\ufffd")
    'a b..'
    """
    shown = "".join(
        char if char.isascii() and (char.isprintable() or char.isspace()) else "." for char in text
    )
    return " ".join(shown.split())


def zeros(amount: float) -> float:
    """The power of ten of an amount: a million has 6 zeros, three million about 6.5.

    >>> zeros(1e6), round(zeros(3e6), 1)
    (6.0, 6.5)
    """
    return math.log10(amount)
