"""What a number format does to numbers: how far apart they stand, what is rounded, what overflows,
what vanishes.

Design choices:
- `round_to` gives the value that the format would hold, as float64: every number of every format
  here is exact in float64. Rounding is to the nearest, ties to the even mantissa, subnormal numbers
  included (IEEE 754's default).
- The tests hold it bit for bit against PyTorch's own casts.
- A number that becomes zero is told apart from one that was zero before (`fate`): only the first is
  a loss.
- `state_bytes` counts what training keeps for each parameter; activations depend on the model and
  are left out.

Sources: those of `formats`; Micikevicius et al. 2017, Mixed Precision Training, arXiv 1710.03740.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from course_lib import checks
from course_lib.checks import Number
from course_lib.estimators.precision.formats import FORMAT_BITS, Format, get

OVERFLOW = ("special", "saturate")
"""What becomes of numbers beyond the largest: infinity or NaN, or the largest itself."""

RECIPES: Mapping[str, Mapping[str, str | None]] = MappingProxyType(
    {
        "fp32": {},
        # PyTorch keeps weights and gradients in fp32 and makes 16-bit copies for each product.
        "autocast": {},
        "bf16 with fp32 masters": {"weights": "bf16", "gradients": "bf16", "master": "fp32"},
        "bf16 alone": {"weights": "bf16", "gradients": "bf16", "moments": "bf16"},
    }
)
"""Ways to train with Adam, as arguments of `state_bytes`."""


@dataclass(frozen=True, kw_only=True, eq=False)
class States:
    """Bytes that training keeps for each parameter."""

    weights: float
    """The weights that the products use."""
    gradients: float
    """One gradient a weight."""
    master: float
    """A second, finer copy of the weights, to which updates are added; 0 without one."""
    moments: float
    """Adam's two running means."""

    @property
    def total(self) -> float:
        """All of them together."""
        return self.weights + self.gradients + self.master + self.moments


@dataclass(frozen=True, kw_only=True, eq=False)
class Fate:
    """What became of numbers that were stored in a format."""

    numbers: int
    """How many there were."""
    true_zeros: int
    """Those that were zero before."""
    flushed: int
    """Those that were not zero and became zero."""
    overflowed: int
    """Those that are beyond the largest number of the format."""
    flushed_size: float
    """The flushed numbers' amounts added up, over those of all numbers: how much of the whole was
    lost."""

    @property
    def flushed_share(self) -> float:
        """Flushed numbers over all that were not zero before; 0 where there were none."""
        # Of no numbers none are flushed: 0 / 1, not 0 / 0.
        return self.flushed / max(1, self.numbers - self.true_zeros)


def round_to(value: Any, format: str | Format, overflow: str = "special") -> Number:
    """The nearest number that a format holds; ties go to the even mantissa.

    Args:
        value: a number or an array of any shape; infinity and NaN are allowed where the format has
            a place for them.
        format: one of `FORMATS`, or a format of one's own.
        overflow: "special" as IEEE 754 asks (infinity, or NaN in fp8 e4m3, which has none);
            "saturate" for the largest number, as quantisation does. Integers and fp4 always
            saturate.

    Returns:
        A float, or a float64 array of the same shape.

    Raises:
        TypeError: no real numbers.
        ValueError: an unknown format or overflow, an empty array, or NaN for an integer or fp4.

    Source: IEEE 754-2019, 4.3.1; overflow of fp8: OCP 8-bit floating point specification 1.0, 5.3.

    >>> round_to(257, "bf16"), round_to(1.001, "bf16")
    (256.0, 1.0)
    >>> round_to(65_520, "fp16"), round_to(2**-25, "fp16")
    (inf, 0.0)
    >>> round_to([500.0, 17.0], "fp8_e4m3", overflow="saturate")
    array([448.,  16.])
    """
    into = get(format)
    checks.one_of("overflow", overflow, OVERFLOW)
    numbers = _real("value", value)
    if into.always_saturates and np.isnan(numbers).any():
        raise ValueError(f"value must hold no NaN for {into.name}, got {value!r}")
    # Infinity and NaN have no exponent to round by: 0 stands in for them, and they are put back.
    rounded = np.where(
        np.isfinite(numbers), _nearest(np.where(np.isfinite(numbers), numbers, 0.0), into), numbers
    )
    beyond = np.abs(rounded) > into.largest  # false for NaN
    limit = (
        into.largest
        if overflow == "saturate" or into.always_saturates
        else np.inf
        if into.has_infinity
        else np.nan
    )
    result = np.where(beyond, np.copysign(limit, numbers), rounded)
    return result if result.ndim else float(result)


def spacing(value: Any, format: str | Format) -> Number:
    """The distance from |value| to the next larger number of the format.

    >>> spacing(1.0, "bf16"), spacing(256.0, "bf16"), spacing(2048.0, "fp16")
    (0.0078125, 2.0, 2.0)

    Raises:
        TypeError, ValueError: as `round_to`, and for values that are not finite.
    """
    step = _step(np.asarray(checks.finite("value", value), dtype=np.float64), get(format))
    return step if step.ndim else float(step)


def worst_error(value: Any, format: str | Format) -> Number:
    """The largest relative error of a number of about this size: half a spacing; 1 where lost.

    >>> worst_error(1.0, "fp16") == 2**-11, worst_error(1e-9, "fp16"), worst_error(1e6, "fp16")
    (True, 1.0, 1.0)

    Raises:
        TypeError, ValueError: by the argument's name; values must be above zero.
    """
    into, size = get(format), checks.positive("value", value)
    # Below the smallest number half a spacing is more than the number: what is lost is all of it.
    error = np.minimum(1.0, spacing(size, format) / 2 / size)
    error = np.where(np.asarray(size) > into.largest, 1.0, error)
    return error if error.ndim else float(error)


def count(times: Number, format: str) -> Number:
    """What comes out when one is added `times` times to zero, each sum stored in the format.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> count(5000, "bf16"), count(5000, "fp16"), count(5000, "fp32"), count(5000, "fp8_e4m3")
    (256.0, 2048.0, 5000.0, 16.0)
    """
    # No loop: every sum up to there is exact, and beyond it one is rounded away.
    reached = checks.smaller(checks.whole("times", times), get(format).counts_to)
    return reached if np.ndim(reached) else float(reached)


def add_up(values: Any, format: str | Format, sums: str | Format | None = None) -> float:
    """The sum of numbers of a format, one after another, the running sum in the format `sums`.

    Args:
        values: a vector; each number is stored in `format` first.
        format: the format of the numbers and of the result.
        sums: the format of the running sum; None for the same.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> add_up(np.ones(300), "bf16"), add_up(np.ones(300), "bf16", sums="fp32")  # bf16 has 300
    (256.0, 300.0)
    """
    terms, total = round_to(_real("values", value=values).ravel(), format), 0.0
    for term in np.atleast_1d(terms):
        total = float(round_to(total + term, sums or format))
    return float(round_to(total, format))


def fate(values: Any, format: str | Format, scale: float = 1.0) -> Fate:
    """What becomes of numbers when they are multiplied by `scale` and stored in a format.

    >>> stored = fate([0.0, 1e-9, 1e-4, 1e9], "fp16")
    >>> stored.true_zeros, stored.flushed, stored.overflowed, round(stored.flushed_share, 3)
    (1, 1, 1, 0.333)

    Raises:
        TypeError, ValueError: by the argument's name; the values must be finite, the scale above
        zero.
    """
    numbers = np.asarray(checks.finite("values", values), dtype=np.float64) * checks.positive(
        "scale", scale
    )
    stored, zeros = _nearest(numbers, get(format)), numbers == 0
    flushed, amounts = (stored == 0) & ~zeros, np.abs(numbers)
    return Fate(
        numbers=numbers.size,
        true_zeros=int(zeros.sum()),
        flushed=int(flushed.sum()),
        overflowed=int((np.abs(stored) > get(format).largest).sum()),
        # The smallest normal float64 stands for a sum of zero: 0 over it is 0.
        flushed_size=float(amounts[flushed].sum() / max(amounts.sum(), np.finfo(np.float64).tiny)),
    )


def state_bytes(
    weights: str = "fp32", gradients: str = "fp32", master: str | None = None, moments: str = "fp32"
) -> States:
    """Bytes a parameter that training with Adam keeps, in the formats of `formats.FORMAT_BITS`.

    Source: Rajbhandari et al. 2020, ZeRO, arXiv 1910.02054, section 3.1: 2 + 2 + 4 + 8 = 16 bytes
    in mixed precision.

    >>> {name: state_bytes(**recipe).total for name, recipe in RECIPES.items()}
    {'fp32': 16.0, 'autocast': 16.0, 'bf16 with fp32 masters': 16.0, 'bf16 alone': 8.0}

    Raises:
        TypeError, ValueError: an unknown format, by the argument's name.
    """
    formats = {"weights": weights, "gradients": gradients, "master": master, "moments": moments}
    sizes = {
        name: FORMAT_BITS[checks.one_of(name, format, tuple(FORMAT_BITS))] / 8
        for name, format in formats.items()
        if format is not None or name != "master"
    }
    return States(**{"master": 0.0, **sizes, "moments": 2 * sizes["moments"]})


def _real(name: str, value: Any) -> np.ndarray:
    """`value` as float64, infinity and NaN included."""
    numbers = np.asarray(value)
    if numbers.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be a number or an array of numbers, got {value!r}")
    if numbers.size == 0:
        raise ValueError(f"{name} must hold at least one number, got an empty array")
    return numbers.astype(np.float64)


def _nearest(numbers: np.ndarray, into: Format) -> np.ndarray:
    """Finite numbers rounded as if the format had no largest one; exact, because steps are powers
    of two."""
    step = _step(numbers, into)
    # rint takes ties to the even neighbour, as IEEE 754 does.
    return np.rint(numbers / step) * step


def _step(numbers: np.ndarray, into: Format) -> np.ndarray:
    """The spacing of the format at each finite number: two to the power of its exponent, less the
    mantissa's bits."""
    exponent = np.frexp(np.abs(numbers))[1] - 1  # frexp's mantissa lies between a half and one
    exponent = np.where(numbers == 0, into.lowest_exponent, exponent)  # frexp says 0 for zero
    # Below the lowest exponent steps shrink no further: these are the subnormal numbers.
    return np.ldexp(1.0, np.maximum(exponent, into.lowest_exponent) - into.mantissa_bits)
