"""Sizes for a life: against the scaling law run forwards, and against brute force."""

import numpy as np
import pytest

from course_lib.estimators.access.lifetime import best, life, tokens_for
from course_lib.estimators.datasets.scaling_laws import BESIROGLU, HOFFMANN, Law, loss, optimal


@pytest.mark.parametrize("law", [BESIROGLU, HOFFMANN], ids=lambda law: law.name)
@pytest.mark.parametrize(("params", "tokens"), [(1e8, 2e10), (8e9, 1e12), (4e11, 1.5e13)])
def test_the_text_a_size_needs_leads_back_to_the_loss(
    law: Law, params: float, tokens: float
) -> None:
    assert tokens_for(law, params, loss(law, params, tokens)) == pytest.approx(tokens, rel=1e-6)


def test_a_size_too_small_for_the_loss_needs_endless_text() -> None:
    found = tokens_for(BESIROGLU, np.array([1e8, 8e9]), 2.1)
    assert np.isinf(found[0]) and np.isfinite(found[1])
    assert np.isinf(life(BESIROGLU, 1e8, 2.1, 0).total)


def test_unused_the_best_size_is_that_of_training_alone() -> None:
    split = optimal(BESIROGLU, 1e24)
    found = best(BESIROGLU, loss(BESIROGLU, split.params, split.tokens), 0)
    assert found.params == pytest.approx(split.params, rel=0.03)
    assert found.total == pytest.approx(1e24, rel=0.001)


def test_the_more_it_is_used_the_smaller_it_should_be() -> None:
    sizes = [best(BESIROGLU, 2.07, served).params for served in (0, 1e12, 1e13, 1e14)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 2 * sizes[2]


def test_no_other_size_takes_less_work() -> None:
    random = np.random.default_rng(0)
    found = best(BESIROGLU, 2.07, 1e13)
    others = life(BESIROGLU, 10 ** random.uniform(9, 12, 500), 2.07, 1e13).total
    assert found.total <= 1.0001 * others.min()


def test_a_loss_below_the_floor_is_refused() -> None:
    with pytest.raises(ValueError, match="floor"):
        best(BESIROGLU, BESIROGLU.floor, 0)
