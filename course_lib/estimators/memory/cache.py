"""Bytes of the key-value cache: what a model keeps of the tokens that it has read.

The number of keys and values kept of a token is that of `attention.kept_numbers`; this room counts
tokens and bits.
"""

from __future__ import annotations

from course_lib import checks
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators.attention import kept_numbers
from course_lib.estimators.precision.formats import FORMAT_BITS


def kv_cache(
    model: Transformer,
    batch: Number,
    context: Number,
    format: str = "bf16",
    *,
    windows: bool = False,
) -> Number:
    """Bytes of the key-value cache of all layers.

    Grouped-query and multi-query attention keep keys and values for their few key-value heads;
    latent attention keeps one latent vector and one rotary key for each token.

    Args:
        model: the architecture.
        batch: sequences.
        context: tokens kept of each sequence; 0 for an empty cache.
        format: one of `FORMAT_BITS`.
        windows: whether a windowed layer forgets what lies beyond its window. False keeps every
            token in every layer, as simple caches do.

    Raises:
        TypeError, ValueError: by the argument's name.

    Source: shapes of each family's published code; the tests hold it against DeepSeek's published
    table of bytes a token (arXiv 2505.09343, table 1).

    >>> from course_lib.catalog import models
    >>> # 2 x 8 heads x 128 x 32 layers x 8192 tokens x 2 bytes
    >>> kv_cache(models["llama-3-8b"], batch=1, context=8192)
    1073741824
    """
    checks.instance("model", model, Transformer)
    batch, context = checks.whole("batch", batch), checks.whole("context", context, at_least=0)
    bits = FORMAT_BITS[checks.one_of("format", format, tuple(FORMAT_BITS))]
    checks.broadcast(**model.numbers(), batch=batch, context=context)
    rows = model.layers * context
    if checks.flag("windows", windows) and any(model.windowed):
        rows = rows - model.windowed_layers * (
            context - checks.smaller(context, model.sliding_window)
        )
    # Bits to whole bytes, rounded up in ints so that large caches stay exact.
    return -(-batch * rows * kept_numbers(model) * bits // 8)
