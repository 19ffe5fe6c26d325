"""Under which circumstance an estimate stands, and how far estimates of each lie from what was
published.

Design choices:
- A row's circumstance is the spread that its estimate asks for its range with, as
  `constants.probing` hears it. There is no second rule here that might drift from the estimators'.
- An estimate that asks for several has that one which moves its range most. A spread of a time is
  turned round where a row states a rate: the probe's ends are of unlike lengths, so that one sees
  which way round they came out.
- A circumstance of fewer than `LEAST` rows has no entry. Its rows are pooled under the wider key
  (cut at its last hyphen) together with all others there, as `constants.spread` reads it. The
  widest key is always written.
- The ends are the 10th and the 90th percentile, each row weighing with one over the square root of
  its source's rows, as in the fit. They are those of a further row: of nine rows the outermost.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from benchmarks.fitting.rows import Keyed, name
from course_lib.catalog.constants import probing
from course_lib.commands.validate.files import Row
from course_lib.commands.validate.guesses import Prediction
from course_lib.commands.validate.run import of_row

LEAST = 8
"""Rows that an entry of its own needs."""
DOWN, UP = 0.5, 8.0
"""The probe's ends: told apart by their lengths, however they are turned or widened."""
CLEAR = 0.05
"""By how much a probe must move a range, in logarithms, to have been used for it."""
TAIL = 0.1
"""Share of rows beyond each end."""


@dataclass(frozen=True, kw_only=True)
class Circumstance:
    """Where an estimate stands."""

    key: str
    """Key of the spread that it asked for."""
    turned: bool
    """Whether the row states one over what the spread is of."""
    asker: str
    """The module that asked."""


@dataclass(frozen=True, kw_only=True)
class Ends:
    """How far the estimates of one circumstance lie from what was published."""

    low: float
    """Published over estimated: the 10th percentile, at most 1."""
    high: float
    """The 90th, at least 1."""
    rows: int
    """Rows."""
    groups: int
    """Sources among them."""
    median_error: float
    """Median of the absolute binary logarithm."""
    within_quarter: float
    """Share of rows within a factor of 1.25."""
    pooled: tuple[str, ...]
    """Narrower keys whose rows are in it for want of an entry of their own."""


def circumstances(rows: Iterable[Keyed], wanted: Iterable[str]) -> dict[str, Circumstance]:
    """The circumstance of each wanted quantity; one whose range comes from no spread is left out.

    Args:
        rows: rows of the files.
        wanted: names of quantities.
    """
    names = set(wanted)
    found: dict[str, Circumstance] = {}
    for _, row, earlier in rows:
        found.update({key: each for key, each in _of_row(row, earlier).items() if key in names})
    return found


def _of_row(row: Row, earlier: str) -> dict[str, Circumstance]:
    askers: dict[str, str] = {}

    def ends(key: str) -> tuple[float, float]:
        # this function, the probe's answer and `spread` lie between here and the estimator
        askers.setdefault(key, sys._getframe(3).f_globals.get("__name__", ""))
        return DOWN, UP

    with probing(ends) as asked:
        of_row(row, earlier)
    found: dict[str, Circumstance] = {}
    moved: dict[str, float] = {}
    still = _reaches(row, earlier, "") if asked else {}
    for key in dict.fromkeys(asked):
        for quantity, (down, up) in _reaches(row, earlier, key).items():
            down, up = (now - then for now, then in zip((down, up), still[quantity], strict=True))
            if down + up > max(CLEAR, moved.get(quantity, 0.0)):
                moved[quantity] = down + up
                found[quantity] = Circumstance(
                    key=key, turned=down > up, asker=askers[key].removeprefix("course_lib.")
                )
    return found


def _reaches(row: Row, earlier: str, probed: str) -> dict[str, tuple[float, float]]:
    """How far each range of a row reaches down and up, in logarithms, with a probe at one key."""
    with probing(lambda key: (DOWN, UP) if key == probed else (1.0, 1.0)):
        made = of_row(row, earlier)
    return {name(each): _reach(each) for each in made if each.predicted is not None}


def _reach(each: Prediction) -> tuple[float, float]:
    assert each.predicted is not None and each.low is not None and each.high is not None
    return math.log(each.predicted / each.low), math.log(each.high / each.predicted)


def tables(
    errors: Mapping[str, float],
    sources: Mapping[str, str],
    stands: Mapping[str, Circumstance],
) -> dict[str, Ends]:
    """The entries of the table of spreads that some errors give, by key.

    Args:
        errors: predicted over published in powers of two, by row.
        sources: the source of each row.
        stands: the circumstance of each row; rows without one are left out.

    >>> stands = {str(row): Circumstance(key="a-b", turned=False, asker="x") for row in range(8)}
    >>> stands |= {"last": Circumstance(key="a-c", turned=False, asker="x")}
    >>> found = tables(dict.fromkeys(stands, 0.5), dict.fromkeys(stands, "s"), stands)
    >>> {key: (ends.rows, ends.pooled) for key, ends in found.items()}
    {'a': (9, ('a-c',)), 'a-b': (8, ())}
    """
    rows: dict[str, list[str]] = {}
    for row, stand in stands.items():
        rows.setdefault(stand.key, []).append(row)
    pooled: dict[str, set[str]] = {key.partition("-")[0]: set() for key in rows}
    own = [key for key, listed in rows.items() if len(listed) >= LEAST]
    for key in rows:
        if key not in own and "-" in key:
            pooled.setdefault(_wider(key, rows), set()).add(key)
    return {
        key: _ends(key, rows, errors, sources, stands, tuple(sorted(pooled.get(key, ()))))
        for key in sorted({*own, *pooled})
    }


def _wider(key: str, rows: Mapping[str, Sequence[str]]) -> str:
    """The key that a small circumstance is pooled under: the next wider one of enough rows."""
    while "-" in key:
        key = key.rpartition("-")[0]
        if sum(len(own) for other, own in rows.items() if _under(other, key)) >= LEAST:
            break
    return key


def _under(key: str, wide: str) -> bool:
    return key == wide or key.startswith(f"{wide}-")


def _ends(
    key: str,
    rows: Mapping[str, Sequence[str]],
    errors: Mapping[str, float],
    sources: Mapping[str, str],
    stands: Mapping[str, Circumstance],
    pooled: tuple[str, ...],
) -> Ends:
    # An entry of its own holds its own rows; a pool holds all that stand under it.
    alone = len(rows.get(key, ())) >= LEAST and not pooled
    listed = [
        row
        for other, own in rows.items()
        if other == key or (not alone and _under(other, key))
        for row in own
    ]
    # published over estimated, of what the spread is of
    logs = [errors[row] if stands[row].turned else -errors[row] for row in listed]
    own_sources = [sources[row] for row in listed]
    weights = [1 / math.sqrt(own_sources.count(name)) for name in own_sources]
    absolute = [abs(log) for log in logs]
    return Ends(
        low=min(1.0, 2 ** percentile(logs, weights, TAIL)),
        high=max(1.0, 2 ** percentile(logs, weights, 1 - TAIL)),
        rows=len(logs),
        groups=len(set(own_sources)),
        median_error=median(absolute),
        within_quarter=sum(log <= math.log2(1.25) + 1e-9 for log in absolute) / len(absolute),
        pooled=pooled,
    )


def percentile(values: Sequence[float], weights: Sequence[float], share: float) -> float:
    """The value that a further one will lie below with the chance `share`, between the outermost.

    >>> percentile([float(each) for each in range(1, 10)], [1.0] * 9, 0.1)
    1.0
    >>> round(percentile([0.0, 1.0], [1.0, 1.0], 0.5), 6)
    0.5
    """
    order = sorted(range(len(values)), key=lambda place: values[place])
    # The i-th of n values is the share i / (n + 1): the further value is one more.
    whole = math.fsum(weights) * (1 + 1 / len(weights))
    below, places = 0.0, []
    for place in order:
        below += weights[place]
        places.append((below / whole, values[place]))
    if share <= places[0][0]:
        return places[0][1]
    for (left, low), (right, high) in pairwise(places):
        if share <= right:
            return low + (high - low) * (share - left) / (right - left)
    return places[-1][1]


def held(
    errors: Mapping[str, float],
    stands: Mapping[str, Circumstance],
    found: Mapping[str, Ends],
    groups: Mapping[str, str],
) -> dict[str, tuple[int, float]]:
    """Rows of each group that have a spread, and the share of them that it holds.

    Args:
        errors: by row.
        stands: by row.
        found: the entries.
        groups: the group of each row.
    """
    inside: dict[str, list[bool]] = {}
    for row, stand in stands.items():
        key = stand.key
        while key not in found:
            key = key.rpartition("-")[0]
        log = errors[row] if stand.turned else -errors[row]
        low, high = found[key].low, found[key].high
        inside.setdefault(groups[row], []).append(low <= 2**log <= high)
    return {group: (len(own), sum(own) / len(own)) for group, own in inside.items()}
