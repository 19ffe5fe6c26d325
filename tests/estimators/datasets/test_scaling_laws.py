"""Published scaling laws, against the papers' own results and against searching by brute force."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.catalog import runs
from course_lib.estimators.datasets import scaling_laws
from course_lib.estimators.datasets.scaling_laws import BESIROGLU, HOFFMANN, Law

LAWS = (HOFFMANN, BESIROGLU)
CHINCHILLA_FLOPS = 5.76e23  # the budget of Gopher, for which Chinchilla was planned


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
@pytest.mark.parametrize("budget", [1e18, CHINCHILLA_FLOPS, 1e26])
def test_the_closed_form_finds_the_minimum_that_a_search_finds(law: Law, budget: float) -> None:
    params = np.geomspace(1e5, 1e15, 200_001)
    searched = params[np.argmin(scaling_laws.loss(law, params, budget / 6 / params))]
    found = scaling_laws.optimal(law, budget)
    assert found.params == pytest.approx(searched, rel=2e-4)
    assert 6 * found.params * found.tokens == pytest.approx(budget)


def test_the_new_fit_agrees_with_chinchilla_and_the_old_one_does_not() -> None:
    """Approaches 1 and 2 led to 70 billion weights on 1.4 trillion tokens; approach 3 as published
    to about 40."""
    chinchilla = runs["chinchilla-70b"]
    new, old = (scaling_laws.optimal(law, CHINCHILLA_FLOPS) for law in (BESIROGLU, HOFFMANN))
    assert new.params == pytest.approx(chinchilla.params, rel=0.1)
    assert new.tokens_per_param == pytest.approx(chinchilla.tokens / chinchilla.params, rel=0.2)
    assert old.tokens_per_param > 2.5 * chinchilla.tokens / chinchilla.params


def test_exponents_of_the_split_as_published() -> None:
    """Besiroglu et al.: N grows as C^0.513; Hoffmann et al., approach 3: C^0.46 (rounded constants
    give 0.45)."""
    for law, published in ((BESIROGLU, 0.513), (HOFFMANN, 0.46)):
        less, more = scaling_laws.optimal(law, [1e20, 1e21]).params
        assert np.log10(more / less) == pytest.approx(published, abs=0.01)


def test_loss_at_known_points() -> None:
    by_hand = 1.69 + 406.4 / 280e9**0.34 + 410.7 / 300e9**0.28  # Gopher
    assert scaling_laws.loss(HOFFMANN, 280e9, 300e9) == pytest.approx(by_hand)
    gopher, chinchilla = (
        scaling_laws.loss(BESIROGLU, n, d) for n, d in ((280e9, 300e9), (70e9, 1.4e12))
    )
    assert chinchilla < gopher, "the smaller model on more text won, and the law says so"


@given(st.floats(1e6, 1e12), st.floats(1e6, 1e14))
def test_more_of_either_helps_and_never_below_the_floor(params: float, tokens: float) -> None:
    for law in LAWS:
        here = scaling_laws.loss(law, params, tokens)
        assert here > law.floor
        assert scaling_laws.loss(law, 2 * params, tokens) < here
        assert scaling_laws.loss(law, params, 2 * tokens) < here


def test_sweeps_are_one_call() -> None:
    losses = scaling_laws.loss(HOFFMANN, np.array([[1e9], [1e10]]), np.array([1e10, 1e11, 1e12]))
    assert losses.shape == (2, 3)
    assert losses[1, 2] == scaling_laws.loss(HOFFMANN, 1e10, 1e12)


def test_a_power_law_is_found_again() -> None:
    x = np.array([1e3, 3e3, 1e4, 7e4, 2e5])
    law = scaling_laws.fit_power(x, 5 * x**-0.17)
    assert (law.exponent, law.low, law.high) == pytest.approx((-0.17, -0.17, -0.17))
    assert law.at(1e6) == pytest.approx(5 * 1e6**-0.17)


def test_the_range_of_the_exponent_is_that_of_leaving_one_out() -> None:
    x, y = np.array([1.0, 2, 4, 8, 16]), np.array([10.0, 6, 4, 2, 1.9])
    law = scaling_laws.fit_power(x, y)
    slopes = [np.polyfit(np.log(np.delete(x, i)), np.log(np.delete(y, i)), 1)[0] for i in range(5)]
    assert (law.low, law.high) == pytest.approx((min(slopes), max(slopes)))
    assert law.low < law.exponent < law.high


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: scaling_laws.loss(HOFFMANN, 0, 1), "params must be above zero, got 0"),
        (lambda: scaling_laws.loss(HOFFMANN, 1, -1), "tokens must be above zero, got -1"),
        (lambda: scaling_laws.optimal(HOFFMANN, 0), "budget_flops must be above zero, got 0"),
        (lambda: scaling_laws.loss(HOFFMANN, np.ones(2), np.ones(3)), "shapes must broadcast"),
        (lambda: scaling_laws.fit_power([1, 2, 3], [1, 2, 3]), "at least 4, got 3 and 3"),
        (lambda: scaling_laws.fit_power([1, 2, 3, 4], [1, 2, 3]), "equally many values"),
        (
            lambda: scaling_laws.fit_power([2, 2, 2, 2], [1, 2, 3, 4]),
            "x must hold different values, got only 2",
        ),
        (lambda: scaling_laws.fit_power([1, 2, 3, 4], [1, 2, 0, 4]), "y must be above zero"),
    ],
)
def test_an_error_names_argument_value_and_rule(call: Callable[[], object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()


def test_a_law_must_be_a_law() -> None:
    with pytest.raises(TypeError, match="law must be a record of type Law, got 'chinchilla'"):
        scaling_laws.loss("chinchilla", 1e9, 1e9)
