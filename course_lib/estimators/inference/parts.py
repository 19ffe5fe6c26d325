"""The parts of a pass and their times: what bytes and arithmetic take, and what comes on top."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.checks import Number


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """One part of a pass on each device."""

    memory_seconds: Number
    """Time for its bytes."""
    arithmetic_seconds: Number
    """Time for its FLOPs."""

    @property
    def seconds(self) -> Number:
        """Time of the part: bytes and arithmetic overlap."""
        return checks.larger(self.memory_seconds, self.arithmetic_seconds)


@dataclass(frozen=True, kw_only=True, eq=False)
class Pass:
    """One pass of the whole model over some tokens of each sequence."""

    bytes_moved: Number
    """Bytes that each device reads: weights and cache."""
    flops: Number
    """FLOPs that each device does."""
    products: Part
    """Products with weights that all tokens share."""
    experts: Part
    """Products of experts."""
    attention: Part
    """The core of attention: reading the cache, scores and weighted sums."""
    extra_seconds: Number
    """Fixed costs of layers, pass and sequences, activations, and all-reduces between devices."""
    overlap: Number = 1.0
    """How many times quicker stages are that work at once than one after the other."""

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        """The three parts."""
        return self.products, self.experts, self.attention

    @property
    def memory_seconds(self) -> Number:
        """Time for all bytes."""
        return sum(part.memory_seconds for part in self.parts)

    @property
    def arithmetic_seconds(self) -> Number:
        """Time for all FLOPs."""
        return sum(part.arithmetic_seconds for part in self.parts)

    @property
    def seconds(self) -> Number:
        """Time of the pass: its parts one after the other, and the rest on top."""
        return (sum(part.seconds for part in self.parts) + self.extra_seconds) / self.overlap

    @property
    def bound(self) -> str | np.ndarray:
        """What sets the time, by the parts that take most of it: "bandwidth" or "compute"; for
        arrays an array of these words."""
        by_bytes = sum(
            (part.memory_seconds >= part.arithmetic_seconds) * part.seconds for part in self.parts
        )
        whole = sum(part.seconds for part in self.parts)
        words = np.where(np.asarray(2 * by_bytes >= whole), "bandwidth", "compute")
        return words if words.ndim else str(words)
