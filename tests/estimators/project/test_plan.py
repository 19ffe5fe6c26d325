"""Plans of projects: against the estimate they are made from, and sums against draws."""

from dataclasses import replace

import pytest

from course_lib.catalog import models
from course_lib.estimators import energy, training
from course_lib.estimators.layout import Layout
from course_lib.estimators.project.plan import Plan, PlannedRun, from_estimate, verdict
from course_lib.estimators.project.rules import broken
from course_lib.estimators.ranges import Range, added

CHOICES = {"grid": "Poland", "usd_per_device_hour": 2.5}
PART = Range(low=70, value=100, high=140)


@pytest.fixture(scope="module")
def run() -> training.Estimate:
    return training.estimate(
        models["llama-3-8b"], tokens=1e12, device="H100", devices=64, **CHOICES
    )


@pytest.fixture(scope="module")
def plan(run: training.Estimate) -> Plan:
    told = {"people": "assumed"}
    return from_estimate(run, purpose="letters", other_usd={"people": 9e4}, notes=told)


def test_a_plan_has_the_numbers_of_its_estimate(run: training.Estimate, plan: Plan) -> None:
    work = plan.run
    assert isinstance(work, PlannedRun)
    assert work.seconds.value == run.seconds
    assert work.device_hours.value == pytest.approx(run.device_hours)
    for ours, theirs in (
        (work.energy_joules.low, run.bill.energy.low),
        (work.energy_joules.high, run.bill.energy.high),
    ):
        assert ours == pytest.approx(theirs)
    assert work.energy_joules.value == pytest.approx(run.energy_joules)
    assert work.carbon_kg.high == pytest.approx(run.bill.carbon_kg.high)
    assert work.compute_usd.value == pytest.approx(run.bill.usd.value)
    assert work.memory_bytes.value == run.memory.total


def test_another_site_changes_energy_and_pue() -> None:
    site = energy.Site(server=1, network=1, pue=1.1)
    run = training.estimate(
        models["gpt2"], tokens=1e10, device="H100", devices=8, site=site, **CHOICES
    )
    plan = from_estimate(run, purpose="a toy")
    assert plan.run.pue.value == 1.1
    assert plan.run.energy_joules.value == pytest.approx(run.energy_joules)


def test_every_number_has_a_note(plan: Plan) -> None:
    named = {
        "seconds",
        "device_hours",
        "memory_bytes",
        "watts",
        "pue",
        "energy_joules",
        "carbon_kg",
        *plan.parts_usd,
    }
    assert named <= set(plan.notes)


def test_the_sum_is_narrower_than_its_ends_and_wider_than_a_part(plan: Plan) -> None:
    assert plan.usd.value == pytest.approx(plan.run.compute_usd.value + 9e4)
    found = added([PART] * 9)
    assert (found.low, found.value, found.high) == (900 - 3 * 30, 900, 900 + 3 * 40)
    assert added([PART]).high == PART.high


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"way": "steal"}, "way"),
        ({"way": "call"}, "run must be given"),
        ({"parts_usd": {}}, "at least one part"),
    ],
)
def test_nonsense_is_refused(plan: Plan, changes: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(plan, **changes)


def test_what_the_catalog_lacks_stays_unknown(run: training.Estimate) -> None:
    without_power = replace(run, bill=replace(run.bill, energy=None, carbon_kg=None))
    plan = from_estimate(without_power, purpose="a toy")
    assert plan.run.watts is plan.run.energy_joules is plan.run.carbon_kg is None
    assert plan.usd is not None and broken(plan) == {}
    without_price = replace(run, bill=replace(run.bill, usd=None, usd_per_device_hour=None))
    plan = from_estimate(without_price, purpose="a toy")
    assert plan.usd is plan.run.compute_usd is plan.run.usd_per_device_hour is None
    assert plan.parts_usd == {} and broken(plan) == {}
    assert from_estimate(without_price, purpose="a toy", other_usd={"text": 5}).usd.value == 5


def test_the_parts_add_up(run: training.Estimate, plan: Plan) -> None:
    assert plan.run.step_seconds == pytest.approx(run.step.seconds)
    assert sum(plan.run.memory_parts_bytes.values()) == pytest.approx(run.memory.total)
    # Steps are whole, so the tokens may be half a step more or less.
    step_tokens = plan.run.batch * plan.run.seq
    assert plan.run.steps == int(plan.run.steps)
    assert abs(plan.run.steps * step_tokens - plan.run.tokens) <= step_tokens / 2
    words = plan.run.layout_words
    assert str(int(run.layout.data)) in words and run.layout.recompute in words


def test_a_run_by_hand(plan: Plan) -> None:
    """Watts: 700 stated; a tenth idle, nine tenths of the rest; servers x 1.3, network x 1.05."""
    run = plan.run
    assert run.watts.value == pytest.approx((70 + 0.9 * 630) * 1.3 * 1.05)
    assert run.watts.low < run.watts.value < run.watts.high
    assert run.pue.value == 1.2 and run.devices == 64
    assert run.device_hours.value == pytest.approx(64 * run.seconds.value / 3600)
    assert run.energy_joules.value == pytest.approx(
        run.device_hours.value * 3600 * run.watts.value * 1.2
    )
    assert run.carbon_kg.value == pytest.approx(
        run.energy_joules.value / 3.6e6 * run.grams_per_kwh / 1000
    )
    assert run.usd_per_device_hour == 2.5
    assert run.compute_usd.value == pytest.approx(run.device_hours.value * 2.5)


def test_sizes_of_one_are_not_told(plan: Plan) -> None:
    layout = Layout(data=2, tensor=2, pipeline=3, micro_batch=1, zero=1, recompute="full")
    words = replace(plan.run, layout=layout, devices=12).layout_words
    assert words == "2 data, 2 tensor, 3 pipeline, micro-batch 1, zero 1, recompute full"
    words = replace(plan.run, layout=Layout(context=2, data=4, expert=2)).layout_words
    assert words == "4 data, 2 context, 2 expert, micro-batch 1, zero 0, recompute none"


@pytest.mark.parametrize(
    ("room", "word"),
    [(60e9, "does not fit"), (70e9, "may not fit"), (79e9, "may not fit"), (80e9, "fits")],
)
def test_the_middle_decides_and_the_upper_end_warns(room: float, word: str) -> None:
    held = Range(low=65e9, value=70e9, high=80e9)
    assert verdict(held, room) == word
    assert verdict(held, None) == "unknown"
