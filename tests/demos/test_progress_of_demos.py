"""The demos' long loops show how far they are, and their results stay what they were."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from course_lib.demos import corpus, energy, hardware, images, inference, meters, tiny_gpt
from course_lib.demos.measure import progress
from course_lib.demos.memory import time_price
from course_lib.demos.precision import mixed


def gpt() -> tiny_gpt.TinyGPT:
    return tiny_gpt.TinyGPT(tiny_gpt.shape(layers=1, d_model=16, context=16))


def text() -> torch.Tensor:
    return corpus.tokens("prose", limit=4000)


def train() -> list[float]:
    return tiny_gpt.train(gpt(), corpus.batches(text(), 2, 8), steps=3)


def train_mixed() -> mixed.Run:
    batches = corpus.batches(text(), 2, 8)
    return mixed.train(gpt(), batches, next(batches), steps=3)


LOOPS: dict[str, tuple[Callable[[], object], str]] = {
    "train": (train, "training steps: 3 of 3"),
    "write": (lambda: tiny_gpt.write(gpt(), "a", 4), "tokens written: 4 of 4"),
    "write with a cache": (
        lambda: inference.write(gpt(), inference.prompt("a"), 4),
        "tokens written: 4 of 4",
    ),
    "time writing": (
        lambda: inference.time_writing(gpt(), [2, 3], cached=True, repeats=1),
        "lengths timed: 2 of 2",
    ),
    "time steps": (
        lambda: inference.time_steps(gpt(), [1, 2], context=4, repeats=1),
        "batches timed: 2 of 2",
    ),
    "pictures": (lambda: images.train(images.Refiner(16, 1), 3, 4), "training steps: 3 of 3"),
    "judge": (lambda: images.judge(images.Refiner(16, 1), [1, 2], [0]), "tried: 2 of 2"),
    "16 bits": (train_mixed, "training steps: 3 of 3"),
    "sizes": (
        lambda: hardware.sweep([8, 16], hardware.product),
        "sizes timed: 2 of 2",
    ),
    "prices": (
        lambda: time_price.prices(gpt(), torch.zeros(4, 8, dtype=torch.long), repeats=1),
        "rounds of steps timed: 2 of 2",
    ),
    "energy": (
        lambda: energy.by_batch(gpt(), [1, 2], seconds=0.001, using=meters.PowerModel()),
        "batches measured: 2 of 2",
    ),
}


@pytest.mark.parametrize("name", LOOPS)
def test_a_long_loop_tells_how_far_it_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(progress, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(progress, "_where", lambda: lambda text, done, last: shown.append(text))
    work, last = LOOPS[name]
    work()
    assert last in shown[-1], shown[-3:]
    assert not progress._lines


def test_the_line_changes_no_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = train()
    monkeypatch.setattr(progress, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(progress, "_where", lambda: lambda text, done, last: None)
    assert train() == silent
