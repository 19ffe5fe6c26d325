"""Codes and scales: hand-worked numbers, properties, and what is refused."""

from typing import Any

import numpy as np
import pytest

from course_lib.estimators import precision
from course_lib.estimators.precision import quantisation
from course_lib.estimators.precision.quantisation import quantise


def test_a_row_worked_by_hand() -> None:
    short = quantise([[0.5, -2.0, 1.27, 0.0], [254.0, 3.0, -1.0, 1.0]], "int8")
    assert short.scales[:, 0] == pytest.approx([2 / 127, 2.0])
    assert short.codes.tolist() == [
        [32, -127, 81, 0],
        [127, 2, 0, 0],
    ]  # ties to even: 1.5 is 2, -0.5 and 0.5 are 0
    assert short.bytes == 8 + 2 * 2  # a byte a code, two for each scale


@pytest.mark.parametrize("format", quantisation.FORMATS)
@pytest.mark.parametrize("axis", [None, 0, -1])
def test_values_come_back_within_half_a_step(format: str, axis: int | None) -> None:
    values = np.random.default_rng(0).normal(size=(7, 33))
    short = quantise(values, format, axis)
    step = precision.spacing(values / short.scales, format) * short.scales
    assert (np.abs(short.values - values) <= step / 2 + 1e-12).all()
    largest = np.abs(values).max(axis=axis, keepdims=True)
    assert np.abs(short.values).max(axis=axis, keepdims=True) == pytest.approx(largest)


def test_int4_has_fifteen_codes_and_costs_half_a_byte() -> None:
    short = quantise(np.linspace(-1, 1, 1000), "int4")
    assert np.array_equal(np.unique(short.codes), np.arange(-7, 8))
    assert short.bytes == 500 + 2


def test_an_outlier_takes_the_steps_of_all_others() -> None:
    plain = np.random.default_rng(0).normal(size=(1, 4096))
    stretched = plain.copy()
    stretched[0, 0] = 100.0
    error = [
        np.abs((quantise(each, "int4").values - each)[0, 1:]).mean() for each in (plain, stretched)
    ]
    assert error[1] > 3 * error[0]


def test_zeros_stay_zeros() -> None:
    short = quantise([[0.0, 0.0], [0.0, 1.0]], "int8")
    assert short.values.tolist() == [[0, 0], [0, 1]]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("format", quantisation.FORMATS)
def test_numbers_too_small_for_a_scale_become_zeros(format: str) -> None:
    """The largest amount over the largest code is below any float64; a row beside it keeps its own
    scale."""
    short = quantise([[1e-323, 0.0], [-1.0, 0.5]], format)
    assert (short.scales > 0).all() and short.values[0].tolist() == [0, 0]
    assert short.values[1, 0] == pytest.approx(-1)


@pytest.mark.parametrize(
    ("values", "more", "says"),
    [
        ([1.0], {"format": "fp16"}, "format must be one of fp8_e4m3"),
        ([np.inf], {"format": "int8"}, "values must be finite"),
        ([], {"format": "int8"}, "at least one number"),
        ([1.0], {"format": "int8", "axis": 1}, "axis must be below 1"),
        ([1.0], {"format": "int8", "axis": -2}, "axis must be at least -1"),
    ],
)
def test_bad_input_is_refused_by_name(values: Any, more: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        quantise(values, **more)


def test_perplexities_become_losses() -> None:
    """GPTQ, arXiv 2210.17323: OPT-175B on WikiText2, 8.34 in fp16 and 10.54 after plain rounding to
    four bits."""
    assert quantisation.loss_rise(8.34, 10.54) == pytest.approx(0.110, abs=0.001)
    assert quantisation.loss_rise(np.array([8.34]), 8.34).tolist() == [0]
    with pytest.raises(ValueError, match=r"before must be above 1, got 0\.9"):
        quantisation.loss_rise(0.9, 2.0)
    for name, pair in (("before", (1.0, 2.0)), ("after", (2.0, [3.0, 1.0]))):  # no loss at all
        with pytest.raises(ValueError, match=f"{name} must be above 1"):
            quantisation.loss_rise(*pair)
    with pytest.raises(ValueError, match="after must be above zero"):
        quantisation.loss_rise(2.0, -1.0)
