"""How many of a run's hours its steps account for: of published runs in all, of the quicker half
and of the slower half.

Design choices:
- A run takes longer than its steps would at best: restarts, evaluation, slow machines, untuned
  programs. `Pace.steps_share` is the part of a run's device hours that the steps account for.
- All three paces come from the published device hours of full runs: the share is the median of
  estimate over published hours (`facts/efficiency/`), and four rows in five lie between the two
  ends (`facts/spreads.toml`).
- Hardly any row says how well its program was tuned. "tuned" is therefore the quicker half of the
  rows and "untuned" the slower half: what sets them apart is the program, and the layout and the
  failures too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from course_lib import checks
from course_lib.catalog.constants import constant, spread
from course_lib.checks import Number

CODES: Mapping[str, str] = MappingProxyType(
    {
        "published": "published runs",
        "tuned": "the quicker half of published runs",
        "untuned": "the slower half of published runs",
    }
)
"""What `code` may say, and which runs are meant by it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Pace:
    """How quick a run is for the steps it takes."""

    steps_share: Number
    """Hours that the steps of the quickest layout would take, over those that the run takes."""
    low: float
    """Published over estimated hours: a tenth of the rows lie below."""
    high: float
    """And a tenth above."""
    words: str
    """Which runs it is taken from."""


def pace(code: str) -> Pace:
    """The pace of published runs, or of the quicker or the slower half of them.

    >>> pace("untuned").steps_share < pace("published").steps_share < pace("tuned").steps_share
    True

    Raises:
        ValueError: `code` is none of `CODES`.
    """
    checks.one_of("code", code, tuple(CODES))
    ends = spread(f"run-{code}")
    return Pace(
        steps_share=constant(f"steps-share-{code}"),
        low=ends.low,
        high=ends.high,
        words=CODES[code],
    )
