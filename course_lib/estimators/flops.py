"""How many floating-point operations a transformer does: forward, backward, recomputation,
decoding.

Counting rule: every matrix product of m x k by k x n is 2mkn FLOPs (one multiplication and one
addition for each entry of the sum), the router and the head included. Left out: norms, activations,
softmax, rotary angles, biases and the embedding look-up. They are linear in the width where
products are quadratic, and PyTorch's FlopCounterMode, which these counts equal, leaves them out
too.

`attention` says which pairs of positions count: "full" takes every pair in every layer, sliding
windows too, as code does that computes a whole square and masks it; "causal" takes the pairs that
the mask lets through, windows included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog.records.recurrent import PRODUCTS
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators import parameters

ATTENTION = ("full", "causal")
RECOMPUTE = ("none", "selective", "full")


@dataclass(frozen=True, kw_only=True, eq=False)
class FlopParts:
    """FLOPs by the part of the model that spends them. The parts add up to `total`."""

    projections: Number
    """Query, key, value and output matrices of all layers, and those of recurrent mixers."""
    attention_core: Number
    """Scores and weighted sums, an indexer's scores included: the part that grows with the square
    of the length."""
    state: Number
    """Convolutions of recurrent layers, the products by which each token moves and reads the state,
    and those by which a layer mixes a token's streams."""
    mlp: Number
    """MLPs of all layers; in a mixture the experts a token is sent to, the shared ones, and the
    router; and further matrices of a layer."""
    head: Number
    """Output matrix, and the projections beside a narrow embedding table."""

    @property
    def layers(self) -> Number:
        """What the layers spend: all but the head."""
        return self.projections + self.attention_core + self.state + self.mlp

    @property
    def weights(self) -> Number:
        """Products with weight matrices alone, router and head included."""
        return self.projections + self.mlp + self.head

    @property
    def total(self) -> Number:
        """All parts together."""
        return self.layers + self.head


def forward(model: Transformer, batch: Number, seq: Number, attention: str = "full") -> Number:
    """FLOPs of a forward pass over `batch` sequences of `seq` tokens, logits at every position.

    >>> tiny = Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
    >>> forward(tiny, batch=1, seq=10)  # 2 x 10 x 162 304 matrix entries, and 51 200 for attention
    3297280
    """
    return forward_parts(model, batch, seq, attention).total


def forward_parts(
    model: Transformer, batch: Number, seq: Number, attention: str = "full"
) -> FlopParts:
    """The FLOPs of `forward`, part by part.

    >>> tiny = Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
    >>> parts = forward_parts(tiny, batch=1, seq=10)
    >>> parts.attention_core  # 2 layers x 2 products x 2 x 10 x 10 x 64
    51200
    """
    batch, seq = _check(model, attention, batch=batch, seq=seq)
    return _parts(model, batch * seq, batch, lambda layer: _pairs(layer, seq, attention))


def backward(model: Transformer, batch: Number, seq: Number, attention: str = "full") -> Number:
    """FLOPs of the backward pass.

    Each product of the forward pass gives two, one for each of its inputs' gradients.

    >>> tiny = Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
    >>> backward(tiny, batch=1, seq=10) / forward(tiny, batch=1, seq=10)
    2.0
    """
    return 2 * forward(model, batch, seq, attention)


def recomputation(
    model: Transformer, batch: Number, seq: Number, recompute: str = "full", attention: str = "full"
) -> Number:
    """Extra forward FLOPs that activation checkpointing pays in the backward pass.

    "selective" repeats the attention core, "full" the whole of every layer, "none" nothing. The
    head is never repeated.
    Source: Korthikanti et al. 2022 (arXiv 2205.05198), section 5. PyTorch's own checkpointing stops
    a little early, as soon as nothing more is needed; these counts are of the whole part.

    >>> tiny = Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
    >>> recomputation(tiny, batch=1, seq=10, recompute="selective")
    51200
    """
    checks.one_of("recompute", recompute, RECOMPUTE)
    parts = forward_parts(model, batch, seq, attention)
    # Zero in the shape of the sweep.
    return {"none": 0 * parts.layers, "selective": parts.attention_core, "full": parts.layers}[
        recompute
    ]


def training_step(
    model: Transformer, batch: Number, seq: Number, recompute: str = "none", attention: str = "full"
) -> Number:
    """FLOPs of one training step: forward, recomputation, backward.

    The optimizer's few per weight are left out.

    >>> tiny = Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
    >>> training_step(tiny, batch=1, seq=10) == 3 * forward(tiny, batch=1, seq=10)
    True
    """
    once = forward(model, batch, seq, attention)
    return 3 * once + recomputation(model, batch, seq, recompute, attention)


def training(model: Transformer, tokens: Number, seq: Number | None = None) -> Number:
    """FLOPs of training on `tokens` tokens.

    6 for each active weight, or counted exactly for sequences of `seq` tokens.

    Source of the 6: Kaplan et al. 2020 (arXiv 2001.08361), section 2.1.

    >>> from course_lib.catalog import models
    >>> f"{training(models['llama-3-8b'], tokens=15e12):.3g}"
    '7.23e+23'
    """
    checks.instance("model", model, Transformer)
    tokens = checks.positive("tokens", tokens)
    if seq is None:
        # 2 FLOPs a weight forward, 4 backward.
        return 6 * parameters.count(model).active * tokens
    return training_step(model, 1, seq) * tokens / seq


def decode(
    model: Transformer,
    batch: Number,
    context: Number,
    attention: str = "full",
    rebuild: bool = True,
) -> Number:
    """FLOPs of one more token for each of `batch` sequences with `context` tokens in the cache.

    The new token attends to the cache and to itself: `context + 1` positions, or the window's under
    "causal". Latent attention keeps one narrow vector a token, and `rebuild` says whether each step
    makes the keys and values of the whole context from it again, as transformers 5 does, or finds
    them kept at full width.

    >>> tiny = Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
    >>> # 2 x 162 304 matrix entries + 2 layers x 2 products x 2 x 10 x 64
    >>> decode(tiny, batch=1, context=9)
    329728
    """
    batch, context = _check(model, attention, batch=batch, context=context)
    checks.flag("rebuild", rebuild)
    _check_decoder(model)
    once = _parts(
        model, batch, batch, lambda layer: _seen(layer, context, attention), decoding=True
    ).total
    # Made anew from the cache; the new token is expanded in `_parts` already.
    again = sum(
        (kind.count * parameters.latent_expansion(kind.layer) for kind in model.layer_kinds), 0
    )
    return once + (2 * batch * context * again if rebuild else 0)


def pairs_seen(seq: Number, window: Number = 0) -> Number:
    """Pairs (query, key) of a causal mask: a token sees itself and at most `window - 1` before.

    >>> pairs_seen(4)  # 1 + 2 + 3 + 4
    10
    >>> pairs_seen(4, window=2)  # 1 + 2 + 2 + 2
    7
    """
    seq, window = checks.whole("seq", seq), checks.whole("window", window, at_least=0)
    reach = checks.smaller(seq, _limit(window, seq))
    # A triangle of the first tokens, then full windows.
    return _triangle(reach) + (seq - reach) * reach


def _check(model: Transformer, attention: str, **sizes: Number) -> list[Number]:
    checks.instance("model", model, Transformer)
    if model.uncounted:
        raise ValueError(f"model must have FLOPs to count, got {model.name}: {model.uncounted}")
    checks.one_of("attention", attention, ATTENTION)
    minima = {"context": 0}  # a cache may be empty, a batch may not
    numbers = {
        name: checks.whole(name, value, minima.get(name, 1)) for name, value in sizes.items()
    }
    checks.broadcast(**model.numbers(), **numbers)
    return list(numbers.values())


def _check_decoder(model: Transformer) -> None:
    """Raise ValueError unless some layer is causal: an encoder has no next token."""
    if not any(kind.layer.causal for kind in model.layer_kinds):
        raise ValueError(f"model must be a decoder, got {model.name}, whose layers see all tokens")


def _pairs(layer: Transformer, seq: Number, attention: str) -> tuple[Number, Number]:
    """Pairs of positions that one layer scores and sums over, and pairs that its indexer scores or
    that it reads of an encoder's text, for one sequence."""
    if (made := layer.compressed) is not None:
        if attention == "full":
            return seq * (seq + made.summaries(seq)), seq * made.summaries(seq)
        near = pairs_seen(seq, layer.sliding_window)
        return near + made.summary_pairs(seq, layer.sparse_top_k), made.summary_pairs(seq)
    if attention == "full" or not (layer.causal or layer.windowed):
        return seq * seq, seq * seq
    if not layer.causal:
        # The window to either side, which both count the token itself.
        return 2 * pairs_seen(seq, layer.sliding_window) - seq, seq * seq
    whole = pairs_seen(seq) if layer.cross_attention == "none" else seq * seq
    if layer.chunked and layer.windowed:
        chunk = layer.sliding_window
        # Full chunks, and the rest of the last one.
        return seq // chunk * pairs_seen(chunk) + _triangle(seq % chunk), whole
    window = layer.sliding_window if layer.windowed else layer.sparse_top_k
    return pairs_seen(seq, window), whole


def _seen(layer: Transformer, context: Number, attention: str) -> tuple[Number, Number]:
    """Positions that a new token scores and sums over in one layer, and those that its indexer
    scores or that it reads of an encoder's text."""
    seen = context + 1
    if layer.compressed is not None:
        every = layer.compressed.summaries(seen)
        near, far = checks.smaller(seen, layer.sliding_window), _limit(layer.sparse_top_k, every)
        return (seen + every if attention == "full" else near + checks.smaller(every, far)), every
    other = seen if layer.cross_attention == "none" else context
    if attention == "full":
        return seen, other
    if layer.chunked and layer.windowed:
        return context % layer.sliding_window + 1, other
    window = layer.sliding_window if layer.windowed else layer.sparse_top_k
    return checks.smaller(seen, _limit(window, seen)), other


def _triangle(side: Number) -> Number:
    return side * (side + 1) // 2


def _limit(window: Number, seq: Number) -> Number:
    """The window, and `seq` where it is 0, which stands for none."""
    if isinstance(window, np.ndarray):
        return np.where(window == 0, seq, window)
    return window or seq


def _parts(
    model: Transformer,
    tokens: Number,
    batch: Number,
    pairs: Callable[[Transformer], tuple[Number, Number]],
    decoding: bool = False,
) -> FlopParts:
    """FLOPs of so many tokens of a batch; `pairs` says how many one layer and its second look see.

    While decoding an encoder's layers rest, and its keys and values are kept.
    """
    zero = 0 * (tokens * model.layers)  # zero in the shape of the sweep
    projections, core, state, mlp = zero, zero, zero, zero
    for kind in model.layer_kinds:
        layer, count = kind.layer, kind.count
        if layer.cross_attention == "instead" or (decoding and not layer.causal):
            continue  # text alone skips a layer that reads an image
        projections = projections + 2 * tokens * count * _projection_entries(layer, decoding)
        core = core + 2 * batch * count * _core(layer, *pairs(layer))
        state = state + 2 * tokens * count * _state_products(layer)
        mlp = mlp + 2 * tokens * count * (mlp_entries_used(layer) + layer.reused_matrix)
    head = 2 * tokens * _head_entries(model) + 2 * batch * model.sequence_matrix
    return FlopParts(
        projections=projections, attention_core=core, state=state, mlp=mlp, head=zero + head
    )


def _projection_entries(layer: Transformer, decoding: bool) -> Number:
    mixer = layer.recurrent
    entries = parameters.attention_matrix(layer)
    if decoding and layer.cross_attention == "beside":
        entries = entries - parameters.key_value_matrix(layer)
    return entries if mixer is None else entries + mixer.matrix(layer.d_model)


def _core(layer: Transformer, pairs: Number, other: Number) -> Number:
    """Multiplications of one layer's scores and weighted sums."""
    if not layer.attention:
        return 0 * pairs
    key = layer.head_dim if layer.latent is None else layer.latent.key_dim
    # Scores multiply keys, sums multiply values; key-value heads shared by queries save no product.
    twice = other if layer.cross_attention == "beside" else 0
    core = layer.n_heads * (key + layer.value_width) * (pairs + twice)
    if layer.indexer is not None:
        # A score a head, and (but for compressed attention) their sum as one product.
        summed = layer.compressed is None
        core = core + layer.indexer.heads * (layer.indexer.dim + summed) * other
    return core


def _state_products(layer: Transformer) -> Number:
    """Multiplications by which one token passes the convolution, moves the state and reads it."""
    mixer = layer.recurrent
    products = layer.stream_products
    if mixer is None:
        return products
    return products + mixer.conv_numbers + PRODUCTS.get(mixer.kind, 0) * mixer.state_numbers


def mlp_entries_used(model: Transformer) -> Number:
    """Matrix entries of one layer's MLP or mixture that a token is multiplied by, router included.

    >>> sizes = {"layers": 1, "d_model": 64, "n_heads": 4, "d_ff": 256, "vocab_rows": 10}
    >>> mlp_entries_used(Transformer(**sizes))
    32768
    """
    if not model.mlp:
        return model.other_matrix
    if model.experts is None:
        return parameters.mlp_matrix(model, model.d_ff) + model.other_matrix
    return parameters.mixture_matrix(model, model.experts.active) + model.other_matrix


def _head_entries(model: Transformer) -> Number:
    narrow = model.table_width != model.d_model
    # Twice: up to the model on the way in, down to the table on the way out.
    ways = 2 * narrow * model.table_width * model.d_model
    return parameters.head_rows(model) * model.table_width + ways + model.outer_matrix
