"""Amounts: read as people write them, shown in one unit a line."""

import re

import pytest

from course_lib.commands.plan_amounts import SCALES, PlanError, amount, together
from course_lib.estimators.ranges import Range


@pytest.mark.parametrize(
    ("text", "value"),
    [("15T", 15e12), ("15 T", 15e12), ("1.5b", 1.5e9), ("2e12", 2e12), ("300,000", 3e5), ("7", 7)],
)
def test_amounts_are_read_as_people_write_them(text: str, value: float) -> None:
    assert amount(text) == value


@pytest.mark.parametrize(
    "text", ["", "lots", "-5", "-1T", "0", "1e400", "nan", "inf", "5 X", "0.5"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(PlanError, match="tokens must be a number such as 15T"):
        amount(text)


@pytest.mark.parametrize(
    ("ends", "unit", "shown"),
    [
        # 36 h is 1.5 days, and its ends are in days, too
        ((12 * 3600, 36 * 3600, 72 * 3600), "s", ("1.50 days", "0.500 to 3 days")),
        ((40, 50, 90), "s", ("50 s", "40 to 90 s")),
        ((3.6e9, 7.2e9, 3.6e10), "J", ("2 MWh", "1 to 10 MWh")),
        ((900, 1500, 2000), "kg", ("1.50 tonnes", "0.900 to 2 tonnes")),
        ((9e5, 1.1e6, 2e6), "USD", ("USD 1.10 million", "USD 0.900 to 2 million")),
        ((90_000, 123_456, 200_000), "USD", ("USD 123 000", "USD 90 000 to 200 000")),
        ((0.3, 0.4, 0.5), "%", ("40 %", "30 to 50 %")),
        ((70e9, 80e9, 100e9), "B", ("80 GB", "70 to 100 GB")),
    ],
)
def test_a_line_has_one_unit(ends: tuple, unit: str, shown: tuple[str, str]) -> None:
    low, middle, high = ends
    text = together(Range(low=low, value=middle, high=high), unit)
    assert tuple(each.replace("\u202f", " ") for each in text) == shown


@pytest.mark.parametrize("unit", list(SCALES))
@pytest.mark.parametrize("power", range(-6, 22))
def test_no_amount_vanishes(unit: str, power: int) -> None:
    """Neither 0 nor a name of another unit at any size that people may ask for."""
    value = 1.5 * 10.0**power
    middle, ends = together(Range(low=value / 3, value=value, high=value * 3), unit)
    for number in re.findall(r"[\d.]+", middle.replace("\u202f", "")):
        assert float(number) > 0
    assert " to " in ends and not re.search("nan|inf|-", middle + ends)
