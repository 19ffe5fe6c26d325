"""Long sums of fp8 products whose running sum keeps few bits, as an H100's matrix units do it.

Design choices:
- A model of the unit, no copy: products of fp8 e4m3 numbers are exact in fp32; after each addition
  the running sum keeps so many bits, either rounded to the nearest or cut off. What the hardware
  does inside is not published; what it keeps was measured as about 14 bits (DeepSeek-V3).
- `promote`: the short sum is handed to an fp32 sum each so many terms and starts again at zero.

Sources: DeepSeek-V3 technical report 2024, arXiv 2412.19437, section 3.3.2 (about 14 bits; a worst
error of nearly 2 % for 4 096 terms; promotion each 128).
"""

from __future__ import annotations

import torch

from course_lib import checks

BITS = 14
"""Bits that are kept, the leading one included."""


def keep_bits(numbers: torch.Tensor, bits: int = BITS, *, cut: bool = False) -> torch.Tensor:
    """Numbers with so many leading bits, rounded to the nearest (ties to even) or cut off.

    >>> keep_bits(torch.tensor([257.0, 259.0]), bits=8)  # as bf16
    tensor([256., 260.])
    >>> keep_bits(torch.tensor([259.0]), bits=8, cut=True)
    tensor([258.])
    """
    mantissas, exponents = torch.frexp(numbers)
    steps = mantissas * 2.0 ** checks.whole("bits", bits)
    return torch.ldexp(torch.trunc(steps) if cut else torch.round(steps), exponents - bits)


def worst_error(
    terms: int = 4096,
    bits: int = BITS,
    *,
    cut: bool = False,
    promote: int = 0,
    side: int = 16,
    seed: int = 0,
) -> float:
    """The worst relative error of a product of two fp8 matrices, numbers between 0 and 1.

    Args:
        terms: length of each sum.
        bits: that the running sum keeps; at most 24, those of fp32.
        cut: whether the rest is cut off rather than rounded.
        promote: terms after which the short sum is added to one in fp32; 0 for never.
        side: rows and columns of the result.
        seed: of the numbers.

    >>> worst_error(256, bits=24) < worst_error(256) < worst_error(256, bits=8)
    True
    """
    generator = torch.Generator().manual_seed(checks.whole("seed", seed, at_least=0))
    shape = (checks.whole("side", side), checks.whole("terms", terms))
    left, right = (
        torch.rand(shape, generator=generator).to(torch.float8_e4m3fn).float() for _ in range(2)
    )
    every = checks.whole("promote", promote, at_least=0) or terms
    # all stretches step by step beside each other: shape (every, stretches, side, side)
    products = left.T[:, :, None] * right.T[:, None]
    filled = torch.zeros(-(-terms // every) * every, side, side)  # a zero more changes no sum
    filled[:terms] = products
    steps = filled.view(-1, every, side, side).transpose(0, 1)
    short = torch.zeros_like(steps[0])
    for step in steps:
        short = keep_bits(short + step, bits, cut=cut)
    whole = torch.zeros(side, side)
    for stretch in short:
        whole += stretch
    exact = left.double() @ right.double().T
    return float(((whole.double() - exact) / exact).abs().max())
