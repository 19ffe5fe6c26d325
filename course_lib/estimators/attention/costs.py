"""What one layer's attention costs: arithmetic, bytes moved, peak memory.

Counting rule: matrix products as in `flops`, 2 FLOPs an entry of each sum; softmax and feature maps
are left out. `cost` counts the pairs that code computes, as PyTorch's counter does, not those alone
that the mask lets through (`masks`).
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators.attention.masks import checked, computed_pairs

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


def cost(
    model: Transformer,
    seq: Number,
    kind: str = "full",
    *,
    batch: Number = 1,
    fused: bool = False,
    tile: Number | None = None,
    item_bytes: Number = 2,
    window: Number = 1,
    block: Number = 64,
    blocks: Number = 1,
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
        window: keys a query meets, itself included; for "window".
        block: tokens in a block; for "block" and "linear".
        blocks: blocks a query meets, its own included; for "block".

    >>> tiny = Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
    >>> cost(tiny, 10).flops  # 2 products x 2 x 10 x 10 x 64
    25600
    >>> cost(tiny, 10).bytes_moved  # 4 x 10 x 64 and, for scores, 4 x 4 x 100 numbers; 2 bytes each
    8320
    """
    pattern = {"window": window, "block": block, "blocks": blocks}
    job = _job(model, seq, kind, batch, checks.flag("fused", fused), tile, item_bytes, **pattern)
    if kind == "linear":
        return _linear(job)
    return _fused(job) if fused else _written_out(job)


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
        latent = self.model.latent
        key = self.model.head_dim if latent is None else latent.key_dim
        return key, self.model.value_width

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
    seq, batch, item, tile = checked(kind, sizes)
    pattern = {"window": window, "block": block, "blocks": blocks}
    window, block, blocks = checked(kind, pattern)
    # Block and linear attention take a block at a time, whatever the tile.
    by_block = kind in ("block", "linear")
    tile = checks.smaller(block if by_block else tile, seq)
    checks.broadcast(
        **model.numbers(), batch=batch, seq=seq, tile=tile, window=window, blocks=blocks
    )
    computed = batch * computed_pairs(kind, seq, tile, window=window, block=block, blocks=blocks)
    # The first query of a tile sees window - 1 keys before it, the last one sees itself.
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


def _written_out(job: _Job) -> Cost:
    """A tile's scores are written and read, its weights too; every tile reads its keys and values
    anew."""
    (key, value), (queries, stored, output), heads = job.widths, job.ends, job.model.n_heads
    # Each tile reads a key once for all of its queries; rounded up for a last tile that is not
    # full.
    keys_read = -(-job.computed // job.tile) * job.model.n_kv_heads * (key + value)
    # Scores and weights of a tile; where there are several, the tile's own output stands beside the
    # whole one (a comparison counts as 0 or 1).
    at_once = job.batch * heads * job.tile * (2 * job.widest + (job.tile < job.seq) * value)
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
        # Each pass reads a query and its unfinished output, and writes the output: key + 2 x value.
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
    # Feature maps are as wide as the heads; values get a column of ones, whose sum is the divisor.
    features, widened = queries + stored_rows * key, stored_rows * (value + 1)
    between = 0 if job.fused else 2 * (features + scores + -(-job.seq // job.tile) * state)
    block = 2 * job.batch * heads * job.tile * (job.tile + value + 1)
    return Cost(
        # A token adds its key times value to the state and reads it with its query: 2 FLOPs each.
        flops=2 * scores * (key + value + 1) + 4 * job.seq * state,
        bytes_moved=job.item * (queries + stored + output + between),
        peak_bytes=job.item
        * (queries + stored + output + state + (0 if job.fused else features + widened + block)),
    )
