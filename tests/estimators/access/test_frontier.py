"""Prices of the frontier's runs, by hand from the catalog's hours and rents."""

from dataclasses import replace

import pytest

from course_lib.catalog import prices
from course_lib.estimators.access import frontier

ROWS = {row.name: row for row in frontier.known()}


def test_deepseek_is_what_its_report_says() -> None:
    """Table 1 of arXiv 2412.19437: 2.788 million hours at USD 2 make USD 5.576 million."""
    row = ROWS["DeepSeek-V3"]
    assert row.usd_then == row.usd_today == 5.576e6
    assert row.device.startswith("H800")


def test_the_405b_run_by_hand() -> None:
    row = ROWS["Llama 3.1 405B"]
    assert row.device_hours == 30.84e6
    assert row.usd_today == pytest.approx(30.84e6 * prices.rental("H100").usd_per_device_hour)
    then = prices.rental("H100", as_of="2024").usd_per_device_hour
    assert (row.usd_then, row.then_as_of) == (pytest.approx(30.84e6 * then), 2024)


def test_an_old_runs_own_price_is_the_first_one_known() -> None:
    row = ROWS["GPT-3"]
    assert row.then_as_of == 2023  # no rent of a V100 is known before
    assert row.usd_then > row.usd_today


def test_growth_counts_only_runs_that_were_the_most_expensive() -> None:
    def row(name: str, year: int, usd: float) -> frontier.Priced:
        return frontier.Priced(
            name=name,
            year=year,
            device="card",
            device_hours=1,
            usd_then=usd,
            then_as_of=year,
            usd_today=usd,
        )

    doubled = [row("a", 2020, 1), row("b", 2021, 2), row("c", 2022, 4)]
    assert frontier.growth(doubled) == pytest.approx(2)
    assert frontier.growth([*doubled, row("cheap", 2022, 0.1)]) == pytest.approx(2)


def test_the_fitted_line_passes_points_that_grow_evenly() -> None:
    """USD 3, 12 and 48 grow fourfold a year; the cheap run is no record and moves nothing."""
    usd = {2020: 3.0, 2021: 12.0, 2022: 48.0}
    rows = [
        frontier.Priced(
            name=str(year),
            year=year,
            device="card",
            device_hours=1,
            usd_then=price,
            then_as_of=year,
            usd_today=price,
        )
        for year, price in usd.items()
    ]
    cheap = replace(rows[2], name="cheap", usd_then=0.1, usd_today=0.1)
    for year, price in usd.items():
        assert frontier.fitted(year, [*rows, cheap]) == pytest.approx(price)
    assert frontier.fitted(2023, [*rows, cheap]) == pytest.approx(192)
    assert [row.name for row in frontier.records([*rows, cheap])] == ["2020", "2021", "2022"]
