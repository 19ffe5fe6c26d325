"""Attention and the length of a text: when it takes over, what it keeps, how far it sees."""

from __future__ import annotations

import math

import numpy as np

from course_lib import checks
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators import flops

FAR = 10**12
"""A length that no text has, and that counts of FLOPs stand as ints."""


def takeover_length(model: Transformer, attention: str = "full") -> Number:
    """Shortest text, in tokens, on which attention costs as many FLOPs as all the rest.

    Compared are attention's scores and sums with the rest of a forward pass. With "full" the first
    grow as the square, with "causal" as half of it, and what windowed layers add grows with the
    length alone; the rest of the model grows with the length too. Infinite where attention never
    catches up.

    Raises:
        TypeError, ValueError: no Transformer, or an unknown `attention`.

    >>> from course_lib.catalog import models
    >>> takeover_length(models["llama-3-8b"]), takeover_length(models["llama-3-8b"], "causal")
    (28628, 57255)
    >>> takeover_length(models["mistral-7b-v0.1"], "causal")  # every layer has a window of 4096
    inf
    """
    parts = flops.forward_parts(model, 1, 1, attention)  # one token: one pair in each layer
    sparse = np.any(model.sparse_top_k > 0) or model.compressed is not None
    if model.pattern or sparse or not model.attention:
        return _takeover_of_kinds(model, attention)
    rest, core = parts.layers - parts.attention_core + parts.head, parts.attention_core
    if attention == "full":
        # core x n^2 reaches rest x n at n = rest / core, rounded up to a whole token.
        return -(-rest // core)
    # core x n(n + 1) / 2 reaches rest x n at n = 2 rest / core - 1. The minus signs round up, and
    # the smaller of two negatives keeps the length at 1 or more.
    without_windows = -checks.smaller(-1, 1 + -2 * rest // core)
    if not any(model.windowed):
        return without_windows
    # Both cases are worked out, because in a sweep each may hold somewhere.
    crossed = np.where(
        without_windows <= model.sliding_window,
        without_windows,
        _takeover_past_window(model, rest, core),
    )
    if crossed.ndim or not np.isfinite(crossed):
        return crossed if crossed.ndim else math.inf
    return int(crossed)


def reach(layers: Number, window: Number) -> Number:
    """How many tokens back the last output can see through `layers` windowed layers.

    Each layer hands on what it saw, at most `window - 1` tokens further.
    Source: Mistral 7B, arXiv 2310.06825, section 2, which rounds it to layers x window.

    >>> reach(layers=4, window=64)  # 4 x 63
    252
    """
    layers, window = checks.whole("layers", layers), checks.whole("window", window)
    checks.broadcast(layers=layers, window=window)
    return layers * (window - 1)


def kept_numbers(model: Transformer, *, decompressed: bool = False) -> Number:
    """Numbers that one layer keeps of each past token: keys and values of every key-value head.

    One key-value head for all (`n_kv_heads` = 1) is multi-query attention, fewer than query heads
    is grouped-query attention. Latent attention keeps one narrow vector and one rotary key in place
    of all heads' (arXiv 2405.04434), unless code keeps them `decompressed`. A layer that does not
    attend, or reads the cache of another, keeps none; one that attends to an encoder's text as well
    keeps that text's, taken as long. An indexer's key comes on top.

    >>> from course_lib.catalog import models
    >>> names = ("llama-2-7b", "llama-3-8b", "falcon-7b", "deepseek-v3")
    >>> [kept_numbers(models[name]) for name in names]
    [8192, 2048, 128, 576]
    """
    latent = checks.instance("model", model, Transformer).latent
    checks.flag("decompressed", decompressed)
    reads_only = model.reused_cache or model.cross_attention == "instead" or not model.causal
    if not model.attention or reads_only:
        return 0 * model.n_kv_heads
    index_key = 0 if model.indexer is None else model.indexer.dim
    if model.compressed is not None:
        return model.head_dim + 0 * model.n_kv_heads  # one key for all heads, and no other value
    if latent is None:
        # As many again of an encoder's text.
        twice = 2 if model.cross_attention == "beside" else 1
        return twice * model.n_kv_heads * (model.head_dim + model.value_width) + index_key
    if decompressed:
        return model.n_heads * (latent.key_dim + latent.value_dim) + index_key
    return latent.kv_rank + latent.rope_dim + index_key


def _takeover_of_kinds(model: Transformer, attention: str) -> int | float:
    """The length by halving, for layers of several kinds, whose windows may differ.

    Attention's share grows with the length until every window is full, and from then on only where
    a layer sees everything.
    """

    def ahead(seq: int) -> bool:
        parts = flops.forward_parts(model, 1, seq, attention)
        return bool(parts.attention_core >= parts.layers - parts.attention_core + parts.head)

    if np.ndim(model.layers) or np.ndim(model.d_model):
        raise ValueError("model must have single numbers where its layers are of several kinds")
    if not ahead(FAR):
        return math.inf
    low, high = 0, FAR
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if ahead(middle) else (middle, high)
    return high


def _takeover_past_window(model: Transformer, rest: Number, core: Number) -> Number:
    """Whole length beyond the window where the quadratic of the plain layers and the line of the
    windowed ones cross.

    In pairs of one layer: plain x n(n + 1) / 2 + windowed x (w x n - w(w - 1) / 2) = rest x n.
    """
    windowed, window = model.windowed_layers, model.sliding_window
    plain, budget = model.layers - windowed, rest * model.layers / core
    square, line = plain / 2, plain / 2 + windowed * window - budget
    missing = windowed * window * (window - 1) / 2  # what the first rows of a window do not have
    # Both formulas run everywhere; where one divides by zero the other is taken below.
    with np.errstate(divide="ignore", invalid="ignore"):
        # square x n^2 + line x n = missing. float64 makes a division by zero inf, where an int
        # would raise.
        root = (np.sqrt(line**2 + 4 * square * missing) - line) / np.float64(2 * square)
        straight = np.where(line > 0, missing / np.float64(line), math.inf)
    return np.ceil(np.where(plain > 0, root, straight))
