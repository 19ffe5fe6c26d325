"""LoRA: which matrices get a pair of narrow ones, and how many weights those have.

A matrix of in x out stays frozen; beside it stand in x rank and rank x out, and only these are
trained (Hu et al. 2021, arXiv 2106.09685). Rank x (in + out) weights for each targeted matrix.

Design choices:
- All matrices of the layers are targets unless said otherwise, as QLoRA found best (arXiv
  2305.14314, section 4); in a mixture every expert gets its pair. Tables, head and router are never
  targets.
- Latent attention: `query`, `key` and `value` name its compression and expansion of queries, its
  compression of keys and values, and the expansion of both.
"""

from __future__ import annotations

from collections.abc import Iterable

from course_lib import checks
from course_lib.catalog.records.patterns import LayerKind
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators import parameters
from course_lib.estimators.memory.stages import pick

ATTENTION = ("query", "key", "value", "output")
MLP = ("gate", "up", "down")
TARGETS = (*ATTENTION, *MLP)
"""Matrices that can be adapted."""


def targets(names: Iterable[str] = TARGETS) -> frozenset[str]:
    """The names as a set, each one of `TARGETS`.

    >>> sorted(targets(("query", "value")))
    ['query', 'value']
    """
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise TypeError(
            f"lora_targets must be several names, such as ('query', 'value'), got {names!r}"
        )
    chosen = frozenset(checks.one_of("lora_targets", name, TARGETS) for name in names)
    if not chosen:
        raise ValueError(f"lora_targets must name at least one of {', '.join(TARGETS)}, got none")
    return chosen


def sides(model: Transformer, target: str) -> list[tuple[Number, Number]]:
    """Width in and width out of the matrices of one layer's attention that `target` names.

    >>> from course_lib.catalog import models
    >>> sides(models["llama-3-8b"], "key")
    [(4096, 1024)]
    """
    d, heads, latent = model.d_model, model.n_heads, model.latent
    checks.one_of("target", target, ATTENTION)
    if model.compressed is not None:
        raise ValueError(
            f"model must have plain or latent attention, got {model.name}: adapters of compressed "
            "attention are not described"
        )
    if latent is None:
        # A layer that reads another's cache, or whose values are its keys, lacks those matrices.
        lacking = model.reused_cache or (target == "value" and model.shared_values)
        if target in ("key", "value") and lacking:
            return []
        width = model.value_width if target in ("value", "output") else model.head_dim
        if target == "output":
            return [(heads * width, d)]
        return [(d, (heads if target == "query" else model.n_kv_heads) * width)]
    # 1 or 0 in place of a condition, because the rank may be an array.
    query, compressed = heads * latent.key_dim, 1 * (latent.q_rank > 0)
    expanded = heads * (latent.nope_dim + latent.value_dim)
    by_target: dict[str, list[tuple[Number, Number]]] = {
        # Without compression the first pair is the direct projection and the second has no width at
        # all.
        "query": [
            (d, compressed * latent.q_rank + (1 - compressed) * query),
            (latent.q_rank, compressed * query),
        ],
        "key": [(d, latent.kv_rank + latent.rope_dim)],
        "value": [(latent.kv_rank, expanded)],
        "output": [(heads * latent.value_dim, d)],
    }
    return by_target[target]


def weights(
    kinds: Iterable[LayerKind[Transformer]],
    rank: Number,
    names: Iterable[str] = TARGETS,
    *,
    expert: Number = 1,
) -> tuple[Number, Number]:
    """Adapter weights of so many layers of each kind: in the routed experts, and in all else.

    Recurrent mixers get none: the targets name matrices of attention and of MLPs.

    Args:
        kinds: the layers: `model.layer_kinds`, or those of a pipeline stage.
        rank: inner width of each pair.
        names: some of `TARGETS`.
        expert: devices that share the experts.

    Returns:
        (weights outside the routed experts, weights of the routed experts on one device).

    >>> from course_lib.catalog import models
    >>> weights(models["llama-3-8b"].layer_kinds, 16, ("query", "value"))[0]
    6815744
    """
    rank, chosen = checks.whole("lora_rank", rank), targets(names)
    expert = checks.whole("expert", expert)
    plain: Number = 0
    routed: Number = 0
    for kind in kinds:
        own = _layer(kind.layer, chosen, expert)
        plain, routed = plain + kind.count * rank * own[0], routed + kind.count * rank * own[1]
    return plain, 0 * plain + routed


def _layer(layer: Transformer, chosen: frozenset[str], expert: Number) -> tuple[Number, Number]:
    """Both sides of one layer's targeted matrices: outside the routed experts, and in those of one
    device."""
    zero = 0 * layer.d_model  # zero in the shape of the sweep
    attention = sum(
        (a + b for name in chosen & set(ATTENTION) for a, b in sides(layer, name)), zero
    )
    plain = attention if layer.attention else zero
    if not layer.mlp:
        return plain, zero
    if layer.experts is None:
        return plain + _mlp(layer, chosen, layer.d_ff), zero
    experts = layer.experts
    shared = _mlp(layer, chosen, experts.shared * parameters.shared_width(experts))
    # Without shared experts a width of 0 would still leave the d_model side of a pair.
    plain = plain + pick(experts.shared > 0, shared, 0)
    width = parameters.expert_width(layer, experts)
    # Rounded up: of the devices that share the experts, the fullest counts.
    return plain, -(-experts.count // expert) * _mlp(layer, chosen, experts.d_ff, width)


def _mlp(
    model: Transformer, chosen: frozenset[str], d_ff: Number, width: Number | None = None
) -> Number:
    """Sum of both sides of an MLP's targeted matrices; without a gate `gate` names nothing."""
    matrices = len(chosen & ({"gate", "up", "down"} if model.gated_mlp else {"up", "down"}))
    return matrices * ((model.d_model if width is None else width) + d_ff)
