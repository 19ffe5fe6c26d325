"""Ranges against a simulation, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib.estimators.ranges import Range, added, inverse, product, ranged


def test_a_product_covers_four_cases_in_five() -> None:
    """Factors drawn at random, each inside its range four times in five: so is their product inside
    its own."""
    generator = np.random.default_rng(0)
    half_width = 1.2816  # of a normal distribution, in standard deviations, for 80 %
    factors = [Range(low=1 / spread, value=1.0, high=spread) for spread in (1.2, 2.0, 1.5)]
    drawn = [
        np.exp(np.log(one.high) / half_width * generator.standard_normal(200_000))
        for one in factors
    ]
    whole = product(*factors)
    inside = np.mean(
        [(whole.low <= value) & (value <= whole.high) for value in np.prod(drawn, axis=0)]
    )
    assert inside == pytest.approx(0.8, abs=0.005)


def test_known_factors_only_scale() -> None:
    guess = Range(low=0.5, value=1.0, high=3.0)
    whole = product(guess, 10, 2)
    assert (whole.low, whole.value, whole.high) == pytest.approx((10, 20, 60))
    assert product(2, 3).low == product(2, 3).high == 6


def test_scaling_moves_all_three_numbers() -> None:
    for factor in (10, np.array([10.0, 20.0])):
        moved = Range(low=0.5, value=1.0, high=3.0).scaled(factor)
        assert np.array_equal(moved.low, 0.5 * factor)
        assert np.array_equal(moved.value, 1.0 * factor)
        assert np.array_equal(moved.high, 3.0 * factor)


def test_parts_that_are_added_err_at_right_angles() -> None:
    """By hand: distances of 3 and 4 down make 5, of 6 and 8 up make 10; a known part adds none."""
    parts = [Range(low=97, value=100, high=106), Range(low=46, value=50, high=58), 10]
    whole = added(parts)
    assert (whole.low, whole.value, whole.high) == pytest.approx((155, 160, 170))
    assert added([7]).low == added([7]).high == 7


def test_a_sum_covers_four_cases_in_five() -> None:
    """Parts drawn at random, each inside its range four times in five: so is their sum."""
    generator, half_width = np.random.default_rng(0), 1.2816
    widths = (5.0, 20.0, 11.0)
    whole = added([Range(low=100 - width, value=100, high=100 + width) for width in widths])
    drawn = sum(100 + width / half_width * generator.standard_normal(200_000) for width in widths)
    inside = np.mean((whole.low <= drawn) & (drawn <= whole.high))
    assert inside == pytest.approx(0.8, abs=0.005)


def test_the_ends_of_an_inverse_change_places() -> None:
    turned = inverse(Range(low=0.2, value=0.25, high=0.5))
    assert (turned.low, turned.value, turned.high) == (2, 4, 5)


def test_arrays() -> None:
    whole = product(Range(low=[1.0, 2.0], value=[2.0, 3.0], high=[4.0, 3.0]), 10)
    assert (
        np.allclose(whole.value, [20, 30])
        and np.allclose(whole.low, [10, 20])
        and np.allclose(whole.high, [40, 30])
    )


@pytest.mark.parametrize(
    ("ends", "message"),
    [
        ((2, 1, 3), "value must lie between low and high, got 2, 1, 3"),
        ((1, 4, 3), "value must lie between low and high"),
        ((0, 1, 2), "low must be above zero"),
        (([1, 2], [1, 2, 3], 4), "shapes must broadcast together"),
    ],
)
def test_bad_ranges(ends: tuple[object, object, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Range(low=ends[0], value=ends[1], high=ends[2])


def test_a_number_is_a_range_of_no_width() -> None:
    assert ranged("pue", 1.5).low == ranged("pue", 1.5).high == 1.5
    with pytest.raises(TypeError, match="pue must be a number"):
        ranged("pue", "1.5")
