"""The number formats of machine learning: how a few bits are shared between range and resolution.

Design choices:
- A format is its sign bit, its exponent bits and its mantissa bits. Largest, smallest and spacing
  follow, and are computed, not typed.
- A floating-point number is mantissa x 2^exponent. One more exponent bit squares the range; one
  more mantissa bit halves the spacing.
- Integers have no exponent. They are symmetric here (-127 to 127 for int8), as quantisation uses
  them, and stand for real numbers only together with a scale (`quantisation.quantise`).
- tf32 carries 19 bits but lies in memory as fp32: it saves time, not bytes.

Sources: IEEE 754-2019 (fp16, fp32); bf16 and tf32 keep fp32's exponent (Kalamkar et al. 2019, arXiv
1905.12322; NVIDIA A100 whitepaper); OCP 8-bit floating point specification 1.0 and Micikevicius et
al. 2022, arXiv 2209.05433 (both fp8); OCP Microscaling Formats (MX) specification 1.0, 5.3.3 (fp4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from course_lib import checks

FORMAT_BITS = {"fp32": 32, "bf16": 16, "fp16": 16, "fp8": 8, "int8": 8, "int4": 4}
"""Bits of one number in each format; the scales of quantised formats are left out."""
TOP_EXPONENT = ("special", "one pattern", "numbers", "none")


@dataclass(frozen=True, kw_only=True, eq=False)
class Format:
    """One number format.

    >>> half = FORMATS["fp16"]
    >>> half.largest, half.smallest_normal == 2**-14, half.smallest == 2**-24, half.counts_to
    (65504.0, True, True, 2048)
    """

    name: str
    """Its name in the course."""
    exponent_bits: int
    """Bits of the exponent; 0 for integers."""
    mantissa_bits: int
    """Bits behind the point of the mantissa; for integers, bits of the amount."""
    stored_bits: int
    """Bits that one number takes in memory."""
    top_exponent: str
    """What the largest exponent means: "special" (infinity and NaN, IEEE 754), "one pattern"
    (numbers, and NaN if every mantissa bit is set: fp8 e4m3), "numbers" (nothing but numbers: fp4),
    or "none" (integers)."""

    def __post_init__(self) -> None:
        checks.whole("exponent_bits", self.exponent_bits, at_least=0)
        checks.whole("mantissa_bits", self.mantissa_bits)
        checks.one_of("top_exponent", self.top_exponent, TOP_EXPONENT)
        if checks.whole("stored_bits", self.stored_bits) < self.bits:
            raise ValueError(f"stored_bits must be at least {self.bits}, got {self.stored_bits}")
        if (self.exponent_bits == 0) != (self.top_exponent == "none"):
            raise ValueError(
                f"top_exponent must be none exactly for integers, got {self.top_exponent!r}"
            )

    @property
    def bits(self) -> int:
        """Bits that carry the number: sign, exponent and mantissa."""
        return 1 + self.exponent_bits + self.mantissa_bits

    @property
    def bytes(self) -> float:
        """Bytes of memory for one number; half a byte for int4."""
        return self.stored_bits / 8

    @property
    def is_integer(self) -> bool:
        """Whether the format has no exponent."""
        return self.exponent_bits == 0

    @property
    def has_infinity(self) -> bool:
        """Whether too large a number becomes infinity; if not, NaN or the largest number."""
        return self.top_exponent == "special"

    @property
    def always_saturates(self) -> bool:
        """Whether the format has a place for numbers only, so that too large a one becomes the
        largest."""
        return self.top_exponent in ("numbers", "none")

    @property
    def bias(self) -> int:
        """What is subtracted from the stored exponent: half of its range."""
        return 2 ** (self.exponent_bits - 1) - 1 if self.exponent_bits else 0

    @property
    def lowest_exponent(self) -> int:
        """Exponent of the smallest normal number; for integers, that of steps one wide."""
        return self.mantissa_bits if self.is_integer else 1 - self.bias

    @property
    def largest(self) -> float:
        """The largest finite number."""
        if self.is_integer:
            return float(2**self.mantissa_bits - 1)
        # e4m3 gives its very last pattern to NaN.
        lost_patterns = 2 if self.top_exponent == "one pattern" else 1
        # Infinity and NaN take the whole largest exponent, so numbers end one below it.
        highest = self.bias if self.has_infinity else self.bias + 1
        return (2 - lost_patterns * 2.0**-self.mantissa_bits) * 2.0**highest

    @property
    def smallest_normal(self) -> float:
        """The smallest number above zero with a full mantissa; 1 for integers."""
        return 1.0 if self.is_integer else 2.0**self.lowest_exponent

    @property
    def smallest(self) -> float:
        """The smallest number above zero, a subnormal one: 0.00...01 x 2^lowest.

        Half of it and less becomes zero.
        """
        return 2.0 ** (self.lowest_exponent - self.mantissa_bits)

    @property
    def epsilon(self) -> float:
        """The spacing just above one: resolution as a share of the number."""
        return 1.0 if self.is_integer else 2.0**-self.mantissa_bits

    @property
    def counts_to(self) -> int:
        """Where counting by ones stops: the next number is two further, one is rounded away."""
        return (
            int(self.largest)
            if self.is_integer
            # The hidden bit in front of the mantissa doubles the count; small formats may end
            # before it.
            else int(min(self.largest, 2.0 ** (self.mantissa_bits + 1)))
        )


def _float(
    name: str, exponent: int, mantissa: int, stored: int = 0, top: str = "special"
) -> Format:
    return Format(
        name=name,
        exponent_bits=exponent,
        mantissa_bits=mantissa,
        # 0 stands for no more than the format needs.
        stored_bits=stored or 1 + exponent + mantissa,
        top_exponent=top,
    )


def _integer(name: str, bits: int) -> Format:
    return Format(
        name=name, exponent_bits=0, mantissa_bits=bits - 1, stored_bits=bits, top_exponent="none"
    )


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        each.name: each
        for each in (
            _float("fp32", 8, 23),
            _float("tf32", 8, 10, stored=32),
            _float("fp16", 5, 10),
            _float("bf16", 8, 7),
            _float("fp8_e4m3", 4, 3, top="one pattern"),
            _float("fp8_e5m2", 5, 2),
            _float("fp4_e2m1", 2, 1, top="numbers"),
            _integer("int8", 8),
            _integer("int4", 4),
        )
    }
)
"""Every format by name, floating-point numbers first."""


def get(format: str | Format) -> Format:
    """The format of that name; a format of one's own is handed back.

    Raises:
        TypeError, ValueError: there is none; all names are given.

    >>> get("bf16").counts_to
    256
    """
    if isinstance(format, Format):
        return format
    return FORMATS[checks.one_of("format", format, tuple(FORMATS))]


def floating(exponent_bits: int, mantissa_bits: int, top_exponent: str = "special") -> Format:
    """A floating-point format of one's own.

    Args:
        exponent_bits: 1 or more.
        mantissa_bits: 1 or more.
        top_exponent: one of `TOP_EXPONENT` but "none".

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> floating(5, 10).largest == FORMATS["fp16"].largest, floating(2, 1, "numbers").largest
    (True, 6.0)
    """
    checks.whole("exponent_bits", exponent_bits)
    name = f"e{exponent_bits}m{mantissa_bits}"
    return _float(name, exponent_bits, mantissa_bits, top=top_exponent)
