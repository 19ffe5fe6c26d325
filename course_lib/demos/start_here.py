"""Small helps of the first lesson: what a model writes while it learns, text on one line, and a
power of ten as a number of zeros."""

from __future__ import annotations

import math
from collections.abc import Sequence

from course_lib.demos.tiny_gpt import TinyGPT, write


def legible(text: str) -> str:
    """The text on one line of plain characters.

    What cannot be shown becomes a dot, and so does a dollar sign, which a page would take for
    mathematics; runs of blanks become one blank.

    >>> legible("a\\n  b\\x07\\ufffd")
    'a b..'
    """
    shown = "".join(
        char if char.isascii() and (char.isprintable() or char.isspace()) else "." for char in text
    ).replace("$", ".")
    return " ".join(shown.split())


def zeros(amount: float) -> float:
    """The power of ten of an amount: a million has 6 zeros, three million about 6.5.

    >>> zeros(1e6), round(zeros(3e6), 1)
    (6.0, 6.5)
    """
    return math.log10(amount)


class Watch:
    """What a model writes while it is trained: hand it to `tiny_gpt.train` as `progress`."""

    def __init__(self, model: TinyGPT, at: Sequence[int], prompt: str = "The ") -> None:
        """Watch a model.

        Args:
            model: what is trained.
            at: the steps after which it writes, from 0.
            prompt: what it continues.
        """
        self.model = model
        self.at = frozenset(at)
        self.prompt = prompt
        self.seen: list[tuple[int, float, str]] = []
        """Step, loss, and what it wrote then."""

    def __call__(self, step: int, loss: float) -> None:
        """Take note after one step."""
        if step in self.at:
            text = write(self.model, self.prompt, tokens=70, temperature=0.6)
            self.seen.append((step, loss, legible(text)))
