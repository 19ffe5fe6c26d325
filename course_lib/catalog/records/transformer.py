"""The record every estimator starts from: a decoder-only transformer, described by a few integers
and flags.

Numbers may be scalars or numpy arrays that broadcast, so that `dataclasses.replace(model,
layers=np.arange(1, 129))` is a sweep. Flags, strings and the presence of a part (`experts`,
`latent`) are never arrays. The field names are those of model cards: `d_model`, `n_heads`, `d_ff`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np

from course_lib import checks
from course_lib.catalog.records.source import Source
from course_lib.checks import Number

NORM_VECTORS = {"rmsnorm": 1, "layernorm": 2, "layernorm_nobias": 1, "layernorm_noaffine": 0}
"""Learned vectors in one normalisation layer: a scale, a scale and a shift, or neither."""
QK_NORMS = ("none", "head", "full")
WORKED_OUT: Any = None
"""Default of a number that the record works out from others: None when given, a number from then
on."""


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
    dense_layers: Number = 0
    """Layers that keep an ordinary MLP (at most all of them)."""
    router_bias: bool = False
    """Whether the router has a bias for each expert."""
    biased: bool = True
    """Whether the routed experts have biases where the model's MLPs have them (DeepSeek's have
    none)."""

    def __post_init__(self) -> None:
        minima = {"count": 1, "active": 1, "d_ff": 1, "shared": 0, "dense_layers": 0}
        for name, at_least in minima.items():
            # The record is frozen; this is the way past its lock.
            object.__setattr__(
                self, name, checks.whole(f"experts.{name}", getattr(self, name), at_least)
            )
        for name in ("router_bias", "biased"):
            object.__setattr__(self, name, checks.flag(f"experts.{name}", getattr(self, name)))
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
        for name, at_least in minima.items():
            object.__setattr__(
                self, name, checks.whole(f"latent.{name}", getattr(self, name), at_least)
            )
        if np.any(self.key_dim == 0):
            raise ValueError("latent.nope_dim + latent.rope_dim must be at least 1, got 0")

    @property
    def key_dim(self) -> Number:
        """Width of a head's query and key."""
        return self.nope_dim + self.rope_dim


@dataclass(frozen=True, kw_only=True, eq=False)
class Published:
    """The counts a model's makers or its checkpoint state, to hold an estimate against."""

    total_params: int | None = None
    """Parameters in all; None where the makers publish no count."""
    total_kind: str
    """exact, rounded, disputed (sources contradict each other) or undisclosed."""
    source: Source
    """Where the count stands."""
    active_params: int | None = None
    """Parameters used for one token, as stated for mixtures; conventions differ between vendors."""

    def __post_init__(self) -> None:
        checks.one_of(
            "total_kind", self.total_kind, ("exact", "rounded", "disputed", "undisclosed")
        )
        if self.total_kind != "undisclosed":
            checks.whole("total_params", self.total_params)
        elif self.total_params is not None:
            raise ValueError(
                "total_params must be left out where the count is undisclosed, "
                f"got {self.total_params}"
            )
        if self.active_params is not None:
            checks.whole("active_params", self.active_params)


@dataclass(frozen=True, kw_only=True, eq=False)
class Transformer:
    """A decoder-only transformer.

    Left out: dropout, activation functions and rotary angles, which have no weights.

    >>> tiny = Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
    >>> tiny.head_dim, tiny.n_kv_heads
    (16, 4)
    """

    layers: Number
    """Blocks, one above the other."""
    d_model: Number
    """Width of the vector that stands for one token between blocks."""
    n_heads: Number
    """Query heads in a layer."""
    d_ff: Number
    """Inner width of the MLP; 0 where every layer is a mixture of experts."""
    vocab_rows: Number
    """Rows of the embedding table, padding included: often a little more than the tokens in use."""
    n_kv_heads: Number = WORKED_OUT
    """Key-value heads; fewer than `n_heads` is grouped-query attention. Default: `n_heads`."""
    head_dim: Number = WORKED_OUT
    """Width of one head's query, key and value. Default: `d_model / n_heads`."""
    embedding_dim: Number | None = None
    """Width of the embedding table, where it is narrower and projected up (OPT-350M); None where it
    is `d_model`."""
    position_rows: Number = 0
    """Rows of a learned position table; 0 for rotary, ALiBi or none."""
    max_positions: Number = 0
    """Longest context the model was published with, in tokens; 0 where none is stated. Counts no
    weights."""

    gated_mlp: bool = False
    """Three MLP matrices (gate, up, down) in place of two."""
    tied_embeddings: bool = False
    """The head multiplies by the embedding table in place of a matrix of its own."""
    qkv_bias: bool = False
    """Biases on queries, keys and values (on the two down-projections, for latent attention)."""
    o_bias: bool = False
    """Biases on the attention's output."""
    mlp_bias: bool = False
    """Biases in the MLP and its experts."""
    head_bias: bool = False
    """A bias for each row of the head."""
    attention_sinks: bool = False
    """One learned number a head that soaks up attention (gpt-oss)."""
    parallel_block: bool = False
    """Attention and MLP read the same input side by side. Counts nothing; `norms_per_layer` says
    how many norms."""
    relative_positions: bool = False
    """A d_model x d_model matrix a layer for relative positions (Gopher, Chinchilla); its FLOPs are
    not counted."""

    norm: str = "rmsnorm"
    """rmsnorm, layernorm, layernorm_nobias or layernorm_noaffine."""
    norms_per_layer: Number = 2
    """Normalisations of width d_model in one layer."""
    qk_norm: str = "none"
    """Norm on queries and keys: none, head (one shared vector a head width) or full (one for all
    heads together)."""
    final_norm: bool = True
    """A norm above the last layer."""
    embedding_norm: bool = False
    """A norm right after the embedding (BLOOM)."""

    sliding_window: Number = 0
    """Positions a windowed layer lets a token see, itself included; 0 where no layer is
    windowed."""
    windowed: tuple[bool, ...] = ()
    """Which layers are windowed, from the first one up; repeated as often as the stack needs."""
    experts: Experts | None = None
    """The mixture of experts, where there is one."""
    latent: LatentAttention | None = None
    """Latent attention, where it replaces plain keys and values."""

    name: str = "unnamed"
    """Name as published."""
    family: str = ""
    """Model family."""
    year: int = 0
    """Year of publication; 0 where unknown."""
    published: Published | None = None
    """Counts as published."""
    source: Source | None = None
    """Where the architecture stands."""
    notes: str = ""
    """Where sources disagree, what was corrected, and what else to know."""

    MINIMA: ClassVar[dict[str, int]] = {
        "layers": 1,
        "d_model": 1,
        "n_heads": 1,
        "n_kv_heads": 1,
        "head_dim": 1,
        "embedding_dim": 1,
        "d_ff": 0,
        "vocab_rows": 1,
        "position_rows": 0,
        "max_positions": 0,
        "norms_per_layer": 0,
        "sliding_window": 0,
    }

    def __post_init__(self) -> None:
        # Before the checks, which take no None.
        self._fill_defaults()
        for name in self.stated():
            object.__setattr__(
                self, name, checks.whole(name, getattr(self, name), self.MINIMA[name])
            )
        for field in fields(self):
            # Annotations are kept as texts here, never evaluated.
            if field.type == "bool":
                object.__setattr__(
                    self, field.name, checks.flag(field.name, getattr(self, field.name))
                )
        checks.one_of("norm", self.norm, tuple(NORM_VECTORS))
        checks.one_of("qk_norm", self.qk_norm, QK_NORMS)
        checks.divides("n_kv_heads", self.n_kv_heads, "n_heads", self.n_heads)
        self._check_parts()
        self._check_window()
        checks.broadcast(**self.numbers())

    def _fill_defaults(self) -> None:
        if self.n_kv_heads is None:
            object.__setattr__(self, "n_kv_heads", self.n_heads)
        if self.head_dim is None:
            d_model, n_heads = (
                checks.whole("d_model", self.d_model),
                checks.whole("n_heads", self.n_heads),
            )
            checks.divides("n_heads", n_heads, "d_model", d_model)
            object.__setattr__(self, "head_dim", d_model // n_heads)

    def numbers(self) -> dict[str, Number]:
        """Every number of the record by its name, experts' and latent attention's included.

        >>> tiny = Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
        >>> tiny.numbers()["head_dim"]
        16
        """
        numbers = {name: getattr(self, name) for name in self.stated()}
        for part_name, part in (("experts", self.experts), ("latent", self.latent)):
            if part is not None:
                numbers |= {
                    f"{part_name}.{field.name}": getattr(part, field.name) for field in fields(part)
                }
        return numbers

    def stated(self) -> list[str]:
        """Names of the record's own numbers that are given: all but an `embedding_dim` of None."""
        return [
            name
            for name in self.MINIMA
            if not (name == "embedding_dim" and self.embedding_dim is None)
        ]

    @property
    def table_width(self) -> Number:
        """Width of the embedding table.

        >>> Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000).table_width
        64
        """
        return self.d_model if self.embedding_dim is None else self.embedding_dim

    def _check_window(self) -> None:
        if not isinstance(self.windowed, tuple) or not all(
            isinstance(item, bool) for item in self.windowed
        ):
            raise TypeError(f"windowed must be a tuple of True and False, got {self.windowed!r}")
        if any(self.windowed) and np.any(self.sliding_window == 0):
            raise ValueError("sliding_window must be at least 1 where a layer is windowed, got 0")

    def _check_parts(self) -> None:
        for name, kind in (("experts", Experts), ("latent", LatentAttention)):
            part = getattr(self, name)
            if part is not None and not isinstance(part, kind):
                raise TypeError(
                    f"{name} must be {kind.__name__} or None, got {type(part).__name__}"
                )
        if np.any(self.d_ff == 0) and (
            self.experts is None or np.any(self.experts.dense_layers > 0)
        ):
            raise ValueError("d_ff must be at least 1 where a layer has an ordinary MLP, got 0")

    @property
    def windowed_layers(self) -> Number:
        """How many of the layers are windowed.

        >>> sizes = {"layers": 7, "d_model": 8, "n_heads": 2, "d_ff": 8, "vocab_rows": 9}
        >>> m = Transformer(**sizes, sliding_window=4, windowed=(True, True, False))
        >>> m.windowed_layers  # 2 + 2 in two full turns of the pattern, and the first of the third
        5
        """
        if not any(self.windowed):
            return 0 * self.layers  # zero in the shape of the sweep
        period = len(self.windowed)
        # At place n: how many of the first n layers of the pattern are windowed.
        seen = np.concatenate(([0], np.cumsum(self.windowed)))
        rest = seen[np.asarray(self.layers % period, dtype=int)]
        total = self.layers // period * int(seen[-1]) + rest
        return total if isinstance(total, np.ndarray) else int(total)

    @property
    def dense_layers(self) -> Number:
        """How many layers have an ordinary MLP: all of them without experts."""
        if self.experts is None:
            return self.layers
        # A sweep over `layers` may go below the dense layers of the mixture.
        return checks.smaller(self.experts.dense_layers, self.layers)
