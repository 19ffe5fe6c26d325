"""The bytes of a training step, against what is counted by hand and by a second instrument."""

import pytest
import torch
from torch import nn

from course_lib.demos import measure, tiny_gpt
from course_lib.demos import memory as demo
from course_lib.demos.memory import lora, time_price
from course_lib.estimators import memory
from course_lib.estimators.layout import Layout

SHAPE = tiny_gpt.shape(layers=2, d_model=32, n_heads=2, context=16)
TOKENS = torch.randint(256, (4, 16), generator=torch.Generator().manual_seed(0))
FORMATS = {"format": "fp32", "logits_format": "fp32", "kernels": "eager"}
STEP_COUNTER = 4
"""Adam counts its steps for every tensor of weights, in fp32."""


def gpt() -> tiny_gpt.TinyGPT:
    return tiny_gpt.TinyGPT(SHAPE)


@pytest.mark.parametrize(("optimizer", "copies"), [("adam", 2), ("sgd_momentum", 1), ("sgd", 0)])
def test_states_are_exact_to_the_byte(optimizer: str, copies: int) -> None:
    model = gpt()
    size, tensors = measure.weight_bytes(model), len(list(model.parameters()))
    found = demo.held(model, TOKENS, optimizer)
    assert found.weights == found.gradients == size
    assert found.optimizer == copies * size + STEP_COUNTER * tensors * (optimizer == "adam")
    assert found.states == found.weights + found.gradients + found.optimizer
    stepper = demo.OPTIMIZERS[optimizer](model.parameters())
    time_price.step(model, stepper, TOKENS)
    real = [
        held
        for state in stepper.state.values()
        for held in state.values()
        if isinstance(held, torch.Tensor)
    ]
    assert sum(held.numel() * held.element_size() for held in real) == found.optimizer


@pytest.mark.parametrize("adapted", [False, True])
def test_two_instruments_see_the_same_activations(adapted: bool) -> None:
    model = lora.add(gpt(), base_format="int4") if adapted else gpt()
    hooks = measure.saved_bytes(lambda: tiny_gpt.loss(model, TOKENS, TOKENS), model)
    tokens, loss = (
        8 * TOKENS.numel(),
        4,
    )  # the tracker leaves its inputs out and counts the loss itself
    tracked = demo.held(model, TOKENS).activations
    assert abs(hooks - tokens + loss - tracked) <= 8


def test_a_product_of_known_shapes() -> None:
    """Loss of a table and a head, by hand: what the product, the softmax of the loss and the loss
    itself keep."""
    model = nn.Sequential(nn.Embedding(256, 8), nn.Linear(8, 256, bias=False))
    found = demo.held(model, TOKENS, "sgd")
    scores, vectors = 4 * TOKENS.numel() * 256, 4 * TOKENS.numel() * 8
    assert found.weights == 4 * 2 * 256 * 8
    assert vectors + scores <= found.activations <= vectors + scores + 64
    assert found.peak >= found.weights + found.activations


def test_pretended_bytes_are_the_real_ones() -> None:
    real, shape_only = demo.held(gpt(), TOKENS), demo.pretend(SHAPE, 4, 16)
    assert vars(real) == vars(shape_only)


def test_a_model_too_large_for_any_card_can_be_measured() -> None:
    large = tiny_gpt.shape(layers=1, d_model=65536, n_heads=512, context=64)
    found = demo.pretend(large, 1, 64)
    weights = 12 * 65536**2 + (256 + 64) * 65536 + 3 * 65536
    assert found.weights == 4 * weights
    assert found.optimizer == 8 * weights + STEP_COUNTER * 11


@pytest.mark.parametrize("recompute", demo.RECOMPUTE)
@pytest.mark.parametrize("kernel", demo.ATTENTION)
def test_recomputing_changes_no_gradient(recompute: str, kernel: str) -> None:
    plain = demo.gradients(gpt(), TOKENS, TOKENS)
    again = demo.gradients(demo.recomputed(gpt(), recompute, kernel), TOKENS, TOKENS)
    assert demo.difference(plain, again) < 1e-6


def test_recomputing_holds_less() -> None:
    none, selective, full = (
        demo.held(demo.recomputed(gpt(), kind), TOKENS) for kind in demo.RECOMPUTE
    )
    assert none.activations > selective.activations > full.activations
    assert none.peak > selective.peak > full.peak
    assert none.states == selective.states == full.states
    layer_inputs, numbers = 2 * TOKENS.numel() * 32, TOKENS.numel() * 256
    beside = full.activations - 4 * (
        layer_inputs + numbers
    )  # around the last norm, a scale for each token
    assert 0 <= beside - 4 * 3 * TOKENS.numel() * 32 <= 5 * TOKENS.numel()
    core = 2 * 4 * 2 * (2 * 16 * 16) * 4  # two layers, batch, heads, scores and weights, fp32
    assert none.activations - selective.activations >= core // 2


def test_a_choice_can_be_undone() -> None:
    model = gpt()
    before = demo.held(model, TOKENS).activations
    for kind in ("full", "selective", "none"):
        demo.recomputed(model, kind)
    assert demo.held(model, TOKENS).activations == before
    assert "forward" not in vars(model.blocks[0])
    with pytest.raises(
        ValueError, match="recompute must be one of none, selective, full, got 'all'"
    ):
        demo.recomputed(model, "all")


@pytest.mark.parametrize("pieces", [1, 2, 4])
def test_pieces_add_up_to_the_gradient_of_the_batch(pieces: int) -> None:
    model = gpt()
    targets = TOKENS.roll(-1, 1)
    whole = demo.gradients(model, TOKENS, targets)
    assert demo.difference(whole, demo.gradients(model, TOKENS, targets, pieces)) < 1e-6
    smallest, large = (
        demo.held(model, TOKENS[:1]).activations,
        demo.held(model, TOKENS, micro_batches=pieces),
    )
    assert abs(large.activations * pieces / 4 / smallest - 1) < 0.02
    with pytest.raises(
        ValueError, match="micro_batches must divide batch, got micro_batches=3 and batch=4"
    ):
        demo.held(model, TOKENS, micro_batches=3)


def test_frozen_weights_have_no_gradients_and_no_states() -> None:
    model = lora.add(gpt(), rank=2)
    adapters = 4 * lora.trainable_weights(model)
    found = demo.held(model, TOKENS)
    assert found.weights == measure.weight_bytes(model)
    assert found.gradients == adapters
    assert found.optimizer == 2 * adapters + STEP_COUNTER * len(lora.trainable(model))
    assert len(lora.trainable(model)) == 2 * 12  # frozen weights are parameters again afterwards
    assert sum(1 for _ in model.parameters()) > 24


@pytest.mark.parametrize("recompute", demo.RECOMPUTE)
@pytest.mark.parametrize(("layers", "batch", "seq"), [(2, 4, 128), (6, 2, 256)])
def test_the_estimator_says_the_same(recompute: str, layers: int, batch: int, seq: int) -> None:
    model = tiny_gpt.shape(layers=layers, context=seq)
    found = demo.pretend(model, batch, seq, recompute=recompute)
    layout = Layout(micro_batch=batch, recompute=recompute)
    estimate = memory.training(model, layout, seq=seq, attention="naive", **FORMATS)
    assert estimate.weights == found.weights and estimate.gradients == found.gradients
    assert 0 <= found.optimizer - estimate.optimizer <= STEP_COUNTER * 200
    assert abs(estimate.activations / found.activations - 1) < 0.02
