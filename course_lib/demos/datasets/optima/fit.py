"""The bottom of each equal-budget curve, and how it moves with the budget: parabolas and a slope.

The method is approach 2 of Hoffmann et al. (arXiv 2203.15556); the rules, ranges among them, were
set before the runs (`rules`). Ranges say how far single widths and seeds decide; they are no
confidence intervals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from course_lib import checks
from course_lib.demos.datasets.optima.kept import Curve
from course_lib.demos.datasets.optima.rules import FITTED

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Optimum:
    """The model of least loss for a budget, with the range of each number."""

    budget_flops: float
    """The budget."""
    params: float
    """Weights multiplied for each token, at the parabola's vertex; no whole number."""
    params_range: tuple[float, float]
    """Smallest and largest vertex when a width or a seed is left out."""
    tokens: float
    """Tokens that a model of this size reads for the budget."""
    tokens_range: tuple[float, float]
    """The same for the tokens."""
    loss: float
    """Loss at the vertex, in nats a byte."""
    inside: bool
    """Whether the curve has a bottom: its lowest point is at neither end, and the vertex lies among
    the widths that were fitted."""

    @property
    def tokens_per_param(self) -> float:
        """Tokens for each weight."""
        return self.tokens / self.params


@dataclass(frozen=True, kw_only=True, eq=False)
class Growth:
    """How the optimum grows with the budget: weights as C^params_exponent, text likewise."""

    params_exponent: float
    """Slope of the optima's weights over the budgets, on two logarithmic axes."""
    params_range: tuple[float, float]
    """Smallest and largest slope when widths or seeds are left out."""
    tokens_exponent: float
    """The same slope for the tokens."""
    tokens_range: tuple[float, float]
    """Its range."""

    def times(self, factor: float = 2.0) -> tuple[float, float]:
        """By how much weights and text grow when the budget grows by a factor.

        >>> even = Growth(params_exponent=0.5, params_range=(0.4, 0.6),
        ...               tokens_exponent=0.5, tokens_range=(0.4, 0.6))
        >>> even.times(4)
        (2.0, 2.0)
        """
        checks.positive("factor", factor)
        return factor**self.params_exponent, factor**self.tokens_exponent


def optimum(curve: Curve) -> Optimum:
    """The bottom of one curve.

    Args:
        curve: losses of at least five widths.

    Raises:
        ValueError: fewer than five widths.

    >>> from course_lib.demos.datasets.optima import record
    >>> found = optimum(record().curve(4e10))
    >>> found.inside and found.params_range[0] <= found.params <= found.params_range[1]
    True
    """
    vertices = [vertex(curve, *kept) for kept in _choices(curve)]
    params = np.array([each[0] for each in vertices])
    tokens = _tokens(curve, params)
    fitted = curve.params[around_lowest(curve.mean_losses)]
    lowest = int(curve.mean_losses.argmin())
    at_end = lowest in (0, len(curve.params) - 1)
    return Optimum(
        budget_flops=curve.budget_flops,
        params=float(params[0]),
        params_range=_range(params),
        tokens=float(tokens[0]),
        tokens_range=_range(tokens),
        loss=vertices[0][1],
        inside=not at_end and bool(fitted[0] <= params[0] <= fitted[-1]),
    )


def growth(curves: Sequence[Curve]) -> Growth:
    """How weights and text at the bottom grow with the budget.

    Args:
        curves: at least two budgets.

    Raises:
        ValueError: fewer than two budgets, or one whose parabola has no lowest point.
    """
    if len({curve.budget_flops for curve in curves}) < 2:
        raise ValueError(f"curves must hold at least two budgets, got {len(curves)} curves")
    budgets = [curve.budget_flops for curve in curves]
    params = [np.array([vertex(each, *kept)[0] for kept in _choices(each)]) for each in curves]
    for curve, some in zip(curves, params, strict=True):
        if not np.isfinite(some[0]):
            raise ValueError(f"curves: {curve.budget_flops:g} FLOP has no lowest point")
    tokens = [_tokens(each, some) for each, some in zip(curves, params, strict=True)]
    slopes = [_slopes(budgets, amounts) for amounts in (params, tokens)]
    return Growth(
        params_exponent=float(slopes[0][0]),
        params_range=_range(slopes[0]),
        tokens_exponent=float(slopes[1][0]),
        tokens_range=_range(slopes[1]),
    )


def around_lowest(losses: Sequence[float] | Floats, count: int = FITTED) -> NDArray[np.int64]:
    """Places of the `count` widths around the lowest loss, shifted where it is near an end.

    >>> around_lowest([5, 4, 3, 2, 3, 4, 5]).tolist(), around_lowest([1, 2, 3, 4, 5, 6]).tolist()
    ([1, 2, 3, 4, 5], [0, 1, 2, 3, 4])
    """
    if len(losses) < checks.whole("count", count, at_least=3):
        raise ValueError(f"losses must hold at least {count} widths, got {len(losses)}")
    first = min(max(0, int(np.argmin(losses)) - count // 2), len(losses) - count)
    return np.arange(first, first + count)


def vertex(curve: Curve, places: Sequence[int], seeds: Sequence[int]) -> tuple[float, float]:
    """Weights and loss at the vertex of the parabola through some widths and seeds of a curve.

    Where the parabola has no lowest point, the weights are infinite.
    """
    x = np.log(curve.params[list(places)])
    y = curve.losses[np.ix_(list(seeds), list(places))].mean(axis=0)
    middle = x.mean()  # around zero, or the sums of powers lose their digits
    bend, slope, height = np.polyfit(x - middle, y, 2)
    if bend <= 0:
        return np.inf, float(y.min())
    return float(np.exp(middle - slope / (2 * bend))), float(height - slope**2 / (4 * bend))


def _choices(curve: Curve) -> Iterator[tuple[list[int], list[int]]]:
    """Places and seeds of each fit: all, then one width left out, then one seed left out."""
    places = around_lowest(curve.mean_losses).tolist()
    seeds = list(range(len(curve.losses)))
    yield places, seeds
    for out in places:
        yield [place for place in places if place != out], seeds
    if len(seeds) > 1:
        for out in seeds:
            yield places, [seed for seed in seeds if seed != out]


def _tokens(curve: Curve, params: Floats) -> Floats:
    """Tokens that models of these sizes read for the budget: straight lines between logarithms."""
    # a vertex beyond the runs gets the text of the last one: it is no bottom anyway
    return np.exp(np.interp(np.log(params), np.log(curve.params), np.log(curve.tokens)))


def _slopes(budgets: Sequence[float], amounts: Sequence[Floats]) -> Floats:
    """Slope over the budgets for every combination of one amount a budget; the first is that of the
    first amounts. Combinations with an amount that is infinite are left out."""
    x = np.log(budgets) - np.log(budgets).mean()
    y = np.log(np.array(list(product(*amounts))))
    y = y[np.isfinite(y).all(axis=1)]
    return (y @ x) / (x @ x)


def _range(values: Floats) -> tuple[float, float]:
    return float(values.min()), float(values.max())
