"""Tuning a tiny GPT three ways: what is counted is held against the estimator, what is trained
against bounds."""

import pytest
import torch

from course_lib.demos import measure, memory, tiny_gpt
from course_lib.demos.access import tuned as cost
from course_lib.demos.cost import core_usd_per_hour
from course_lib.demos.memory import lora
from course_lib.estimators import flops
from course_lib.estimators.access import tuning

SHAPE = tiny_gpt.shape(**cost.SHAPE)


@pytest.fixture(scope="module")
def base() -> tiny_gpt.TinyGPT:
    return cost.pretrained(steps=120)


@pytest.fixture(scope="module")
def found(base: tiny_gpt.TinyGPT) -> dict[str, cost.Tuned]:
    return {each.way: each for each in cost.compare(base, steps=50, seeds=(0,))}


def test_trained_weights_equal_the_estimators(
    found: dict[str, cost.Tuned], base: tiny_gpt.TinyGPT
) -> None:
    assert found["full tuning"].trained == measure.count_parameters(base)
    assert found["LoRA"].trained == tuning.adapter_weights(SHAPE, cost.RANK)


def test_states_are_sixteen_bytes_a_trained_weight_and_four_a_frozen_one(
    found: dict[str, cost.Tuned],
) -> None:
    """In fp32: 4 for the weight, 4 for its gradient, 8 for Adam's mean and variance."""
    full, adapter, packed = (found[way] for way in cost.WAYS)
    frozen = measure.count_parameters(tiny_gpt.TinyGPT(SHAPE))
    assert full.held.states == pytest.approx(16 * full.trained, rel=0.001)
    assert adapter.held.states == pytest.approx(16 * adapter.trained + 4 * frozen, rel=0.001)
    assert packed.held.weights < 0.5 * adapter.held.weights


def test_the_counted_step_saves_the_frozen_gradients(base: tiny_gpt.TinyGPT) -> None:
    """Full tuning is three forward passes to the last FLOP; a frozen matrix saves one of its three
    products."""
    full, adapter = (cost.step_flops(base, way) for way in ("full tuning", "LoRA"))
    assert full == flops.training_step(SHAPE, cost.BATCH, cost.SEQ)
    tokens = cost.BATCH * cost.SEQ
    frozen = sum(
        weight.numel() for block in base.blocks for weight in block.parameters() if weight.ndim == 2
    )
    saved = 2 * tokens * (frozen + base.tokens.weight.numel())
    # the first layer's queries, keys and values see inputs that want no gradient
    first = 2 * tokens * 3 * SHAPE.d_model**2
    below = 2 * tokens * 3 * SHAPE.d_model * cost.RANK
    added = 6 * tokens * tuning.adapter_weights(SHAPE, cost.RANK) - below
    assert adapter == full - saved - first + added


def test_every_way_learns_and_the_adapter_no_more_than_all_weights(
    found: dict[str, cost.Tuned],
) -> None:
    for each in found.values():
        assert each.gain > 0.02
        assert each.seconds > 0
        assert each.usd == pytest.approx(each.seconds / 3600 * core_usd_per_hour())
    assert 0 < cost.kept_gain(list(found.values()))[0] < 1


def test_the_base_stays_as_it_was_and_a_seed_repeats(base: tiny_gpt.TinyGPT) -> None:
    before = [weight.detach().clone() for weight in base.parameters()]
    first, second = (cost.tune(base, "LoRA", steps=2, seed=3) for _ in range(2))
    assert first.loss == second.loss
    assert all(torch.equal(old, new) for old, new in zip(before, base.parameters(), strict=True))
    assert not any(isinstance(part, lora.LoRALinear) for part in base.modules())


def test_kept_gain_by_hand_and_its_refusals() -> None:
    def tuned(way: str, seed: int, loss: float) -> cost.Tuned:
        held = memory.Held(weights=1, gradients=1, optimizer=1, activations=1, peak=1)
        return cost.Tuned(
            way=way,
            seed=seed,
            loss_before=3.0,
            loss=loss,
            train_loss=loss,
            trained=1,
            held=held,
            seconds=1,
        )

    pair = [tuned("full tuning", 0, 2.0), tuned("LoRA", 0, 2.4)]
    assert cost.kept_gain(pair) == pytest.approx([0.6])
    with pytest.raises(ValueError, match="seed in common"):
        cost.kept_gain(pair[:1])
    with pytest.raises(ValueError, match="must lower"):
        cost.kept_gain([tuned("full tuning", 0, 3.1), pair[1]])


def test_an_unknown_way_is_refused(base: tiny_gpt.TinyGPT) -> None:
    with pytest.raises(ValueError, match="way"):
        cost.tune(base, "prompting")
