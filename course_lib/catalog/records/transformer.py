"""The record every estimator starts from: a transformer, described by a few integers and flags.

Numbers may be scalars or numpy arrays that broadcast, so that `dataclasses.replace(model,
layers=np.arange(1, 129))` is a sweep. Flags, strings and the presence of a part (`experts`,
`latent`) are never arrays. The field names are those of model cards: `d_model`, `n_heads`, `d_ff`.

Layers of different kinds in one model are said by a pattern: `kinds` names each kind and what it
has otherwise than the model, `pattern` says which layer is of which kind. Estimators never look at
either. They ask for `layer_kinds`, single layers of one kind each with their number, and add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from course_lib import checks
from course_lib.catalog.records import patterns
from course_lib.catalog.records.compressed import CompressedAttention
from course_lib.catalog.records.layer_parts import WORKED_OUT, Experts, Indexer, LatentAttention
from course_lib.catalog.records.patterns import LayerKind
from course_lib.catalog.records.published import Published
from course_lib.catalog.records.recurrent import Recurrent
from course_lib.catalog.records.source import Source
from course_lib.catalog.records.stored import Stored
from course_lib.checks import Number

NORM_VECTORS = {"rmsnorm": 1, "layernorm": 2, "layernorm_nobias": 1, "layernorm_noaffine": 0}
"""Learned vectors in one normalisation layer: a scale, a scale and a shift, or neither."""
QK_NORMS = ("none", "head", "full")
CROSS_ATTENTION = ("none", "beside", "instead")
PARTS: Mapping[str, type] = {
    "experts": Experts,
    "latent": LatentAttention,
    "indexer": Indexer,
    "compressed": CompressedAttention,
    "recurrent": Recurrent,
}
"""Fields that hold a record of their own, or None."""


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
    """Inner width of the MLP; 0 where every layer is a mixture of experts, or has no MLP."""
    vocab_rows: Number
    """Rows of the embedding table, padding included: often a little more than the tokens in use."""
    n_kv_heads: Number = WORKED_OUT
    """Key-value heads; fewer than `n_heads` is grouped-query attention. Default: `n_heads`."""
    head_dim: Number = WORKED_OUT
    """Width of one head's query, key and value. Default: `d_model / n_heads`."""
    value_dim: Number | None = None
    """Width of one head's value, where it is not `head_dim` (MiMo V2); None where it is."""
    embedding_dim: Number | None = None
    """Width of the embedding table, where it is narrower and projected up (OPT-350M); else None."""
    position_rows: Number = 0
    """Rows of a learned position table; 0 for rotary, ALiBi or none."""
    max_positions: Number = 0
    """Longest context the model was published with, in tokens; 0 where none is stated."""
    head_rows: Number | None = None
    """Rows of the head, where not those of the table: 0 without a head, a classifier's labels."""

    attention: bool = True
    """Whether layers attend at all; False for layers that are recurrent, or an MLP alone."""
    mlp: bool = True
    """Whether layers have an MLP or experts at all."""
    causal: bool = True
    """Whether a token sees those before it alone; False for encoders."""
    cross_attention: str = "none"
    """Attention to another sequence. none; beside: to an encoder's text, taken as long as the
    model's own, besides attention to itself; instead: to an image, in place of itself, so that text
    alone skips the layer."""
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
    gate_width: Number = 0
    """Numbers that scale what attention makes, each from a row of a matrix of its own (Qwen3-Next:
    all heads' width); 0 for none."""
    shared_values: bool = False
    """The values are the keys before their position is turned in (Gemma 4): no value matrix."""
    reused_cache: bool = False
    """The layer reads the keys and values of one below (Gemma 3n): it makes and keeps none."""
    parallel_block: bool = False
    """Attention and MLP read the same input side by side. Counts nothing; `norms_per_layer` says
    how many norms."""
    relative_positions: bool = False
    """A d_model x d_model matrix a layer for relative positions (Gopher), without its FLOPs."""

    norm: str = "rmsnorm"
    """rmsnorm, layernorm, layernorm_nobias or layernorm_noaffine."""
    norms_per_layer: Number = 2
    """Normalisations of width d_model in one layer."""
    qk_norm: str = "none"
    """Norm on queries and keys: none, head (a head's width), full (one for all heads together)."""
    final_norm: bool = True
    """A norm above the last layer."""
    embedding_norm: bool = False
    """A norm right after the embedding (BLOOM)."""

    sliding_window: Number = 0
    """Positions a windowed layer lets a token see, itself included (in an encoder to either side);
    0 where no layer is windowed."""
    windowed: tuple[bool, ...] = ()
    """Which layers are windowed, from the first one up; repeated as often as the stack needs."""
    chunked: bool = False
    """The window is a chunk that starts anew after so many positions (Llama 4)."""
    sparse_top_k: Number = 0
    """Positions that sparse attention picks for a token, itself included; 0 where it reads all."""
    indexer: Indexer | None = None
    """What picks them, where the layer has an indexer of its own."""
    experts: Experts | None = None
    """The mixture of experts, where there is one."""
    latent: LatentAttention | None = None
    """Latent attention, where it replaces plain keys and values."""
    compressed: CompressedAttention | None = None
    """Attention to a window and to summaries of what lies before it (DeepSeek V4)."""
    recurrent: Recurrent | None = None
    """A mixer with a state, in place of attention or (Falcon-H1) beside it."""

    kinds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Kinds of layers by name, each with the fields in which it differs from the model; a window
    above 0 makes its layers windowed. Empty where `windowed` and `experts.dense_layers` say it
    all."""
    pattern: tuple[str, ...] = ()
    """The kind of each layer, from the first one up; repeated as often as the stack needs."""

    other_matrix: Number = 0
    """Entries of further matrices of a layer that every token is multiplied by, for parts that have
    no field here; `notes` name them."""
    other_params: Number = 0
    """Further parameters of a layer, which multiply no token."""
    reused_matrix: Number = 0
    """Entries of a layer's matrices that a token is multiplied by once more (AltUp's router)."""
    stream_products: Number = 0
    """Products by which a layer mixes a token's streams (AltUp, hyper-connections)."""
    outer_matrix: Number = 0
    """Entries of further matrices outside the layers that every token is multiplied by."""
    outer_params: Number = 0
    """Further parameters outside the layers, such as tables that are looked up."""
    sequence_matrix: Number = 0
    """Entries of matrices outside the layers for one vector of a sequence (a pooler)."""

    name: str = "unnamed"
    """Name as published."""
    family: str = ""
    """Model family."""
    year: int = 0
    """Year of publication; 0 where unknown."""
    published: Published | None = None
    """Counts as published."""
    stored: Stored | None = None
    """How the published file stores the weights, where not all of them in 16 bits."""
    source: Source | None = None
    """Where the architecture stands."""
    notes: str = ""
    """Where sources disagree, what was corrected, and what else to know."""
    uncounted: str = ""
    """Why no FLOPs can be counted (they depend on the audio); "" where they can."""
    left_out: tuple[str, ...] = ()
    """What the configuration states and this record leaves out, in words."""

    MINIMA: ClassVar[dict[str, int]] = {
        **dict.fromkeys(("layers", "d_model", "n_heads", "n_kv_heads", "head_dim"), 1),
        **dict.fromkeys(("value_dim", "embedding_dim", "vocab_rows"), 1),
        **dict.fromkeys(("d_ff", "position_rows", "max_positions", "head_rows"), 0),
        **dict.fromkeys(("gate_width", "norms_per_layer", "sliding_window", "sparse_top_k"), 0),
        **dict.fromkeys(("other_matrix", "other_params", "reused_matrix", "stream_products"), 0),
        **dict.fromkeys(("outer_matrix", "outer_params", "sequence_matrix"), 0),
    }
    """The record's own numbers and the least each may be."""

    def __post_init__(self) -> None:
        # Before the checks, which take no None.
        self._fill_defaults()
        for name in self.stated():
            self._store(name, checks.whole(name, getattr(self, name), self.MINIMA[name]))
        for each in fields(self):
            # Annotations are kept as texts here, never evaluated.
            if each.type == "bool":
                self._store(each.name, checks.flag(each.name, getattr(self, each.name)))
        checks.one_of("norm", self.norm, tuple(NORM_VECTORS))
        checks.one_of("qk_norm", self.qk_norm, QK_NORMS)
        checks.one_of("cross_attention", self.cross_attention, CROSS_ATTENTION)
        checks.divides("n_kv_heads", self.n_kv_heads, "n_heads", self.n_heads)
        self._check_parts()
        self._check_window()
        self._check_kinds()
        checks.broadcast(**self.numbers())

    def _store(self, name: str, value: object) -> None:
        # The record is frozen; this is the way past its lock.
        object.__setattr__(self, name, value)

    def _fill_defaults(self) -> None:
        if self.n_kv_heads is None:
            self._store("n_kv_heads", self.n_heads)
        if self.head_dim is None:
            d_model = checks.whole("d_model", self.d_model)
            n_heads = checks.whole("n_heads", self.n_heads)
            checks.divides("n_heads", n_heads, "d_model", d_model)
            self._store("head_dim", d_model // n_heads)

    def numbers(self) -> dict[str, Number]:
        """Every number of the record by its name, those of its parts included.

        >>> tiny = Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
        >>> tiny.numbers()["head_dim"]
        16
        """
        numbers = {name: getattr(self, name) for name in self.stated()}
        for name in PARTS:
            part = getattr(self, name)
            if part is not None:
                inside = {f.name: getattr(part, f.name) for f in fields(part)}
                inside = {f"{name}.{n}": value for n, value in inside.items() if value is not None}
                numbers |= {n: value for n, value in inside.items() if not isinstance(value, str)}
        return numbers

    def stated(self) -> list[str]:
        """Names of the record's own numbers that are given: all but those left at None."""
        return [name for name in self.MINIMA if getattr(self, name) is not None]

    @property
    def table_width(self) -> Number:
        """Width of the embedding table."""
        return self.d_model if self.embedding_dim is None else self.embedding_dim

    @property
    def value_width(self) -> Number:
        """Width of one head's value, whatever kind of attention it is of."""
        if self.latent is not None:
            return self.latent.value_dim
        return self.head_dim if self.value_dim is None else self.value_dim

    def _check_window(self) -> None:
        if not isinstance(self.windowed, tuple) or not all(
            isinstance(item, bool) for item in self.windowed
        ):
            raise TypeError(f"windowed must be a tuple of True and False, got {self.windowed!r}")
        if any(self.windowed) and np.any(self.sliding_window == 0):
            raise ValueError("sliding_window must be at least 1 where a layer is windowed, got 0")

    def _check_parts(self) -> None:
        for name, kind in {**PARTS, "stored": Stored}.items():
            part = getattr(self, name)
            if part is not None and not isinstance(part, kind):
                raise TypeError(
                    f"{name} must be {kind.__name__} or None, got {type(part).__name__}"
                )
        dense = self.mlp and (self.experts is None or np.any(self.experts.dense_layers > 0))
        # Of a pattern's kinds each is checked for itself.
        if dense and not self.pattern and np.any(self.d_ff == 0):
            raise ValueError("d_ff must be at least 1 where a layer has an ordinary MLP, got 0")

    def _check_kinds(self) -> None:
        self._store("kinds", patterns.checked(self.pattern, self.kinds))
        if not self.pattern:
            return
        if self.windowed:
            raise ValueError("windowed must be left out beside a pattern, whose kinds say it")
        for name in self.kinds:
            experts = self.kinds[name].get("experts", self.experts)
            if experts is not None and np.any(experts.dense_layers > 0):
                raise ValueError("experts.dense_layers must be 0 beside a pattern of kinds")
        # Made and kept here, so that a bad field of a kind is told at once.
        _ = self.layer_kinds

    @cached_property
    def layer_kinds(self) -> tuple[LayerKind[Transformer], ...]:
        """One layer of each kind, and how many there are: what estimators add up.

        >>> sizes = {"layers": 8, "d_model": 64, "n_heads": 4, "d_ff": 256, "vocab_rows": 1000}
        >>> mixed = Transformer(
        ...     **sizes,
        ...     kinds={"near": {"sliding_window": 16}, "far": {"n_kv_heads": 1}},
        ...     pattern=("near", "near", "near", "far"),
        ... )
        >>> [(kind.name, kind.count, kind.layer.n_kv_heads) for kind in mixed.layer_kinds]
        [('near', 6, 4), ('far', 2, 1)]
        """
        counts = self.count_below(self.layers)
        pairs = zip(patterns.single_layers(self).items(), counts, strict=True)
        return tuple(LayerKind(name=n, layer=layer, count=c) for (n, layer), c in pairs)

    def count_below(self, layers: Number) -> tuple[Number, ...]:
        """How many of the lowest `layers` layers are of each of `layer_kinds`, in its order.

        >>> sizes = {"layers": 7, "d_model": 8, "n_heads": 2, "d_ff": 8, "vocab_rows": 9}
        >>> model = Transformer(**sizes, sliding_window=4, windowed=(True, True, False))
        >>> model.count_below(4)  # windowed, and not
        (3, 1)
        """
        return patterns.count_below(self, layers)

    @property
    def windowed_layers(self) -> Number:
        """How many of the layers are windowed.

        >>> sizes = {"layers": 7, "d_model": 8, "n_heads": 2, "d_ff": 8, "vocab_rows": 9}
        >>> m = Transformer(**sizes, sliding_window=4, windowed=(True, True, False))
        >>> m.windowed_layers  # 2 + 2 in two full turns of the pattern, and the first of the third
        5
        """
        counts = [kind.count for kind in self.layer_kinds if kind.layer.windowed]
        return sum(counts, 0 * self.layers)  # zero in the shape of the sweep

    @property
    def any_experts(self) -> Experts | None:
        """The experts of the model's mixtures, whichever layers they are; None where it has none.

        Of several kinds of mixtures it tells the first.
        """
        every = (kind.layer.experts for kind in self.layer_kinds)
        return next((experts for experts in every if experts is not None), None)

    @property
    def dense_layers(self) -> Number:
        """How many layers have an ordinary MLP: all of them without experts."""
        dense = (k.count for k in self.layer_kinds if k.layer.mlp and k.layer.experts is None)
        return sum(dense, 0 * self.layers)
