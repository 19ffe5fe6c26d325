"""Sourced quantities and days of a grid: what they hold, what they convert, and whether they agree
with each other."""

from __future__ import annotations

import pytest

from course_lib.catalog import Quantity, Source, devices, grid_days, prices, quantities, runs

SOURCE = Source(text="a report", date="2024", kind="estimated", evidence="read")


def quantity(value: float, unit: str) -> Quantity:
    return Quantity(name="q", category="sector", value=value, unit=unit, source=SOURCE)


@pytest.mark.parametrize(
    ("unit", "joules"), [("Wh", 3600), ("kWh/year", 3.6e6), ("MWh", 3.6e9), ("TWh/year", 3.6e15)]
)
def test_energy_in_joules(unit: str, joules: float) -> None:
    assert quantity(2, unit).joules == 2 * joules


@pytest.mark.parametrize(("unit", "kilograms"), [("kg", 1), ("t/year", 1000), ("lb", 0.45359237)])
def test_mass_in_kilograms(unit: str, kilograms: float) -> None:
    assert quantity(3, unit).kilograms == pytest.approx(3 * kilograms)


def test_what_is_no_energy_and_no_mass_says_so() -> None:
    with pytest.raises(ValueError, match=r"unit must be one of .* to be an energy, got 'L/kWh'"):
        _ = quantity(1, "L/kWh").joules
    with pytest.raises(ValueError, match=r"unit must be one of .* to be a mass, got 'kg/kWh'"):
        _ = quantity(1, "kg/kWh").kilograms


def test_every_category_and_device_is_known() -> None:
    for key, entry in quantities.items():
        assert entry.device_key is None or entry.device_key in list(devices), key


def test_shares_agree_with_amounts() -> None:
    """176 TWh were 4.4 % of a total near the 4 070 TWh of the year before."""
    share = quantities["us-data-centres-2023"].value / quantities["us-electricity-2022"].value
    assert share == pytest.approx(quantities["us-data-centres-share-2023"].value, rel=0.03)


def test_water_of_gpt_3_agrees_with_its_factors() -> None:
    machines_kwh = 1_287_000
    on_site = machines_kwh * quantities["microsoft-us-water-on-site"].value
    source = machines_kwh * 1.17 * quantities["us-grid-water-li"].value
    assert quantities["gpt-3-water-on-site"].value == pytest.approx(on_site, rel=1e-3)
    assert quantities["gpt-3-water-source"].value == pytest.approx(source, rel=1e-3)


def test_the_idle_energy_of_bloom_is_that_of_its_run() -> None:
    assert "256,646 kWh" in runs["llama1paper-bloom"].energy_basis
    assert quantities["bloom-idle-energy"].joules == 256_646 * 3.6e6


def test_two_days() -> None:
    sunny, windy = grid_days["California"], grid_days["Texas"]
    assert (min(sunny.grams_per_kwh), max(sunny.grams_per_kwh)) == (151.2, 336.0)
    assert sunny.grams_per_kwh.index(151.2) == 15  # 22:00 UTC is 15:00 there
    assert max(windy.grams_per_kwh) / min(windy.grams_per_kwh) < max(sunny.grams_per_kwh) / min(
        sunny.grams_per_kwh
    )


def test_prices_that_came_with_them() -> None:
    assert (
        prices["h100-pcie-card-2023"].value == 30_000
        and prices["h100-pcie-card-2023"].device_count == 1
    )
    assert prices["h100-pcie-card-2023"].usd_per_device_hour is None  # a card, not an hour of it
    assert prices["colocation-us-2024-h2"].value == 184.06
    assert prices["sysadmin-wage-us-2024"].category == "staff"
    assert prices["news-corp-openai-data-licence"].category == "data_licence"
