"""Attention five ways, small enough to read, to hold time, FLOPs and memory against
`estimators.attention`.

Choices: every variant takes queries, keys and values of shape (B, N, T, H) and returns the same
shape; keys have as many heads as queries; nothing is trained. `naive` with the right mask is what
the others must equal. Letters for shapes: B sequences, N heads, T tokens, H head width.
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch.nn import functional
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from course_lib import checks
from course_lib.catalog import Transformer
from course_lib.demos import measure, tiny_gpt


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
    """Scores written out, turned into weights, and the values' weighted sum: two matrix products.

    `hide` is a mask as `hidden` makes it; `buffers` are two tensors (B, N, T, T) to be written
    into, for timing.
    """
    # the small queries are divided, not the large scores
    scores = torch.matmul(q / math.sqrt(q.shape[-1]), k.mT, out=buffers[0])
    if hide is not None:
        scores.masked_fill_(hide, -math.inf)
    weights = torch.softmax(scores, -1, out=buffers[1])
    return weights @ v


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
    # a column of ones beside the values: its weighted sum is the sum of the weights
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


def influence(
    layers: int, window: int, seq: int, heads: int = 2, head_dim: int = 16, seed: int = 0
) -> np.ndarray:
    """How strongly each input moves the last output of stacked windowed layers.

    float64, shape (T,), newest last. The length of the gradient of one random sum of the last
    output, exact, without any training. Each layer makes queries, keys and values by random
    matrices and adds its result to what came in.

    >>> int((influence(layers=2, window=3, seq=10) > 0).sum())  # itself and 2 x 2 before
    5
    """
    layers, random = checks.whole("layers", layers), torch.Generator().manual_seed(seed)
    checks.whole("window", window)
    width = heads * head_dim
    # fp64: a far input's influence is tiny, and must not be rounded to zero
    x = start = torch.randn(
        checks.whole("seq", seq), width, generator=random, dtype=torch.float64
    ).requires_grad_()
    for _ in range(layers):
        # over the root of the width: numbers keep their size from layer to layer
        matrices = torch.randn(3, width, width, generator=random, dtype=torch.float64) / math.sqrt(
            width
        )
        normed = functional.rms_norm(x, (width,))
        q, k, v = (normed @ matrix for matrix in matrices)
        q, k, v = (
            # [None]: a batch of one
            part.unflatten(-1, (heads, head_dim)).transpose(0, 1)[None]
            for part in (q, k, v)
        )
        x = x + naive(q, k, v, hidden("window", seq, window=window))[0].transpose(0, 1).flatten(1)
    (x[-1] @ torch.randn(width, generator=random, dtype=torch.float64)).backward()
    assert start.grad is not None
    return start.grad.norm(dim=1).numpy()


@dataclass(frozen=True, kw_only=True, eq=False)
class Exponent:
    """The power of the length that a cost grows with, and how far it depends on single points."""

    value: float
    """Slope of the straight line through the logarithms of all points."""
    smallest: float
    """The smallest slope when one point is left out."""
    largest: float
    """The largest slope when one point is left out."""

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.smallest:.2f} to {self.largest:.2f})"


def exponent(lengths: Sequence[float], costs: Sequence[float]) -> Exponent:
    """Fit cost = constant x length^exponent; again with each point left out in turn (jackknife).

    Raises:
        ValueError: fewer than three points, or one that is not above zero.

    >>> str(exponent([1, 2, 4, 8], [3, 12, 48, 192]))
    '2.00 (2.00 to 2.00)'
    """
    x, y = np.log(checks.positive("lengths", lengths)), np.log(checks.positive("costs", costs))
    if x.shape != y.shape or x.ndim != 1 or len(x) < 3:
        raise ValueError(
            f"lengths and costs must be as many, and at least 3, got {x.shape} and {y.shape}"
        )
    slope = lambda chosen: float(np.polyfit(x[chosen], y[chosen], 1)[0])  # noqa: E731
    without_one = [slope(np.arange(len(x)) != left_out) for left_out in range(len(x))]
    return Exponent(
        value=slope(np.full(len(x), True)), smallest=min(without_one), largest=max(without_one)
    )


def time_lengths(lengths: Sequence[int], repeats: int = 3) -> dict[str, list[measure.Timing]]:
    """Time one layer of full attention, two heads, at each length.

    Naive, naive with buffers already there, fused.

    >>> [len(timings) for timings in time_lengths([8, 16], repeats=1).values()]
    [2, 2, 2]
    """
    timings: dict[str, list[measure.Timing]] = {"naive": [], "naive, buffers": [], "fused": []}
    for seq in lengths:
        q, k, v = inputs(seq)
        buffers = (q @ k.mT, q @ k.mT)  # written to, so that their pages are really there
        for name, work in (
            ("naive", naive),
            ("naive, buffers", partial(naive, buffers=buffers)),
            ("fused", fused),
        ):
            timings[name].append(measure.time_call(partial(work, q, k, v), repeats))
    return timings


def count_flops(work: Callable[..., torch.Tensor], seq: int) -> int:
    """FLOPs that PyTorch counts in `work(q, k, v)` on the inputs of that length.

    >>> count_flops(naive, seq=10)  # 2 products x 2 x 10 x 10 x 64 x 2 heads
    51200
    """
    return measure.count_flops(partial(work, *inputs(seq)))


def time_work(work: Callable[..., torch.Tensor], seq: int, repeats: int = 5) -> measure.Timing:
    """Time `work(q, k, v)` on the inputs of that length, after a warm-up."""
    return measure.time_call(partial(work, *inputs(seq)), repeats)


def peak(work: Callable[..., torch.Tensor], seq: int) -> int:
    """Peak bytes of `work(q, k, v)` on the inputs of that length, those inputs included.

    >>> # 4 x 64 x 128 numbers, and scores and weights of 64 x 64 for two heads; 4 bytes each
    >>> peak(naive, seq=64)
    196608
    """
    q, k, v = inputs(seq)
    return peak_bytes(partial(work, q, k, v), (q, k, v))


def time_within(model: Transformer, seq: int, repeats: int = 3) -> tuple[float, float]:
    """Seconds of the naive causal cores of a tiny GPT's layers, and of its whole forward pass."""
    names = ("layers", "n_heads", "head_dim", "vocab_rows")
    layers, heads, head_dim, vocab_rows = tiny_gpt.sizes(model, *names)
    gpt, tokens = (
        tiny_gpt.TinyGPT(model),
        torch.arange(checks.whole("seq", seq))[None] % vocab_rows,
    )
    q, k, v = inputs(seq, heads=heads, head_dim=head_dim)
    hide = hidden("causal", seq)
    with torch.no_grad():
        core = measure.time_call(lambda: naive(q, k, v, hide), repeats).median_seconds
        return layers * core, measure.time_call(lambda: gpt(tokens), repeats).median_seconds


def peak_bytes(work: Callable[[], Any], given: Sequence[torch.Tensor] = ()) -> int:
    """Most bytes that tensors made by `work()` hold at one moment, those of `given` added.

    Counted, not sampled: each operation's new storages are added when made and taken off when they
    die. What a fused kernel keeps on chip or frees within one operation is not seen.

    >>> x = torch.ones(10)
    >>> peak_bytes(lambda: (x + 1) * 2, given=[x])  # x, x + 1 and the product stand side by side
    120
    """
    counter = _Storages(given)
    with counter, torch.no_grad():
        work()
    return counter.peak


class _Storages(TorchDispatchMode):
    """Adds up the storages that are alive."""

    def __init__(self, present: Sequence[torch.Tensor]) -> None:
        super().__init__()
        self.alive: dict[int, int] = {}
        self.peak = 0
        self._add(present)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        # inside this method the mode is off: the call does not come back here
        result = func(*args, **(kwargs or {}))
        self._add([leaf for leaf in tree_leaves(result) if isinstance(leaf, torch.Tensor)])
        return result

    def _add(self, tensors: Sequence[torch.Tensor]) -> None:
        for storage in (tensor.untyped_storage() for tensor in tensors):
            # a view shares its tensor's storage; the Python object may differ, the C++ one does not
            if storage._cdata not in self.alive:
                self.alive[storage._cdata] = storage.nbytes()
                weakref.finalize(storage, self.alive.pop, storage._cdata, None)
        self.peak = max(self.peak, sum(self.alive.values()))
