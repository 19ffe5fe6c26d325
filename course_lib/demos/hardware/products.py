"""Products of square matrices in every number format that a device has.

Design choices:
- The matrices are random: a card that multiplies ones or zeros switches fewer wires, draws less
  power and so runs faster than it would with a model's numbers.
- tf32 is fp32 in memory, rounded to 10 bits of mantissa on the way into the units. fp32 is measured
  with that switched off.
- fp8 is torch's scaled product of 4-bit exponents with one scale a matrix, result in bf16, and sums
  kept short between the units (`use_fast_accum`), as data sheets and inference do.
- int8 gives 32-bit sums; its operations are counted as FLOPs, as data sheets do with "TOPS".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

from course_lib import checks
from course_lib.catalog.machines.record import Measurement
from course_lib.demos.hardware import devices
from course_lib.demos.hardware.kernels import REPEATS, random, timed
from course_lib.estimators import hardware

ITEM_BYTES = {"fp32": 4, "tf32": 4, "bf16": 2, "fp16": 2, "fp8": 1, "int8": 1}
"""Bytes of a number that goes in."""
RESULT_BYTES = {"fp32": 4, "tf32": 4, "bf16": 2, "fp16": 2, "fp8": 2, "int8": 4}
"""Bytes of a number that comes out."""


def product(
    side: int, format: str = "fp32", device: str = "cpu", repeats: int = REPEATS
) -> Measurement:
    """Time the product of two square matrices.

    Args:
        side: rows and columns; on a card a multiple of 16 in 8 bits.
        format: one of `ITEM_BYTES`.
        device: torch's word for it.
        repeats: timed readings.

    Raises:
        ValueError: an unknown format or device, or no repeat.
        NotHere: the device has no units for the format.

    >>> product(64, repeats=3).flops  # 2 x 64 x 64 x 64
    524288.0
    """
    checks.one_of("format", format, tuple(ITEM_BYTES))
    devices.need(format, device)
    flops = 2 * checks.whole("side", side) ** 3
    moved = side * side * (2 * ITEM_BYTES[format] + RESULT_BYTES[format])
    with _rounding(format):
        return timed(
            "product",
            f"product {side} x {side} in {format}",
            format,
            side,
            hardware.Work(flops=flops, moved_bytes=moved),
            multiply(side, format, device),
            repeats,
            device,
        )


def multiply(side: int, format: str, device: str = "cpu") -> Callable[[], torch.Tensor]:
    """A function that multiplies two random matrices made once; it returns the product.

    >>> multiply(16, "int8")().dtype
    torch.int32
    """
    if format == "int8":
        return _int8(side, device)
    if format == "fp8":
        return _fp8(side, device)
    dtype = torch.float32 if format == "tf32" else getattr(torch, FLOATS[format])
    left, right = (random((side, side), dtype, device, seed) for seed in range(2))
    result = torch.empty_like(left)
    # into a buffer that is there: asking for memory would be timed, too
    return lambda: torch.mm(left, right, out=result)


FLOATS = {"fp32": "float32", "bf16": "bfloat16", "fp16": "float16"}


def _int8(side: int, device: str) -> Callable[[], torch.Tensor]:
    # a quarter of the range is one standard deviation, so that few numbers are cut off
    left, right = (
        (32 * random((side, side), torch.float32, device, seed)).clamp(-127, 127).to(torch.int8)
        for seed in range(2)
    )
    result = torch.empty(side, side, dtype=torch.int32, device=device)
    # the second one lies by columns, which is how cards want it; its values are random either way
    return lambda: torch._int_mm(left, right.t(), out=result)


def _fp8(side: int, device: str) -> Callable[[], torch.Tensor]:
    dtype = devices.fp8(device)
    left, right = (random((side, side), torch.float32, device, n).to(dtype) for n in range(2))
    one = torch.ones((), device=device)
    return lambda: torch._scaled_mm(
        left,
        right.t(),  # by columns: the units take it no other way
        scale_a=one,
        scale_b=one,
        out_dtype=torch.bfloat16,
        use_fast_accum=True,
    )


@contextmanager
def _rounding(format: str) -> Iterator[None]:
    """tf32 for the format of that name, full fp32 for all others; afterwards as it was before."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high" if format == "tf32" else "highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)
