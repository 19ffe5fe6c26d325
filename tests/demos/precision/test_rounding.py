"""Short sums, weights and states in PyTorch, against the estimator and against arithmetic by
hand."""

import pytest
import torch

from course_lib.demos import precision as demo
from course_lib.demos import tiny_gpt
from course_lib.estimators import precision

GPT = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=1, d_model=32, n_heads=2, context=16))


@pytest.mark.parametrize("format", ["fp16", "bf16"])
def test_counting_stops_where_the_estimator_says(format: str) -> None:
    times = precision.get(format).counts_to + 20
    seen = demo.count_ones(times, format)
    assert seen[: times - 20] == list(range(1, times - 19))
    assert seen[-1] == precision.count(times, format) == times - 20
    assert demo.count_ones(300, format, sums="fp32")[-1] == 300


@pytest.mark.parametrize("format", ["fp16", "bf16"])
def test_an_fp32_sum_is_rounded_once_only(format: str) -> None:
    errors = demo.product_errors(format, terms=2048, side=4)
    half_step = precision.get(format).epsilon / 2
    assert errors.fp32_sum <= 1.01 * half_step and errors.product <= 1.01 * half_step
    assert errors.own_sum > 5 * half_step


def test_updates_below_half_a_step_are_lost() -> None:
    assert demo.update(10, "bf16") == 1.0
    assert demo.update(1, "bf16", step=0.0078125) == 1.0078125  # one whole step of bf16
    assert demo.update(100, "bf16", master=True) == precision.round_to(1.1, "bf16")
    assert demo.update(10, "fp32") == pytest.approx(1.01)


@pytest.mark.parametrize("recipe", demo.STATES)
def test_counted_states_are_those_of_the_estimator(recipe: str) -> None:
    before = [each.clone() for each in GPT.parameters()]
    counted, told = (
        demo.state_bytes(GPT, recipe),
        precision.state_bytes(**precision.RECIPES[recipe]),
    )
    assert vars(counted) == vars(told)
    assert all(torch.equal(old, new) for old, new in zip(before, GPT.parameters(), strict=True))


def test_rounded_weights_are_the_estimators() -> None:
    weight = GPT.blocks[0].mlp.up.weight.detach()
    assert torch.equal(demo.rounded(GPT, "bf16").blocks[0].mlp.up.weight, weight.bfloat16().float())
    codes = demo.rounded(GPT, "int8").blocks[0].mlp.up.weight
    step = weight.abs().amax(1, keepdim=True) / 127
    assert ((codes - weight).abs() <= step / 2 + 1e-7).all()
    assert torch.equal(demo.rounded(GPT, "int4").norm.weight, GPT.norm.weight)
    assert demo.rounded(GPT, "fp32").head.weight is not GPT.head.weight


def test_bad_input_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="format must be one of fp32, fp16, bf16, got 'int8'"):
        demo.count_ones(5, "int8")
    with pytest.raises(ValueError, match="sums must be one of"):
        demo.count_ones(5, "bf16", sums="fp64")
    with pytest.raises(ValueError, match="times must be at least 1"):
        demo.update(0)
    with pytest.raises(ValueError, match="recipe must be one of"):
        demo.state_bytes(GPT, "fp8")
    with pytest.raises(ValueError, match="terms must be at least 1"):
        demo.product_errors(terms=0)
    with pytest.raises(ValueError, match="format must be one of"):
        demo.rounded(GPT, "int3")
