"""Trying again without a checker: the answer that most tries give (majority vote, self-consistency,
cons@n), counted exactly.

Design choices:
- A vote needs no checker, and so it has a ceiling: it errs for ever on a task whose commonest
  answer is wrong. Coverage has no such ceiling.
- Ties are drawn by lot among the answers in front.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib import checks
from course_lib.checks import Number
from course_lib.estimators.thinking.coverage import Difficulty, log_gamma

MOST_ANSWERS, MOST_VOTES = 12, 400
"""Ends of what `plurality` counts: its time grows with answers squared and votes cubed."""

__all__ = ["majority", "plurality", "voted"]


def majority(success: Number, votes: Number) -> Number:
    """The chance that the right one of two answers gets most votes.

    Args:
        success: chance that a vote is right, 0 to 1; arrays broadcast.
        votes: how many.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> round(majority(0.6, votes=3), 3)  # 0.6^3 + 3 x 0.6^2 x 0.4
    0.648
    """
    success, votes = checks.share("success", success, zero=True), checks.whole("votes", votes)
    checks.broadcast(success=success, votes=votes)
    with np.errstate(divide="ignore"):  # the logarithm of 0, met where `_times` multiplies it by 0
        hit, miss = np.log(success), np.log1p(-np.asarray(success, float))
    return _over(votes, lambda right, wrong: _times(right, hit) + _times(wrong, miss))


def voted(tasks: Difficulty, votes: Number) -> Number:
    """The share of tasks that a vote between two answers gets right, where tasks differ.

    Args:
        tasks: how the chances of a single try are spread.
        votes: how many; an array gives the curve.

    >>> even = Difficulty(a=1, b=1)
    >>> round(voted(even, votes=101), 3)  # each task goes to one side, half of them wrongly
    0.5
    """
    checks.instance("tasks", tasks, Difficulty)
    votes = checks.whole("votes", votes)
    a, b = tasks.a, tasks.b

    def log_beta(first: float, second: float) -> Any:
        return log_gamma(first) + log_gamma(second) - log_gamma(first + second)

    def weight(right: int, wrong: int) -> Any:
        return log_beta(a + right, b + wrong) - log_beta(a, b)

    return _over(votes, weight)


def plurality(chances: Number, votes: int) -> float:
    """The chance that the right answer gets most votes among several: exact, by counting.

    Args:
        chances: of each answer, the right one first; they add up to 1.
        votes: how many.

    Raises:
        TypeError, ValueError: by the argument's name; too many answers or votes to count.

    >>> round(plurality([0.4, 0.3, 0.3], votes=1), 3), round(plurality([0.4, 0.3, 0.3], 100), 2)
    (0.4, 0.81)
    """
    shares = np.atleast_1d(np.asarray(checks.positive("chances", chances, zero=True), float))
    votes = checks.single_whole("votes", votes)
    if shares.ndim != 1 or abs(shares.sum() - 1) > 1e-9:
        raise ValueError(f"chances must be one list that adds up to 1, got {shares.tolist()}")
    if len(shares) > MOST_ANSWERS or votes > MOST_VOTES:
        raise ValueError(
            f"chances must be at most {MOST_ANSWERS} and votes at most {MOST_VOTES}, "
            f"got {len(shares)} and {votes}"
        )
    # Independent Poisson counts, given their sum, are a multinomial: nothing over- or underflows.
    counts = np.arange(votes + 1)
    mean = votes * shares[:, None]
    poisson = np.exp(_times(counts, _log(mean)) - mean - log_gamma(counts + 1))
    won = sum(_won(poisson, most) for most in range(1, votes + 1))
    return float(won / np.exp(votes * np.log(votes) - votes - log_gamma(votes + 1)))


def _won(poisson: np.ndarray, most: int) -> float:
    """Weight of the right answer's winning with `most` votes, its part of the ties."""
    votes = poisson.shape[1] - 1
    # by number of others that have as many: weights of the votes that they take together
    tied = [np.zeros(votes + 1)]
    tied[0][0] = 1.0
    for other in poisson[1:]:
        fewer = [np.convolve(each, other[:most])[: votes + 1] for each in tied]
        equal = [np.zeros(votes + 1) for _ in range(len(tied) + 1)]
        for level, each in enumerate(tied):
            equal[level] += fewer[level]
            equal[level + 1][most:] += each[: votes + 1 - most] * other[most]
        tied = equal
    # Of level + 1 answers in front, the right one wins its part of the draws.
    won = sum(each[votes - most] / (level + 1) for level, each in enumerate(tied))
    return float(poisson[0, most] * won)


def _over(votes: Number, log_weight: Any) -> Number:
    """The weight of more right votes than wrong ones, and half of the ties, for each number."""

    def one(count: int) -> Any:
        first = count // 2 if count % 2 == 0 else count // 2 + 1
        total: Any = 0.0
        for right in range(first, count + 1):
            ways = log_gamma(count + 1) - log_gamma(right + 1) - log_gamma(count - right + 1)
            part = 0.5 if 2 * right == count else 1.0
            total = total + part * np.exp(ways + log_weight(right, count - right))
        return total

    if np.ndim(votes) == 0:
        found = np.asarray(one(int(votes)))
        return float(found) if found.ndim == 0 else found
    known = {int(count): one(int(count)) for count in np.unique(votes)}
    shape = np.broadcast_shapes(np.shape(votes), *(np.shape(each) for each in known.values()))
    counts, found = np.broadcast_to(votes, shape), np.zeros(shape)
    for count, each in known.items():
        found = np.where(counts == count, each, found)
    return found


def _times(count: Any, log: Any) -> Any:
    """count x log, 0 where the count is 0, also for a logarithm of minus infinity."""
    with np.errstate(invalid="ignore"):
        return np.where(np.asarray(count) == 0, 0.0, count * log)


def _log(values: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.log(values)
