"""Attention counted and timed on this machine: FLOPs, seconds, peak bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import torch

from course_lib import checks
from course_lib.catalog import Transformer
from course_lib.demos import measure, tiny_gpt
from course_lib.demos.attention.storages import peak_bytes
from course_lib.demos.attention.ways import fused, hidden, inputs, naive

__all__ = ["count_flops", "peak", "time_lengths", "time_within", "time_work"]


def time_lengths(lengths: Sequence[int], repeats: int = 5) -> dict[str, list[measure.Timing]]:
    """Time one layer of full attention, two heads, at each length, by both ways in turn.

    "standard" writes scores and shares into memory that is there already, so that the two differ
    by the trips of the square and not by making room for it; "fused" keeps them on the chip.

    Args:
        lengths: tokens.
        repeats: timed runs of each.

    >>> [len(timings) for timings in time_lengths([8, 16], repeats=1).values()]
    [2, 2]
    """
    timings: dict[str, list[measure.Timing]] = {"standard": [], "fused": []}
    for seq in lengths:
        q, k, v = inputs(seq)
        buffers = (q @ k.mT, q @ k.mT)  # written to, so that their pages are really there
        works = {
            "standard": partial(naive, q, k, v, buffers=buffers),
            "fused": partial(fused, q, k, v),
        }
        for name, timed in measure.time_rounds(works, repeats).items():
            timings[name].append(timed)
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

    >>> # 4 x 64 x 128 numbers, and scores and shares of 64 x 64 for two heads; 4 bytes each
    >>> peak(naive, seq=64)
    196608
    """
    q, k, v = inputs(seq)
    return peak_bytes(partial(work, q, k, v), (q, k, v))


def time_within(model: Transformer, seq: int, repeats: int = 5) -> dict[str, measure.Timing]:
    """Seconds of one naive causal core of a tiny GPT's layer, and of its whole forward pass, timed
    in turn: "core" and "whole".

    >>> sorted(time_within(tiny_gpt.shape(layers=1, d_model=32), seq=16, repeats=1))
    ['core', 'whole']
    """
    heads, head_dim, vocab_rows = tiny_gpt.sizes(model, "n_heads", "head_dim", "vocab_rows")
    gpt = tiny_gpt.TinyGPT(model)
    tokens = torch.arange(checks.whole("seq", seq))[None] % vocab_rows
    q, k, v = inputs(seq, heads=heads, head_dim=head_dim)
    hide = hidden("causal", seq)
    with torch.no_grad():
        return measure.time_rounds(
            {"core": lambda: naive(q, k, v, hide), "whole": lambda: gpt(tokens)}, repeats
        )
