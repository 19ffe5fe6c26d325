"""Products in every format: they are right, have the FLOPs and bytes that they say, and a switch
that was turned is turned back. No time is asserted."""

from collections.abc import Callable
from functools import partial

import pytest
import torch

from course_lib.demos import hardware
from course_lib.demos.hardware import devices, products

BOUND = {"fp32": 1e-4, "tf32": 1e-4, "bf16": 0.02, "fp16": 0.003, "fp8": 0.02}
"""Largest error of a product over its largest entry: a few roundings of the format's result."""


def watched(
    made: list[torch.Tensor],
    multiply: Callable[..., torch.Tensor],
    left: torch.Tensor,
    right: torch.Tensor,
    **rest: object,
) -> torch.Tensor:
    made[:] = [left, right]
    return multiply(left, right, **rest)


@pytest.mark.parametrize("format", products.ITEM_BYTES)
def test_it_is_the_product_of_its_matrices(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Held against 64-bit arithmetic on the same matrices."""
    made: list[torch.Tensor] = []
    for name in ("mm", "_int_mm", "_scaled_mm"):
        monkeypatch.setattr(torch, name, partial(watched, made, getattr(torch, name)))
    result = products.multiply(32, format)()
    exact = made[0].double() @ made[1].double()
    assert exact.abs().max() > 1  # random, not zeros
    error = float((result.double() - exact).abs().max() / exact.abs().max())
    assert error <= BOUND.get(format, 0.0)  # whole numbers are exact


@pytest.mark.parametrize("format", products.ITEM_BYTES)
def test_bytes_are_those_of_the_tensors(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "need", lambda format, device: None)
    one = hardware.product(32, format, repeats=1)
    result = products.multiply(32, format)()
    assert one.moved_bytes == 2 * 32 * 32 * products.ITEM_BYTES[format] + result.nbytes
    assert one.flops == 2 * 32**3
    assert one.name == f"product 32 x 32 in {format}"


def test_tf32_is_on_for_tf32_alone_and_off_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "need", lambda format, device: None)
    seen: list[str] = []

    def look(*arguments: object) -> None:
        seen.append(torch.get_float32_matmul_precision())

    monkeypatch.setattr(products, "timed", look)
    torch.set_float32_matmul_precision("medium")
    try:
        for format in ("tf32", "fp32", "bf16"):
            products.product(16, format)
        assert seen == ["high", "highest", "highest"]
        assert torch.get_float32_matmul_precision() == "medium"
    finally:
        torch.set_float32_matmul_precision("highest")


def test_a_format_that_is_not_here_is_told() -> None:
    with pytest.raises(hardware.NotHere, match="no products in fp8 for cpu"):
        hardware.product(16, "fp8")
    with pytest.raises(hardware.NotHere, match="no products in tf32 for cpu"):
        hardware.product(16, "tf32")


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="format"):
        hardware.product(8, "fp12")
    with pytest.raises(ValueError, match="side"):
        hardware.product(0)
    with pytest.raises(ValueError, match="device"):
        hardware.product(8, device="abacus")
