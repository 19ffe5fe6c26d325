"""Scores: how far predictions lie from what was published, by group.

Design choices:
- An error is the distance of the middle of a range from the published number in powers of two,
  without sign: twice and half are equally far. `bias` keeps the sign, so that one sees which way a
  group leans.
- Counted is what `standing` lets count. Groups that are unfit for a test have a line of their own
  and are left out of the totals.
- Baselines are scored on the same rows, as far as they say anything there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from course_lib.commands.validate.guesses import Prediction

WITHIN = (1.25, 1.5, 2.0)
"""Factors whose share is told."""
ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Plain:
    """How a plain rule did on a group's rows."""

    name: str
    """The rule."""
    rows: int
    """Rows of the group that it says something of."""
    error: float
    """Median distance in powers of two."""
    within: tuple[float, ...]
    """Shares within the factors of `WITHIN`."""


@dataclass(frozen=True, kw_only=True)
class Score:
    """How the predictions of a group did."""

    section: str
    """Kind of measurement."""
    quantity: str
    """What was predicted; "all" for the section's total."""
    group: str
    """Which measurements; "all" for all of the quantity's."""
    rows: int
    """Measurements that count."""
    error: float
    """Median distance in powers of two, without sign."""
    bias: float
    """Median of prediction over measurement in powers of two, with its sign."""
    within: tuple[float, ...]
    """Shares of the rows within the factors of `WITHIN`."""
    coverage: float
    """Share of the rows whose range holds the measurement; 0.8 is what it promises."""
    baselines: tuple[Plain, ...]
    """Plain rules on the same rows."""
    unfit: str
    """Why the group is left out of the totals; blank where it is in them."""


def counted(predictions: Iterable[Prediction]) -> list[Prediction]:
    """Predictions that can be scored: predicted, published above zero, and not set aside."""
    return [
        each
        for each in predictions
        if each.predicted is not None
        and each.published is not None
        and each.published > 0
        and not each.aside
    ]


def scores(predictions: Iterable[Prediction]) -> list[Score]:
    """The table: a line for each group of each quantity, then totals by quantity and by section.

    Returns:
        Scores in the order of section, quantity, group; a total comes before its groups. A total of
        one group alone is left out.
    """
    listed = counted(predictions)
    fit = [each for each in listed if not each.unfit]
    found: list[Score] = []
    for section in dict.fromkeys(each.section for each in listed):
        here = [each for each in listed if each.section == section]
        whole = [each for each in fit if each.section == section]
        named = list(dict.fromkeys(each.scored_as for each in here))
        if len(named) > 1 and whole:
            found.append(score(section, ALL, ALL, whole))
        for quantity in named:
            found.extend(_quantity(section, quantity, here))
    return found


def _quantity(section: str, quantity: str, here: Sequence[Prediction]) -> list[Score]:
    rows = [each for each in here if each.scored_as == quantity]
    fit = [each for each in rows if not each.unfit]
    groups = list(dict.fromkeys((each.group, each.unfit) for each in rows))
    found = [score(section, quantity, ALL, fit)] if len(groups) > 1 and fit else []
    for group, unfit in groups:
        own = [each for each in rows if (each.group, each.unfit) == (group, unfit)]
        found.append(score(section, quantity, group, own, unfit))
    return found


def score(
    section: str, quantity: str, group: str, rows: Sequence[Prediction], unfit: str = ""
) -> Score:
    """The score of some predictions that all count.

    Args:
        section: kind of measurement.
        quantity: what they are of; "all" for several.
        group: whose they are; "all" for several.
        rows: the predictions, at least one.
        unfit: why the group is in no total.
    """
    logs = [_log(each.predicted, each.published) for each in rows]
    held = [_holds(each) for each in rows]
    return Score(
        section=section,
        quantity=quantity,
        group=group,
        rows=len(rows),
        error=median(abs(log) for log in logs),
        bias=median(logs),
        within=within(logs),
        coverage=sum(held) / len(held),
        baselines=_plain(rows),
        unfit=unfit,
    )


def _plain(rows: Sequence[Prediction]) -> tuple[Plain, ...]:
    names = dict.fromkeys(name for each in rows for name in each.baselines)
    found = []
    for name in names:
        logs = [
            _log(each.baselines[name], each.published)
            for each in rows
            if each.baselines.get(name, 0) > 0
        ]
        if logs:
            error = median(abs(log) for log in logs)
            found.append(Plain(name=name, rows=len(logs), error=error, within=within(logs)))
    return tuple(found)


def _log(predicted: float | None, published: float | None) -> float:
    assert predicted is not None and published is not None
    return math.log2(predicted / published)


def within(logs: Sequence[float]) -> tuple[float, ...]:
    """Shares of errors, in powers of two, within the factors of `WITHIN`.

    >>> within([0.0, 0.5, 2.0, -0.3])
    (0.5, 0.75, 0.75)
    """
    # a hair more, because the logarithm of an exact factor may round up
    return tuple(
        sum(abs(log) <= math.log2(factor) + 1e-9 for log in logs) / len(logs) for factor in WITHIN
    )


def _holds(each: Prediction) -> bool:
    assert each.low is not None and each.high is not None and each.published is not None
    return each.low <= each.published <= each.high
