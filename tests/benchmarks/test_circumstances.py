"""Which spread an estimate asks for, and the ends of ranges: against sums by hand and the share of
further rows that they hold."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from benchmarks.fitting import circumstances
from benchmarks.fitting.circumstances import Circumstance, held, percentile, tables
from course_lib.catalog.constants import spread
from course_lib.commands.validate.guesses import Prediction, wider
from course_lib.estimators.ranges import Range, inverse


def prediction(quantity: str, guess: Range) -> Prediction:
    low, value, high = guess.ends
    return Prediction(
        id="row", group="g", sheet="s", quantity=quantity, unit="", published=1.0,
        predicted=value, low=low, high=high, skipped="", section="", scored_as=quantity,
        aside="", unfit="", baselines={},
    )  # fmt: skip


def of_row(row: Any, earlier: str) -> list[Prediction]:
    """A row like any: a time with a spread, a rate, one of two spreads, and one without any."""
    known, other = spread("step-told"), spread("run-large")
    time = Range(low=2 * known.low, value=2.0, high=2 * known.high)
    doubts = Range(low=0.8, value=1.0, high=1.25)
    both = wider(Range(low=other.low, value=1.0, high=other.high), doubts)
    return [
        prediction("time", time),
        prediction("rate", inverse(wider(time, doubts))),
        prediction("run", both),
        prediction("assumed", Range(low=0.5, value=1.0, high=3.0)),
    ]


def test_a_row_stands_where_its_estimate_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circumstances, "of_row", of_row)
    names = [f"s|row|{quantity}" for quantity in ("time", "rate", "run", "assumed")]
    found = circumstances.circumstances([("s", SimpleNamespace(), "")], names)  # type: ignore[list-item]
    assert {key.split("|")[2]: (each.key, each.turned) for key, each in found.items()} == {
        "time": ("step-told", False),
        "rate": ("step-told", True),
        "run": ("run-large", False),
    }
    assert {each.asker for each in found.values()} == {__name__}


def stands(*keys: str, turned: bool = False) -> dict[str, Circumstance]:
    return {
        f"row{place}": Circumstance(key=key, turned=turned, asker="x")
        for place, key in enumerate(keys)
    }


def test_small_circumstances_are_pooled_under_the_next_wider_key() -> None:
    where = stands(*["answer-server-big"] * 9, *["answer-server-small"] * 3, *["answer-plain"] * 8)
    errors = dict.fromkeys(where, 0.0)
    found = tables(errors, dict.fromkeys(where, "one"), where)
    assert {key: (each.rows, each.pooled) for key, each in found.items()} == {
        "answer": (20, ()),
        "answer-plain": (8, ()),
        "answer-server": (12, ("answer-server-small",)),
        "answer-server-big": (9, ()),
    }


def test_ends_are_of_published_over_estimated_whichever_way_a_row_states_it() -> None:
    where = stands(*["a"] * 9)
    # nine estimates, each twice the published value
    twice = tables(dict.fromkeys(where, 1.0), dict.fromkeys(where, "s"), where)["a"]
    assert (twice.low, twice.high) == (0.5, 1.0)
    turned = stands(*["a"] * 9, turned=True)
    rates = tables(dict.fromkeys(where, 1.0), dict.fromkeys(where, "s"), turned)["a"]
    assert (rates.low, rates.high) == (1.0, 2.0)
    assert (twice.median_error, twice.within_quarter, twice.groups) == (1.0, 0.0, 1)


def test_nine_rows_reach_to_the_outermost_and_more_rows_less_far() -> None:
    nine = [float(each) for each in range(9)]
    assert percentile(nine, [1.0] * 9, 0.1) == pytest.approx(0.0)
    assert percentile(nine, [1.0] * 9, 0.9) == pytest.approx(8.0)
    many = [float(each) for each in range(999)]
    assert percentile(many, [1.0] * 999, 0.1) == pytest.approx(99.0)
    assert percentile([3.0], [1.0], 0.1) == 3.0


def test_a_source_of_many_rows_does_not_decide_alone() -> None:
    values = [0.0] * 100 + [1.0] * 4
    weights = [1 / 10] * 100 + [1 / 2] * 4  # one over the root: they weigh 10 and 2
    assert percentile(values, weights, 0.9) == 1.0
    assert percentile(values, [1.0] * 104, 0.9) == 0.0


def test_eight_further_rows_in_ten_are_held() -> None:
    random = np.random.default_rng(3)
    shares = []
    for _ in range(400):
        logs = random.normal(size=31)
        ends = [percentile(logs[:30].tolist(), [1.0] * 30, share) for share in (0.1, 0.9)]
        shares.append(ends[0] <= logs[30] <= ends[1])
    assert 0.74 < np.mean(shares) < 0.86


def test_what_the_spreads_hold_is_told_by_group() -> None:
    where = stands(*["a-b"] * 10)
    errors = {f"row{place}": math.log2(1 + place) for place in range(10)}
    found = tables(errors, dict.fromkeys(where, "s"), where)
    groups = {row: "first" if row in ("row0", "row1") else "rest" for row in where}
    inside = held(errors, where, found, groups)
    assert inside["first"][0] == 2 and inside["rest"][0] == 8
    assert sum(count * share for count, share in inside.values()) == pytest.approx(9)
