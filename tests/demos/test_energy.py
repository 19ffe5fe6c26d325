"""Energy of work: which meter, what it says, and what one step costs."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from course_lib.demos import energy, meters, tiny_gpt

SMALL = tiny_gpt.shape(layers=1, d_model=16, n_heads=2, context=16)


class Steady:
    """A meter that counts three joules each time."""

    name = "steady"
    kind: meters.Kind = "counter"
    covers: tuple[meters.Part, ...] = ("cpu",)
    method = "steady"
    factor = 2.0

    def __init__(self) -> None:
        self.starts = 0

    def start(self) -> None:
        self.starts += 1

    def stop(self) -> float:
        return 3.0


def test_joules_are_shared_by_the_runs() -> None:
    done: list[int] = []
    found = energy.measure(lambda: done.append(1), seconds=0.01, using=Steady())
    assert found.runs == len(done) - 1  # the first does not count
    assert found.joules == 3 and found.joules_each == pytest.approx(3 / found.runs)
    assert (found.low, found.high) == (1.5, 6) and found.method == "steady"
    assert found.kind == "counter"
    assert found.watts == pytest.approx(3 / found.seconds)


def test_long_work_runs_once() -> None:
    ticks = iter(range(10))
    found = energy.measure(lambda: sum(range(200_000)), seconds=1e-9, using=Steady())
    assert found.runs == 1 and next(ticks) == 0


def test_every_batch_is_measured() -> None:
    gpt, using = tiny_gpt.TinyGPT(SMALL), Steady()
    seen: list[int] = []
    gpt.register_forward_hook(lambda module, inputs, output: seen.append(len(inputs[0])))
    found = energy.by_batch(gpt, [2, 8], seconds=1e-9, using=using)
    assert list(found) == [2, 8] and using.starts == 2
    assert seen == [2, 2, 8, 8]  # once to warm up, once measured


def test_batches_take_turns_forwards_and_backwards() -> None:
    gpt = tiny_gpt.TinyGPT(SMALL)
    seen: list[int] = []
    gpt.register_forward_hook(lambda module, inputs, output: seen.append(len(inputs[0])))
    found = energy.in_turn(gpt, [2, 8], rounds=3, seconds=1e-9, using=Steady())
    assert {batch: len(runs) for batch, runs in found.items()} == {2: 3, 8: 3}
    # each once to warm up and once measured
    assert seen == [2, 2, 8, 8, 8, 8, 2, 2, 2, 2, 8, 8]


@pytest.mark.parametrize("kind", ["counter", "mixed", "model"])
def test_what_only_counts_processor_time_says_so(kind: meters.Kind) -> None:
    using = Steady()
    using.kind = kind
    told = energy.measure(lambda: None, seconds=1e-9, using=using).how
    assert ("processor time" in told and "guess" in told) == (kind == "model")
    assert ("counter in the chip" in told) == (kind == "counter")


def test_training_changes_the_weights() -> None:
    gpt = tiny_gpt.TinyGPT(SMALL)
    before = gpt.tokens.weight.detach().clone()
    found = energy.training(gpt, batch=2, seq=8, seconds=1e-9, using=Steady())
    assert found.runs == 1 and not torch.equal(before, gpt.tokens.weight)


def test_the_best_meter_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    rapl, package = SimpleNamespace(method="rapl"), SimpleNamespace(method="package")
    monkeypatch.setattr(meters.Rapl, "open", classmethod(lambda cls: rapl))
    monkeypatch.setattr(meters.CodeCarbon, "open", classmethod(lambda cls: package))
    assert energy.meter() is rapl
    monkeypatch.setattr(meters.Rapl, "open", classmethod(lambda cls: None))
    assert energy.meter() is package
    assert energy.meter(codecarbon=False).method.startswith("power model")
    monkeypatch.setattr(meters.CodeCarbon, "open", classmethod(lambda cls: None))
    assert energy.meter().method.startswith("power model")
    assert energy.meter().kind == "model"


def test_work_on_a_gpu_is_not_measured_at_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        meters.Rapl, "open", classmethod(lambda cls: pytest.fail("asked the processor"))
    )
    monkeypatch.setattr(meters.GpuCounter, "open", classmethod(lambda cls: None))
    assert energy.meter("cuda").method.startswith("power model")
    with pytest.raises(ValueError, match="device must be one of cpu, cuda, got 'tpu'"):
        energy.meter("tpu")
