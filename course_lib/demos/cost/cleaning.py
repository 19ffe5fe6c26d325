"""Cleaning text, in small: drop what was seen before and what is hardly language, and say how fast
that goes.

Design choices:
- The cheap first steps of a real pipeline (CCNet, Wenzek et al. 2019, arXiv 1911.00359, section
  3.1): paragraphs are made alike (small letters, digits to 0, no punctuation), and a hash of each
  tells whether it came before.
- Then a rule of thumb: a paragraph of mostly letters and spaces is kept. Real pipelines also run a
  language model over every page, which costs more than all of this; whoever plans with this rate
  should allow for that.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from course_lib import checks
from course_lib.demos import corpus, measure
from course_lib.demos.measure import Timing

LETTERS = 0.6
"""Share of letters and spaces from which a paragraph counts as language."""
NO_WORD = re.compile(r"[^\w\s]+")
DIGIT = re.compile(r"\d")


@dataclass(frozen=True, kw_only=True, eq=False)
class Cleaned:
    """A text that was cleaned."""

    raw_bytes: int
    """Bytes before."""
    kept_bytes: int
    """Bytes after."""
    timing: Timing
    """Time on one core."""

    @property
    def bytes_per_second(self) -> float:
        """Raw bytes that one core gets through in a second."""
        return self.raw_bytes / self.timing.median_seconds


def clean(paragraphs: Iterable[str]) -> Iterator[str]:
    """The paragraphs that are new and look like language, in their order.

    >>> list(clean(["A line of text.", "a LINE of text!", "0x3f = 12 + {} ;; 99"]))
    ['A line of text.']
    """
    seen: set[bytes] = set()
    for paragraph in paragraphs:
        alike = DIGIT.sub("0", NO_WORD.sub("", paragraph.lower())).strip()
        # 8 bytes a paragraph instead of its text; no secret, so a broken hash is good enough
        mark = hashlib.sha1(alike.encode("utf-8"), usedforsecurity=False).digest()[:8]
        if alike and mark not in seen:
            seen.add(mark)  # also where the next rule drops it: its copies need not be looked at
            if sum(char.isalpha() or char == " " for char in paragraph) >= LETTERS * len(paragraph):
                yield paragraph


def measured(limit: int = 200_000, repeats: int = 3) -> Cleaned:
    """Clean the built-in help, and time it."""
    lines = corpus.text("prose")[: checks.whole("limit", limit)].splitlines()
    kept_bytes = sum(len(line.encode("utf-8")) for line in clean(lines))
    # the line above was the warm-up; `list`, because a generator does nothing until asked
    timing = measure.time_call(lambda: list(clean(lines)), repeats=repeats, warm_ups=0)
    return Cleaned(
        raw_bytes=sum(len(line.encode("utf-8")) for line in lines),
        kept_bytes=kept_bytes,
        timing=timing,
    )
