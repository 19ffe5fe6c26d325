"""The catalog of an earlier year: what it holds, what it does not, and that it is looked up like
the catalog itself."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

import course_lib.catalog as catalog
from course_lib.catalog import devices, grids, models, prices
from course_lib.catalog.as_of import Catalogs, View, as_of, known_since
from course_lib.catalog.lookup import Catalog, touched

NAMES = list(Catalogs.__dataclass_fields__)


def every() -> Iterator[tuple[str, Catalog[Any]]]:
    """Every catalog of the package, by name."""
    return ((name, one) for name, one in vars(catalog).items() if isinstance(one, Catalog))


def test_no_catalog_is_left_out() -> None:
    assert set(NAMES) == {name for name, _ in every()}
    assert all(getattr(as_of(), name) is one for name, one in every())


@pytest.mark.parametrize("name", NAMES)
def test_a_view_grows_with_the_year_and_stays_in_the_catalog(name: str) -> None:
    full, held = (
        getattr(catalog, name),
        [set(getattr(as_of(year), name)) for year in range(2015, 2028)],
    )
    assert all(before <= after for before, after in pairwise(held))
    assert held[-1] <= set(full)
    undated = {key for key, record in full.items() if known_since(record) is None}
    assert (
        set(full) - held[-1] == undated
    )  # what has no date is in no view, and nothing else is missing today


@pytest.mark.parametrize(
    ("year", "there", "missing"),
    [  # years of publication and launch as everybody can look them up
        (2019, "gpt-2-xl", "gpt-3-175b"),
        (2020, "gpt-3-175b", "palm-540b"),
        (2022, "palm-540b", "llama-3-8b"),
        (2024, "llama-3-8b", "kimi-k2"),
    ],
)
def test_models_appear_in_their_year(year: int, there: str, missing: str) -> None:
    then = as_of(year).models
    assert there in then and missing not in then
    assert max(model.year for model in then.values()) <= year


def test_devices_appear_with_their_launch() -> None:
    then = as_of(2021).devices
    assert (
        "t4" in then
        and "rtx-3090" in then
        and "h100-sxm-80gb" not in then
        and "rtx-4090" not in then
    )


def test_names_are_forgiven_as_in_the_catalog() -> None:
    then = as_of(2020)
    assert then.devices.key("RTX3090") == "rtx-3090"
    assert then.models["GPT-3 175B"] is models["gpt-3-175b"]
    with pytest.raises(KeyError, match="devices as of 2020 has no entry 'H100'"):
        then.devices["H100"]


def test_the_earlier_year_resolves_what_is_ambiguous_today() -> None:
    """A name that fits several entries today fits one if only one was known."""
    then = View(devices, 2020)
    for names in devices._fallback.values():
        known = [key for key in sorted(names) if devices[key].year <= 2020]
        assert all(key in then for key in known)


def test_a_look_up_counts_for_the_sources() -> None:
    as_of(2022).devices["a40"]
    as_of(2021).grids.values()
    assert ("devices", "a40") in touched() and ("grids", "*") in touched()
    assert not any("as of" in name for name, _ in touched())


def test_the_full_catalog_stays_whole() -> None:
    before = len(grids), len(prices)
    as_of(2000).prices.values()
    assert (len(grids), len(prices)) == before and len(as_of(2000).prices) == 0


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("2023-2025", 2023),
        ("2022-23", 2022),
        ("2024-H2", 2024),
        ("2026-08-05", 2026),
        ("2019-05", 2019),
        ("undated", None),
    ],
)
def test_of_a_span_the_first_year_counts(date: str, year: int | None) -> None:
    source = catalog.Source(text="a page", date=date, kind="reported", evidence="read")
    grid = catalog.Grid(name="Nowhere", category="country", grams_per_kwh=1, source=source)
    assert known_since(grid) == year


def test_a_price_is_known_from_its_first_day() -> None:
    source = catalog.Source(text="a page", date="2026", kind="list price", evidence="read")
    price = catalog.Price(
        item="hour",
        category="electricity",
        value=1,
        unit="USD/kWh",
        valid_from="2020-03-01",
        source=source,
    )
    assert known_since(price) == 2020


def test_every_date_of_the_catalog_can_be_read() -> None:
    dates = {record.source.date for _, one in every() for record in one.values()}
    assert all(re.match(r"(19|20)\d\d|undated$", date) for date in dates)


@pytest.mark.parametrize("year", [1949, 2101, 21, -2021])
def test_a_year_outside_the_calendar_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match="year must"):
        as_of(year)


@pytest.mark.parametrize("year", ["2021", True, 2021.5, [2021, 2022]])
def test_what_is_no_year_is_refused(year: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="year"):
        as_of(year)
