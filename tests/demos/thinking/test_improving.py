"""A model on its own answers: what is kept, what is trained, what it costs."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from course_lib.demos import measure, thinking, tiny_gpt
from course_lib.demos.thinking import improving, models, rules, sums, trying


@pytest.fixture(scope="module")
def model() -> thinking.Model:
    return models.train(width=8, steps=12)


def found(numbers: list[list[int]], truth: int = 7) -> trying.Tries:
    table = np.array(numbers)
    tokens = sums.written(torch.from_numpy(table).flatten(), 6).unflatten(0, table.shape)
    return trying.Tries(tokens=tokens, numbers=table, right=table == truth)


def test_the_first_right_answer_of_each_sum_is_kept() -> None:
    which, answers, right = improving.keep(found([[1, 7, 7], [2, 3, 4], [7, 5, 6]]))
    assert which.tolist() == [0, 2] and sums.read(answers).tolist() == [7, 7] and right == 1


def test_unchecked_the_first_answer_is_kept_right_or_wrong() -> None:
    which, answers, right = improving.keep(found([[1, 7, 7], [2, 3, 4], [7, 5, 6]]), checked=False)
    assert which.tolist() == [0, 1, 2] and sums.read(answers).tolist() == [1, 2, 7]
    assert right == pytest.approx(1 / 3)


def test_a_round_without_a_right_answer_trains_nothing(model: thinking.Model) -> None:
    before = [weight.clone() for weight in model.gpt.parameters()]
    made = improving.improve(thinking.train(8, steps=1), rounds=1, sums_a_round=3, tries_a_sum=1)
    assert made.kept == 0 and made.updating_flops == 0 and made.sampling_share == 1
    improving.improve(model, rounds=1, sums_a_round=16, checked=False)
    assert all(torch.equal(a, b) for a, b in zip(before, model.gpt.parameters(), strict=True)), (
        "the model that it starts from stays as it is"
    )


def test_flops_of_both_halves_are_those_that_pytorch_counts(model: thinking.Model) -> None:
    made = None

    def work() -> None:
        nonlocal made
        made = improving.improve(model, rounds=2, sums_a_round=40, tries_a_sum=3, checked=False)

    counted = measure.count_flops(work)
    assert made is not None and made.kept == 80 and made.tries == 240
    assert counted == made.sampling_flops + made.updating_flops


def test_training_flops_are_those_that_pytorch_counts(model: thinking.Model) -> None:
    inputs, targets = next(sums.batches(seed=0))
    step = measure.count_flops(lambda: tiny_gpt.loss(model.gpt, inputs, targets).backward())
    assert model.train_flops == 12 * step


def test_true_answers_would_be_learnt(model: thinking.Model) -> None:
    """The update itself: a few sums, shown again and again with their answers, are learnt."""
    some = sums.tasks(each=2, lengths=[2])
    learner = models.train(width=16, steps=20)
    optimizer = torch.optim.AdamW(learner.gpt.parameters(), lr=1e-2)
    for _ in range(80):
        improving.update(learner, optimizer, some, some.answers)
    assert thinking.tries(learner, some, temperature=0).right.all()


def test_equal_steps_and_tries_keep_to_the_large_models_flops() -> None:
    small, large = thinking.SMALL, thinking.LARGE
    n = thinking.equal_tries(small, large)
    assert n * models.flops_a_try(small) <= models.flops_a_try(large)
    assert (n + 1) * models.flops_a_try(small) > models.flops_a_try(large)
    steps = thinking.equal_steps(small, large)
    spent, budget = steps * models.step_flops(small), rules.STEPS * models.step_flops(large)
    assert abs(spent / budget - 1) < 1 / steps
