"""The FLOPs of one answer, from its first token read to its last one written."""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.catalog import Transformer
from course_lib.estimators import flops

__all__ = ["answer_flops"]


def answer_flops(model: Transformer, *, prompt: int, output: int) -> float:
    """FLOPs of reading a prompt and writing an answer with a KV cache.

    The reading yields the first token; each further one takes a pass of its own over all before it.

    Args:
        model: the model.
        prompt: tokens read.
        output: tokens written, at least 1.

    Raises:
        ValueError: a number of tokens below 1.

    >>> from course_lib.catalog import models
    >>> llama = models["llama-3-8b"]
    >>> answer_flops(llama, prompt=200, output=1) == flops.forward(llama, batch=1, seq=200)
    True
    >>> round(answer_flops(llama, prompt=200, output=400) / 1e12, 2)  # 2 FLOPs x 599 x 7.5 billion
    9.1
    """
    prompt, output = checks.whole("prompt", prompt), checks.whole("output", output)
    reading = flops.forward(model, batch=1, seq=prompt)
    if output == 1:
        return float(reading)
    context = np.arange(prompt, prompt + output - 1, dtype=float)  # tokens before each further one
    return float(reading + np.sum(flops.decode(model, batch=1, context=context)))
