"""Fused attention: right results and gradients, FLOPs that the mask lets through, bytes of the
tensors. No time is asserted."""

import math

import pytest
import torch

from course_lib.demos import hardware
from course_lib.demos.hardware import fused


def plain(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    """Causal attention written out, in 64 bits."""
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    future = torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1)
    return scores.masked_fill(future, -math.inf).softmax(-1) @ v


@pytest.mark.parametrize("backward", [False, True])
def test_flops_are_those_of_the_pairs_and_bytes_those_of_the_tensors(backward: bool) -> None:
    seq, (heads, width) = 5, fused.HEADS["cpu"]
    pairs = sum(key <= query for query in range(seq) for key in range(seq))
    one = hardware.attention(seq, repeats=1, backward=backward)
    # two products of 2 FLOPs a number, a pair and head; on the way back twice as many
    assert one.flops == pairs * heads * 2 * 2 * width * (3 if backward else 1)
    tensor = torch.ones(1, heads, seq, width).nbytes
    # q, k, v, out; then q, k, v, out and its gradient in, and three gradients out
    assert one.moved_bytes == tensor * (4 + (8 if backward else 0))
    assert one.work == ("attention-training" if backward else "attention")


def test_results_and_gradients_are_those_of_attention_written_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[torch.Tensor] = []
    real = fused.random

    def kept(*arguments: object) -> torch.Tensor:
        made.append(real(*arguments))  # type: ignore[arg-type]
        return made[-1]

    monkeypatch.setattr(fused, "random", kept)
    result = fused.attend(6, "fp32")()
    exact = plain(*(each.double() for each in made))
    assert torch.allclose(result.double(), exact, atol=1e-5)  # type: ignore[union-attr]

    made.clear()
    gradients = fused.attend(6, "fp32", backward=True)()
    inputs = [each.detach().double().requires_grad_() for each in made[:3]]
    exact_gradients = torch.autograd.grad(plain(*inputs), inputs, made[3].double())
    for found, wanted in zip(gradients, exact_gradients, strict=True):  # type: ignore[call-overload]
        assert torch.allclose(found.double(), wanted, atol=1e-4)


def test_forward_alone_keeps_nothing_for_a_way_back() -> None:
    assert not fused.attend(4, "fp32")().requires_grad  # type: ignore[attr-defined]


def test_lengths_grow_and_are_longer_on_a_card() -> None:
    for device in ("cpu", "cuda", "mps"):
        found = hardware.lengths("bf16", device)
        assert list(found) == sorted(set(found)) and len(found) >= 3
    assert max(hardware.lengths("bf16", "cuda")) == 32768
    assert max(hardware.lengths("fp32", "cuda")) < 32768


def test_nonsense_and_what_is_not_here_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(fused.devices.TRIED, "mps", ("fp32",))
    with pytest.raises(ValueError, match="format"):
        hardware.attention(8, "int8")
    with pytest.raises(ValueError, match="seq"):
        hardware.attention(0)
    with pytest.raises(hardware.NotHere, match="no products in fp16 for mps"):
        fused.attention(8, "fp16", "mps")
