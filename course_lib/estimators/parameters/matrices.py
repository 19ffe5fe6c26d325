"""The matrices of a single layer, one by one with their shapes: what is quantised matrix by matrix.

Their entries add up to those that `layers` counts. A matrix belongs to a part: those of
`stored.LAYER_PARTS`, or "router", rows that choose (of experts, or of an indexer's heads), which
published files keep in 16 bits. Shapes are those of the published files: fused matrices are told
apart as the model's fields tell them.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog.records.compressed import CompressedAttention
from course_lib.catalog.records.layer_parts import Experts, LatentAttention
from course_lib.catalog.records.recurrent import Recurrent
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators.parameters.layers import expert_width, shared_width


@dataclass(frozen=True, kw_only=True, eq=False)
class Matrix:
    """Matrices of one shape in a layer."""

    part: str
    """attention, state, mlp, shared, experts or router."""
    inputs: Number
    """Width of what it is multiplied by; 0 for a matrix that a place of a sweep does not have."""
    outputs: Number
    """Width of what comes out."""
    number: Number = 1
    """How many of them there are."""

    @property
    def entries(self) -> Number:
        """Entries of all of them."""
        return self.number * self.inputs * self.outputs


def of_layer(layer: Transformer) -> tuple[Matrix, ...]:
    """Every matrix of one layer that a token is multiplied by, but for those that have no field.

    >>> sizes = {"layers": 1, "d_model": 64, "n_heads": 4, "d_ff": 256, "vocab_rows": 10}
    >>> found = of_layer(Transformer(**sizes, n_kv_heads=1))
    >>> [(each.part, each.inputs, each.outputs) for each in found][:3]
    [('attention', 64, 64), ('attention', 64, 16), ('attention', 64, 16)]
    >>> sum(each.entries for each in found)
    43008
    """
    found: list[Matrix] = []
    if layer.attention:
        found += _attention(layer) + _beside_attention(layer)
    if layer.recurrent is not None:
        found += _state(layer.recurrent, layer.d_model)
    if layer.mlp:
        found += _mlp(layer) if layer.experts is None else _mixture(layer, layer.experts)
    return tuple(found)


def _attention(layer: Transformer) -> list[Matrix]:
    if layer.compressed is not None:
        return _compressed(layer, layer.compressed)
    return _plain(layer) if layer.latent is None else _latent(layer, layer.latent)


def _plain(layer: Transformer) -> list[Matrix]:
    d, heads, groups = layer.d_model, layer.n_heads, layer.n_kv_heads
    # The second attention of an encoder's reader has the same shapes as the first.
    twice = 2 if layer.cross_attention == "beside" else 1
    found = [_matrix("attention", d, heads * layer.head_dim, twice)]
    if not layer.reused_cache:
        found.append(_matrix("attention", d, groups * layer.head_dim, twice))
        if not layer.shared_values:
            found.append(_matrix("attention", d, groups * layer.value_width, twice))
    return [*found, _matrix("attention", heads * layer.value_width, d, twice)]


def _latent(layer: Transformer, latent: LatentAttention) -> list[Matrix]:
    d, heads, rank = layer.d_model, layer.n_heads, latent.q_rank
    query, compressed = heads * latent.key_dim, 1 * (rank > 0)  # 1 or 0: the rank may be an array
    return [
        # Without compression the first is the direct projection, and the second has no inputs.
        _matrix("attention", d, compressed * rank + (1 - compressed) * query),
        _matrix("attention", rank, compressed * query),
        _matrix("attention", d, latent.kv_rank + latent.rope_dim),
        _matrix("attention", latent.kv_rank, heads * (latent.nope_dim + latent.value_dim)),
        _matrix("attention", heads * latent.value_dim, d),
    ]


def _compressed(layer: Transformer, compressed: CompressedAttention) -> list[Matrix]:
    d, every = layer.d_model, layer.n_heads * layer.head_dim
    groups, narrow = compressed.out_groups, compressed.out_rank
    return [
        _matrix("attention", d, compressed.q_rank),
        _matrix("attention", compressed.q_rank, every),
        _matrix("attention", d, layer.head_dim),
        _matrix("attention", every // groups, narrow, groups),
        _matrix("attention", groups * narrow, d),
        _summing(compressed, d, layer.head_dim),
    ]


def _summing(compressed: CompressedAttention, d: Number, width: Number) -> Matrix:
    """What is summed up, and its weights."""
    return _matrix(
        "attention", d, width * (1 + compressed.overlap), 2 * checks.smaller(compressed.ratio, 1)
    )


def _beside_attention(layer: Transformer) -> list[Matrix]:
    """Gate and indexer."""
    d, indexer = layer.d_model, layer.indexer
    found = [_matrix("attention", d, layer.gate_width)]
    if indexer is None:
        return found
    source = d if layer.latent is None else layer.latent.q_rank
    keys = _matrix("attention", d, indexer.dim)
    if layer.compressed is not None:
        source, keys = layer.compressed.q_rank, _summing(layer.compressed, d, indexer.dim)
    return [
        *found,
        _matrix("attention", source, indexer.heads * indexer.dim),
        keys,
        # What weighs the heads stays in 16 bits (DeepSeek-V3.2's file).
        _matrix("router", d, indexer.heads),
    ]


def _state(mixer: Recurrent, d: Number) -> list[Matrix]:
    found = [_matrix("state", d, mixer.width_in), _matrix("state", mixer.inner, d)]
    if mixer.kind == "mamba":
        found.append(_matrix("state", mixer.inner, mixer.rank + 2 * mixer.key_dim))
        found.append(_matrix("state", mixer.rank, mixer.inner))
    if mixer.kind == "kimi_delta":
        found.append(_matrix("state", mixer.rank, mixer.keys))
        found.append(_matrix("state", mixer.rank, mixer.inner))
    if mixer.kind == "rg_lru":
        block = mixer.inner // mixer.groups
        found.append(_matrix("state", block, block, 2 * mixer.groups))
    return found


def _mlp(layer: Transformer) -> list[Matrix]:
    return _pair("mlp", layer, layer.d_model, layer.d_ff, 1)


def _mixture(layer: Transformer, experts: Experts) -> list[Matrix]:
    d, narrow = layer.d_model, experts.latent_width
    width = expert_width(layer, experts)
    return [
        *_pair("experts", layer, width, experts.d_ff, experts.count),
        # The shared ones are built as one wider MLP.
        *_pair("shared", layer, d, experts.shared * shared_width(experts), 1),
        # The way to a narrower width and back.
        _matrix("mlp", d, narrow),
        _matrix("mlp", narrow, d),
        _matrix("router", d, experts.count + experts.shared_gate),
    ]


def _pair(
    part: str, layer: Transformer, width: Number, inner: Number, number: Number
) -> list[Matrix]:
    """The matrices of MLPs: up (with a gate beside it, where there is one) and down."""
    up = (2 if layer.gated_mlp else 1) * number
    return [_matrix(part, width, inner, up), _matrix(part, inner, width, number)]


def _matrix(part: str, inputs: Number, outputs: Number, number: Number = 1) -> Matrix:
    return Matrix(part=part, inputs=inputs, outputs=outputs, number=number)
