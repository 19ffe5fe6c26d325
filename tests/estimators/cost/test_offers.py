"""Prices of hours against the catalog's own rows."""

from dataclasses import replace

import pytest

from course_lib.catalog import devices, models, prices
from course_lib.estimators import hardware
from course_lib.estimators.cost import jobs, offers


def test_doubling_devices_halves_time_and_keeps_the_price() -> None:
    two, four = (hardware.training_seconds(1e21, 1e15, 0.5, devices) for devices in (2, 4))
    assert two == 2 * four
    assert offers.rent_usd(3, two, 2) == pytest.approx(offers.rent_usd(3, four, 4))


def test_the_cheapest_hour_of_a_device_and_none_where_there_is_none() -> None:
    hours = [
        each.usd_per_device_hour
        for each in prices.values()
        if each.device_key == "h100-sxm-80gb" and each.category == "cloud_on_demand"
    ]
    assert offers.rental("h100-sxm-80gb").usd_per_device_hour == min(hours)
    assert offers.rental("h100-sxm-80gb", "AWS").value == 55.04
    assert offers.rental("raspberry-pi-5") is None
    assert offers.rental("h100-sxm-80gb", "nobody") is None
    [offer] = jobs.compare(jobs.decoding(models["llama-3-8b"], 1), ["h20"])
    assert offer.price is None
    assert offer.usd is None


def test_no_spot_estimate_or_assumption_passes_for_a_price() -> None:
    for key in devices:
        price = offers.rental(key)
        assert price is None or price.category == "cloud_on_demand"
        assert price is None or price.source.kind != "estimated"


def test_an_estimate_is_passed_over_though_it_is_the_cheapest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listed = offers.rental("h100-sxm-80gb")
    guess = replace(
        listed, value=listed.value / 100, source=replace(listed.source, kind="estimated")
    )
    monkeypatch.setattr(offers, "prices", {"listed": listed, "guess": guess})
    assert offers.rental("h100-sxm-80gb") is listed


def test_an_unknown_card_is_named_with_the_nearest() -> None:
    with pytest.raises(KeyError, match="nearest"):
        offers.rental("h1000")


def test_an_hour_by_hand() -> None:
    assert offers.rent_usd(3.0, 1800) == 1.5
    assert offers.rent_usd(0, 1800, 4) == 0
    assert offers.rent_usd(2.0, 0, 4) == 0
    assert offers.rent_usd([1.0, 2.0], 3600, [1, 3]).tolist() == [1, 6]
