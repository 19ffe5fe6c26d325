"""The parts of a step, and a loader that makes it wait."""

import pytest
import torch

from course_lib.demos.hardware import step_split


@pytest.fixture(scope="module")
def trainer() -> step_split.Trainer:
    return step_split.Trainer(batch=1, seq=16)


def test_the_parts_are_positive_and_add_up(trainer: step_split.Trainer) -> None:
    parts = step_split.split(trainer, repeats=1)
    assert min(parts.prepare_seconds, parts.product_seconds, parts.other_seconds) > 0
    assert parts.step_seconds == pytest.approx(parts.product_seconds + parts.other_seconds)
    assert 0 < parts.product_share < 1
    assert 0 < parts.prepare_share < 1


def test_shares_by_hand() -> None:
    parts = step_split.Split(prepare_seconds=1, product_seconds=6, other_seconds=3)
    assert parts.product_share == pytest.approx(6 / 9)
    assert parts.prepare_share == pytest.approx(1 / 10)


def test_a_share_is_clear_only_away_from_one_half() -> None:
    seconds = {"prepare_seconds": 1.0, "product_seconds": 6.0, "other_seconds": 3.0}
    near = (0.48, 0.52, 0.5, 0.51, 0.49)
    assert not step_split.Split(**seconds, product_shares=near).is_clear
    for shares in (tuple(share + 0.2 for share in near), tuple(share - 0.2 for share in near)):
        assert step_split.Split(**seconds, product_shares=shares).is_clear
    assert step_split.Split(**seconds, product_shares=(0.5, 0.75)).spread == 1.5


def test_every_clocked_step_has_a_share(trainer: step_split.Trainer) -> None:
    shares = step_split.product_shares(trainer, trainer.prepare(), repeats=4)
    assert len(shares) == 4
    assert all(0 < share < 1 for share in shares)


def test_the_clock_tells_products_from_the_rest() -> None:
    left = torch.ones(64, 64, requires_grad=True)
    with step_split._Clock() as clock:
        (left @ left).sum().backward()
    assert 0 < clock.products < clock.total
    with step_split._Clock() as clock:
        torch.ones(8) + 1
    assert clock.products == 0
