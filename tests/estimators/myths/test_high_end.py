"""C11's numbers: a bill by hand, and the cheapest card by looking at every one."""

import pytest

from course_lib.catalog import devices, models
from course_lib.estimators import hardware, memory
from course_lib.estimators.myths import high_end

SMALL = {"h100-sxm-80gb": 3.0, "a100-sxm-80gb": 1.5, "rtx-4090": 0.5}


def test_a_bill_is_steps_times_seconds_times_the_hour() -> None:
    way = next(
        way
        for way in memory.capacity.ways(models["llama-3-8b"], devices["H100"])
        if way.name == "LoRA"
    )
    usd = high_end.tuning_usd("llama-3-8b", "h100-sxm-80gb", 3.6)
    assert usd == pytest.approx(10e6 / 2048 * way.seconds * 3.6 / 3600)


def test_half_the_peak_takes_twice_the_time() -> None:
    ratio = hardware.peak(devices["H100"]) / hardware.peak(devices["A100 SXM 80GB"])
    fast, slow = (high_end.tuning_usd("llama-3-8b", card, 1.0) for card in list(SMALL)[:2])
    assert slow == pytest.approx(ratio * fast)


def test_the_cheapest_is_the_least_of_all_bills() -> None:
    found = high_end.cheapest("h100-sxm-80gb", SMALL)
    assert "llama-3-8b" in found and "gpt-3-175b" not in found  # of 2020, and too large
    for model in ("llama-3-8b", "llama-3-70b"):
        bills = {card: high_end.tuning_usd(model, card, usd) for card, usd in SMALL.items()}
        fitting = {card: usd for card, usd in bills.items() if usd is not None}
        assert found[model] == min(fitting, key=fitting.__getitem__)


def test_a_free_card_wins_wherever_it_fits() -> None:
    found = high_end.cheapest("h100-sxm-80gb", SMALL | {"h100-sxm-80gb": 1e-9})
    assert set(found.values()) == {"h100-sxm-80gb"}


def test_a_card_without_a_price_is_named() -> None:
    with pytest.raises(KeyError, match="t4"):
        high_end.cheapest("t4", SMALL)
