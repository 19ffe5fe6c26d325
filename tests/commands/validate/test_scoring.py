"""Scores by hand."""

from __future__ import annotations

import math

import pytest

from course_lib.commands.validate.guesses import Prediction
from course_lib.commands.validate.scoring import ALL, counted, scores


def prediction(
    published: float | None,
    predicted: float | None,
    *,
    group: str = "one",
    quantity: str = "mfu",
    section: str = "steady state",
    aside: str = "",
    unfit: str = "",
    spread: float = 1.5,
    baselines: dict[str, float] | None = None,
) -> Prediction:
    return Prediction(
        id="row",
        group=group,
        sheet="runs.csv",
        quantity=quantity,
        unit="share",
        published=published,
        predicted=predicted,
        low=None if predicted is None else predicted / spread,
        high=None if predicted is None else predicted * spread,
        skipped="" if predicted is not None else "why",
        section=section,
        scored_as=quantity,
        aside=aside,
        unfit=unfit,
        baselines=baselines or {},
    )


def test_three_rows_by_hand() -> None:
    # 1.2, 1/2 and 3 times too high: |log2| is 0.263, 1 and 1.585
    rows = [prediction(1.0, 1.2), prediction(2.0, 1.0), prediction(1.0, 3.0)]
    [score] = scores(rows)
    assert (score.rows, score.group, score.quantity) == (3, "one", "mfu")
    assert score.error == pytest.approx(1.0)
    assert score.bias == pytest.approx(math.log2(1.2))
    assert score.within == pytest.approx((1 / 3, 1 / 3, 2 / 3))
    # held where the factor is at most 1.5: the first alone
    assert score.coverage == pytest.approx(1 / 3)


def test_an_even_number_of_rows_has_the_mean_of_the_middle_two() -> None:
    [score] = scores([prediction(1.0, 2.0), prediction(1.0, 4.0)])
    assert score.error == pytest.approx(1.5)


def test_the_ends_of_a_range_belong_to_it() -> None:
    [score] = scores([prediction(1.5, 1.0), prediction(1.0, 1.5)])
    assert score.coverage == 1 and score.within[1] == 1


def test_what_cannot_be_compared_does_not_count() -> None:
    rows = [
        prediction(None, 1.0), prediction(1.0, None), prediction(0.0, 1.0), prediction(-1.0, 1.0),
        prediction(1.0, 1.0, aside="the same measurement as hfu"), prediction(1.0, 1.0),
    ]  # fmt: skip
    assert counted(rows) == [rows[-1]]
    assert scores(rows[:-1]) == []


def test_totals_come_before_their_groups_and_leave_the_unfit_out() -> None:
    rows = [
        prediction(1.0, 2.0, group="one"),
        prediction(1.0, 4.0, group="two"),
        prediction(1.0, 1024.0, group="bad", unfit="tiny batches"),
        prediction(1.0, 2.0, quantity="hfu"),
        prediction(1.0, 2.0, section="whole run", quantity="device_hours"),
    ]
    found = [(s.section, s.quantity, s.group, s.rows, s.error) for s in scores(rows)]
    assert found == [
        ("steady state", ALL, ALL, 3, pytest.approx(1.0)),
        ("steady state", "mfu", ALL, 2, pytest.approx(1.5)),
        ("steady state", "mfu", "one", 1, pytest.approx(1.0)),
        ("steady state", "mfu", "two", 1, pytest.approx(2.0)),
        ("steady state", "mfu", "bad", 1, pytest.approx(10.0)),
        ("steady state", "hfu", "one", 1, pytest.approx(1.0)),
        ("whole run", "device_hours", "one", 1, pytest.approx(1.0)),
    ]


def test_plain_rules_are_scored_on_the_rows_they_know() -> None:
    rows = [
        prediction(1.0, 1.0, baselines={"rule": 2.0}),
        prediction(1.0, 1.0, baselines={"rule": 0.0}),
        prediction(1.0, 1.0),
    ]
    [rule] = scores(rows)[0].baselines
    assert (rule.name, rule.rows) == ("rule", 1)
    assert rule.error == pytest.approx(1.0) and rule.within == (0, 0, 1)
