"""What is measured has the FLOPs and bytes that it says; no time is asserted."""

import pytest
import torch

from course_lib.demos import hardware, measure
from course_lib.demos.hardware import kernels
from course_lib.estimators import flops


def test_products_have_the_flops_that_pytorch_counts() -> None:
    for one, run in (
        (hardware.product(24, repeats=1), lambda: torch.ones(24, 24) @ torch.ones(24, 24)),
        (hardware.batch(3, width=16, repeats=1), lambda: torch.ones(3, 16) @ torch.ones(16, 16)),
    ):
        assert one.flops == measure.count_flops(run)


def test_bytes_are_those_of_the_tensors() -> None:
    sides = [torch.ones(24, 24, dtype=torch.bfloat16) for _ in range(3)]
    assert hardware.product(24, "bf16", repeats=1).moved_bytes == sum(side.nbytes for side in sides)
    assert hardware.copy(4000, repeats=1).moved_bytes == 2 * torch.ones(1000).nbytes
    assert hardware.relu(1000, repeats=1).moved_bytes == 2 * torch.ones(1000).nbytes


def test_the_next_token_costs_a_pass_over_all_of_them() -> None:
    assert hardware.decoding_step(16, repeats=1).flops == flops.forward(
        kernels.tiny_gpt.shape(), 1, 16
    )


def test_small_work_is_repeated_and_divided_again(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    monkeypatch.setattr(kernels, "SMALL_FLOPS", 100)
    kernels.timed(
        "product",
        "x",
        "fp32",
        1,
        kernels.hardware.Work(flops=10, moved_bytes=1),
        lambda: calls.append(1),
        1,
    )
    assert len(calls) == 2 * 10  # a warm-up and one run, ten times each


def test_a_reading_on_an_accelerator_holds_many_launches(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    monkeypatch.setattr(kernels.devices, "kind", lambda device: "cuda")
    monkeypatch.setattr(kernels, "READING_SECONDS", 1.0)
    monkeypatch.setattr(kernels, "MOST_TIMES", 10)
    found = kernels.timed(
        "copy",
        "x",
        "fp32",
        1,
        kernels.hardware.Work(flops=0, moved_bytes=1),
        lambda: calls.append(1),
        4,
        "cuda",
    )
    # two to warm up and one to see how long it takes; then a warm-up and four readings of ten
    assert len(calls) == 2 + 1 + (1 + 4) * 10
    assert found.low_seconds is not None and found.high_seconds is not None
    assert found.fastest_seconds <= found.low_seconds <= found.high_seconds <= found.slowest_seconds


def test_long_work_is_one_launch_a_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    monkeypatch.setattr(kernels.devices, "kind", lambda device: "cuda")
    monkeypatch.setattr(kernels, "READING_SECONDS", 1e-12)
    work = kernels.hardware.Work(flops=0, moved_bytes=1)
    kernels.timed("copy", "x", "fp32", 1, work, lambda: calls.append(1), 4, "cuda")
    assert len(calls) == 2 + 1 + (1 + 4)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="format"):
        hardware.batch(8, "fp12", width=8)


def test_measuring_does_not_move_a_lessons_random_numbers() -> None:
    before = torch.get_rng_state()
    for format in ("fp32", "int8"):
        hardware.product(16, format, repeats=1)
    hardware.batch(2, width=16, repeats=1)
    hardware.relu(16, repeats=1)
    hardware.attention(4, repeats=1, backward=True)
    assert torch.equal(torch.get_rng_state(), before)
    one, other = (kernels.random((8, 8), torch.float32, seed=seed) for seed in range(2))
    assert not torch.equal(one, other)
