"""Sums as text: digits, the checker, what is held out, what the loss sees."""

from __future__ import annotations

from itertools import islice

import pytest
import torch

from course_lib.demos.thinking import rules, sums


def some(*pairs: tuple[int, int]) -> sums.Sums:
    a, b = torch.tensor(pairs).T
    return sums.Sums(a=a, b=b, digits=torch.full_like(a, 5))


def test_a_sum_is_written_and_read() -> None:
    assert some((347, 582)).text(0) == "00347+00582=000929"
    assert some((99999, 99999)).text(0) == "99999+99999=199998"
    assert sums.read(some((99999, 99999), (4, 9)).answers).tolist() == [199998, 13]


def test_the_checker_adds_and_takes_no_sign_for_a_digit() -> None:
    two = some((999, 1), (12, 30))
    numbers = torch.tensor([[1000, 999, 100], [42, -1, 43]])
    assert sums.check(two, numbers).tolist() == [[True, False, False], [True, False, False]]
    # 10 is the plus: 3 x 10 + 10 + 2 would be 42, were it read as a digit
    assert sums.read(torch.tensor([0, 0, 0, 0, 3, 10])) == -1


def test_held_out_sums_are_never_drawn_for_training() -> None:
    random = torch.Generator().manual_seed(3)
    train = sums.draw(3000, rules.MIX, random)
    held = sums.tasks(each=200)
    assert not sums.held_out(train.a, train.b).any() and sums.held_out(held.a, held.b).all()
    # the hash does not lean on the last digit of the sum
    share = torch.stack([((held.a + held.b) % 10 == last).float().mean() for last in range(10)])
    assert share.min() > 0.05 and share.max() < 0.16


def test_lengths_follow_their_weights() -> None:
    drawn = sums.draw(4000, [0, 3, 1, 0, 0], torch.Generator().manual_seed(0))
    share = (drawn.digits == 2).float().mean()
    assert set(drawn.digits.tolist()) == {2, 3} and abs(share - 0.75) < 0.03
    assert (torch.maximum(drawn.a, drawn.b) < 10**drawn.digits).all()
    assert sums.tasks(each=3).digits.tolist() == [2] * 3 + [3] * 3 + [4] * 3 + [5] * 3


def test_only_the_answer_is_trained() -> None:
    inputs, targets = next(islice(sums.batches(seed=0), 1))
    assert inputs.shape == targets.shape == (rules.BATCH, sums.LENGTH - 1)
    assert (targets[:, :11] == sums.UNTRAINED).all() and (targets[:, 11:] <= 9).all()
    # the equals sign asks for the first digit
    assert (inputs[:, 11] == sums.EQUALS).all()
    assert torch.equal(inputs[:, 12:], targets[:, 11:-1])
    a = sums.read(inputs[:, :5])
    assert torch.equal(sums.read(targets[:, 11:]), a + sums.read(inputs[:, 6:11]))


def test_a_length_that_no_sum_has_is_refused() -> None:
    with pytest.raises(ValueError, match="lengths"):
        sums.only(6)
