"""How far stacked windows see: the gradient of the last output, exact and without any training."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch.nn import functional

from course_lib import checks
from course_lib.demos.attention.ways import hidden, naive

__all__ = ["influence"]


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
