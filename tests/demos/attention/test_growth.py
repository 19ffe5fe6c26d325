"""Fitted powers against laws that are known."""

import numpy as np
import pytest

from course_lib.demos import attention as demo


@pytest.mark.parametrize("power", [0.5, 1, 2, 3])
def test_an_exact_law_gives_its_power_and_no_range(power: float) -> None:
    fit = demo.exponent(
        [100, 200, 300, 700, 1000], [7 * n**power for n in (100, 200, 300, 700, 1000)]
    )
    assert (fit.value, fit.smallest, fit.largest) == pytest.approx((power,) * 3)


def test_a_disturbed_point_widens_the_range_and_leaving_it_out_finds_the_law() -> None:
    lengths = np.array([1, 2, 4, 8, 16, 32])
    costs = 3.0 * lengths**2
    costs[-1] *= 2
    fit = demo.exponent(lengths, costs)
    assert fit.smallest == pytest.approx(2) and fit.smallest < fit.value < fit.largest


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: demo.exponent([1, 2], [1, 2]), "at least 3"),
        (lambda: demo.exponent([1, 2, 3], [1, 2]), "must be as many"),
        (lambda: demo.exponent([1, 2, 3], [1, 0, 3]), "costs must be above zero"),
    ],
)
def test_bad_input_names_the_argument(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]
