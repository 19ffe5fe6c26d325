"""Ways to one purpose: each part by hand, and all counted alike."""

import pytest

from course_lib.catalog import models, prices
from course_lib.estimators import cost, parameters, project, training
from course_lib.estimators.access import tuning
from course_lib.estimators.project import purpose
from course_lib.estimators.ranges import Range

LLAMA = models["llama-3-8b"]
PEOPLE = Range(low=60e3, value=90e3, high=140e3)
JOB = {"device": "H100", "devices": 64, "read_tokens": 1.2e11, "first_tokens": 1e12}


def found(**changed: object) -> dict[str, purpose.Way]:
    paid = {"people_usd": dict.fromkeys(purpose.NAMES, PEOPLE), "text_usd": 15e3}
    return purpose.ways(LLAMA, **(JOB | {"answers_a_day": 1e4} | paid | changed))  # type: ignore[arg-type]


def test_every_way_is_charged_with_people_and_a_year_of_answers() -> None:
    for name, way in found().items():
        assert {"people", purpose.ANSWERS} <= set(way.parts_usd), name
        assert ({purpose.HOURS, "text"} <= set(way.parts_usd)) == (name in purpose.TRAINED)


def test_hours_are_those_of_the_planner_at_the_cards_own_price() -> None:
    for device in ("H100", "A100 SXM 80GB"):
        hour = prices.rental(device).usd_per_device_hour
        run = training.estimate(LLAMA, tokens=1.2e11, device=device, devices=64)
        way = found(device=device)["tune"]
        assert way.parts_usd[purpose.HOURS].value == pytest.approx(run.device_hours * hour)


def test_an_adapter_does_four_of_six_flops_for_frozen_weights() -> None:
    ways = found()
    share = (
        ways["adapter"].parts_usd[purpose.HOURS].value / ways["tune"].parts_usd[purpose.HOURS].value
    )
    small, total = tuning.adapter_weights(LLAMA), parameters.count(LLAMA).total
    assert share == pytest.approx(4 / 6 + small / total)


def test_a_card_kept_ready_is_the_floor_of_a_years_answers() -> None:
    hour = prices.rental("H100").usd_per_device_hour
    few = found(answers_a_day=1)["tune"].parts_usd[purpose.ANSWERS]
    assert few.value == pytest.approx(hour * 24 * 365.25)
    assert found(answers_a_day=1e6)["tune"].parts_usd[purpose.ANSWERS].value > few.value


def test_calls_are_tokens_times_list_prices() -> None:
    each_read, each_written = cost.token_price.api("openai-gpt-4-1")
    a_day = 1e4 * (512 * each_read + 256 * each_written) / 1e6
    way = found()["call"].parts_usd[purpose.ANSWERS]
    assert way.value == pytest.approx(a_day * 365.25)


def test_the_plan_of_a_way_costs_what_the_way_costs() -> None:
    way, hour = found()["tune"], prices.rental("H100").usd_per_device_hour
    run = training.estimate(
        LLAMA, tokens=1.2e11, device="H100", devices=64, usd_per_device_hour=hour
    )
    plan = project.from_estimate(run, purpose="an assistant", way="tune", other_usd=way.others)
    assert (plan.usd.low, plan.usd.value, plan.usd.high) == pytest.approx(
        (way.usd.low, way.usd.value, way.usd.high)
    )


def test_bad_input_is_named() -> None:
    with pytest.raises(KeyError, match="adapter"):
        found(people_usd={"call": PEOPLE})
    with pytest.raises(ValueError, match="answers_a_day"):
        found(answers_a_day=0)
    with pytest.raises(ValueError, match="rental price"):
        purpose.hour_usd("mi210")
