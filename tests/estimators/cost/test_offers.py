"""Prices of hours against the catalog's own rows."""

import pytest

from course_lib.catalog import devices, models, prices
from course_lib.estimators import hardware
from course_lib.estimators.cost import jobs, offers


def test_doubling_devices_halves_time_and_keeps_the_price() -> None:
    two, four = (hardware.training_seconds(1e21, 1e15, 0.5, devices) for devices in (2, 4))
    assert two == 2 * four
    assert offers.rent_usd(3, two, 2) == pytest.approx(offers.rent_usd(3, four, 4))


def test_the_hour_is_the_catalogs_one_price_and_none_where_nobody_rents() -> None:
    found = offers.rental("h100-sxm-80gb")
    assert found is not None and found is prices.rental("H100")
    assert found.usd_low <= found.usd_per_device_hour <= found.usd_high
    assert offers.rental(devices["H100"]) is found
    assert offers.rental("raspberry-pi-5") is None
    assert offers.rental("h100-sxm-80gb", as_of="2021") is None
    [offer] = jobs.compare(jobs.decoding(models["llama-3-8b"], 1), ["h20"])
    assert offer.price is None
    assert offer.usd is None
    [offer] = jobs.compare(jobs.decoding(models["llama-3-8b"], 1), ["h100-sxm-80gb"])
    assert offer.price is found


def test_an_unknown_card_is_named_with_the_nearest() -> None:
    with pytest.raises(KeyError, match="nearest"):
        offers.rental("h1000")


def test_an_hour_by_hand() -> None:
    assert offers.rent_usd(3.0, 1800) == 1.5
    assert offers.rent_usd(0, 1800, 4) == 0
    assert offers.rent_usd(2.0, 0, 4) == 0
    assert offers.rent_usd([1.0, 2.0], 3600, [1, 3]).tolist() == [1, 6]
