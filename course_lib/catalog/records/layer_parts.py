"""Parts that a layer may have in place of plain attention and a plain MLP: experts, latent
attention, an indexer.

A recurrent state, the fourth of them, stands in `recurrent`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib import checks
from course_lib.checks import Number

WORKED_OUT: Any = None
"""Default of a number that the record works out from others: None when given, a number from then
on."""


def check_wholes(record: Any, prefix: str, minima: dict[str, int]) -> None:
    """Check the whole numbers of a frozen record and store them clean, as `prefix.name`."""
    for name, at_least in minima.items():
        value = checks.whole(f"{prefix}.{name}", getattr(record, name), at_least)
        # The record is frozen; this is the way past its lock.
        object.__setattr__(record, name, value)


def check_flags(record: Any, prefix: str, names: tuple[str, ...]) -> None:
    """Check the flags of a frozen record."""
    for name in names:
        object.__setattr__(record, name, checks.flag(f"{prefix}.{name}", getattr(record, name)))


@dataclass(frozen=True, kw_only=True, eq=False)
class Experts:
    """The mixture of experts that takes the place of the MLP.

    >>> Experts(count=8, active=2, d_ff=14336).shared
    0
    """

    count: Number
    """Routed experts in a layer."""
    active: Number
    """Routed experts that work on one token."""
    d_ff: Number
    """Inner width of one expert."""
    shared: Number = 0
    """Experts beside the routed ones that work on every token."""
    shared_d_ff: Number | None = None
    """Inner width of one shared expert, where it is not `d_ff`; None where it is."""
    latent_width: Number = 0
    """Width of the vector that the routed experts work on, where it is narrower than the model's
    (Nemotron 3 Super); 0 where it is not."""
    unvisited_params: Number = 0
    """Parameters of a layer's experts that no text visits (ERNIE 4.5 VL: those for images)."""
    dense_layers: Number = 0
    """Layers, the lowest, that keep an ordinary MLP (at most all of them)."""
    router_bias: bool = False
    """Whether the router has a bias for each expert."""
    shared_gate: bool = False
    """Whether one more row of the router scales what the shared experts make (Qwen3-Next)."""
    biased: bool = True
    """Whether the routed experts have biases where the model's MLPs have them (DeepSeek's have
    none)."""

    def __post_init__(self) -> None:
        minima = {"count": 1, "active": 1, "d_ff": 1, "shared": 0}
        minima |= {"latent_width": 0, "dense_layers": 0, "unvisited_params": 0}
        check_wholes(self, "experts", minima)
        if self.shared_d_ff is not None:
            check_wholes(self, "experts", {"shared_d_ff": 1})
        check_flags(self, "experts", ("router_bias", "shared_gate", "biased"))
        if np.any(self.active > self.count):
            raise ValueError(
                f"experts.active must not exceed experts.count, got {self.active} of {self.count}"
            )


@dataclass(frozen=True, kw_only=True, eq=False)
class LatentAttention:
    """Multi-head latent attention (MLA): keys and values come from one narrow vector a token.

    >>> LatentAttention(q_rank=1536, kv_rank=512, nope_dim=128, rope_dim=64, value_dim=128).key_dim
    192
    """

    q_rank: Number
    """Width of the compressed query; 0 where the query is projected directly."""
    kv_rank: Number
    """Width of the compressed keys and values, which is what the cache keeps."""
    nope_dim: Number
    """Width of the part of a head's query and key that carries no position."""
    rope_dim: Number
    """Width of the part that carries the rotary position; its key is shared by all heads."""
    value_dim: Number
    """Width of a head's value."""

    def __post_init__(self) -> None:
        minima = {"q_rank": 0, "kv_rank": 1, "nope_dim": 0, "rope_dim": 0, "value_dim": 1}
        check_wholes(self, "latent", minima)
        if np.any(self.key_dim == 0):
            raise ValueError("latent.nope_dim + latent.rope_dim must be at least 1, got 0")

    @property
    def key_dim(self) -> Number:
        """Width of a head's query and key."""
        return self.nope_dim + self.rope_dim


@dataclass(frozen=True, kw_only=True, eq=False)
class Indexer:
    """The small scorer of sparse attention (DeepSeek V3.2): it ranks all earlier tokens with narrow
    heads, and attention itself reads the best of them alone.

    >>> Indexer(heads=64, dim=128).dim
    128
    """

    heads: Number
    """Heads that score."""
    dim: Number
    """Width of one; the cache keeps one key of that width for all heads."""

    def __post_init__(self) -> None:
        check_wholes(self, "indexer", {"heads": 1, "dim": 1})
