"""Weights kept in bf16: what each way keeps, against PyTorch's casts; and that the record is what
its rules say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from course_lib.demos import corpus, tiny_gpt
from course_lib.demos.datasets.optima import rules as text_rules
from course_lib.demos.datasets.optima import runs as text
from course_lib.demos.precision import alone
from course_lib.demos.precision.alone import kept, rules, runs, sweep


@pytest.fixture
def little_text(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A part of the prose in place of ten megabytes of code, and a short test."""
    prose = corpus.tokens("prose", limit=60_000)
    monkeypatch.setattr(text, "parts", lambda: corpus.split(prose))
    monkeypatch.setattr(text_rules, "CHECK_PIECES", 20)
    yield


def one_step(way: str, rate: float = 1e-4) -> tuple[tiny_gpt.TinyGPT, runs._Weights, float]:
    """A model after one update of a way; the warm-up's last step, so that the rate is full."""
    gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=1, d_model=32, context=16))
    weights = runs._Weights(gpt, way, rate, seed=0)
    tokens = torch.arange(16)[None]
    tiny_gpt.loss(gpt, tokens, tokens).backward()
    return gpt, weights, weights.update(rules.WARM_UP_STEPS)


def is_short(tensors: list[torch.nn.Parameter]) -> bool:
    return all(torch.equal(each, each.bfloat16().float()) for each in tensors)


def test_each_way_keeps_and_shows_what_it_says() -> None:
    found = {way: one_step(way) for way in rules.WAYS}
    used = {way: list(gpt.parameters()) for way, (gpt, _, _) in found.items()}
    assert [is_short(used[way]) for way in rules.WAYS] == [False, True, True, True]
    long = [is_short(weights.kept) for _, weights, _ in found.values()]
    assert long == [False, False, True, True]


def test_updates_below_half_a_spacing_leave_bf16_as_it_was() -> None:
    """Norms are 1 at first; half of the spacing below is 2^-9, and Adam's first step is the
    rate."""
    for rate, moves in ((1e-4, False), (3e-3, True)):
        gpt, _, _ = one_step("bf16", rate)
        assert bool((gpt.norm.weight != 1).any()) is moves
    stuck = {way: one_step(way)[2] for way in rules.WAYS}
    assert stuck["fp32"] < 0.01 and stuck["masters"] < 0.01 < 0.3 < stuck["bf16"]


def test_chance_keeps_the_mean() -> None:
    numbers = torch.full((200_000,), 1.003)
    rounded = runs.by_chance(numbers, torch.Generator().manual_seed(0))
    assert set(rounded.tolist()) == {1.0, 1.0 + 2**-7}
    assert float(rounded.double().mean()) == pytest.approx(1.003, abs=5e-5)
    negative = runs.by_chance(-numbers, torch.Generator().manual_seed(0))
    assert float(negative.double().mean()) == pytest.approx(-1.003, abs=5e-5)
    exact = torch.tensor([0.0, 1.0, -2.5])
    assert torch.equal(runs.by_chance(exact, torch.Generator()), exact)


@pytest.mark.usefixtures("little_text")
def test_a_short_run_is_the_beginning_of_a_long_one() -> None:
    short, long = alone.run("bf16", marks=(4,)), alone.run("bf16", marks=(4, 8))
    assert short.losses == long.losses[:1] and short.stuck == long.stuck[:1]
    assert [run.way for run in alone.live(marks=(2,))] == ["fp32", "bf16"]


@pytest.mark.usefixtures("little_text")
def test_a_sweep_that_was_stopped_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MARKS", (1, 2))
    monkeypatch.setattr(rules, "RATES", (1e-3,))
    path = tmp_path / "record.toml"
    monkeypatch.setattr(rules, "SEEDS", (0,))
    sweep.sweep(path, "a machine")
    first = alone.record(path)
    monkeypatch.setattr(rules, "SEEDS", (0, 1))
    sweep.sweep(path, "a machine")
    whole = alone.record(path)
    assert whole.runs[:4] == first.runs and len(whole.runs) == 8
    assert whole.losses("masters", 1e-3).shape == (2, 2)
    assert torch.__version__ in whole.versions and list(tmp_path.iterdir()) == [path]
    with pytest.raises(ValueError, match="no such run"):
        whole.of("fp32", 5.0)


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="way"):
        alone.run("fp8")
    with pytest.raises(ValueError, match="marks"):
        alone.run("fp32", marks=(3, 2))


def test_the_record_is_whole() -> None:
    found = alone.record()
    assert [(run.seed, run.learning_rate, run.way) for run in found.runs] == sweep.places()
    assert all(run.steps == list(rules.MARKS) for run in found.runs)
    assert all(getattr(found, name) for name in ("date", "machine", "versions", "text"))
    assert found.losses("bf16", rules.RATES[0]).shape == (len(rules.SEEDS), len(rules.MARKS))
    assert kept.RECORD.exists()


def test_what_the_lesson_says_of_the_record() -> None:
    """The harm, by the rules: above 1 % with every seed; and where the updates went."""
    found, small = alone.record(), min(rules.RATES)
    assert (found.rise("bf16", small) > 5 * rules.HARM).all()
    for remedy in ("masters", "bf16 by chance"):
        assert (np.abs(found.rise(remedy, small)) < found.rise("bf16", small) / 3).all()
    assert (found.stuck("bf16", small) > 0.5).all()
    assert (found.stuck("masters", small) < 0.01).all()
    exact = found.losses("fp32", small)
    assert (np.diff(exact, axis=1) < 0).all(), "fp32 goes on learning"
