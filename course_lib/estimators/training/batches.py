"""How many sequences an optimizer step has where nobody says.

Design choices:
- Small models get small batches. The two smallest runs of the catalog whose authors chose the batch
  for the size, nanoGPT and llm.c, took half a million tokens for 124 million parameters; LLaMA took
  4 million for 7 billion and more. Between them tokens grow with the root of the parameters: that
  rule gives 1.5 million at 1.1 billion, where TinyLlama took 2. Below 124 million it is continued.
- Pythia took 2 million at every size, to compare sizes; its authors call that large for the small
  ones (Biderman et al. 2023, arXiv 2304.01373, section 2.1). The rule does not follow them.
- Many devices need work: each gets a sequence, as long as that makes no more than 4 million tokens,
  and 2 048 tokens beyond that, up to the largest batches published.
"""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators import parameters
from course_lib.estimators.layout import Layout

SMALL_TOKENS, SMALL_PARAMETERS = 2**19, 124e6
"""Tokens of a step of the smallest runs, and the parameters of the model they trained."""
MOST_BY_SIZE = 4 * 2**20
"""Where the growth with the parameters ends: 4 million tokens, as LLaMA took from 7 billion on."""
TOKENS_EACH = {"dense": (2048, 16 * 2**20), "mixture": (16384, 64 * 2**20)}
"""Or so many for each device, up to a limit: Llama 3.1 405B took 16 million, the mixture
DeepSeek-V3 63 million."""


def usual_tokens(model: Transformer, devices: Number, seq: Number) -> Number:
    """Tokens of an optimizer step where none are given. Arrays broadcast.

    Args:
        model: the architecture.
        devices: how many work together.
        seq: tokens of a sequence.

    Source: published batches of the catalog's runs, see the module.

    >>> from course_lib.catalog import models
    >>> [round(usual_tokens(models[name], 8, 1024) / 2**20, 1) for name in ("gpt2", "llama-3-8b")]
    [0.5, 4.0]
    """
    count = parameters.count(checks.instance("model", model, Transformer)).total
    devices, seq = checks.whole("devices", devices), checks.whole("seq", seq)
    by_size = checks.smaller(
        MOST_BY_SIZE, SMALL_TOKENS * (np.asarray(count) / SMALL_PARAMETERS) ** 0.5
    )
    one_each = checks.smaller(MOST_BY_SIZE, devices * seq)
    device_tokens, most = TOKENS_EACH["dense" if model.experts is None else "mixture"]
    wanted = checks.larger(checks.larger(by_size, one_each), device_tokens * devices)
    tokens = checks.smaller(most, wanted)
    return tokens if np.ndim(tokens) else float(tokens)


def usual_batch(model: Transformer, devices: Number, seq: int, layout: Layout | None) -> Number:
    """Sequences of a step where none are given: what the devices divide, and a given layout too.

    >>> from course_lib.catalog import models
    >>> usual_batch(models["gpt2"], 8, 1024, None)
    512
    """
    usual = whole_batch(checks.larger(1, usual_tokens(model, devices, seq) / seq), devices)
    if layout is None:
        return usual
    # Interleaved stages want whole rounds of as many micro-batches as stages; a comparison counts
    # as 0 or 1.
    rounds = (
        layout.data * layout.micro_batch * (1 + (layout.interleave > 1) * (layout.pipeline - 1))
    )
    # Up to the next multiple.
    return -(-usual // rounds) * rounds


def whole_batch(sequences: Number, devices: Number) -> Number:
    """A batch near `sequences` that many layouts of the devices can divide: within 5 % where that
    can be had.

    It is a multiple of the odd part of the devices' count, and of as many twos as keep it near.

    >>> whole_batch(1024, 992), whole_batch(2048, 1024)  # 992 is 31 x 32
    (992, 2048)
    """
    checks.positive("sequences", sequences)
    checks.whole("devices", devices)
    if np.ndim(devices) or np.ndim(sequences):
        pairs = np.broadcast(sequences, devices)
        return np.array(
            [whole_batch(float(wanted), int(count)) for wanted, count in pairs], dtype=float
        ).reshape(pairs.shape)
    odd, twos = int(devices), 1
    while odd % 2 == 0:
        odd, twos = odd // 2, 2 * twos
    # All twos of the devices, and 20 more, for batches many times their count.
    sizes = [odd * 2**power for power in range(twos.bit_length() + 20)]
    # The multiple nearest to what is wanted, at least one.
    near = [size * max(1, round(float(sequences) / size)) for size in sizes]
    close = [batch for batch in near if abs(batch / sequences - 1) <= 0.05]
    # Sizes ascend, so the last one is divided by the most twos.
    return close[-1] if close else near[0]
