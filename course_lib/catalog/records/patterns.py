"""Counts the layers of each kind in a stack whose kinds repeat, for one depth or a sweep of depths.

>>> count_kinds(("full",), ("linear", "linear", "linear", "full"), 10)
(2,)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np

from course_lib import checks
from course_lib.checks import Number

Model = TypeVar("Model")
"""A `Transformer`, which this room cannot import: it is made with the help of this one."""
OF_A_LAYER = (
    "n_heads", "n_kv_heads", "head_dim", "value_dim", "d_ff", "attention", "mlp", "causal",
    "cross_attention", "gated_mlp", "qkv_bias", "o_bias", "mlp_bias", "attention_sinks",
    "gate_width", "shared_values", "reused_cache", "norms_per_layer", "qk_norm",
    "sliding_window", "chunked", "sparse_top_k", "indexer", "experts", "latent", "compressed",
    "recurrent", "other_matrix", "other_params", "reused_matrix", "stream_products",
)  # fmt: skip
"""Fields of a `Transformer` in which kinds of layers may differ."""
SPANS = {True: ("windowed", (True,)), False: ("full", ())}
"""What a layer is called by whether it is windowed, and its field of that name."""


class ReadOnly(Mapping[str, Any]):
    """A mapping that cannot be changed, and that other processes can be sent (a `MappingProxyType`
    cannot).

    >>> ReadOnly({"d_ff": 8})["d_ff"]
    8
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = dict(values)

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr(self._values)


@dataclass(frozen=True, kw_only=True, eq=False)
class LayerKind(Generic[Model]):
    """One kind of layer in a model."""

    name: str
    """What the pattern calls it."""
    layer: Model
    """The model with a single layer of that kind."""
    count: Number
    """How many of the model's layers are of it."""


def count_kinds(names: Sequence[Any], pattern: Sequence[Any], layers: Number) -> tuple[Number, ...]:
    """How many of the lowest `layers` layers are of each kind that is named.

    Args:
        names: kinds to count.
        pattern: the kind of each layer, from the first one up; repeated as often as needed.
        layers: how many layers to look at; may be an array.

    >>> count_kinds((True, False), (True, True, False), np.array([1, 2, 3, 7]))[0].tolist()
    [1, 2, 2, 5]
    """
    return tuple(_count([kind == name for kind in pattern], layers) for name in names)


def _count(marked: Sequence[bool], layers: Number) -> Number:
    """How many of the lowest `layers` layers are marked."""
    if all(marked):  # a stack of one kind, and quicker than counting
        return layers
    period = len(marked)
    # At place n: how many of the first n layers of the pattern are marked.
    seen = np.concatenate(([0], np.cumsum(marked)))
    rest = seen[np.asarray(layers % period, dtype=int)]
    total = layers // period * int(seen[-1]) + rest
    return total if isinstance(total, np.ndarray) else int(total)


def checked(pattern: object, kinds: object) -> Mapping[str, Any]:
    """The kinds as read-only mappings.

    Raises:
        TypeError: a pattern that is no tuple of names, or kinds that are no mapping of mappings.
        ValueError: a name in the pattern that is no kind, a kind that no layer is of, or a field
            that layers cannot differ in.
    """
    if not isinstance(pattern, tuple) or not all(isinstance(name, str) for name in pattern):
        raise TypeError(f"pattern must be a tuple of names of kinds, got {pattern!r}")
    if not isinstance(kinds, Mapping) or not all(isinstance(v, Mapping) for v in kinds.values()):
        raise TypeError(f"kinds must map names to mappings of fields, got {kinds!r}")
    for name in pattern:
        checks.one_of("pattern entries", name, tuple(kinds))
    if idle := [name for name in kinds if name not in pattern]:
        raise ValueError(f"kinds must stand in the pattern, got {', '.join(idle)}, which do not")
    for name, changes in kinds.items():
        for field in changes:
            checks.one_of(f"fields of kind {name!r}", field, OF_A_LAYER)
    return ReadOnly({name: ReadOnly(changes) for name, changes in kinds.items()})


def count_below(model: Any, layers: Number) -> tuple[Number, ...]:
    """How many of the lowest `layers` layers of a `Transformer` are of each of its kinds."""
    if model.pattern:
        return count_kinds(tuple(model.kinds), model.pattern, layers)
    parts = [(layers, 0 * layers)]
    if model.experts is not None:
        dense = checks.smaller(model.experts.dense_layers, layers)
        # Without dense layers that kind is left out, and what lies below the mixture is zero.
        parts = [(dense, 0 * dense)] * _has_dense(model) + [(layers, dense)]
    pattern = model.windowed or (False,)
    return tuple(
        count_kinds((mark,), pattern, above)[0] - count_kinds((mark,), pattern, below)[0]
        for above, below in parts
        for mark in SPANS
        if mark in pattern
    )


def single_layers(model: Any) -> dict[str, Any]:
    """A single layer of each kind of a `Transformer` by its name, in the order of `count_below`."""
    single = {"layers": 1, "pattern": (), "kinds": {}}
    if model.pattern:
        return {name: _of_kind(model, single, name) for name in model.kinds}
    mixtures: dict[str, dict[str, Any]] = {"": {}}
    if model.experts is not None:
        mixtures = {"dense ": {"experts": None}} if _has_dense(model) else {}
        mixtures["mixture "] = {"experts": replace(model.experts, dense_layers=0)}
    return {
        mixture + span: replace(model, **single, **changes, windowed=windowed)
        for mixture, changes in mixtures.items()
        for mark, (span, windowed) in SPANS.items()
        if mark in (model.windowed or (False,))
    }


def _has_dense(model: Any) -> bool:
    """Whether the model has dense layers below its mixtures, anywhere in a sweep."""
    return bool(np.any(model.experts.dense_layers > 0))


def _of_kind(model: Any, single: Mapping[str, Any], name: str) -> Any:
    changes = model.kinds[name]
    window = changes.get("sliding_window", model.sliding_window)
    windowed = () if np.all(np.asarray(window) == 0) else (True,)
    try:
        return replace(model, **single, **changes, windowed=windowed)
    except (TypeError, ValueError) as error:
        raise type(error)(f"kinds.{name}.{error}") from None
