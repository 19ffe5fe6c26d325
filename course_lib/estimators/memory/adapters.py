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
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
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
    if latent is None:
        out = (model.n_heads if target == "query" else model.n_kv_heads) * model.head_dim
        return [(heads * model.head_dim, d)] if target == "output" else [(d, out)]
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
    model: Transformer,
    rank: Number,
    names: Iterable[str] = TARGETS,
    *,
    dense: Number,
    mixture: Number,
    expert: Number,
) -> tuple[Number, Number]:
    """Adapter weights of so many dense and mixture layers: in the experts, and in all else.

    Args:
        model: the architecture.
        rank: inner width of each pair.
        names: some of `TARGETS`.
        dense: layers with an ordinary MLP.
        mixture: layers with experts.
        expert: devices that share the experts.

    Returns:
        (weights outside the routed experts, weights of the routed experts on one device).

    >>> from course_lib.catalog import models
    >>> weights(models["llama-3-8b"], 16, ("query", "value"), dense=32, mixture=0, expert=1)[0]
    6815744
    """
    checks.instance("model", model, Transformer)
    rank, chosen = checks.whole("lora_rank", rank), targets(names)
    dense, mixture = (
        checks.whole(n, v, at_least=0) for n, v in (("dense", dense), ("mixture", mixture))
    )
    expert = checks.whole("expert", expert)
    attention = sum(a + b for name in chosen & set(ATTENTION) for a, b in sides(model, name))
    plain = (dense + mixture) * rank * attention + dense * rank * _mlp(model, chosen, model.d_ff)
    if model.experts is None:
        return plain, 0 * plain  # zero in the shape of the sweep
    shared = _mlp(model, chosen, model.experts.shared * model.experts.d_ff)
    # Without shared experts a width of 0 would still leave the d_model side of a pair.
    shared = pick(model.experts.shared > 0, shared, 0)
    # Rounded up: of the devices that share the experts, the fullest counts.
    routed = -(-model.experts.count // expert) * _mlp(model, chosen, model.experts.d_ff)
    return plain + mixture * rank * shared, mixture * rank * routed


def _mlp(model: Transformer, chosen: frozenset[str], d_ff: Number) -> Number:
    """Sum of both sides of an MLP's targeted matrices; without a gate `gate` names nothing."""
    matrices = len(chosen & ({"gate", "up", "down"} if model.gated_mlp else {"up", "down"}))
    return matrices * (model.d_model + d_ff)
