"""What attention costs: arithmetic, bytes moved, peak memory, what it keeps for each token, and how
far it sees.

Five kinds, each a rule for the keys that a query meets:
- full: every key. causal: itself and every key before.
- window: itself and at most `window - 1` keys before (Longformer, arXiv 2004.05150; Mistral 7B,
  arXiv 2310.06825).
- block: its own block of `block` tokens up to itself, and `blocks - 1` whole blocks before. Which
  ones (the nearest, the first, every tenth) does not change the count (Sparse Transformer, arXiv
  1904.10509).
- linear: a running sum in place of keys and values, updated once a block (arXiv 2006.16236).

Counting rule: matrix products as in `flops`, 2 FLOPs an entry of each sum; softmax and feature maps
are left out. Code does not compute single pairs. It takes a tile of queries with every key that one
of them meets, and masks what is too much. `cost` counts what is computed, as PyTorch's counter
does; `pairs` counts what the mask lets through.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators import flops

KINDS = ("full", "causal", "window", "block", "linear")
FUSED_TILE = 128
"""Queries and keys that fused code holds on chip at once, where nothing else is said."""
STATISTICS_BYTES = 4
"""What fused code writes beside its output, for each query and head: one fp32 number, the logarithm
of its sum."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Cost:
    """What one layer's attention costs, from queries, keys and values to its weighted sums."""

    flops: Number
    """FLOPs of the matrix products; the layer's projections are not among them."""
    bytes_moved: Number
    """Bytes read from and written to the large memory."""
    peak_bytes: Number
    """Bytes in memory at the same time: queries, keys, values, output, and whatever lies
    between."""


def pairs(
    kind: str, seq: Number, *, window: Number = 1, block: Number = 64, blocks: Number = 1
) -> Number:
    """Pairs (query, key) that the mask lets through, for one head. Linear attention sees what
    causal attention sees.

    Args:
        kind: one of `KINDS`.
        seq: tokens.
        window: keys a query meets, itself included; for "window".
        block: tokens in a block; for "block".
        blocks: blocks a query meets, its own included; for "block".

    Raises:
        ValueError: an unknown kind, or a number below 1; the message names it.

    >>> pairs("full", 4), pairs("causal", 4), pairs("window", 4, window=2)  # 16, 1 + 2 + 3 + 4, 1 + 2 + 2 + 2
    (16, 10, 7)
    >>> pairs("block", 6, block=2, blocks=2)  # 1 + 2, then 3 + 4, then 3 + 4
    17
    """
    seq, window, block, blocks = _check(kind, seq=seq, window=window, block=block, blocks=blocks)
    if kind == "full":
        return seq * seq
    if kind == "block":
        return _block_pairs(seq, block, blocks, masked=True)
    return flops.pairs_seen(seq, window) if kind == "window" else flops.pairs_seen(seq)


def computed_pairs(
    kind: str,
    seq: Number,
    tile: Number = 1,
    *,
    window: Number = 1,
    block: Number = 64,
    blocks: Number = 1,
) -> Number:
    """Pairs that code computes which takes `tile` queries at a time, with every key that one of
    them meets.

    A tile of one is the mask itself, a tile as long as the text the whole square. Block and linear
    attention take whole blocks whatever `tile` says; the second leaves all other blocks to its
    running sum.

    >>> computed_pairs("causal", 4, tile=2)  # 2 x 2, then 2 x 4
    12
    >>> computed_pairs("window", 6, tile=2, window=2)  # 2 x 2, then 2 x 3 twice
    16
    """
    seq, tile, window, block, blocks = _check(
        kind, seq=seq, tile=tile, window=window, block=block, blocks=blocks
    )
    if kind == "full":
        return seq * seq
    if kind in ("block", "linear"):
        return _block_pairs(seq, block, blocks if kind == "block" else 1, masked=False)
    tile, before = checks.smaller(tile, seq), window - 1 if kind == "window" else seq
    tiles, rest = seq // tile, seq % tile
    growing = before // tile  # so many tiles meet all that came before them
    keys_before = tile * (flops.pairs_seen(tiles, growing + 1) - tiles)
    keys_before = keys_before + before % tile * (tiles - checks.smaller(tiles, growing + 1))
    return (
        tiles * tile * tile
        + tile * keys_before
        + rest * (rest + checks.smaller(tiles * tile, before))
    )


def cost(
    model: Transformer,
    seq: Number,
    kind: str = "full",
    *,
    batch: Number = 1,
    fused: bool = False,
    tile: Number | None = None,
    item_bytes: Number = 2,
    **pattern: Number,
) -> Cost:
    """FLOPs, bytes moved and peak memory of one layer's attention, forward.

    Naive code writes the scores out, reads them for the softmax, and does the same with the
    weights: four trips for each pair. Fused code keeps a tile of keys on chip and lets queries and
    unfinished outputs pass by: no trip for a pair, but one more read of both, and a write, for each
    further tile.
    Source: FlashAttention, arXiv 2205.14135, algorithms 0 and 1 (there M numbers on chip make a
    tile of M / 4d keys). Keys and values shared by several heads count once. Peaks are exact where
    tiles and blocks divide `seq`, and close for linear attention.

    Args:
        model: gives heads and their widths.
        seq: tokens of one sequence.
        kind: one of `KINDS`.
        batch: sequences.
        fused: whether scores stay on chip.
        tile: queries taken at a time. Default: the whole text, or `FUSED_TILE` for fused code.
        item_bytes: bytes of one number.
        pattern: `window`, `block` and `blocks`, as in `pairs`.

    >>> tiny = Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
    >>> cost(tiny, 10).flops  # 2 products x 2 x 10 x 10 x 64
    25600
    >>> cost(tiny, 10).bytes_moved  # 4 x 10 x 64 numbers, and 4 x 4 x 100 for the scores of four heads; 2 bytes each
    8320
    """
    job = _job(model, seq, kind, batch, checks.flag("fused", fused), tile, item_bytes, **pattern)
    if kind == "linear":
        return _linear(job)
    return _fused(job) if fused else _written_out(job)


def takeover_length(model: Transformer, attention: str = "full") -> Number:
    """Shortest text, in tokens, on which attention's scores and sums cost as many FLOPs as the rest
    of a forward pass.

    With "full" the first grow as the square, with "causal" as half of it, and what windowed layers
    add grows with the length alone; the rest of the model grows with the length too. Infinite where
    attention never catches up.

    Raises:
        TypeError, ValueError: no Transformer, or an unknown `attention`.

    >>> from course_lib.catalog import models
    >>> takeover_length(models["llama-3-8b"]), takeover_length(models["llama-3-8b"], "causal")
    (28628, 57255)
    >>> takeover_length(models["mistral-7b-v0.1"], "causal")  # every layer has a window of 4096
    inf
    """
    parts = flops.forward_parts(model, 1, 1, attention)  # one token: one pair in each layer
    rest, core = parts.layers - parts.attention_core + parts.head, parts.attention_core
    if attention == "full":
        return -(-rest // core)
    without_windows = -checks.smaller(
        -1, 1 + -2 * rest // core
    )  # core x n(n + 1) / 2 against rest x n
    if not any(model.windowed):
        return without_windows
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


def kept_numbers(model: Transformer) -> Number:
    """Numbers that one layer keeps of each past token: its keys and values, for every key-value
    head.

    One key-value head for all (`n_kv_heads` = 1) is multi-query attention, fewer than query heads
    is grouped-query attention. Latent attention keeps one narrow vector and one rotary key in place
    of all heads' (arXiv 2405.04434).

    >>> from course_lib.catalog import models
    >>> [kept_numbers(models[name]) for name in ("llama-2-7b", "llama-3-8b", "falcon-7b", "deepseek-v3")]
    [8192, 2048, 128, 576]
    """
    latent = checks.instance("model", model, Transformer).latent
    return (
        2 * model.n_kv_heads * model.head_dim
        if latent is None
        else latent.kv_rank + latent.rope_dim
    )


def _check(kind: str, **sizes: Number) -> list[Number]:
    checks.one_of("kind", kind, KINDS)
    numbers = {name: checks.whole(name, value) for name, value in sizes.items()}
    checks.broadcast(**numbers)
    return list(numbers.values())


@dataclass(frozen=True, kw_only=True, eq=False)
class _Job:
    """One layer's work, checked."""

    model: Transformer
    batch: Number
    seq: Number
    item: Number
    """Bytes of a number."""
    tile: Number
    """Queries taken at a time."""
    computed: Number
    """Pairs computed, for one head of all sequences."""
    widest: Number
    """Most keys that a tile meets."""
    fused: bool

    @property
    def widths(self) -> tuple[Number, Number]:
        """Of a head's key and of its value."""
        latent, head = self.model.latent, self.model.head_dim
        return (head, head) if latent is None else (latent.key_dim, latent.value_dim)

    @property
    def ends(self) -> tuple[Number, Number, Number]:
        """Numbers in the queries, in keys and values together, and in the output."""
        (key, value), tokens, model = self.widths, self.batch * self.seq, self.model
        return (
            tokens * model.n_heads * key,
            tokens * model.n_kv_heads * (key + value),
            tokens * model.n_heads * value,
        )


def _job(
    model: Transformer,
    seq: Number,
    kind: str,
    batch: Number,
    fused: bool,
    tile: Number | None,
    item_bytes: Number,
    *,
    window: Number = 1,
    block: Number = 64,
    blocks: Number = 1,
) -> _Job:
    checks.instance("model", model, Transformer)
    usual = (FUSED_TILE if fused else seq) if tile is None else tile
    sizes = {"seq": seq, "batch": batch, "item_bytes": item_bytes, "tile": usual}
    seq, batch, item, tile = _check(kind, **sizes)
    window, block, blocks = _check(kind, window=window, block=block, blocks=blocks)
    by_block = kind in ("block", "linear")
    tile = checks.smaller(block if by_block else tile, seq)
    checks.broadcast(
        **model.numbers(), batch=batch, seq=seq, tile=tile, window=window, blocks=blocks
    )
    computed = batch * computed_pairs(kind, seq, tile, window=window, block=block, blocks=blocks)
    widest = {"window": tile + window - 1, "block": block * blocks}.get(kind, seq)
    widest = checks.smaller(widest, seq)
    return _Job(
        model=model,
        batch=batch,
        seq=seq,
        item=item,
        tile=tile,
        computed=computed,
        widest=widest,
        fused=fused,
    )


def _block_pairs(seq: Number, block: Number, blocks: Number, masked: bool) -> Number:
    """Pairs of each token with its own block (up to itself where `masked`) and up to `blocks - 1`
    earlier ones."""
    block = checks.smaller(block, seq)
    whole, rest = seq // block, seq % block
    earlier = (
        flops.pairs_seen(whole, blocks) - whole
    )  # 0 + 1 + 2 + ..., never more than blocks - 1 each
    last = rest * block * checks.smaller(whole, blocks - 1)
    own = (
        whole * block * (block + 1) // 2 + rest * (rest + 1) // 2
        if masked
        else whole * block**2 + rest**2
    )
    return own + block * block * earlier + last


def _written_out(job: _Job) -> Cost:
    """A tile's scores are written and read, its weights too; every tile reads its keys and values
    anew."""
    (key, value), (queries, stored, output), heads = job.widths, job.ends, job.model.n_heads
    keys_read = -(-job.computed // job.tile) * job.model.n_kv_heads * (key + value)
    at_once = (
        job.batch * heads * job.tile * (2 * job.widest + (job.tile < job.seq) * value)
    )  # and a tile's output
    return Cost(
        flops=2 * heads * (key + value) * job.computed,
        bytes_moved=job.item * (queries + output + keys_read + 4 * heads * job.computed),
        peak_bytes=job.item * (queries + stored + output + at_once),
    )


def _fused(job: _Job) -> Cost:
    """A query, with what its output has become so far, passes by every tile of keys that it
    meets."""
    (key, value), (queries, stored, output), heads = job.widths, job.ends, job.model.n_heads
    passes = -(-job.computed // job.tile)  # of queries by tiles; the first finds no output to read
    return Cost(
        flops=2 * heads * (key + value) * job.computed,
        bytes_moved=job.item * (stored + heads * (key + 2 * value) * passes - output),
        peak_bytes=job.item * (queries + stored + output)
        + STATISTICS_BYTES * job.batch * heads * job.seq,
    )


def _linear(job: _Job) -> Cost:
    """Scores within blocks; one running sum of key times value, widened by a column that sums the
    keys."""
    (key, value), (queries, stored, output), heads = job.widths, job.ends, job.model.n_heads
    scores, state = heads * job.computed, job.batch * heads * key * (value + 1)
    stored_rows = job.batch * job.seq * job.model.n_kv_heads
    features, widened = queries + stored_rows * key, stored_rows * (value + 1)
    between = 0 if job.fused else 2 * (features + scores + -(-job.seq // job.tile) * state)
    block = 2 * job.batch * heads * job.tile * (job.tile + value + 1)
    return Cost(
        flops=2 * scores * (key + value + 1) + 4 * job.seq * state,
        bytes_moved=job.item * (queries + stored + output + between),
        peak_bytes=job.item
        * (queries + stored + output + state + (0 if job.fused else features + widened + block)),
    )


def _takeover_past_window(model: Transformer, rest: Number, core: Number) -> Number:
    """Whole length beyond the window where the quadratic of the plain layers and the line of the
    windowed ones cross.

    In pairs of one layer: plain x n(n + 1) / 2 + windowed x (w x n - w(w - 1) / 2) = rest x n.
    """
    windowed, window = model.windowed_layers, model.sliding_window
    plain, budget = model.layers - windowed, rest * model.layers / core
    square, line = plain / 2, plain / 2 + windowed * window - budget
    missing = windowed * window * (window - 1) / 2  # what the first rows of a window do not have
    with np.errstate(divide="ignore", invalid="ignore"):
        root = (np.sqrt(line**2 + 4 * square * missing) - line) / np.float64(2 * square)
        straight = np.where(line > 0, missing / np.float64(line), math.inf)
    return np.ceil(np.where(plain > 0, root, straight))
