"""Layers that keep a state of fixed size in place of a cache that grows: state-space layers, linear
attention, short convolutions.

A token is projected, passes a short convolution over its neighbours, moves the state a little, and
reads it. What the kinds differ in are the widths of the projections and the number of small
vectors; both follow from the fields and are worked out here, beside them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog.records.layer_parts import check_flags, check_wholes
from course_lib.checks import Number

RECURRENT_KINDS = (
    "mamba",
    "mamba2",
    "gated_delta",
    "kimi_delta",
    "lightning",
    "rg_lru",
    "convolution",
)
"""Kinds of layers with a state: Mamba (Falcon Mamba, Jamba), Mamba 2 (Nemotron-H, Granite 4,
Falcon-H1), gated delta net (Qwen3-Next), the same with a gate for each channel (Kimi Linear),
lightning attention (MiniMax), a gated linear recurrence (RecurrentGemma), and a short convolution
alone (LFM2)."""
PRODUCTS = {
    **{"mamba": 2, "mamba2": 2, "gated_delta": 3, "kimi_delta": 3, "lightning": 2, "rg_lru": 2},
}
"""Products with the whole state for each token: it is updated and read, and a delta rule reads it
once more to know what it holds already."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Recurrent:
    """A recurrent mixer.

    >>> mamba = Recurrent(kind="mamba2", heads=64, head_dim=64, key_dim=128, groups=8, kernel=4)
    >>> mamba.inner, mamba.state_numbers, mamba.conv_channels
    (4096, 524288, 6144)
    """

    kind: str
    """One of `RECURRENT_KINDS`."""
    heads: Number
    """Heads of values; each keeps a state of its own."""
    head_dim: Number
    """Width of one head's value; 1 where each channel works by itself: Mamba, a linear recurrence,
    a convolution."""
    key_dim: Number = 0
    """Numbers that the state keeps for each channel: the width of a key, 1 for a linear recurrence,
    0 for a convolution."""
    groups: Number = 1
    """Heads of queries and keys (B and C of a state-space layer), each shared by several of
    values; blocks of a linear recurrence's gates."""
    kernel: Number = 0
    """Positions that the convolution spans; 0 where there is none."""
    rank: Number = 0
    """Width of the narrow projection before the step sizes (Mamba) or the gates (Kimi), where 0
    means that the gates are projected directly (Ling 3)."""
    in_bias: bool = False
    """Whether the projections from the model's width have biases."""
    out_bias: bool = False
    """Whether the projection back to it has one."""
    conv_bias: bool = False
    """Whether the convolution has a bias for each channel."""
    norm: bool = False
    """Whether a norm stands inside the mixer: over the result before the projection out (Mamba 2),
    or over step sizes, B and C (Jamba)."""

    def __post_init__(self) -> None:
        checks.one_of("recurrent.kind", self.kind, RECURRENT_KINDS)
        minima = {"heads": 1, "head_dim": 1, "key_dim": 0, "groups": 1, "kernel": 0, "rank": 0}
        check_wholes(self, "recurrent", minima)
        check_flags(self, "recurrent", ("in_bias", "out_bias", "conv_bias", "norm"))
        if self.kind != "convolution" and np.any(self.key_dim == 0):
            raise ValueError(f"recurrent.key_dim must be at least 1 for {self.kind}, got 0")
        if self.kind == "rg_lru":
            checks.divides("recurrent.groups", self.groups, "recurrent.heads", self.heads)

    @property
    def inner(self) -> Number:
        """Width of all heads' values together."""
        return self.heads * self.head_dim

    @property
    def keys(self) -> Number:
        """Width of all queries together, which is that of the keys."""
        return self.groups * self.key_dim

    @property
    def state_numbers(self) -> Number:
        """Numbers of the state that a sequence keeps."""
        return self.inner * self.key_dim

    @property
    def conv_channels(self) -> Number:
        """Channels that pass the convolution."""
        if self.kind in ("mamba", "rg_lru", "convolution"):
            return self.inner
        if self.kind == "lightning":
            return 0 * self.inner
        return self.inner + 2 * self.keys

    @property
    def conv_numbers(self) -> Number:
        """Numbers that a sequence keeps for the convolution: as many positions as the kernel."""
        return self.conv_channels * self.kernel

    @property
    def width_in(self) -> Number:
        """Width of everything that is projected from the model's width."""
        widths = {
            # Input and gate.
            "mamba": 2 * self.inner,
            # Gate, input, B, C, and a step size a head.
            "mamba2": 2 * self.inner + 2 * self.keys + self.heads,
            # Queries, keys, values, the output's gate, and two numbers a head: how much to forget,
            # how much to write.
            "gated_delta": 2 * self.inner + 2 * self.keys + 2 * self.heads,
            # Queries, keys, values, how much to write, and the two narrow beginnings of the gates,
            # or the gates themselves.
            "kimi_delta": self.inner
            + 2 * self.keys
            + self.heads
            + 2 * self.rank
            + (self.rank == 0) * (self.keys + self.inner),
            # Queries, keys, values and the output's gate.
            "lightning": 4 * self.inner,
            # Input and gate.
            "rg_lru": 2 * self.inner,
            # Two gates and the input.
            "convolution": 3 * self.inner,
        }
        return widths[self.kind]

    def matrix(self, d_model: Number) -> Number:
        """Entries of all matrices that a token is multiplied by, in a model of that width."""
        inside: Number = 0
        if self.kind == "mamba":
            # Step sizes in two steps, B and C.
            inside = self.inner * (self.rank + 2 * self.key_dim) + self.rank * self.inner
        if self.kind == "kimi_delta":
            # The ends of both gates, for each channel of keys and of values.
            inside = self.rank * (self.keys + self.inner)
        if self.kind == "rg_lru":
            # Two gates, each block of channels by itself.
            inside = 2 * self.inner * (self.inner // self.groups)
        return d_model * self.width_in + inside + self.inner * d_model

    def vectors(self, d_model: Number) -> Number:
        """Parameters that are not entries of such a matrix: convolution, decays, biases, norms."""
        conv = self.conv_channels * (self.kernel + self.conv_bias)
        biases = self.in_bias * self.width_in + self.out_bias * d_model
        own: dict[str, Number] = {
            # Decays, a bias of the step sizes, and the share that passes by; norms as in Jamba.
            "mamba": self.inner * self.key_dim
            + 2 * self.inner
            + self.norm * (self.rank + 2 * self.key_dim),
            "mamba2": 3 * self.heads + self.norm * self.inner,
            "gated_delta": 2 * self.heads + self.head_dim,
            "kimi_delta": self.heads + self.keys + self.head_dim,
            "lightning": self.inner,
            # Decays, and the biases of both gates.
            "rg_lru": 3 * self.inner,
            "convolution": 0,
        }
        return conv + biases + own[self.kind]
