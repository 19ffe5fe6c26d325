"""Adapters and packed matrices against plain PyTorch layers."""

import copy

import pytest
import torch
from torch import nn

from course_lib.demos import measure, tiny_gpt
from course_lib.demos.memory import lora

TOKENS = torch.randint(256, (2, 16), generator=torch.Generator().manual_seed(0))


def small_gpt() -> tiny_gpt.TinyGPT:
    return tiny_gpt.TinyGPT(tiny_gpt.shape(layers=2, d_model=32, n_heads=2, context=16))


def trained(model: tiny_gpt.TinyGPT, steps: int = 3) -> tiny_gpt.TinyGPT:
    optimizer = torch.optim.AdamW(lora.trainable(model), lr=1e-2)
    for _ in range(steps):
        tiny_gpt.loss(model, TOKENS, TOKENS.roll(-1, 1)).backward()
        optimizer.step()
        optimizer.zero_grad()
    return model


def test_a_model_with_new_adapters_scores_as_before() -> None:
    gpt = small_gpt()
    before = gpt(TOKENS)
    assert torch.equal(lora.add(gpt, rank=4)(TOKENS), before)


@pytest.mark.parametrize("base_format", lora.FORMATS)
def test_training_moves_the_adapters_alone(base_format: str) -> None:
    gpt = lora.add(small_gpt(), rank=4, base_format=base_format)
    before = copy.deepcopy(gpt.state_dict())
    first = tiny_gpt.loss(gpt, TOKENS, TOKENS.roll(-1, 1)).item()
    trained(gpt)
    moved = {
        name for name, value in gpt.state_dict().items() if not torch.equal(value, before[name])
    }
    assert moved == {name for name, weight in gpt.named_parameters() if weight.requires_grad}
    assert moved == {name for name in before if name.endswith((".down", ".up"))}
    assert tiny_gpt.loss(gpt, TOKENS, TOKENS.roll(-1, 1)).item() < first


@pytest.mark.parametrize("base_format", lora.FORMATS)
def test_merging_keeps_the_scores(base_format: str) -> None:
    gpt = trained(lora.add(small_gpt(), rank=4, base_format=base_format))
    before = gpt(TOKENS)
    merged = lora.merge(gpt)
    assert not any(isinstance(part, lora.LoRALinear) for part in merged.modules())
    assert torch.allclose(merged(TOKENS), before, atol=1e-5)


def test_only_layers_of_their_own_matrix_are_wrapped() -> None:
    gpt = lora.add(small_gpt())
    names = [name for name, part in gpt.named_modules() if isinstance(part, lora.LoRALinear)]
    assert len(names) == 2 * 6
    assert gpt.head.weight is gpt.tokens.weight
    few = lora.add(small_gpt(), targets={"query", "value"})
    assert lora.trainable_weights(few) == 2 * 2 * 8 * (32 + 32)


def test_a_bias_is_kept() -> None:
    model = nn.Sequential(nn.Linear(70, 3))
    x = torch.randn(5, 70, generator=torch.Generator().manual_seed(1))
    before = model(x)
    assert torch.allclose(lora.add(model, rank=2)(x), before, atol=1e-6)
    assert torch.allclose(lora.merge(model)(x), before, atol=1e-6)


def test_nothing_to_wrap_is_an_error() -> None:
    with pytest.raises(ValueError, match="no linear layer of its own matrix"):
        lora.add(small_gpt(), targets={"nothing"})
    with pytest.raises(ValueError, match="rank must be at least 1, got 0"):
        lora.add(small_gpt(), rank=0)
    with pytest.raises(
        ValueError, match="format must be one of fp32, bf16, int8, int4, got 'int3'"
    ):
        lora.add(small_gpt(), base_format="int3")


@pytest.mark.parametrize(("form", "most"), [("int8", 127), ("int4", 7)])
def test_packed_numbers_are_the_nearest_steps(form: str, most: int) -> None:
    """Independent truth: rounding to multiples of the scale, group by group, written out in
    loops."""
    weight = torch.randn(3, 100, generator=torch.Generator().manual_seed(2))
    codes, scales = lora.pack(weight, form)
    found = lora.unpack(codes, scales, form, weight.shape).flatten()
    for start in range(0, 300, lora.GROUP):
        group = weight.flatten()[start : start + lora.GROUP]
        scale = float((group.abs().max() / most).bfloat16())
        expected = [
            max(-most, min(most, round(value / scale))) * scale for value in group.double().tolist()
        ]
        assert found[start : start + lora.GROUP].tolist() == pytest.approx(expected, abs=1e-6)
    assert codes.numel() * codes.element_size() == 320 * (
        1 if form == "int8" else 0.5
    )  # 300 numbers, five groups
    assert scales.numel() * scales.element_size() == 5 * lora.SCALE_BYTES


def test_a_group_of_zeros_stays_zero() -> None:
    zeros = torch.zeros(1, 64)
    assert torch.equal(lora.unpack(*lora.pack(zeros, "int4"), "int4", zeros.shape), zeros)


@pytest.mark.parametrize("base_format", lora.FORMATS)
def test_gradients_are_those_of_the_unpacked_matrix(base_format: str) -> None:
    layer = nn.Linear(64, 32, bias=False)
    frozen = lora.Frozen(layer.weight, base_format)
    x, again = (
        torch.randn(4, 64, generator=torch.Generator().manual_seed(3)).requires_grad_()
        for _ in range(2)
    )
    frozen(x).square().sum().backward()
    (again @ frozen.matrix().T).square().sum().backward()
    assert x.grad is not None and again.grad is not None
    assert torch.allclose(x.grad, again.grad, atol=1e-5)


def test_the_graph_keeps_the_packed_matrix_alone() -> None:
    frozen = lora.Frozen(nn.Linear(64, 64).weight, "int4")
    x = torch.ones(100, 64, requires_grad=True)
    assert (
        measure.saved_bytes(lambda: frozen(x))
        == frozen.bytes
        == 64 * 64 // 2 + 64 * lora.SCALE_BYTES
    )
    assert measure.saved_bytes(lambda: frozen(x), frozen) == 0
