"""Weights in blocks: short codes, and a scale for a few neighbours (MXFP4, NVFP4 and their like).

Design choices:
- A block is some neighbours along the last axis, as the products read them; the last block of a row
  may be a short one.
- How a scale is kept decides what it costs and how well it fits. "power of two" (MX): eight bits
  of exponent and no mantissa; the block's largest amount is moved into the highest power of two of
  the code, so up to a quarter of its top may be cut off. "fp8_e4m3" (NVFP4): eight bits with three
  of mantissa, beside one fp32 scale for the whole tensor. "fp16": sixteen bits.
- Codes are rounded to the nearest, and saturate.
- Bits a weight are code and scale together; what a tensor has once is counted in `bytes`, not in
  `bits_a_weight`.
- Plain rounding: methods such as GPTQ choose codes so that errors cancel in the layer's output.

Sources: OCP Microscaling Formats (MX) specification 1.0, 5.1 (formats) and 6.3 (the scale);
Rouhani et al. 2023, arXiv 2310.10537; NVIDIA, Introducing NVFP4, 2025 (blocks of 16, scales in
fp8 e4m3, one fp32 scale a tensor).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib import checks
from course_lib.estimators.precision.formats import Format, get
from course_lib.estimators.precision.rounding import round_to

Floats = NDArray[np.float64]

SCALE_BITS: Mapping[str, int] = MappingProxyType({"power of two": 8, "fp8_e4m3": 8, "fp16": 16})
"""Ways to keep a scale, and the bits of one."""
TENSOR_SCALE_BITS = 32
"""Bits of the one scale of a whole tensor, where there is one."""
POWERS = (-127, 127)
"""Smallest and largest exponent of a scale that is a power of two."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Blocks:
    """A format of blocks."""

    codes: Format
    """Format of one code."""
    size: int
    """Neighbours that share a scale; 0 for a whole row."""
    scale: str
    """How a scale is kept, one of `SCALE_BITS`."""

    def __post_init__(self) -> None:
        checks.instance("codes", self.codes, Format)
        checks.whole("size", self.size, at_least=0)
        checks.one_of("scale", self.scale, tuple(SCALE_BITS))

    @property
    def bits_a_weight(self) -> float:
        """Bits of one weight: its code, and its share of the scale. The scale of a whole row is
        left out.

        >>> FORMATS["mxfp4"].bits_a_weight, FORMATS["nvfp4"].bits_a_weight  # 4 + 8/32, 4 + 8/16
        (4.25, 4.5)
        """
        share = SCALE_BITS[self.scale] / self.size if self.size else 0.0
        return self.codes.stored_bits + share


@dataclass(frozen=True, kw_only=True, eq=False)
class InBlocks:
    """Numbers as codes and scales."""

    format: Blocks
    """How they are kept."""
    codes: Floats
    """Codes, of the shape of the numbers."""
    scales: Floats
    """What a code of one is worth, of the shape of the numbers; constant within a block."""
    blocks: int
    """How many scales there are."""

    @property
    def values(self) -> Floats:
        """The numbers that come back."""
        return self.codes * self.scales

    @property
    def bytes(self) -> float:
        """Bytes of codes and scales."""
        bits = self.codes.size * self.format.codes.stored_bits
        bits += self.blocks * SCALE_BITS[self.format.scale]
        once = TENSOR_SCALE_BITS if self.format.scale == "fp8_e4m3" else 0
        return (bits + once) / 8


FORMATS: Mapping[str, Blocks] = MappingProxyType(
    {
        "mxfp8": Blocks(codes=get("fp8_e4m3"), size=32, scale="power of two"),
        "int4, rows": Blocks(codes=get("int4"), size=0, scale="fp16"),
        "int4, 128": Blocks(codes=get("int4"), size=128, scale="fp16"),
        "int4, 32": Blocks(codes=get("int4"), size=32, scale="fp16"),
        "mxfp4": Blocks(codes=get("fp4_e2m1"), size=32, scale="power of two"),
        "nvfp4": Blocks(codes=get("fp4_e2m1"), size=16, scale="fp8_e4m3"),
    }
)
"""Formats of blocks by name; a number behind int4 is the size of a block."""


def in_blocks(values: Any, format: str | Blocks) -> InBlocks:
    """Numbers as codes of a short format, with a scale for each block.

    Args:
        values: an array of at least one axis; finite.
        format: one of `FORMATS`, or blocks of one's own.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> kept = in_blocks([1.0, -6.0, 0.4, 40.0], "mxfp4")  # 40 = 1.25 x 2^5, and 4 = 2^2 is on top
    >>> float(kept.scales[0]), kept.values  # steps of 4 up to 16, of 16 above 32
    (8.0, array([ 0., -8.,  0., 32.]))
    """
    how = format if isinstance(format, Blocks) else get_blocks(format)
    numbers = np.atleast_1d(np.asarray(checks.finite("values", values), dtype=np.float64))
    size = how.size or numbers.shape[-1]
    count = -(-numbers.shape[-1] // size)
    padding = [(0, 0)] * (numbers.ndim - 1) + [(0, count * size - numbers.shape[-1])]
    padded = np.pad(np.abs(numbers), padding).reshape(*numbers.shape[:-1], count, size)
    scales = _scales(padded.max(axis=-1), how)
    spread = np.repeat(scales, size, axis=-1)[..., : numbers.shape[-1]]
    codes = round_to(numbers / spread, how.codes, overflow="saturate")
    return InBlocks(format=how, codes=np.asarray(codes), scales=spread, blocks=scales.size)


def relative_error(values: Any, kept: Any) -> float:
    """Root of the mean squared error, over the root of the mean square of the numbers.

    >>> relative_error([3.0, 4.0], [3.0, 4.5])  # 0.5 of 5
    0.1

    Raises:
        ValueError: all numbers are zero.
    """
    exact = np.asarray(checks.finite("values", values), dtype=np.float64)
    size = float(np.sqrt(np.square(exact).sum()))
    if size == 0:
        raise ValueError("values must not all be zero")
    return float(np.sqrt(np.square(np.asarray(kept) - exact).sum())) / size


def get_blocks(format: str) -> Blocks:
    """The format of blocks of that name.

    Raises:
        TypeError, ValueError: there is none; all names are given.
    """
    return FORMATS[checks.one_of("format", format, tuple(FORMATS))]


def _scales(largest: Floats, how: Blocks) -> Floats:
    """Scales from the largest amounts of blocks; 1 for blocks of zeros."""
    top = how.codes.largest
    amounts = np.where(largest > 0, largest, top)
    if how.scale == "power of two":
        highest = np.frexp(top)[
            1
        ]  # of 6 = 1.5 x 2^2 it is 3, of any number one more than its power
        return np.ldexp(1.0, np.clip(np.frexp(amounts)[1] - highest, *POWERS))
    if how.scale == "fp16":
        half = get("fp16")
        return np.maximum(np.asarray(round_to(amounts / top, half, "saturate")), half.smallest)
    eight = get("fp8_e4m3")
    # the largest block of all gets the largest scale
    whole = float(amounts.max()) / top / eight.largest
    short = np.asarray(round_to(amounts / top / whole, eight, "saturate"))
    return np.maximum(short, eight.smallest) * whole
