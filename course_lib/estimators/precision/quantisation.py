"""Storing weights in eight or four bits: small codes, and a scale that makes them real numbers
again.

Design choices:
- Symmetric: zero stays zero, and the largest amount of a group of numbers gets the largest code.
  Codes are rounded to the nearest, as `precision.round_to` does it.
- A group is everything along `axis`: a row of a weight matrix by default, the whole array with
  None. A finer group follows its numbers more closely and needs more scales.
- No scale is below the smallest normal float64, so numbers that would need a smaller one become
  zeros.
- The same function serves fp8, whose codes are floating-point numbers and need a scale just as
  well.

Sources: Jacob et al. 2017, arXiv 1712.05877 (integers and scales); Dettmers et al. 2022,
LLM.int8(), arXiv 2208.07339, section 2.1 (the largest amount sets the scale); Micikevicius et al.
2022, arXiv 2209.05433 (fp8 with scales).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib import checks
from course_lib.checks import Number
from course_lib.estimators.precision import rounding

FORMATS = ("fp8_e4m3", "fp8_e5m2", "int8", "int4")
SCALE_BITS = 16
"""Bits of one scale, which is usually kept in fp16 or bf16."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Quantised:
    """Numbers as codes and scales."""

    format: str
    """Format of the codes."""
    codes: np.ndarray
    """What is stored, as float64 of the shape of the numbers; whole numbers for int8 and int4."""
    scales: np.ndarray
    """What a code of one is worth; broadcasts with `codes`."""

    @property
    def values(self) -> np.ndarray:
        """The numbers that come back: codes x scales."""
        return self.codes * self.scales

    @property
    def bytes(self) -> float:
        """Bytes of codes and scales."""
        return (
            self.codes.size * rounding.get(self.format).stored_bits + self.scales.size * SCALE_BITS
        ) / 8


def quantise(values: Any, format: str, axis: int | None = -1) -> Quantised:
    """Numbers as codes of a short format, with one scale a group.

    Args:
        values: an array; finite.
        format: one of `FORMATS`.
        axis: the axis along which numbers share a scale; None for one scale for all.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> short = quantise([[0.1, -0.7, 0.35], [0.0, 0.0, 0.0]], "int4")  # 0.7 is worth 7 steps
    >>> short.codes[0], short.values[0].round(2), short.bytes  # 6 codes of 4 bits, 2 scales
    (array([ 1., -7.,  4.]), array([ 0.1, -0.7,  0.4]), 7.0)
    """
    checks.one_of("format", format, FORMATS)
    numbers = np.atleast_1d(np.asarray(checks.finite("values", values), dtype=np.float64))
    if (
        axis is not None
        and not -numbers.ndim <= checks.whole("axis", axis, at_least=-numbers.ndim) < numbers.ndim
    ):
        raise ValueError(f"axis must be below {numbers.ndim}, the number of axes, got {axis}")
    largest = np.abs(numbers).max(axis=axis, keepdims=True)
    # Any scale will do for a group of zeros, 0 would divide by zero.
    scales = np.where(largest > 0, largest, 1.0) / rounding.get(format).largest
    scales = np.maximum(scales, np.finfo(np.float64).tiny)
    # Division may leave the largest a hair beyond the last code.
    codes = np.asarray(rounding.round_to(numbers / scales, format, overflow="saturate"))
    return Quantised(format=format, codes=codes, scales=scales)


def loss_rise(before: Number, after: Number) -> Number:
    """The relative rise of the loss when the perplexity of a text goes from `before` to `after`.

    Papers on quantisation state perplexity, e to the power of the loss in nats. Both must be above
    1.

    >>> round(loss_rise(np.exp(2.0), np.exp(2.2)), 3)  # from 2.0 to 2.2 nats
    0.1

    Raises:
        TypeError, ValueError: by the argument's name.
    """
    for name, value in (("before", before), ("after", after)):
        if np.any(checks.positive(name, value) <= 1):
            raise ValueError(f"{name} must be above 1, got {value!r}")
    rise = np.log(after) / np.log(before) - 1
    return rise if np.ndim(rise) else float(rise)
