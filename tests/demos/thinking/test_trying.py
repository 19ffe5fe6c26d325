"""Coverage and majorities against counting by hand and brute force."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import torch

from course_lib.demos import measure, thinking
from course_lib.demos.thinking import models, sums, trying


def made(numbers: list[list[int]], truth: int = 7) -> trying.Tries:
    table = np.array(numbers)
    return trying.Tries(
        tokens=sums.written(torch.from_numpy(table).flatten(), 6).unflatten(0, table.shape),
        numbers=table,
        right=table == truth,
    )


@pytest.mark.parametrize("n", [1, 2, 3, 5, 6])
def test_coverage_is_the_mean_over_every_choice_of_tries(n: int) -> None:
    right = np.array([[1, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 0]], dtype=bool)
    chosen = [right[:, list(some)].any(axis=1).mean() for some in combinations(range(6), n)]
    assert thinking.coverage(right, n) == pytest.approx(np.mean(chosen))


def test_coverage_refuses_more_tries_than_were_made() -> None:
    with pytest.raises(ValueError, match="n must be at most the 2 tries made, got 3"):
        thinking.coverage([[True, False]], 3)


def test_a_majority_counts_votes_and_breaks_ties_by_the_first() -> None:
    # by hand: groups of four are (7 7 3 1): right, (3 3 7 7): a tie, 3 came first: wrong
    found = made([[7, 7, 3, 1, 3, 3, 7, 7]])
    assert thinking.majority(found, 4) == 0.5
    assert thinking.majority(found, 1) == 0.5, "four of eight"
    assert thinking.majority(found, 8) == 1.0, "7 has four of eight votes"
    with pytest.raises(ValueError, match="n must be at most"):
        thinking.majority(found, 9)


def test_a_majority_of_wrong_answers_hides_a_right_one() -> None:
    found = made([[3, 3, 7, 3]])
    assert thinking.majority(found, 4) == 0 and thinking.coverage(found.right, 4) == 1


def test_tries_repeat_by_seed_and_cold_tries_are_all_the_same() -> None:
    model = models.train(width=8, steps=3)
    tasks = sums.tasks(each=3)
    first, again, other = (thinking.tries(model, tasks, n=4, seed=s) for s in (0, 0, 1))
    assert (first.numbers == again.numbers).all() and (first.numbers != other.numbers).any()
    cold = thinking.tries(model, tasks, n=4, temperature=0)
    assert (cold.numbers == cold.numbers[:, :1]).all()
    with pytest.raises(ValueError, match="temperature"):
        thinking.tries(model, tasks, temperature=-1)


def test_a_cold_try_is_what_reading_the_whole_text_anew_gives() -> None:
    model = models.train(width=8, steps=30)
    tasks = sums.tasks(each=4)
    text = tasks.prompts
    with torch.no_grad():
        for _ in range(6):
            text = torch.cat((text, model.gpt(text)[:, -1].argmax(-1, keepdim=True)), dim=1)
    cold = thinking.tries(model, tasks, temperature=0)
    assert torch.equal(cold.tokens[:, 0], text[:, -6:])


@pytest.mark.parametrize("width", [16, 36])
def test_flops_of_a_try_are_those_that_pytorch_counts(width: int) -> None:
    model = models.train(width=width, steps=1)
    tasks = sums.tasks(each=1, lengths=[3])
    counted = measure.count_flops(lambda: thinking.tries(model, tasks, n=5))
    assert counted == 5 * thinking.flops_a_try(model)
