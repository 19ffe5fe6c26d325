"""What `course measure` times: every kind of work once, each with the FLOPs and bytes of its
estimator."""

from collections.abc import Callable

import pytest
import torch

from course_lib.catalog.machines.record import WORK
from course_lib.demos import hardware, measure_suite, tiny_gpt
from course_lib.estimators import flops


def test_every_piece_has_a_name_of_its_own_and_a_gpu_has_more() -> None:
    names = [name for name, _ in measure_suite.suite()]
    assert len(names) == len(set(names))
    assert len([name for name in names if name.startswith("copy")]) >= 5
    assert len([name for name in names if name.startswith("product") and "fp32" in name]) >= 5
    gpu = [name for name, _ in measure_suite.suite("cuda")]  # named, not run
    assert len(gpu) == len(set(gpu)) > len(names)
    for format in ("fp32", "tf32", "bf16", "fp16", "fp8", "int8"):
        assert f"product 4096, {format}" in gpu
    for way in ("forward", "forward and back"):
        assert f"attention over 32768 tokens, {way}, bf16" in gpu


def test_apple_has_formats_of_its_own_and_no_processes() -> None:
    names = [name for name, _ in measure_suite.suite("mps")]  # named, not run
    assert len(names) == len(set(names))
    assert not any("fp8" in name or "int8" in name or "all-reduce" in name for name in names)
    assert "product 1024, fp16" in names and "tiny GPT, training step, bf16" in names


def test_the_tiny_gpt_alone_gets_threads_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, int] = {}

    def watched(name: str) -> Callable[..., None]:
        return lambda *rest: seen.update({name: torch.get_num_threads()})

    for name in ("training_step", "recomputed_step"):
        monkeypatch.setattr(measure_suite, name, watched(name))
    for name in ("product", "decoding_step"):
        monkeypatch.setattr(hardware, name, watched(name))
    before = torch.get_num_threads()
    for name, work in measure_suite.suite("cpu", gpt_threads=before + 1):
        if name.startswith(("product", "tiny GPT")):
            work()
    assert seen.pop("product") == before
    assert set(seen.values()) == {before + 1} and len(seen) == 3
    assert torch.get_num_threads() == before


def test_the_trial_of_threads_changes_nothing() -> None:
    before = torch.get_num_threads()
    trial = measure_suite.thread_trial()
    assert trial.present == before == torch.get_num_threads()
    assert trial.chosen in trial.timings


def test_an_unknown_device_has_no_suite() -> None:
    with pytest.raises(ValueError, match="device must be one of"):
        list(measure_suite.suite("abacus"))


def test_every_kind_of_work_is_known_to_the_record_and_none_is_missing() -> None:
    made = [
        hardware.product(8, repeats=1),
        hardware.batch(1, width=8, repeats=1),
        hardware.relu(8, repeats=1),
        hardware.copy(8, repeats=1),
        hardware.attention(8, repeats=1),
        hardware.attention(8, repeats=1, backward=True),
        measure_suite.training_step("bf16", repeats=1),
        measure_suite.recomputed_step(repeats=1),
        hardware.decoding_step(8, repeats=1),
        measure_suite.all_reduce(2, size_bytes=4096, repeats=1),
    ]
    assert [one.work for one in made] == list(WORK)


def test_a_step_counts_the_models_flops_in_every_format_and_once_if_recomputed() -> None:
    counted = flops.training_step(tiny_gpt.shape(), measure_suite.BATCH, measure_suite.SEQ)
    steps = [
        measure_suite.training_step("fp32", repeats=1),
        measure_suite.recomputed_step(repeats=1),
    ]
    assert [step.flops for step in steps] == [counted, counted]


def test_a_ring_of_two_sends_the_whole_sum_once() -> None:
    assert measure_suite.all_reduce(2, size_bytes=4096, repeats=1).moved_bytes == 4096
