"""Rules of a plan: every damage is found, by its rule, and an undamaged plan passes."""

from dataclasses import replace

import pytest

from course_lib.catalog import models
from course_lib.estimators import training
from course_lib.estimators.project.plan import Plan, from_estimate
from course_lib.estimators.project.rules import RULES, broken
from course_lib.estimators.ranges import Range

CHOICES = {"grid": "Poland", "usd_per_device_hour": 2.5}


@pytest.fixture(scope="module")
def plan() -> Plan:
    run = training.estimate(models["llama-3-8b"], tokens=1e12, device="H100", devices=64, **CHOICES)
    people = Range(low=60e3, value=90e3, high=140e3)
    return from_estimate(run, purpose="letters", other_usd={"people": people})


def _damaged(plan: Plan, field: str, factor: float) -> Plan:
    return replace(plan, run=replace(plan.run, **{field: getattr(plan.run, field).scaled(factor)}))


def test_an_undamaged_plan_breaks_nothing(plan: Plan) -> None:
    assert broken(plan) == {}


@pytest.mark.parametrize(
    ("field", "factor", "rules"),
    [
        ("seconds", 2, {"hours"}),
        ("memory_bytes", 2, {"memory", "fits"}),
        ("energy_joules", 1.2, {"energy", "carbon"}),
        ("carbon_kg", 1.5, {"carbon"}),
        ("compute_usd", 0.5, {"cost"}),
        ("watts", 1.3, {"energy"}),
        ("device_hours", 3, {"hours", "energy", "cost"}),
        ("seconds", 1.019, set()),  # people round: two per cent are let pass
        ("seconds", 1 / 1.019, set()),
        ("seconds", 1.022, {"hours"}),
        ("seconds", 1 / 1.022, {"hours"}),
    ],
)
def test_a_damage_is_found_by_its_rule(plan: Plan, field: str, factor: float, rules: set) -> None:
    assert set(broken(_damaged(plan, field, factor))) == rules


def test_usual_mistakes_are_named(plan: Plan) -> None:
    pue = plan.run.pue.value
    assert "the PUE is in it twice" in broken(_damaged(plan, "energy_joules", pue))["energy"]
    assert "the PUE is not in it" in broken(_damaged(plan, "energy_joules", 1 / pue))["energy"]
    assert "of all devices together" in broken(_damaged(plan, "memory_bytes", 64))["memory"]
    ends = [
        sum(getattr(part, end) for part in plan.parts_usd.values())
        for end in ("low", "value", "high")
    ]
    blind = replace(plan, usd=Range(low=ends[0], value=ends[1], high=ends[2]))
    assert "ends of the parts are added" in broken(blind)["sum"]


def test_a_range_of_the_wrong_width_is_found(plan: Plan) -> None:
    point = plan.run.energy_joules.value
    narrow = replace(plan.run, energy_joules=Range(low=point, value=point, high=point))
    assert "energy" in broken(replace(plan, run=narrow))


def test_a_plan_that_trains_nothing_is_held_to_its_sum_alone() -> None:
    part = Range(low=70, value=100, high=140)
    call = Plan(purpose="letters", way="call", parts_usd={"API": part}, usd=part)
    assert broken(call) == {}
    assert list(broken(replace(call, usd=part.scaled(2)))) == ["sum"]
    assert len(RULES) == 7
