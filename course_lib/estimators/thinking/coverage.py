"""Trying again with a checker: the share of tasks that at least one of k tries solves (coverage, or
pass@k).

Design choices:
- Tries are drawn alike and apart from each other; a checker that never errs picks a right one.
- Measured samples give an unbiased estimate. To put c / n into 1 - (1 - p)^k instead is too low on
  average, because a task with no right sample yet counts as one that has none to come.
- Tasks differ: with one success rate for all, coverage would rush to 1. `Difficulty` spreads the
  rates by a beta distribution, as Schaeffer et al. 2025 (arXiv 2502.17578) fit them, whose many
  hard tasks make the curve the slow one that is published.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.checks import Number

STEPS = 200
"""Halvings of a search: far below the last digit of a float."""

__all__ = ["Difficulty", "expected", "fit", "pass_at_k"]

log_gamma = np.vectorize(math.lgamma, otypes=[float])


def pass_at_k(samples: Number, right: Number, tries: Number) -> Number:
    """The unbiased estimate of the chance that one of `tries` tries is right, from samples.

    1 - C(n - c, k) / C(n, k): of all ways to draw k of the n samples, those with a right one.

    Args:
        samples: n, how many were drawn of each task; arrays broadcast.
        right: c, how many of them were right, 0 to n.
        tries: k, at most n.

    Raises:
        TypeError, ValueError: by the argument's name; more right ones, or tries, than samples.

    Source: Chen et al. 2021 (arXiv 2107.03374), equation 1.

    >>> pass_at_k(4, right=1, tries=2)  # 3 of the 6 pairs hold the right one
    0.5
    >>> pass_at_k(10, right=[0, 1, 10], tries=1)
    array([0. , 0.1, 1. ])
    """
    samples, tries = checks.whole("samples", samples), checks.whole("tries", tries)
    right = checks.whole("right", right, at_least=0)
    checks.broadcast(samples=samples, right=right, tries=tries)
    for name, value in (("right", right), ("tries", tries)):
        if np.any(np.asarray(value) > samples):
            raise ValueError(f"{name} must be at most samples, got {value} of {samples}")
    # C(n - c, k) / C(n, k) is the product of (n - c - i) / (n - i) for i < k. Right ones and tries
    # may change places, so the shorter product is taken; binomials themselves would overflow.
    few, many = np.minimum(right, tries), np.maximum(right, tries)
    missed = np.ones(np.broadcast(samples, few).shape)
    for taken in range(int(np.max(few))):
        factor = np.maximum(samples - many - taken, 0) / np.maximum(samples - taken, 1)
        missed = np.where(taken < few, missed * factor, missed)
    return _plain(1 - missed)


def expected(success: Number, tries: Number) -> Number:
    """The chance that one of `tries` tries is right, where each is with chance `success`.

    Args:
        success: chance of a single try, 0 to 1; arrays broadcast.
        tries: how many.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> expected(0.5, tries=2)
    0.75
    """
    success, tries = checks.share("success", success, zero=True), checks.whole("tries", tries)
    checks.broadcast(success=success, tries=tries)
    with np.errstate(divide="ignore"):  # the logarithm of 0, where every try is right
        return _plain(-np.expm1(tries * np.log1p(-np.asarray(success, float))))


@dataclass(frozen=True, kw_only=True, eq=False)
class Difficulty:
    """Tasks whose chances of a single try follow a beta distribution.

    >>> even = Difficulty(a=1, b=1)  # every chance from 0 to 1 alike
    >>> even.mean, round(even.coverage(3), 12)  # 1 - 1/4
    (0.5, 0.75)
    """

    a: float
    """First parameter: the smaller, the more tasks are next to impossible."""
    b: float
    """Second parameter."""

    def __post_init__(self) -> None:
        for name in ("a", "b"):
            # The record is frozen; this is the way past its lock.
            object.__setattr__(self, name, float(checks.positive(name, getattr(self, name))))

    @property
    def mean(self) -> float:
        """The share of tasks that a single try solves."""
        return self.a / (self.a + self.b)

    def coverage(self, tries: Number) -> Number:
        """The share of tasks that at least one of so many tries solves: 1 - B(a, b + k) / B(a, b).

        Args:
            tries: how many; an array gives the curve.
        """
        tries = checks.whole("tries", tries)
        grown = np.asarray(self.b + np.asarray(tries, float))
        left = log_gamma(grown) - log_gamma(grown + self.a)
        return _plain(1 - np.exp(left + math.lgamma(self.a + self.b) - math.lgamma(self.b)))


def fit(once: float, tries: int, solved: float) -> Difficulty:
    """The difficulty of a benchmark from two points of its curve.

    Args:
        once: share of tasks that a single try solves, above 0 and below 1.
        tries: tries of the second point, 2 or more.
        solved: share that is solved with so many: above `once`, and below what equal tasks would
            give.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> swe = fit(0.159, tries=250, solved=0.56)  # SWE-bench Lite, findings r049 and r050
    >>> round(swe.coverage(5), 2)  # published: 0.2962, finding r092
    0.29
    """
    once = checks.single("once", checks.share("once", once))
    tries = checks.single_whole("tries", tries, at_least=2)
    solved = checks.single("solved", checks.share("solved", solved))
    most = 1.0 if once == 1 else float(expected(once, tries))
    if not once < solved < most:
        raise ValueError(f"solved must lie between {once} and {most:.4g}, got {solved}")
    low, high = 1e-9, 1e9
    for _ in range(STEPS):
        a = math.sqrt(low * high)
        # The mean fixes b; with a the chances draw together, and coverage grows.
        if Difficulty(a=a, b=a * (1 - once) / once).coverage(tries) < solved:
            low = a
        else:
            high = a
    return Difficulty(a=low, b=low * (1 - once) / once)


def _plain(value: np.ndarray | float) -> Number:
    return float(value) if np.ndim(value) == 0 else value
