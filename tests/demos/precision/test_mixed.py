"""Mixed precision by PyTorch's autocast and scaler on a very small GPT."""

import math

import pytest
import torch

from course_lib.demos import corpus, tiny_gpt
from course_lib.demos.precision import mixed
from course_lib.estimators import precision

GPT = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=1, d_model=32, n_heads=2, context=16))
TEXT = corpus.tokens(limit=20_000)
BATCH = next(corpus.batches(TEXT, 4, 16))


def run(mode: str, steps: int = 6, scale: float | None = None) -> mixed.Run:
    return mixed.train(GPT, corpus.batches(TEXT, 4, 16), BATCH, mode, steps=steps, scale=scale)


def test_every_mode_trains_from_the_same_weights_and_leaves_them_alone() -> None:
    before = GPT.tokens.weight.clone()
    runs = {mode: run(mode) for mode in mixed.MODES}
    assert torch.equal(before, GPT.tokens.weight)
    for mode, found in runs.items():
        assert found.unseen_loss < found.losses[0], mode
        assert found.losses[0] == pytest.approx(runs["fp32"].losses[0], rel=0.01), mode
        assert {each.dtype for each in found.gpt.parameters()} == {torch.float32}
    assert {runs["bf16"].losses[0], runs["fp16"].losses[0]}.isdisjoint(
        {runs["fp32"].losses[0]}
    )  # really rounded
    assert len(runs["fp16 scaled"].scales) == 7 and set(runs["fp16"].scales) == {1.0}


def test_an_overflowing_scale_is_skipped_and_halved() -> None:
    found = mixed.train(GPT, corpus.batches(TEXT, 4, 16), BATCH, "fp16", steps=4, scale=2.0**40)
    assert found.skipped >= 1 and found.scales[1] == found.scales[0] / 2
    assert math.isfinite(found.unseen_loss)


def test_autocast_shortens_the_gradients_of_activations() -> None:
    exact = mixed.activation_gradients(GPT, BATCH)
    short = mixed.activation_gradients(GPT, BATCH, "fp16", scale=1024.0)
    assert (
        exact.keys() == short.keys() and len(exact) == 7
    )  # four of attention, two of the MLP, the head
    for name, gradient in short.items():
        assert torch.equal(gradient, gradient.half().float()), name
        largest = exact[name].abs().max()
        assert (gradient / 1024 - exact[name]).abs().max() < 0.1 * largest, name
    assert all(each.grad is None for each in GPT.parameters())


def test_true_zeros_are_kept_apart() -> None:
    """The first token sees only itself: whatever its query, it answers the same, so that gradient
    is zero in fp32."""
    exact = mixed.activation_gradients(GPT, BATCH)
    assert (exact["blocks.0.attention.query"][:, 0] == 0).all()
    found = mixed.flushed(GPT, BATCH, exact=list(exact.values()))
    assert found.true_zeros >= 4 * 32
    assert found.numbers == sum(each.numel() for each in exact.values())


def test_a_scale_moves_gradients_into_the_window() -> None:
    shares = [mixed.flushed(GPT, BATCH, 2.0**power) for power in (-14, 0, 12, 40)]
    assert shares[0].flushed_share > 0.5 > 0.05 > shares[2].flushed_share
    assert shares[0].flushed_share > shares[1].flushed_share >= shares[2].flushed_share
    assert shares[3].overflowed > 0 == shares[2].overflowed
    assert mixed.flushed(GPT, BATCH, 2.0**-14, mode="bf16").flushed == 0


def test_counted_losses_are_near_the_estimate() -> None:
    exact = torch.cat([each.flatten() for each in mixed.activation_gradients(GPT, BATCH).values()])
    counted = mixed.flushed(GPT, BATCH, 2.0**-8)
    told = precision.fate(exact.numpy(), "fp16", 2.0**-8)
    assert told.true_zeros == counted.true_zeros
    assert told.flushed_share == pytest.approx(counted.flushed_share, rel=0.2)


def test_survivors_are_those_that_the_estimate_flushes_and_fp16_does_not() -> None:
    found = mixed.survivors(GPT, BATCH, 2.0**-8)
    exact, short = (
        mixed.joined(mixed.activation_gradients(GPT, BATCH, mode, scale).values()).numpy()
        for mode, scale in (("fp32", 1.0), ("fp16", 2.0**-8))
    )
    gone = (precision.round_to(exact * 2.0**-8, "fp16") == 0) & (exact != 0)
    assert found.numbers == int((gone & (short != 0)).sum()) > 0
    assert found.size_ratio > 1 and 0 < found.right_sign <= 1
    assert mixed.survivors(GPT, BATCH, 2.0**-40).numbers == 0


def test_activations_shrink_and_stay_above_a_half() -> None:
    fine, short = (mixed.kept_bytes(GPT, BATCH, mode) for mode in ("fp32", "bf16"))
    assert 0.5 * fine < short < fine


def test_bad_input_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="mode must be one of fp32, bf16"):
        run("fp8")
    with pytest.raises(ValueError, match="steps must be at least 1"):
        run("fp32", steps=0)
    with pytest.raises(ValueError, match="scale must be above zero"):
        run("fp16", scale=0.0)
    with pytest.raises(ValueError, match="a pair for each of 3 steps, got 1"):
        mixed.train(GPT, [BATCH], BATCH, steps=3)
    with pytest.raises(ValueError, match="mode must be one of"):
        mixed.activation_gradients(GPT, BATCH, "bf16 alone")
