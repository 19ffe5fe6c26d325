"""Limits: against amounts worked out by hand."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from course_lib.catalog import models
from course_lib.estimators import project, training
from course_lib.estimators.project.constraints import (
    Limit,
    allowed,
    binding,
    loosened,
    of_plan,
    of_training,
    unmet,
)
from course_lib.estimators.ranges import Range

MONEY = Limit(name="money", most=1000, need=Range(low=200, value=250, high=400), unit="USD")
TIME = Limit(name="time", most=30, need=Range(low=10, value=15, high=20), unit="s")


@pytest.fixture(scope="module")
def run() -> training.Estimate:
    choices = {"grid": "France", "usd_per_device_hour": 2.0}
    return training.estimate(
        models["llama-3-8b"], tokens=1e11, device="H100", devices=64, **choices
    )


@pytest.mark.parametrize(
    ("most", "word"),
    [(1000, "met"), (300, "likely met"), (220, "likely missed"), (100, "missed"), (400, "met")],
)
def test_a_limit_is_met_as_far_as_its_range_lies_within(most: float, word: str) -> None:
    assert Limit(name="money", most=most, need=MONEY.need).met == word


def test_the_largest_share_binds_and_turning_round_gives_the_least_amount() -> None:
    each = allowed([MONEY, TIME], done=100.0)
    assert each == {"money": pytest.approx(400), "time": pytest.approx(200)}
    assert binding([MONEY, TIME]).name == min(each, key=each.get) == "time"


def test_the_cautious_end_may_bind_elsewhere() -> None:
    sure = Limit(name="text", most=100, need=55)
    assert (
        binding(
            [MONEY, sure, Limit(name="time", most=30, need=Range(low=5, value=10, high=40))], "high"
        ).name
        == "time"
    )


def test_only_the_binding_limit_helps_and_only_until_the_next_one() -> None:
    assert loosened([MONEY, TIME], 100.0, "money", 1000) == pytest.approx(200)
    assert loosened([MONEY, TIME], 100.0, "time", 1.5) == pytest.approx(300)
    assert loosened([MONEY, TIME], 100.0, "time", 1000) == pytest.approx(400)


def test_sweeps_are_one_call() -> None:
    swept = Limit(name="time", most=np.array([10.0, 20.0]), need=5)
    assert allowed([swept], 1.0)["time"] == pytest.approx([2, 4])
    assert loosened([swept, MONEY], 1.0, "time", 2) == pytest.approx([4, 4])


def test_the_needs_are_those_of_the_run(run: training.Estimate) -> None:
    found = of_training(run, usd=5e5, seconds=1e6, carbon_kg=1e3, text_tokens=4e11, tokens=1e11)
    needs = {limit.name: limit.need.value for limit in found}
    assert needs["money"] == pytest.approx(2 * run.device_hours)
    assert needs["time"] == run.seconds
    assert needs["carbon"] == run.bill.carbon_kg.value
    assert found[-1].share.value == pytest.approx(0.25)


def test_a_need_that_is_unknown_is_said(run: training.Estimate) -> None:
    with pytest.raises(ValueError, match="text is limited, but"):
        of_training(run, text_tokens=1e12)
    with pytest.raises(ValueError, match="at least one"):
        of_training(run)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: binding([]), ValueError, "at least one limit"),
        (lambda: binding([MONEY], "middle"), ValueError, "end"),
        (lambda: loosened([MONEY], 1, "time", 2), KeyError, "there are money"),
        (lambda: Limit(name="money", most=0, need=1), ValueError, "most"),
        (lambda: Limit(name="money", most=1, need="much"), TypeError, "need"),
    ],
)
def test_nonsense_is_refused(call: Callable[[], object], error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_a_plans_limits_count_all_of_its_money(run: training.Estimate) -> None:
    people = Range(low=60e3, value=90e3, high=140e3)
    plan = project.from_estimate(run, purpose="an assistant", other_usd={"people": people})
    limits = of_plan(plan, usd=5e5, seconds=3e6, carbon_kg=1e4, text_tokens=2e11)
    money, time, carbon, text = limits
    assert money.need.value == pytest.approx(run.bill.usd.value + 90e3)
    assert (time.need.low, time.need.value) == (run.low, run.seconds)
    assert carbon.need.value == pytest.approx(run.bill.carbon_kg.value)
    assert text.share.value == pytest.approx(0.5)
    assert unmet(plan, limits) == []


def test_a_late_plan_and_one_that_fits_nowhere_are_unmet(run: training.Estimate) -> None:
    plan = project.from_estimate(run, purpose="an assistant")
    late = of_plan(plan, seconds=run.seconds / 6)
    assert [sentence.split(":")[0] for sentence in unmet(plan, late)] == ["time"]
    just = of_plan(plan, seconds=run.seconds * 1.01)  # the middle is met, the upper end is not
    assert just[0].met == "likely met" and unmet(plan, just) == []
    full = replace(plan, run=replace(plan.run, fits="does not fit"))
    assert [sentence.split(":")[0] for sentence in unmet(full, [])] == ["memory"]
