"""Records of constants and of spreads: what they refuse, and what the two tables hold."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.catalog import Efficiency, Source, Spread, efficiency, spreads
from course_lib.catalog.records.efficiency import UNITS

SOURCE = Source(text="a test", date="2026", kind="estimated", evidence="read")
CONSTANT: dict[str, Any] = {
    "name": "part of a wire's rate", "used": "parallelism.clusters", "value": 0.5, "low": 0.25,
    "high": 0.75, "unit": "share", "found": "fitted", "how": "by eye", "source": SOURCE,
}  # fmt: skip
RANGE: dict[str, Any] = {
    "name": "steps", "used": "estimators.parallelism.steps", "low": 0.5, "high": 2.0, "rows": 10,
    "groups": 2, "median_error": 0.2, "within_quarter": 0.5, "source": SOURCE,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "error", "rule"),
    [
        ({"low": 0.6}, ValueError, "value must lie between low and high, got 0.5 beside 0.6"),
        ({"high": 0.4}, ValueError, "value must lie between low and high"),
        ({"high": 1.5}, ValueError, "high must be at most 1 for a share, got 1.5"),
        ({"unit": "percent"}, ValueError, "unit"),
        ({"found": "guessed"}, ValueError, "found"),
        ({"low": -0.1}, ValueError, "low"),
        ({"value": float("nan")}, ValueError, "value"),
        ({"value": "half"}, TypeError, "value"),
        ({"how": ""}, ValueError, "how"),
        ({"source": "a paper"}, TypeError, "source"),
    ],
)
def test_what_is_no_constant_is_refused(
    change: dict[str, Any], error: type[Exception], rule: str
) -> None:
    with pytest.raises(error, match=rule):
        Efficiency(**CONSTANT | change)


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit != "share"])
def test_only_shares_end_at_one(unit: str) -> None:
    many = {"unit": unit, "value": 40, "low": 0, "high": 100}
    assert Efficiency(**CONSTANT | many).high == 100
    assert Efficiency(**CONSTANT | {"value": 0, "low": 0, "high": 1}).value == 0


@pytest.mark.parametrize(
    ("change", "error", "rule"),
    [
        ({"low": 1.1}, ValueError, "low and high must enclose 1, got 1.1 and 2"),
        ({"high": 0.9}, ValueError, "low and high must enclose 1"),
        ({"low": 0}, ValueError, "low"),
        ({"rows": 1.5}, (TypeError, ValueError), "rows"),
        ({"groups": -1}, ValueError, "groups"),
        ({"median_error": -0.1}, ValueError, "median_error"),
        ({"high": float("inf")}, ValueError, "high"),
    ],
)
def test_what_is_no_spread_is_refused(
    change: dict[str, Any], error: type[Exception], rule: str
) -> None:
    with pytest.raises(error, match=rule):
        Spread(**RANGE | change)


def test_an_assumed_spread_has_no_rows() -> None:
    assumed = Spread(**RANGE | {"rows": 0, "groups": 0, "low": 1, "high": 1})
    assert (assumed.low, assumed.high, assumed.notes) == (1, 1, "")


@given(st.floats(0, 10), st.floats(0, 10), st.floats(0, 10))
def test_a_constant_lies_between_its_ends_or_is_refused(
    low: float, value: float, high: float
) -> None:
    case = CONSTANT | {"unit": "ratio", "low": low, "value": value, "high": high}
    if low <= value <= high:
        assert Efficiency(**case).value == value
    else:
        with pytest.raises(ValueError, match="value must lie between"):
            Efficiency(**case)


def test_every_constant_of_the_course_names_a_module_that_there_is() -> None:
    for key in efficiency:
        used = efficiency.peek(key).used
        inside = used if used.startswith("commands") else f"estimators.{used}"
        assert find_spec(f"course_lib.{inside}"), (key, used)


def test_what_was_fitted_may_move() -> None:
    fitted = [efficiency.peek(key) for key in efficiency if efficiency.peek(key).found == "fitted"]
    assert all(each.low < each.high for each in fitted)


def test_spreads_of_the_course_have_rows_or_say_that_they_are_assumed() -> None:
    for key in spreads:
        each = spreads.peek(key)
        assert each.rows >= each.groups and (each.groups > 0) == (each.rows > 0), key
