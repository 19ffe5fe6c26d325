"""The fit itself: coordinate descent over coarse grids, and the same with each source left out.

It knows nothing of the course: a point is a tuple of numbers, and `evaluate` gives the error of
every row at each of several points, as a logarithm to base 2 of predicted over published.

Design choices:
- The loss is a mean of absolute errors. It is nearly as robust as their median (a row that is far
  off for a reason of its own pulls no harder than one that is a little off), and unlike the median
  it does not stand still over half of the grid and then jump.
- Sources weigh with the square root of their rows: rows of one source share errors, so that 280 of
  them are worth more than one, but not 280 times as much.
- Grids are of round numbers, and a step is taken only where it is worth it (`WORTH`), so that
  constants do not follow noise.
- A constant that hangs on one source alone cannot be fitted without it. Of such a source one group
  after the other is left out; where it has one group only, no left-out fit can test it.
- A fit without some rows starts at the fit of all. Points around it are known by then, so that most
  of these fits are free.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

Point = tuple[float, ...]
Errors = Mapping[str, float]
"""Signed errors by row."""
Evaluate = Callable[[Sequence[Point]], Sequence[Errors]]

WORTH = 0.0005
"""By how much the loss must fall for a step, in powers of two."""
MOST_ROUNDS = 6
"""Passes over all constants, at most."""
STEPS = 6
"""About how many values a grid has."""
WIDE = 8.0
"""A grid whose high end is so many times its low one goes by factors."""
ROUND = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0)
"""First digits of the values of such a grid."""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A fit, and the fits without each source."""

    best: Point
    """Where the loss is least."""
    loss: float
    """The loss there."""
    without: Mapping[str, Point]
    """The best point chosen without some rows, by their source or group."""
    parts: Mapping[str, str]
    """What each row was left out with: its source, or its group."""


def grid(low: float, high: float, now: float) -> tuple[float, ...]:
    """Round values from `low` to `high`, both and the present value among them.

    >>> grid(0.3, 1.0, 0.8)
    (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    >>> grid(2e-6, 2e-5, 5e-6)
    (2e-06, 3e-06, 5e-06, 7e-06, 1e-05, 1.5e-05, 2e-05)

    Raises:
        ValueError: `now` lies outside, or an end is below 0 or no number.
    """
    if not 0 <= low <= now <= high < math.inf:
        raise ValueError(f"need 0 <= low <= now <= high, got {low}, {now}, {high}")
    if low == high:
        return (low,)
    inside = _factors(low, high) if low > 0 and high >= WIDE * low else _even(low, high)
    return tuple(sorted({low, high, now, *inside}))


def _factors(low: float, high: float) -> Iterable[float]:
    powers = range(math.floor(math.log10(low)), math.floor(math.log10(high)) + 1)
    # by a text, so that 3 x 10^-6 is the number that a person would write
    values = [float(f"{digit:g}e{power}") for power in powers for digit in ROUND]
    found = [value for value in values if low < value < high]
    return found[:: max(1, round(len(found) / (2 * STEPS)))]


def _even(low: float, high: float) -> Iterable[float]:
    least = (high - low) / (STEPS + 1)
    power = math.floor(math.log10(least))
    step = next(each for each in (1, 2, 2.5, 5, 10) if each * 10**power >= 0.999 * least)
    first, last = math.ceil(low / (step * 10**power)), math.floor(high / (step * 10**power))
    values = [float(f"{count * step * 10.0**power:.6g}") for count in range(first, last + 1)]
    return [value for value in values if low < value < high]


def loss(errors: Errors, sources: Mapping[str, str], without: Collection[str] = ()) -> float:
    """Mean absolute error, sources weighing with the square root of their rows.

    Args:
        errors: by row.
        sources: the source of each row.
        without: rows that are left out.

    Raises:
        ValueError: no row is left.

    >>> loss({"a": 1.0, "b": -1.0, "c": 0.0}, {"a": "one", "b": "one", "c": "two"}, ["c"])
    1.0
    """
    rows: dict[str, list[float]] = {}
    for row, error in errors.items():
        if row not in without:
            rows.setdefault(sources[row], []).append(abs(error))
    if not rows:
        raise ValueError("there is no row to fit to")
    weights = {name: math.sqrt(len(own)) for name, own in rows.items()}
    whole = sum(weights[name] * math.fsum(own) / len(own) for name, own in rows.items())
    return whole / sum(weights.values())


def descend(
    evaluate: Evaluate,
    grids: Sequence[Sequence[float]],
    start: Point,
    judge: Callable[[Errors], float],
) -> Point:
    """The best point that changes of one constant at a time lead to.

    Args:
        evaluate: gives the errors at points.
        grids: values of each constant.
        start: where to begin; its values stand in the grids.
        judge: the loss of some errors.

    Raises:
        ValueError: `start` does not stand in the grids.
    """
    if len(start) != len(grids) or any(
        value not in values for value, values in zip(start, grids, strict=True)
    ):
        raise ValueError(f"start must stand in the grids, got {start}")
    best, least = start, judge(evaluate([start])[0])
    for _ in range(MOST_ROUNDS):
        before = best
        for place, values in enumerate(grids):
            points = [(*best[:place], value, *best[place + 1 :]) for value in values]
            losses = [judge(errors) for errors in evaluate(points)]
            if min(losses) < least - WORTH:
                least = min(losses)
                best = points[losses.index(least)]
        if best == before:
            break
    return best


def fit(
    evaluate: Evaluate,
    grids: Sequence[Sequence[float]],
    start: Point,
    sources: Mapping[str, str],
    groups: Mapping[str, str],
) -> Fit:
    """The best point for all rows, and for all but those of each source.

    Args:
        evaluate: as in `descend`; it is asked for the same point often, so it should remember.
        grids: values of each constant.
        start: the present values.
        sources: the source of each row.
        groups: the group of each row, for constants that hang on one source alone.
    """
    best = descend(evaluate, grids, start, partial(loss, sources=sources))
    alone = {names[0] for names in touched(evaluate, grids, best, sources) if len(names) == 1}
    parts = {row: groups[row] if name in alone else name for row, name in sources.items()}
    without = {}
    for part in sorted(set(parts.values())):
        gone = frozenset(row for row, name in parts.items() if name == part)
        judge = partial(loss, sources=sources, without=gone)
        without[part] = best if len(gone) == len(parts) else descend(evaluate, grids, best, judge)
    whole = loss(evaluate([best])[0], sources)
    return Fit(best=best, loss=whole, without=without, parts=parts)


def touched(
    evaluate: Evaluate,
    grids: Sequence[Sequence[float]],
    best: Point,
    sources: Mapping[str, str],
) -> list[list[str]]:
    """For each constant the sources that it changes anything for, the others being at `best`."""
    found = []
    for place, values in enumerate(grids):
        errors = evaluate([(*best[:place], value, *best[place + 1 :]) for value in values])
        moved = (row for row in sources if len({each[row] for each in errors}) > 1)
        found.append(sorted({sources[row] for row in moved}))
    return found


def left_out(found: Fit, evaluate: Evaluate) -> dict[str, float]:
    """The error of each row at the point chosen without its source or group."""
    names = list(found.without)
    errors = dict(zip(names, evaluate([found.without[name] for name in names]), strict=True))
    return {row: errors[name][row] for row, name in found.parts.items()}


def wanted(
    evaluate: Evaluate,
    grids: Sequence[Sequence[float]],
    best: Point,
    sources: Mapping[str, str],
) -> list[dict[str, float]]:
    """For each constant the value that each source alone would like best, the others at `best`.

    A source that does not care (its loss falls by less than `WORTH`) is not listed.
    """
    found = []
    for place, values in enumerate(grids):
        points = [(*best[:place], value, *best[place + 1 :]) for value in values]
        errors = evaluate(points)
        here = values.index(best[place])
        likes = {}
        for name in sorted(set(sources.values())):
            own = [{row: each[row] for row in sources if sources[row] == name} for each in errors]
            losses = [loss(each, sources) for each in own]
            if min(losses) < losses[here] - WORTH:
                likes[name] = values[losses.index(min(losses))]
        found.append(likes)
    return found
