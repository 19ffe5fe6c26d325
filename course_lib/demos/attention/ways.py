"""Attention five ways, small enough to read: what the estimators of `estimators.attention` count.

Choices: every way takes queries, keys and values of shape (B, N, T, H) and returns the same shape;
keys have as many heads as queries; nothing is trained. `naive` with the right mask is what the
others must equal. Letters for shapes: B sequences, N heads, T tokens, H head width.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch.nn import functional

from course_lib import checks
from course_lib.catalog import Transformer

__all__ = [
    "block_sparse",
    "feature",
    "fused",
    "hidden",
    "inputs",
    "linear",
    "naive",
    "shape",
    "windowed",
]


def inputs(
    seq: int, heads: int = 2, head_dim: int = 64, batch: int = 1, seed: int = 0
) -> torch.Tensor:
    """Random queries, keys and values: fp32, shape (3, B, N, T, H).

    >>> q, k, v = inputs(seq=10)
    >>> q.shape
    torch.Size([1, 2, 10, 64])
    """
    sizes = {"batch": batch, "heads": heads, "seq": seq, "head_dim": head_dim}
    shape = [checks.whole(name, size) for name, size in sizes.items()]
    return torch.randn(3, *shape, generator=torch.Generator().manual_seed(seed))


def shape(heads: int = 2, head_dim: int = 64) -> Transformer:
    """One layer with the heads of `inputs`, as the record that the estimators take.

    >>> shape().d_model
    128
    """
    return Transformer(
        layers=1, d_model=heads * head_dim, n_heads=heads, d_ff=4 * heads * head_dim, vocab_rows=256
    )


def hidden(
    kind: str, seq: int, *, window: int = 1, block: int = 64, blocks: int = 1
) -> torch.Tensor:
    """The mask of a kind, True where a query may not see a key: bool, shape (T, T).

    Arguments as in the estimator.

    >>> (~hidden("window", 4, window=2)).sum(dim=1).tolist()
    [1, 2, 2, 2]
    """
    checks.one_of("kind", kind, ("full", "causal", "window", "block"))
    query, key = torch.arange(checks.whole("seq", seq))[:, None], torch.arange(seq)
    if kind == "full":
        return torch.zeros(seq, seq, dtype=torch.bool)
    too_old = {"window": key <= query - window, "block": key // block <= query // block - blocks}
    return (key > query) | too_old.get(kind, torch.tensor(False))


def naive(
    q: torch.Tensor,
    k: torch.Tensor,
    v: torch.Tensor,
    hide: torch.Tensor | None = None,
    buffers: Any = (None, None),
) -> torch.Tensor:
    """Scores written out, turned into shares, and the values summed by them: two matrix products.

    `hide` is a mask as `hidden` makes it; `buffers` are two tensors (B, N, T, T) to be written
    into, for timing.
    """
    # the small queries are divided, not the large scores
    scores = torch.matmul(q / math.sqrt(q.shape[-1]), k.mT, out=buffers[0])
    if hide is not None:
        scores.masked_fill_(hide, -math.inf)
    shares = torch.softmax(scores, -1, out=buffers[1])
    return shares @ v


def fused(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, causal: bool = False) -> torch.Tensor:
    """The same sums without ever writing the scores: PyTorch's fused kernel, tile by tile."""
    return functional.scaled_dot_product_attention(q, k, v, is_causal=causal)


def windowed(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, window: int, tile: int | None = None
) -> torch.Tensor:
    """Sliding window, `tile` queries at a time (default: `window`), with only the keys they see."""
    window = checks.whole("window", window)
    seq, tile = q.shape[-2], checks.whole("tile", window if tile is None else tile)
    # the first query of a tile sees `window - 1` keys before the tile
    out, mask = torch.empty_like(q), hidden("window", min(seq, tile + window - 1), window=window)
    for start in range(0, seq, tile):
        stop, first = min(seq, start + tile), max(0, start - window + 1)
        seen, offset = slice(first, stop), start - first  # the mask only depends on the distance
        hide = mask[offset : offset + stop - start, : stop - first]
        out[..., start:stop, :] = naive(
            q[..., start:stop, :], k[..., seen, :], v[..., seen, :], hide
        )
    return out


def block_sparse(
    q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, block: int, blocks: int
) -> torch.Tensor:
    """Each block of queries meets its own block of keys and `blocks - 1` before, never others."""
    block, blocks, seq = checks.whole("block", block), checks.whole("blocks", blocks), q.shape[-2]
    out = torch.empty_like(q)
    for start in range(0, seq, block):
        stop, first = min(seq, start + block), max(0, start - block * (blocks - 1))
        hide = hidden("causal", stop - first)[start - first :]  # rows of the queries here only
        here, seen = slice(start, stop), slice(first, stop)
        out[..., here, :] = naive(q[..., here, :], k[..., seen, :], v[..., seen, :], hide)
    return out


def linear(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, block: int = 64) -> torch.Tensor:
    """Causal attention by feature(q) . feature(k), not exp(q . k): the past fits into one sum.

    Within a block the scores are written out. What lies before is `past`, shape (B, N, H, H + 1):
    the sum of key times value, and in its last column the sum of keys, by which the result is
    divided (arXiv 2006.16236).
    """
    block, (q, k) = checks.whole("block", block), (feature(q), feature(k))
    # a column of ones beside the values: summed like them, it gives the divisor
    out, v = torch.empty_like(v), functional.pad(v, (0, 1), value=1.0)
    past = q.new_zeros(*q.shape[:2], k.shape[-1], v.shape[-1])
    for start in range(0, q.shape[-2], block):
        here = slice(start, start + block)
        q_here, k_here, v_here = q[..., here, :], k[..., here, :], v[..., here, :]
        mixed = (q_here @ k_here.mT).tril_() @ v_here + q_here @ past
        out[..., here, :] = mixed[..., :-1] / mixed[..., -1:]
        # only now: the block's own keys are in the triangle above
        past += k_here.mT @ v_here
    return out


def feature(x: torch.Tensor) -> torch.Tensor:
    """A positive number for each entry: elu(x) + 1."""
    return functional.elu(x).add_(1)
