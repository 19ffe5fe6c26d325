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

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators.parameters import attention_matrix, count, latent_expansion, mlp_matrix

ATTENTION = ("full", "causal")
RECOMPUTE = ("none", "selective", "full")


@dataclass(frozen=True, kw_only=True, eq=False)
class FlopParts:
    """FLOPs by the part of the model that spends them. The parts add up to `total`."""

    projections: Number
    """Query, key, value and output matrices of all layers."""
    attention_core: Number
    """Scores and weighted sums: the part that grows with the square of the length."""
    mlp: Number
    """MLPs of all layers; in a mixture the experts a token is sent to, the shared ones, and the
    router."""
    head: Number
    """Output matrix, and the projections beside a narrow embedding table."""

    @property
    def layers(self) -> Number:
        """What the layers spend: all but the head."""
        return self.projections + self.attention_core + self.mlp

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
    pairs, windowed_pairs = _pairs(model, seq, attention)
    return _parts(model, batch * seq, batch, pairs, windowed_pairs)


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
        return 6 * count(model).active * tokens
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
    seen = context + 1
    windowed = (
        checks.smaller(seen, model.sliding_window)
        if attention == "causal" and any(model.windowed)
        else seen
    )
    # Made anew from the cache; the new token is expanded in `_parts` already.
    again = latent_expansion(model) if checks.flag("rebuild", rebuild) else 0
    return (
        _parts(model, batch, batch, seen, windowed).total
        + 2 * batch * context * model.layers * again
    )


def pairs_seen(seq: Number, window: Number = 0) -> Number:
    """Pairs (query, key) of a causal mask: a token sees itself and at most `window - 1` before.

    >>> pairs_seen(4)  # 1 + 2 + 3 + 4
    10
    >>> pairs_seen(4, window=2)  # 1 + 2 + 2 + 2
    7
    """
    seq, window = checks.whole("seq", seq), checks.whole("window", window, at_least=0)
    unlimited = (
        # A window of 0 stands for none.
        np.where(window == 0, seq, window) if isinstance(window, np.ndarray) else window or seq
    )
    reach = checks.smaller(seq, unlimited)
    # A triangle of the first tokens, then full windows.
    return reach * (reach + 1) // 2 + (seq - reach) * reach


def _check(model: Transformer, attention: str, **sizes: Number) -> list[Number]:
    checks.instance("model", model, Transformer)
    checks.one_of("attention", attention, ATTENTION)
    minima = {"context": 0}  # a cache may be empty, a batch may not
    numbers = {
        name: checks.whole(name, value, minima.get(name, 1)) for name, value in sizes.items()
    }
    checks.broadcast(**model.numbers(), **numbers)
    return list(numbers.values())


def _pairs(model: Transformer, seq: Number, attention: str) -> tuple[Number, Number]:
    """Pairs of positions in a plain layer and in a windowed one, for one sequence."""
    if attention == "full":
        return seq * seq, seq * seq
    plain = pairs_seen(seq)
    return plain, pairs_seen(seq, model.sliding_window) if any(model.windowed) else plain


def _parts(
    model: Transformer, tokens: Number, batch: Number, pairs: Number, windowed_pairs: Number
) -> FlopParts:
    latent = model.latent
    key_dim, value_dim = (
        (model.head_dim,) * 2 if latent is None else (latent.key_dim, latent.value_dim)
    )
    windowed = model.windowed_layers
    all_pairs = (model.layers - windowed) * pairs + windowed * windowed_pairs
    return FlopParts(
        projections=2 * tokens * model.layers * attention_matrix(model),
        # Scores multiply keys, sums multiply values; key-value heads shared by queries save no
        # product.
        attention_core=2 * batch * model.n_heads * (key_dim + value_dim) * all_pairs,
        mlp=2 * tokens * _mlp_entries_used(model),
        head=2 * tokens * _head_entries(model),
    )


def _mlp_entries_used(model: Transformer) -> Number:
    """Matrix entries of all MLPs that one token is multiplied by, routers included."""
    dense = model.dense_layers * mlp_matrix(model, model.d_ff)
    if model.experts is None:
        return dense
    experts_used = model.experts.active + model.experts.shared
    layer = model.experts.count * model.d_model + mlp_matrix(
        model, experts_used * model.experts.d_ff
    )
    return dense + (model.layers - model.dense_layers) * layer


def _head_entries(model: Transformer) -> Number:
    narrow = model.table_width != model.d_model
    # Twice: up to the model on the way in, down to the table on the way out; a flag counts as 0 or
    # 1.
    return model.vocab_rows * model.table_width + 2 * narrow * model.table_width * model.d_model
