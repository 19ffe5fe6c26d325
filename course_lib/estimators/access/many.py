"""Many purposes on one card: a whole copy of the model for each, or one base and an adapter each.

A tuned copy needs all weights again. An adapter of rank r beside a matrix of in x out has
r x (in + out) weights, so hundreds fit where a second copy does not.

Design choices:
- Adapters are kept apart from the base and multiplied beside it, so that requests for different
  ones share a pass over the base's weights (as in S-LoRA, arXiv 2311.03285, and Punica, arXiv
  2310.18547). A step waits for what it reads: base, caches, and each adapter in use, once.
- What is read is all that is counted. Kernels that gather adapters have costs of their own.
- All weights in two bytes. Dense models alone, as in `tuning.adapter_weights`.
"""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.catalog import Transformer
from course_lib.checks import Number
from course_lib.estimators import memory, parameters
from course_lib.estimators.access.tuning import adapter_weights

WEIGHT_BYTES = 2


def adapter_bytes(model: Transformer, rank: Number = 8) -> Number:
    """Bytes of one adapter beside every matrix of the layers.

    >>> from course_lib.catalog import models
    >>> adapter_bytes(models["llama-2-7b"], rank=8) / 1e6
    39.97696
    """
    return WEIGHT_BYTES * adapter_weights(model, rank)


def purposes(
    model: Transformer, memory_bytes: float, *, users: int, context: int, rank: int | None = 8
) -> int:
    """For how many purposes a card holds what is needed, beside the caches of its users.

    Args:
        model: the base.
        memory_bytes: what the card lets a server use.
        users: texts at once, all purposes together.
        context: tokens of each text.
        rank: of the adapters; None for whole copies of the model.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> from course_lib.catalog import models
    >>> case = {"memory_bytes": 80e9, "users": 16, "context": 1000}
    >>> [purposes(models["llama-3-8b"], rank=rank, **case) for rank in (None, 8)]
    [4, 1474]
    """
    room = checks.positive("memory_bytes", memory_bytes)
    users, context = checks.whole("users", users), checks.whole("context", context)
    base = WEIGHT_BYTES * parameters.count(model).total
    left = room - memory.kv_cache(model, users, context)
    if rank is None:
        return max(0, int(left // base))
    return max(0, int((left - base) // adapter_bytes(model, rank)))


def step_ratio(
    model: Transformer, *, users: Number, context: Number, distinct: Number, rank: Number = 8
) -> Number:
    """How many times as long a step takes with adapters as without, by the bytes that it reads.

    Args:
        model: the base.
        users: texts in a step.
        context: tokens of each text.
        distinct: different adapters among them, at most `users`.
        rank: of the adapters.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> from course_lib.catalog import models
    >>> ratio = step_ratio(models["llama-2-7b"], users=16, context=1, distinct=16)
    >>> 1.04 < ratio < 1.06
    True
    """
    users, context = checks.whole("users", users), checks.whole("context", context)
    distinct, rank = checks.whole("distinct", distinct, at_least=0), checks.whole("rank", rank)
    checks.broadcast(users=users, context=context, distinct=distinct, rank=rank)
    if np.any(np.asarray(distinct) > users):
        raise ValueError(f"distinct must be at most users={users}, got {distinct}")
    read = WEIGHT_BYTES * parameters.count(model).total + memory.kv_cache(model, users, context)
    return (read + distinct * adapter_bytes(model, rank)) / read
