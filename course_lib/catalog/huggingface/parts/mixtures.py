"""Which layers of a mixture have experts, and how they stand among those that have an ordinary MLP.

Read in the `configuration_*.py` files of transformers 5.24.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from course_lib import checks
from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.parts.layer_lists import MLP_TYPES, crossed, one_a_layer
from course_lib.catalog.huggingface.parts.sizes import Facts
from course_lib.catalog.huggingface.parts.stack import stack
from course_lib.catalog.records.layer_parts import Experts

ALIKE: Mapping[str, Facts] = {"": {}}
"""Layers that attend in one and the same way."""


def mixture(
    sparse: Sequence[bool],
    experts: Experts,
    spans: Sequence[str] | None = None,
    kinds: Mapping[str, Mapping[str, Any]] = ALIKE,
    dense: Mapping[str, Any] | None = None,
) -> Facts:
    """Arguments of `Transformer` for experts in some layers.

    Args:
        sparse: which layers have experts, from the first one up.
        experts: the experts of such a layer.
        spans: the kind of each layer's attention; None where all attend alike.
        kinds: what layers of these kinds have otherwise than the model.
        dense: what layers without experts have otherwise than the model.

    >>> part = Experts(count=4, active=1, d_ff=8)
    >>> mixture([False, True, True], part)["experts"].dense_layers
    1
    >>> mixture([False, True, False, True], part)["pattern"]
    ('dense', 'experts')
    """
    spans = [""] * len(sparse) if spans is None else spans
    attention, below = stack(spans, kinds), list(sparse).count(False)
    in_order = not any(sparse[:below]) and not dense
    if in_order and ("kinds" not in attention or below in (0, len(sparse))):
        part = replace(experts, dense_layers=below) if below < len(sparse) else None
        return {"experts": part, **attention}
    mlps = ["experts" if mark else "dense" for mark in sparse]
    both = {**kinds, "dense": dense or {}, "experts": {"experts": experts}}
    return crossed(spans, mlps, both)


def windows(
    f: Fields, marks: Sequence[bool], field: str = "sliding_window", near: str = "sliding"
) -> Facts:
    """The kinds of attention that `mixture` takes, for windows in the layers that are marked; none
    where the field of their size is null. `near` names such a layer.

    >>> windows(Fields("mistral", {"sliding_window": 8}), [True, False])["spans"]
    ['sliding', 'full']
    """
    size = f.whole_or_none(field)
    if size is None or not any(marks):
        return {}
    return {
        "spans": [near if mark else "full" for mark in marks],
        "kinds": {near: {"sliding_window": size}, "full": {}},
    }


def sparse_above(f: Fields, field: str) -> list[bool]:
    """Experts in all layers but the lowest, whose number a field states."""
    dense = f.whole(field, at_least=0)
    return [index >= dense for index in range(f.whole("num_hidden_layers"))]


def sparse_by_type(f: Fields) -> list[bool]:
    """Experts in the layers that `mlp_layer_types` calls sparse; where it is silent, in all but the
    lowest, of which `first_k_dense_replace` states the number, or there is one."""
    kinds = one_a_layer(f, "mlp_layer_types", MLP_TYPES)
    if kinds is None:
        return sparse_above(f, "first_k_dense_replace")
    return [kind == "experts" for kind in kinds]


def sparse_at_steps(f: Fields) -> list[bool]:
    """Experts in every `decoder_sparse_step`-th layer that is not on the list of dense ones."""
    step, listed = f.whole("decoder_sparse_step"), f.items("mlp_only_layers") or []
    for index in listed:
        checks.whole("mlp_only_layers entries", index, at_least=0)
    return [
        (index + 1) % step == 0 and index not in listed
        for index in range(f.whole("num_hidden_layers"))
    ]


def one_value(f: Fields, field: str, layers: int) -> Any:
    """The value of a field that may be a list with one entry a layer, all of them alike.

    >>> one_value(Fields("llama", {"head_dim": [8, 8]}), "head_dim", 2)
    8
    """
    value = f.value(field, null=None)
    if not isinstance(value, list | tuple):
        return value
    name = f.spelled(field)
    if len(value) < layers:
        raise ValueError(
            f"{name} must have one entry a layer, got {len(value)} and {layers} layers"
        )
    if any(entry != value[0] for entry in value[:layers]):
        raise ValueError(
            f"{name} must be the same in every layer, got {sorted(set(value[:layers]))}"
        )
    return value[0]
