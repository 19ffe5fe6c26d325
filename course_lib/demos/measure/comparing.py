"""Whether one measured time differs from another, or only seems to.

The rule is `clearly`'s, written down there before any result. It needs no assumption on how times
scatter: under chance alone, every order of the runs of two equal things is equally likely
(Mann and Whitney 1947, doi:10.1214/aoms/1177730491).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Literal

import numpy as np

from course_lib import checks
from course_lib.demos.measure.timings import Timing

LEAST_DIFFERENCE = 0.05
"""Medians that differ by less are not told apart, however sure: a machine drifts by as much."""
MOST_CHANCE = 0.03
"""Chance at which two equal things may be called different."""
FEWEST_RUNS = 3
"""Runs of each, below which nothing is clear."""

Verdict = Literal["faster", "slower", "not clear"]
Runs = Timing | Sequence[float]


def clearly(a: Runs, b: Runs) -> Verdict:
    """Whether `a` is clearly faster or slower than `b`: "faster", "slower" or "not clear".

    The rule. `a` is faster if its median is below that of `b` by more than 5 % of its own, and one
    of two things holds:

    - pairs: of all pairs of a run of `a` and one of `b`, so few are in the other order that chance
      alone, were the two the same, would split them as far, in either direction, in at most 3 of
      100 comparisons (the exact rank-sum test; a tie counts as the other order);
    - gap: each has at least three runs, every run of `a` is faster than every run of `b`, and the
      gap between them is wider than the spread of either. It serves where there are too few runs
      for the first: three against three are in perfect order one time in ten by chance.

    Slower is the same with `a` and `b` exchanged. All else is not clear, and so is anything with
    fewer than three runs on a side. The 3 in 100 holds for runs that scatter by chance; a machine
    that slows down for one of the two and not the other is beyond any such test: look whether it is
    `quiet`, and time the two in turn (`time_rounds`).

    Args:
        a: what `time_call` returned, or seconds of several runs.
        b: likewise.

    Raises:
        ValueError: no run, or one that is not above zero.

    >>> clearly([1.0, 1.1, 1.0, 1.2, 1.1], [1.6, 1.5, 1.7, 1.5, 1.6])
    'faster'
    >>> clearly([1.0, 1.5, 1.2, 1.9, 1.3], [1.1, 1.8, 1.4, 1.6, 1.2])
    'not clear'
    """
    runs_a, runs_b = _runs("a", a), _runs("b", b)
    if _is_faster(runs_a, runs_b):
        return "faster"
    return "slower" if _is_faster(runs_b, runs_a) else "not clear"


@cache
def rank_orders(first: int, second: int) -> tuple[int, ...]:
    """In how many orders of `first` and `second` runs exactly 0, 1, 2 ... pairs are reversed.

    >>> rank_orders(2, 2)  # of the six orders of a, a, b, b
    (1, 1, 2, 1, 1)
    """
    # the Gaussian binomial coefficient, as a polynomial whose exponent counts reversed pairs:
    # the product of (1 - q^(second + i)) / (1 - q^i)
    ways = [1] + [0] * (first * second)
    for i in range(1, first + 1):
        # times (1 - q^(second + i)), from the top down so that each is taken from an old one
        for k in range(first * second, second + i - 1, -1):
            ways[k] -= ways[k - second - i]
        # over (1 - q^i), from the bottom up so that each is added to a new one
        for k in range(i, first * second + 1):
            ways[k] += ways[k - i]
    return tuple(ways)


def _is_faster(a: np.ndarray, b: np.ndarray) -> bool:
    if min(len(a), len(b)) < FEWEST_RUNS:
        return False
    if np.median(a) * (1 + LEAST_DIFFERENCE) >= np.median(b):
        return False
    return _rank_chance(a, b) <= MOST_CHANCE or _gap_is_wide(a, b)


def _rank_chance(a: np.ndarray, b: np.ndarray) -> float:
    """Chance that two equal things split as far as these, in either direction."""
    reversed_pairs = int((a[:, None] >= b[None, :]).sum())
    ways = rank_orders(len(a), len(b))
    # whole numbers up to here: both sums outgrow a float for some hundred runs
    return 2 * sum(ways[: reversed_pairs + 1]) / sum(ways)


def _gap_is_wide(a: np.ndarray, b: np.ndarray) -> bool:
    return bool(b.min() - a.max() > max(np.ptp(a), np.ptp(b)))


def _runs(name: str, value: Runs) -> np.ndarray:
    seconds = value.runs_seconds if isinstance(value, Timing) else value
    runs = np.atleast_1d(np.asarray(checks.positive(name, list(seconds)), dtype=float))
    if not runs.size:
        raise ValueError(f"{name} must hold at least one run, got none")
    return runs
