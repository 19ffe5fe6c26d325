"""Labels by their limits, against a plain loop and against what must be refused."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.teaching import ladder

SIZES = {"a hundredth": 0.03, "a tenth": 0.3, "about half": 1.0, "more": None}


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (-1, "a hundredth"),
        (0.03, "a hundredth"),
        (0.031, "a tenth"),
        (0.3, "a tenth"),
        (1.0, "about half"),
        (1.001, "more"),
        (math.inf, "more"),
    ],
)
def test_a_limit_belongs_to_its_label(value: float, label: str) -> None:
    assert ladder(value, SIZES) == label


@given(st.floats(-10, 10), st.sets(st.integers(-9, 9), min_size=1))
def test_it_is_the_first_label_that_holds_the_value(value: float, uppers: set[int]) -> None:
    limits: dict[str, float | None] = {str(upper): upper for upper in sorted(uppers)}
    holding = [upper for upper in sorted(uppers) if value <= upper]
    assert ladder(value, limits | {"more": None}) == (str(holding[0]) if holding else "more")


@pytest.mark.parametrize(
    ("value", "limits", "said"),
    [
        (math.nan, SIZES, "value"),
        (0.1, {"more": None}, "two or more"),
        (0.1, {"few": 1, "many": 2}, "only the last None"),
        (0.1, {"few": 2, "some": 1, "many": None}, "above the one before"),
        (0.1, {"few": 1, "some": 1, "many": None}, "above the one before"),
        (0.1, {"few": math.inf, "many": None}, "limits"),
    ],
)
def test_bad_limits_and_values_are_named(value: float, limits: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ladder(value, limits)


@pytest.mark.parametrize(
    ("value", "limits"),
    [("3", SIZES), (None, SIZES), (0.1, {"few": None, "some": 1, "many": None})],
)
def test_what_is_no_number_is_refused(value: Any, limits: Any) -> None:
    with pytest.raises(TypeError):
        ladder(value, limits)
