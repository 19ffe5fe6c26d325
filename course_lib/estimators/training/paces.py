"""How many of a run's hours its steps account for: of published runs in all, of the quicker half
and of the slower half.

Design choices:
- A run takes longer than its steps would at best: restarts, evaluation, slow machines, untuned
  programs. `Pace.steps_share` is the part of a run's device hours that the steps account for.
- All three paces come from the published device hours of full runs in the catalog (the tests count
  them again): the share is the median of estimate over published hours, and four rows in five lie
  between the two ends.
- Hardly any row says how well its program was tuned. "tuned" is therefore the quicker half of the
  rows and "untuned" the slower half: what sets them apart is the program, and the layout and the
  failures too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from course_lib.checks import Number


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


STEPS_SHARE = 0.63
"""Hours that the steps of the quickest layout would take, over those that runs publish. Restarts,
evaluation and checkpoints cost some of the rest; layouts and programs that are not the best cost
more."""
LOW, HIGH = 0.65, 1.55
"""Published over estimated hours: 80 % of the rows lie between the two."""
PACES: Mapping[str, Pace] = MappingProxyType(
    {
        "published": Pace(steps_share=STEPS_SHARE, low=LOW, high=HIGH, words="published runs"),
        "tuned": Pace(
            steps_share=0.71, low=0.63, high=1.12, words="the quicker half of published runs"
        ),
        "untuned": Pace(
            steps_share=0.51, low=0.87, high=1.59, words="the slower half of published runs"
        ),
    }
)
"""Paces by what `code` is called."""
