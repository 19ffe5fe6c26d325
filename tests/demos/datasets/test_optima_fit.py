"""The fit against curves whose bottom is known by formula; ranges, ends and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.demos.datasets.optima import fit
from course_lib.demos.datasets.optima.kept import Curve
from course_lib.estimators.datasets import scaling_laws

BUDGETS = (1e18, 1e19, 1e20)


def curve(budget: float, params: np.ndarray, losses: np.ndarray) -> Curve:
    """A curve of C = 6ND."""
    return Curve(
        budget_flops=budget,
        widths=np.arange(len(params)),
        params=params,
        tokens=budget / (6 * params),
        losses=np.atleast_2d(losses),
    )


def parabola(budget: float, bottom: float, noise: float = 0.0, seeds: int = 1) -> Curve:
    """Losses that are a parabola in log N with its vertex at `bottom`."""
    params = bottom * 2.0 ** np.array([-3.3, -2.1, -0.9, 0.2, 1.2, 2.3, 3.1])
    losses = 2.0 + 0.1 * np.log(params / bottom) ** 2
    random = np.random.default_rng(0)
    return curve(budget, params, losses + noise * random.standard_normal((seeds, len(params))))


@given(bottom=st.floats(1e3, 1e12), budget=st.floats(1e10, 1e25))
def test_the_vertex_of_a_parabola_is_found_exactly(bottom: float, budget: float) -> None:
    found = fit.optimum(parabola(budget, bottom))
    assert found.inside
    assert found.params == pytest.approx(bottom, rel=1e-6)
    assert found.params_range == pytest.approx((bottom, bottom), rel=1e-6)
    assert found.loss == pytest.approx(2.0)
    # with C = 6ND the text at the bottom is C / 6N, and log D is a straight line in log N
    assert found.tokens == pytest.approx(budget / 6 / bottom, rel=1e-6)
    assert found.tokens_per_param == pytest.approx(budget / 6 / bottom**2, rel=1e-5)


@pytest.mark.parametrize("exponent", [0.3, 0.5, 0.73])
def test_the_exponent_of_known_bottoms_is_found(exponent: float) -> None:
    curves = [parabola(budget, 40 * budget**exponent) for budget in BUDGETS]
    found = fit.growth(curves)
    assert found.params_exponent == pytest.approx(exponent)
    assert found.params_range == pytest.approx((exponent, exponent))
    assert found.tokens_exponent == pytest.approx(1 - exponent)
    assert found.times(2) == pytest.approx((2**exponent, 2 ** (1 - exponent)))


def test_a_published_law_gives_its_own_optimum_back() -> None:
    """Losses by the law of Besiroglu et al., whose best split has a closed form."""
    law = scaling_laws.BESIROGLU
    curves = []
    for budget in BUDGETS:
        best = scaling_laws.optimal(law, budget)
        params = best.params * 2.0 ** np.arange(-3, 4)
        losses = scaling_laws.loss(law, params, budget / (6 * params))
        curves.append(curve(budget, params, np.asarray(losses)))
        found = fit.optimum(curves[-1])
        # the law is no parabola: its arms differ a little, and the vertex leans to one side
        assert found.inside and found.params == pytest.approx(best.params, rel=0.05)
    growth = fit.growth(curves)
    assert growth.params_exponent == pytest.approx(law.beta / (law.alpha + law.beta), abs=0.002)


def test_noise_widens_the_range_and_the_truth_stays_near() -> None:
    exact, noisy = parabola(1e19, 1e8, seeds=3), parabola(1e19, 1e8, noise=0.02, seeds=3)
    low, high = fit.optimum(noisy).params_range
    assert low < fit.optimum(noisy).params < high
    assert high / low > 1.01 > fit.optimum(exact).params_range[1] / 1e8
    assert low > 0.5e8 and high < 2e8


def test_ranges_come_from_widths_and_from_seeds() -> None:
    """By hand: the smallest and largest vertex of all fits with one width or one seed left out."""
    noisy = parabola(1e19, 1e8, noise=0.05, seeds=3)
    x, all_places = np.log(noisy.params), [1, 2, 3, 4, 5]
    assert fit.around_lowest(noisy.mean_losses).tolist() == all_places
    vertices = []
    for places, seeds in [
        (all_places, [0, 1, 2]),
        *[([p for p in all_places if p != out], [0, 1, 2]) for out in all_places],
        *[(all_places, [s for s in range(3) if s != out]) for out in range(3)],
    ]:
        bend, slope, _ = np.polyfit(x[places], noisy.losses[seeds][:, places].mean(axis=0), 2)
        vertices.append(np.exp(-slope / (2 * bend)))
    found = fit.optimum(noisy)
    assert found.params == pytest.approx(vertices[0])
    assert found.params_range == pytest.approx((min(vertices), max(vertices)))


def test_a_curve_without_a_bottom_says_so() -> None:
    params = 1e6 * 2.0 ** np.arange(7)
    falling = curve(1e18, params, 3 - 0.1 * np.log(params) + 0.001 * np.log(params) ** 2)
    assert not fit.optimum(falling).inside
    hill = curve(1e18, params, 2 - 0.1 * np.log(params / 8e6) ** 2)
    assert not fit.optimum(hill).inside and fit.optimum(hill).params == np.inf
    with pytest.raises(ValueError, match="1e\\+18 FLOP has no lowest point"):
        fit.growth([hill, parabola(1e19, 1e8)])


def test_the_fitted_widths_stay_within_the_curve() -> None:
    assert fit.around_lowest([1, 2, 3, 4, 5, 6, 7]).tolist() == [0, 1, 2, 3, 4]
    assert fit.around_lowest([7, 6, 5, 4, 3, 1, 2]).tolist() == [2, 3, 4, 5, 6]


def test_nonsense_is_refused() -> None:
    few = curve(1e18, np.array([1e6, 2e6, 4e6]), np.array([2.0, 1.0, 2.0]))
    with pytest.raises(ValueError, match="at least 5 widths, got 3"):
        fit.optimum(few)
    with pytest.raises(ValueError, match="at least two budgets, got 1 curves"):
        fit.growth([parabola(1e18, 1e6)])
    with pytest.raises(ValueError, match="factor"):
        fit.growth([parabola(1e18, 1e6), parabola(1e19, 2e6)]).times(0)
