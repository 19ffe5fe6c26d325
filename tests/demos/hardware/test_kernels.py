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
    kernels._timed(
        "product",
        "x",
        "fp32",
        1,
        kernels.hardware.Work(flops=10, moved_bytes=1),
        lambda: calls.append(1),
        1,
    )
    assert len(calls) == 2 * 10  # a warm-up and one run, ten times each


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ValueError, match="format"):
        hardware.product(8, "fp12")
