"""The price list, in bytes; of seconds only that there are some."""

import pytest
import torch

from course_lib.demos import memory, tiny_gpt
from course_lib.demos.memory import time_price as demo

TOKENS = torch.randint(256, (4, 16), generator=torch.Generator().manual_seed(0))


def gpt() -> tiny_gpt.TinyGPT:
    return tiny_gpt.TinyGPT(tiny_gpt.shape(layers=2, d_model=32, n_heads=2, context=16))


def test_every_price_is_listed() -> None:
    listed = demo.prices(gpt(), TOKENS, split=(2,), repeats=1)
    assert [each.name for each in listed] == [
        "none",
        "selective",
        "full",
        "fused attention",
        "2 pieces",
    ]
    assert all(each.timing.median_seconds > 0 for each in listed)
    assert listed[0].slow_down == 1 and all(each.slow_down > 0 for each in listed)
    assert listed[0].held.activations > listed[2].held.activations


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has an accelerator")
def test_without_an_accelerator_there_is_no_peak() -> None:
    assert demo.cuda_peak(lambda: None) is None


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an accelerator")
def test_the_accelerator_takes_what_the_tracker_says() -> None:
    model, tokens = tiny_gpt.TinyGPT(tiny_gpt.shape()).cuda(), TOKENS.repeat(8, 8).cuda()
    tracked = memory.held(model, tokens, "sgd")
    stepper = memory.OPTIMIZERS["sgd"](model.parameters())
    taken = demo.cuda_peak(lambda: demo.step(model, stepper, tokens))
    assert taken is not None and 0.95 < taken / (tracked.peak - tracked.weights) < 1.1


def test_readings_hold_every_step() -> None:
    model = gpt()
    found = demo.readings(model, batch=4, seq=16, recompute="full", steps=3)
    assert len(found["step_seconds"]) == len(found["forward_seconds"]) == 3
    assert found["saved_bytes"] == memory.held(memory.recomputed(gpt(), "full"), TOKENS).activations
    assert found["peak_bytes"] > found["saved_bytes"]
    assert "forward" not in vars(model.blocks[0])


def test_pieces_take_the_step_of_the_batch() -> None:
    one, other = gpt(), gpt()
    for model, many in ((one, 1), (other, 4)):
        demo.step(model, memory.OPTIMIZERS["sgd"](model.parameters()), TOKENS, many)
    assert all(
        torch.allclose(a, b, atol=1e-6)
        for a, b in zip(one.parameters(), other.parameters(), strict=True)
    )
    assert all(weight.grad is None for weight in one.parameters())
