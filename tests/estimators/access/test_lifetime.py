"""Sizes for a life: against the scaling law run forwards, and against brute force."""

import math
from dataclasses import replace

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


def test_a_life_by_hand() -> None:
    """6 FLOPs a weight and token in training, 2 in serving (Kaplan et al. 2020, section 2.1)."""
    reached = loss(BESIROGLU, 1e9, 2e10)
    found = life(BESIROGLU, 1e9, reached, 5e11)
    assert found.tokens == pytest.approx(2e10, rel=1e-6)
    assert found.training_flops == pytest.approx(6 * 1e9 * 2e10, rel=1e-6)
    assert found.serving_flops == 2 * 1e9 * 5e11
    assert found.total == pytest.approx(1.2e20 + 1e21, rel=1e-6)
    both = life(BESIROGLU, 1e9, reached, [0, 5e11])
    assert both.total == pytest.approx(np.array([1.2e20, 1.12e21]), rel=1e-6)


@pytest.mark.parametrize("served", [0, 1e11, 1e13])
@pytest.mark.parametrize("aim", [1.95, 2.3, 3.0])
def test_the_best_size_is_found_to_the_step(aim: float, served: float) -> None:
    """A search a hundred times as fine finds no size more than half a step (half a per cent) away,
    and no work less by more than one part in five thousand."""
    found = best(BESIROGLU, aim, served)
    sizes = found.params * np.exp(np.linspace(-3, 3, 60_001))
    works = life(BESIROGLU, sizes, aim, served).total
    assert found.params == pytest.approx(sizes[np.argmin(works)], rel=0.0055)
    assert found.total == pytest.approx(works.min(), rel=2e-4)


def test_a_size_that_reaches_the_loss_only_in_the_limit_needs_endless_text() -> None:
    """Floor 1 and a / N: a weight count of 2 with a = 2 leaves no room for the text's part."""
    law = replace(BESIROGLU, floor=1.0, a=2.0, alpha=1.0, b=4.0, beta=0.5)
    assert tokens_for(law, 2.0, 2.0) == math.inf
    assert tokens_for(law, 2.0, 3.0) == 16  # room for 1, and 4 / sqrt(16) = 1
    assert tokens_for(law, 2.0, 1.5) == math.inf
