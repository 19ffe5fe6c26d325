"""The tiny GPT against the estimators and against what a causal model must do."""

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
import torch

from course_lib.demos import corpus, measure, tiny_gpt
from course_lib.estimators import flops, parameters

SHAPES = [
    {"layers": 1, "d_model": 16, "n_heads": 2, "context": 8},
    {"layers": 3, "d_model": 48, "n_heads": 4, "context": 32},
]


@pytest.fixture(params=SHAPES, ids=lambda shape: f"{shape['layers']}x{shape['d_model']}")
def gpt(request: pytest.FixtureRequest) -> tiny_gpt.TinyGPT:
    return tiny_gpt.TinyGPT(tiny_gpt.shape(**request.param))


def test_weights_equal_the_estimate(gpt: tiny_gpt.TinyGPT) -> None:
    assert sum(p.numel() for p in gpt.parameters()) == parameters.count(gpt.model).total


def test_parts_equal_the_estimate(gpt: tiny_gpt.TinyGPT) -> None:
    count = parameters.count(gpt.model)
    parts = tiny_gpt.weights_by_part(gpt)
    assert parts == {
        name: getattr(count, name) for name in ("embedding", "attention", "mlp", "norm")
    }
    assert sum(parts.values()) == sum(p.numel() for p in gpt.parameters())


def test_forward_and_training_flops_equal_the_estimate(gpt: tiny_gpt.TinyGPT) -> None:
    inputs, targets = next(corpus.batches(torch.arange(256), batch=3, seq=8))
    assert measure.count_flops(lambda: gpt(inputs)) == flops.forward(gpt.model, batch=3, seq=8)
    step = measure.count_flops(lambda: tiny_gpt.loss(gpt, inputs, targets).backward())
    assert step == flops.training_step(gpt.model, batch=3, seq=8)


def test_no_token_sees_a_later_one(gpt: tiny_gpt.TinyGPT) -> None:
    tokens = torch.arange(8)[None]
    changed = tokens.clone()
    changed[0, 5] = 99
    with torch.no_grad():
        before, after = gpt(tokens), gpt(changed)
    assert torch.equal(before[:, :5], after[:, :5])
    assert not torch.allclose(before[:, 5:], after[:, 5:])


def test_same_seed_same_model_and_same_text() -> None:
    first, second = (
        tiny_gpt.TinyGPT(tiny_gpt.shape(layers=1, d_model=16, context=8), seed=7) for _ in range(2)
    )
    assert all(
        torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True)
    )
    assert tiny_gpt.write(first, "ab", tokens=5) == tiny_gpt.write(second, "ab", tokens=5)


def test_training_learns_a_text_that_repeats() -> None:
    gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=1, d_model=32, n_heads=2, context=16))
    data = torch.tensor(list(b"abcdefgh" * 50), dtype=torch.uint8)
    seen: list[int] = []
    batches = corpus.batches(data, 8, 16)
    losses = tiny_gpt.train(
        gpt, batches, 80, learning_rate=1e-2, progress=lambda step, _: seen.append(step)
    )
    assert seen == list(range(80))
    assert losses[-1] < 0.5 < 4 < losses[0]  # chance is log(256) = 5.5 nats
    assert tiny_gpt.write(gpt, "abc", tokens=5, temperature=0.1) == "abcdefgh"


@pytest.mark.parametrize(
    ("argument", "value"), [("layers", 0), ("d_model", -1), ("n_heads", 3), ("context", 0)]
)
def test_shape_refuses_nonsense(argument: str, value: int) -> None:
    with pytest.raises(ValueError, match=argument):
        tiny_gpt.shape(**{"d_model": 16, argument: value})


@pytest.mark.parametrize("name", ["layers", "d_model", "d_ff", "position_rows"])
def test_a_sweep_is_no_model(name: str) -> None:
    sweep = dataclasses.replace(tiny_gpt.shape(d_model=16), **{name: np.array([16, 32])})
    with pytest.raises(TypeError, match=f"^{name} must be a single number"):
        tiny_gpt.TinyGPT(sweep)


def test_threads_are_picked_by_a_trial_and_never_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    before = torch.get_num_threads()
    tried: list[int] = []

    def trial(work: Callable[[], object], **rest: object) -> measure.Threads:
        work()
        tried.append(before)
        slow, fast = measure.timing([2.0, 2.1, 2.0, 2.2]), measure.timing([1.0, 1.1, 1.0, 1.2])
        return measure.Threads(timings={before: slow, before + 1: fast}, present=before)

    monkeypatch.setattr(measure, "quickest_threads", trial)
    try:
        tiny_gpt.TinyGPT(tiny_gpt.shape(layers=1))
        assert not tried and torch.get_num_threads() == before
        assert tiny_gpt.pick_threads(batch=1, seq=4).chosen == before + 1
        assert torch.get_num_threads() == before + 1
    finally:
        torch.set_num_threads(before)
