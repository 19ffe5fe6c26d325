"""The one price of an hour of a device: its rule by hand, and what independent pages say."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.catalog import COURSE_DATE, Device, NeverRented, Price, devices, findings, prices
from course_lib.catalog.rentals import PriceCatalog, last_day

ROW = """
[{key}]
item = "an hour"
category = "{category}"
provider = "{seller}"
market = "{market}"
value = {value}
unit = "USD/GPU-hour"
device_key = "{device}"
device_count = 1
source = {{ text = "a list", date = "{date}", kind = "{kind}", evidence = "read" }}
"""
PLAIN = {
    "category": "cloud_on_demand", "seller": "A", "market": "specialist",
    "date": "2026-01", "kind": "list price", "device": "h100-sxm-80gb",
}  # fmt: skip


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A catalog of prices made of rows that differ from `PLAIN`."""

    def made(*rows: dict[str, Any]) -> PriceCatalog:
        file = tmp_path / "some.toml"
        text = "".join(ROW.format(key=f"row-{n}", **PLAIN | row) for n, row in enumerate(rows))
        file.write_text(text, encoding="utf-8")
        catalog = PriceCatalog("prices", Price, devices)
        catalog.path = file
        return catalog

    return made


def test_the_rule_on_the_h100_by_hand() -> None:
    """Lambda 3.19, 3.09, 2.99; a survey's 2.50 and 3.50; RunPod 2.69: the median of 3.09, 3.00 and
    2.69. The ends are the survey's long tail and its hyperscalers."""
    hour = prices.rental("H100", as_of="2026-08-31")
    assert hour.usd_per_device_hour == median((3.09, 3.00, 2.69)) == 3.00
    assert (hour.usd_low, hour.usd_high, hour.market) == (1.99, 5.0, "specialist")
    assert not hour.old and "specialist" in hour.text and hour.as_of == "2026-08-31"


def test_independent_pages_lie_within_the_range_of_the_h100() -> None:
    """A median of 37 providers, another page's range, and contracts: the rule uses none of them."""
    hour = prices.rental("H100")
    for key in (
        "aimultiple-h100-median-of-37-providers",
        "major-clouds-h100-and-h200-low",
        "major-clouds-h100-and-h200-high",
        "neoclouds-h100-80gb-one-year-contract-2026-03",
    ):
        assert key not in hour.keys
        assert hour.usd_low <= prices[key].value <= hour.usd_high, key
    assert prices["aimultiple-h100-median-of-37-providers"].value == pytest.approx(
        hour.usd_per_device_hour, rel=0.1
    )


LINES = (
    ("a100-pcie-80gb", "a100-sxm-80gb", "h100-pcie-80gb", "h100-sxm-80gb", "h200-sxm", "b200-sxm"),
    ("v100-sxm2-16gb", "a100-sxm-40gb", "a100-sxm-80gb", "h100-sxm-80gb"),
    ("rtx-3090", "rtx-4090", "rtx-5090", "rtx-pro-6000-blackwell-server"),
    ("t4", "l4", "l40s"),
    ("tpu-v2", "tpu-v3", "tpu-v4"),
)
"""Cards of a line, each better than the one before it."""


@pytest.mark.parametrize("as_of", ["2023", "2024", "2025", "2026-02"])
def test_a_better_card_of_a_line_is_never_the_cheaper_one_in_its_market(as_of: str) -> None:
    for line in LINES:
        hours = [
            prices.rental(key, as_of=as_of) for key in line if key in prices.rented(as_of=as_of)
        ]
        for market in {hour.market for hour in hours}:
            usd = [hour.usd_per_device_hour for hour in hours if hour.market == market]
            assert usd == sorted(usd), (line, market)


def test_the_a100_is_cheaper_than_the_h100_whoever_lists_them() -> None:
    for line in LINES[:3]:
        usd = [prices.rental(key).usd_per_device_hour for key in line if key in prices.rented()]
        assert usd == sorted(usd), line


def test_every_rented_card_has_a_range_around_its_price() -> None:
    for key in prices.rented():
        hour = prices.rental(key)
        assert 0 < hour.usd_low <= hour.usd_per_device_hour <= hour.usd_high, key
        rows = [prices[row] for row in hour.keys]
        assert {row.device_key for row in rows} == {key}
        assert {row.category for row in rows} == {"cloud_on_demand"}
        assert "estimated" not in {row.source.kind for row in rows}
        assert all(row.source.date[:10] <= COURSE_DATE for row in rows)
        if len(rows) == 1:  # no price without a range
            assert hour.usd_low < hour.usd_high, key


def test_a_seller_has_one_price_his_last(listed: Any) -> None:
    found = listed(
        {"value": 9, "date": "2025-06"},
        {"value": 2, "date": "2026-02"},
        {"value": 4, "date": "2026-02"},
        {"value": 5, "seller": "B"},
        {"value": 7, "date": "2026-09"},  # not yet
    ).rental("H100", as_of="2026-08-31")
    assert (found.usd_low, found.usd_per_device_hour, found.usd_high) == (2, 4, 5)  # of 3 and 5
    assert found.keys == ("row-1", "row-2", "row-3") and found.newest == "2026-02"


def test_one_market_makes_the_middle_and_all_make_the_ends(listed: Any) -> None:
    found = listed(
        {"value": 2},
        {"value": 12, "seller": "big", "market": "hyperscaler"},
        {"value": 11, "seller": "bigger", "market": "hyperscaler"},
        {"value": 1, "seller": "many", "market": "marketplace"},
    ).rental("H100")
    assert (found.usd_low, found.usd_per_device_hour, found.usd_high) == (1, 2, 12)
    assert found.sellers == ("A",)


def test_what_is_no_hour_on_demand_stays_out(listed: Any) -> None:
    found = listed(
        {"value": 3},
        {"value": 1, "category": "cloud_spot"},
        {"value": 1, "category": "cloud_reserved"},
        {"value": 1, "category": "own_cost", "kind": "estimated"},
        {"value": 1, "kind": "estimated"},
        {"value": 1, "device": "t4"},
    )
    assert found.rental("H100").keys == ("row-0",)
    assert found.rented() == ("h100-sxm-80gb", "t4")


def test_the_old_yields_to_the_young_and_is_told_where_it_is_all_there_is(listed: Any) -> None:
    catalog = listed(
        {"value": 9, "date": "2024-07", "seller": "B"},
        {"value": 3, "date": "2026-01"},
        {"value": 2, "device": "t4", "date": "2023-2025"},
        {"value": 6, "device": "t4", "date": "2020", "seller": "C"},
    )
    young, old = catalog.rental("H100"), catalog.rental("T4")
    assert (young.keys, young.old) == (("row-1",), False)
    assert (old.keys, old.old) == (("row-2",), True) and "the last known" in old.text
    assert catalog.rental("H100", as_of="2026-07").keys == ("row-0", "row-1")  # 24 months, no more
    assert catalog.rental("H100", as_of="2026-08").keys == ("row-1",)


def test_two_years_are_young_and_a_month_more_is_old(listed: Any) -> None:
    rows = {"seller": "B", "value": 4.0, "date": "2024-01"}, {"value": 2.0, "date": "2026-01"}
    # The older row counts beside the younger one up to 24 months after it, and no longer.
    both = listed(*rows).rental("h100-sxm-80gb", as_of="2026-01")
    assert (both.usd_per_device_hour, both.keys) == (3.0, ("row-0", "row-1"))
    one = listed(*rows).rental("h100-sxm-80gb", as_of="2026-02")
    assert (one.usd_per_device_hour, one.keys, one.old) == (2.0, ("row-1",), False)
    alone = listed({"date": "2024-01", "value": 4.0})
    assert not alone.rental("h100-sxm-80gb", as_of="2026-01").old
    assert alone.rental("h100-sxm-80gb", as_of="2026-02").old


def test_a_card_without_others_to_learn_from_has_no_spread(listed: Any) -> None:
    hour = listed({"value": 2.0}).rental("h100-sxm-80gb", as_of="2026")
    assert (hour.usd_low, hour.usd_per_device_hour, hour.usd_high) == (2.0, 2.0, 2.0)


def test_no_spread_turns_round(listed: Any) -> None:
    """Of the only card with several rows the middle is at its end: one side is 1, never beyond."""
    rows = [
        {"device": "b200-sxm", "value": 6.0},
        {"device": "b200-sxm", "value": 3.0, "seller": "B", "market": "marketplace"},
        {"device": "h200-sxm", "value": 4.0},
        {"device": "h200-sxm", "value": 8.0, "seller": "B", "market": "hyperscaler"},
        {"value": 2.0},
    ]
    hour = listed(*rows).rental("h100-sxm-80gb", as_of="2026")
    # Low over middle 0.5 and 1, high over middle 1 and 2: their medians.
    assert (hour.usd_low, hour.usd_high) == (2.0 * 0.75, 2.0 * 1.5)


def test_a_single_row_gets_the_spread_seen_on_the_others(listed: Any) -> None:
    found = listed(
        {"value": 1, "device": "t4"},
        {"value": 2, "device": "t4", "seller": "B"},
        {"value": 3, "device": "t4", "seller": "C"},
        {"value": 10},
    ).rental("H100")
    assert (found.usd_low, found.usd_per_device_hour, found.usd_high) == (5, 10, 15)


def test_a_price_ends_with_its_last_day(listed: Any) -> None:
    assert "aws-p4d-24xlarge" in prices.rental("a100-sxm-40gb", as_of="2024-12").keys
    assert "aws-p4d-24xlarge" not in prices.rental("a100-sxm-40gb", as_of="2025-07").keys
    assert "aws-p4d-24xlarge-after-cut" in prices.rental("a100-sxm-40gb", as_of="2025-07").keys


def test_a_card_never_rented_says_so_and_what_to_give() -> None:
    own = Device(name="My Card", vendor="me", kind="gpu", year=2026, source=devices["H100"].source)
    for card, name in (
        ("H20", "H20"),
        (devices["Raspberry Pi 5"], "Raspberry Pi 5"),
        (own, "My Card"),
    ):
        with pytest.raises(NeverRented, match=rf"hour of {name} .*usd_per_device_hour="):
            prices.rental(card)
    with pytest.raises(NeverRented, match="up to 2021"):
        prices.rental("H100", as_of="2021")
    with pytest.raises(KeyError, match="nearest"):
        prices.rental("H1000")


@pytest.mark.parametrize("as_of", ["", "soon", "2026-13", "26-01", "2026-08-31T12", 2026, None])
def test_a_date_that_is_none_is_refused(as_of: Any) -> None:
    with pytest.raises(ValueError, match="as_of must be a date"):
        prices.rental("H100", as_of=as_of)


@pytest.mark.parametrize(
    "as_of", ["2024-02-31", "2024-02-30", "2025-02-29", "2026-04-31", "2026-08-00", "2026-08-32"]
)
def test_a_day_that_its_month_lacks_is_refused(as_of: str) -> None:
    with pytest.raises(ValueError, match=f"as_of must be a day that its month has, got '{as_of}'"):
        prices.rental("H100", as_of=as_of)
    assert last_day("2024-02-29") == (2024, 2, 29)


@given(st.integers(2023, 2026), st.integers(1, 12))
def test_dates_are_read_to_their_last_day(year: int, month: int) -> None:
    assert last_day(f"{year}") == (year, 12, 31)
    assert last_day(f"{year}-{month:02}") == (year, month, 31)
    assert last_day(f"{year}-{month:02}-05") == (year, month, 5)


def test_the_course_is_not_older_than_its_facts() -> None:
    for one in (prices, findings):
        for key, record in one.items():
            if len(record.source.date) == 10:
                assert record.source.date <= COURSE_DATE, key
