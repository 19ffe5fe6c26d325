"""The FLOPs of one pass over new tokens, split as a device meets them: products with weights that
all tokens share, products of experts, and the core of attention."""

from __future__ import annotations

from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators import flops
from course_lib.estimators.precision import stored


@dataclass(frozen=True, kw_only=True, eq=False)
class PassFlops:
    """FLOPs of one pass over some tokens of each sequence."""

    total: Number
    """All of them."""
    attention: Number
    """Scores and weighted sums, by the pairs that the mask lets through."""
    experts: Number
    """Products of routed experts."""
    projections: Number
    """Matrices of attention: a part of `products`."""

    @property
    def products(self) -> Number:
        """Products with weights that every token meets, the head's included."""
        return self.total - self.attention - self.experts


def of_pass(model: Transformer, batch: Number, tokens: Number, context: Number = 0) -> PassFlops:
    """FLOPs of a pass over `tokens` new tokens of `batch` sequences with `context` in the cache.

    >>> from course_lib.catalog import models
    >>> found = of_pass(models["mixtral-8x7b"], batch=1, tokens=1, context=99)
    >>> 0.8 < found.experts / found.total < 0.9  # two experts of 176 million weights a layer
    True
    """
    alone = flops.forward_parts(model, batch, tokens, "causal")
    # What the whole text costs in attention, less what was done for the context: windows included.
    whole = flops.forward_parts(model, batch, context + tokens, "causal").attention_core
    before = flops.forward_parts(model, batch, checks.larger(context, 1), "causal").attention_core
    core = whole - (context > 0) * before
    return PassFlops(
        # `forward_parts` has logits at every position, the last ones alone are needed.
        total=alone.layers - alone.attention_core + core + alone.head / tokens,
        attention=core,
        experts=batch * tokens * _expert_flops(model),
        projections=alone.projections,
    )


def pass_flops(model: Transformer, batch: Number, tokens: Number, context: Number = 0) -> Number:
    """FLOPs of a pass over `tokens` new tokens of each sequence; the head scores the last only.

    Attention counts the pairs that the mask lets through. A latent cache is expanded for the new
    tokens only.

    >>> tiny = Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
    >>> pass_flops(tiny, batch=1, tokens=1, context=9) == flops.decode(tiny, batch=1, context=9)
    True
    """
    return of_pass(model, batch, tokens, context).total


def _expert_flops(model: Transformer) -> Number:
    """FLOPs of the routed experts for one token: two a weight of those that work on it."""
    found = stored.weight_bytes(model, "bf16")
    done: Number = 0.0
    for kind in model.layer_kinds:
        experts = kind.layer.experts
        if experts is not None and kind.name in found.experts:
            weights = found.experts[kind.name] / stored.WHOLE_BYTES["bf16"]
            done = done + 2 * weights * experts.active / experts.count
    return done
