"""Bytes of what a model keeps of the tokens that it has read: the key-value cache, and the state of
recurrent layers.

The numbers kept of a token are those of `attention.kept_numbers`; this room counts layers, tokens
and bits.
"""

from __future__ import annotations

from course_lib import checks
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators.attention import kept_numbers
from course_lib.estimators.precision.formats import FORMAT_BITS

STATE_BITS = {"lightning": 16, "convolution": 16}
"""Bits of a number of a recurrent state by its kind, where they are not 32: a state that adds up
small changes over a whole text is kept in fp32 (transformers 5.24)."""
CONV_BITS = 16
"""Bits of a number that is kept for a convolution."""


def kv_cache(
    model: Transformer,
    batch: Number,
    context: Number,
    format: str = "bf16",
    *,
    full: bool = False,
    decompressed: bool = False,
) -> Number:
    """Bytes of the key-value cache of all layers, and of the states that recurrent layers keep.

    Grouped-query and multi-query attention keep keys and values for their few key-value heads;
    latent attention keeps one latent vector and one rotary key for each token; sparse attention
    keeps its indexer's key as well. A windowed layer forgets what lies beyond its window. A state
    has the same size however many tokens were read.

    Args:
        model: the architecture.
        batch: sequences.
        context: tokens kept of each sequence; 0 for an empty cache.
        format: one of `FORMAT_BITS`, of keys and values; states keep their own.
        full: whether windowed layers keep every token, as an engine without room for windows
            reserves them.
        decompressed: whether latent attention keeps the keys and values of all heads, as simple
            code does.

    Raises:
        TypeError, ValueError: by the argument's name.

    Source: shapes of each family's published code; the tests hold it against DeepSeek's published
    table of bytes a token (arXiv 2505.09343, table 1) and against the caches of transformers.

    >>> from course_lib.catalog import models
    >>> # 2 x 8 heads x 128 x 32 layers x 8192 tokens x 2 bytes
    >>> kv_cache(models["llama-3-8b"], batch=1, context=8192)
    1073741824
    """
    checks.instance("model", model, Transformer)
    batch, context = checks.whole("batch", batch), checks.whole("context", context, at_least=0)
    bits = FORMAT_BITS[checks.one_of("format", format, tuple(FORMAT_BITS))]
    checks.broadcast(**model.numbers(), batch=batch, context=context)
    checks.flag("full", full)
    rows: Number = 0 * (model.layers * context)
    for kind in model.layer_kinds:
        seen = context if full else window_rows(kind.layer, context)
        kept = kept_numbers(kind.layer, decompressed=decompressed)
        rows = rows + kind.count * (kept * seen + _summaries(kind.layer, context))
    # Bits to whole bytes, rounded up in ints so that large caches stay exact.
    return -(-batch * rows * bits // 8) + state_bytes(model, batch)


def _summaries(layer: Transformer, context: Number) -> Number:
    """Numbers of the summaries that one layer keeps of so many tokens, and of its indexer's; the
    last few tokens, whose summary is still to come, are left out."""
    if layer.compressed is None:
        return 0
    width = layer.head_dim + (0 if layer.indexer is None else layer.indexer.dim)
    return layer.compressed.summaries(context) * width


def window_rows(layer: Transformer, context: Number) -> Number:
    """Tokens of `context` that one layer keeps: its window's, or all.

    >>> sizes = {"layers": 1, "d_model": 64, "n_heads": 4, "d_ff": 256, "vocab_rows": 10}
    >>> window_rows(Transformer(**sizes, sliding_window=4, windowed=(True,)), 9)
    4
    """
    return checks.smaller(context, layer.sliding_window) if any(layer.windowed) else context


def state_bytes(model: Transformer, batch: Number = 1) -> Number:
    """Bytes of the states that recurrent layers keep of each sequence, convolutions included.

    >>> sizes = {"layers": 1, "d_model": 64, "n_heads": 4, "d_ff": 256, "vocab_rows": 10}
    >>> state_bytes(Transformer(**sizes))
    0
    """
    batch = checks.whole("batch", batch)
    kept: Number = 0 * model.layers  # zero in the shape of the sweep
    for kind in checks.instance("model", model, Transformer).layer_kinds:
        mixer = kind.layer.recurrent
        if mixer is not None:
            state = mixer.state_numbers * STATE_BITS.get(mixer.kind, 32)
            kept = kept + kind.count * (state + mixer.conv_numbers * CONV_BITS) // 8
    return batch * kept
