"""Ranges carried through formulas, against sampling and against products of ranges."""

import numpy as np
import pytest

from course_lib.estimators.ranges import Range, product, spread

TEN_PER_CENT = (
    1.2815515655446004  # one normal number in ten lies above this many standard deviations
)


def test_eight_in_ten_sampled_quotients_lie_in_the_range() -> None:
    found = spread(
        lambda hours, price, share: hours * price / share,
        hours=Range(low=1000, value=2000, high=4000),
        price=Range(low=2, value=3, high=4.5),
        share=Range(low=0.3, value=0.4, high=0.4 * 0.4 / 0.3),
    )
    random = np.random.default_rng(0)
    sampled = np.exp(
        sum(
            sign * (np.log(mid) + random.normal(size=100_000) * np.log(factor) / TEN_PER_CENT)
            for sign, mid, factor in ((1, 2000, 2), (1, 3, 1.5), (-1, 0.4, 4 / 3))
        )
    )
    assert np.mean((sampled > found.low) & (sampled < found.high)) == pytest.approx(0.8, abs=0.005)


def test_a_product_comes_out_as_a_product_of_ranges() -> None:
    first, second = Range(low=1, value=2, high=3), Range(low=4, value=5, high=9)
    carried, multiplied = spread(lambda a, b: a * b, a=first, b=second), product(first, second)
    assert (carried.low, carried.value, carried.high) == pytest.approx(
        (multiplied.low, multiplied.value, multiplied.high)
    )


def test_a_falling_formula_turns_the_ends_round() -> None:
    found = spread(lambda rate: 60 / rate, rate=Range(low=2, value=3, high=6))
    assert (found.low, found.high) == pytest.approx((10, 30))


def test_a_sum_is_narrower_than_its_worst_case() -> None:
    each = Range(low=50, value=100, high=200)
    assert spread(lambda a, b: a + b, a=each, b=each).high < 400


def test_no_range_and_a_result_below_zero_are_refused() -> None:
    with pytest.raises(TypeError, match="at least one Range"):
        spread(lambda a: a, a=3)
    with pytest.raises(ValueError, match="result"):
        spread(lambda a: a - 3, a=Range(low=1, value=2, high=4))
