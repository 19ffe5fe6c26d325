"""What tries cost in arithmetic: many of a small model against one of a large model.

Design choices:
- All tries of a task share its prompt, so it is read once and its cache is kept (`shared`).
- FLOPs are those of `flops.forward` and `flops.decode`: every product, attention's too. A latent
  cache is not made anew at every token, as servers keep it.
- Checking the tries is left out: running a test takes a processor, not the card.
"""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.catalog import Transformer
from course_lib.checks import Number
from course_lib.estimators import flops

__all__ = ["best_of_flops", "equal_tries", "written_flops"]


def written_flops(model: Transformer, *, prompt: Number, output: Number) -> Number:
    """FLOPs of writing an answer with a cache, the reading of the prompt left out.

    The first token comes out of the reading: `output` - 1 passes are left.

    Args:
        model: the model.
        prompt: tokens before the answer; arrays broadcast.
        output: tokens written.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> tiny = Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
    >>> written_flops(tiny, prompt=9, output=2) == flops.decode(tiny, batch=1, context=9)
    True
    """
    prompt, output = checks.whole("prompt", prompt), checks.whole("output", output)
    checks.broadcast(prompt=prompt, output=output)
    # Every token's pass is longer by the same amount, so the mean of the first and the last is the
    # mean of all.
    last = checks.larger(prompt + output - 2, 0)
    first, end = (flops.decode(model, 1, where, rebuild=False) for where in (prompt, last))
    return (output - 1) * (first + end) / 2


def best_of_flops(
    model: Transformer, *, prompt: Number, output: Number, tries: Number = 1, shared: bool = True
) -> Number:
    """FLOPs of `tries` answers to one prompt.

    Args:
        model: the model.
        prompt: tokens read; arrays broadcast.
        output: tokens written in each try, those of its thoughts with them.
        tries: how many answers.
        shared: whether the prompt is read once for all of them.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> from course_lib.catalog import models
    >>> llama = models["llama-3-8b"]
    >>> once, four = (best_of_flops(llama, prompt=200, output=400, tries=n) for n in (1, 4))
    >>> f"{once:.3g}", round(four / once, 2)  # the prompt is a third of the tokens
    ('9.1e+12', 3.0)
    """
    tries = checks.whole("tries", tries)
    checks.broadcast(tries=tries, prompt=np.asarray(prompt), output=np.asarray(output))
    reading = flops.forward(model, 1, checks.whole("prompt", prompt))
    writing = written_flops(model, prompt=prompt, output=output)
    return reading * (1 if checks.flag("shared", shared) else tries) + tries * writing


def equal_tries(
    small: Transformer, large: Transformer, *, prompt: Number, output: Number, shared: bool = True
) -> Number:
    """How many tries a small model has for the FLOPs of one try of a large one; a fraction counts.

    Args:
        small: the model that tries again.
        large: the model that tries once, with as many tokens.
        prompt: tokens read; arrays broadcast.
        output: tokens written in each try.
        shared: whether the small one reads the prompt once for all its tries.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> from course_lib.catalog import models
    >>> case = {"prompt": 200, "output": 400}
    >>> round(equal_tries(models["llama-3-8b"], models["llama-3-70b"], **case), 1)
    13.3
    """
    whole = best_of_flops(large, prompt=prompt, output=output)
    one = best_of_flops(small, prompt=prompt, output=output)
    if not checks.flag("shared", shared):
        return whole / one
    writing = written_flops(small, prompt=prompt, output=output)
    if np.any(np.asarray(writing) == 0):
        raise ValueError("output must be at least 2 where the prompt is shared")
    return (whole - (one - writing)) / writing
