"""Which layouts are sensible for a model, a count of devices and a batch, row by row.

Design choices:
- Layouts are whole divisions: tensor ranks share whole heads and stay within a machine, stages
  divide what is left, context ranks come with long sequences only, experts are taken from the data
  ranks.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product

from course_lib.catalog.records.transformer import Transformer
from course_lib.estimators.layout import shares_heads

MICRO_BATCHES = (1, 2, 4, 8, 16)
"""Sequences at a time that are tried."""
INTERLEAVES = (1, 2, 4, 8)
"""Groups of layers a stage that are tried, and the most there can be."""
CONTEXT_TOKENS = 8192
"""A context rank gets at least so many tokens of a sequence."""


def rows(
    model: Transformer, devices: int, batch: int, seq: int, domain: int
) -> Iterator[tuple[int, ...]]:
    """The sizes of each sensible layout, in the order of `layout.SIZES` and then `zero`.

    Args:
        model: the architecture, its sizes single numbers.
        devices: how many there are.
        batch: sequences of a step.
        seq: tokens of a sequence.
        domain: devices that are linked closely, which bounds the tensor ranks.

    >>> from course_lib.catalog import models
    >>> list(rows(models["llama-3-8b"], devices=1, batch=1, seq=512, domain=8))
    [(1, 1, 1, 1, 1, 1, 1, 0)]
    """
    tensors = [size for size in divisors(devices) if size <= domain and shares_heads(model, size)]
    contexts = [
        size
        for size in divisors(devices)
        if size == 1 or (seq % size == 0 and seq // size >= CONTEXT_TOKENS)
    ]
    for tensor, context in product(tensors, contexts):
        if devices % (tensor * context):
            continue
        for pipeline in divisors(devices // (tensor * context)):
            data = devices // (tensor * context * pipeline)
            if pipeline > model.layers or batch % data:
                continue
            yield from _filled(model, batch, data, tensor, pipeline, context)


def _filled(
    model: Transformer, batch: int, data: int, tensor: int, pipeline: int, context: int
) -> Iterator[tuple[int, ...]]:
    """Micro-batches, interleaving, experts and sharding for one grid of ranks."""
    most = int(model.layers) // pipeline
    for micro, interleave in product(
        # The deepest interleaving is tried too, where it is no power of two.
        MICRO_BATCHES,
        sorted({*INTERLEAVES, min(most, max(INTERLEAVES))}),
    ):
        rounds, rest = divmod(batch, data * micro)
        # Interleaved stages work in rounds of as many micro-batches as there are stages.
        impossible = interleave > 1 and (pipeline == 1 or rounds % pipeline or interleave > most)
        if rest or not rounds or impossible:
            continue
        for expert, zero in product(
            # ZeRO 0 only where there is nobody to share with: stage 1 sends the same bytes and
            # keeps fewer.
            _expert_sizes(model, data),
            (1, 2, 3) if data * context > 1 else (0,),
        ):
            yield data, tensor, pipeline, context, expert, micro, interleave, zero


def _expert_sizes(model: Transformer, data: int) -> list[int]:
    experts = model.any_experts
    if experts is None:
        return [1]
    return [size for size in divisors(data) if experts.count % size == 0]


def divisors(number: int) -> list[int]:
    """All divisors of a number, the smallest first.

    >>> divisors(12)
    [1, 2, 3, 4, 6, 12]
    """
    # Up to the root; each divisor has its partner beyond.
    small = [size for size in range(1, math.isqrt(int(number)) + 1) if number % size == 0]
    return sorted({*small, *(int(number) // size for size in small)})
