"""What text a model can take, and whether it writes any: asked before anything is planned for it.

Design choices:
- A learned table of positions has a row for each, so a longer text cannot be computed: that is a
  problem. Rotary positions go on for ever, and a model is published with a length: beyond it stands
  a doubt.
- The estimators count longer texts all the same, so that a sweep may go on; who plans asks here.
- A head writes words where it has at least half as many rows as the table: Llama 3.2's has 8 fewer,
  a classifier's has a few labels.
- Answers are timed as a decoder writes them, token by token after one pass over the prompt. An
  encoder writes nothing. Of an encoder-decoder only the encoder reads the prompt, and it rests
  while the decoder writes, which the passes of `inference` do not tell apart.
"""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number


def longest(model: Transformer) -> int:
    """Tokens of the longest text a model was made for; 0 where none is stated.

    Of a model with sizes of several, the largest.

    >>> from course_lib.catalog import models
    >>> longest(models["gpt2"]), longest(models["llama-3-8b"])
    (1024, 8192)
    """
    checks.instance("model", model, Transformer)
    stated = (int(np.max(model.position_rows)), int(np.max(model.max_positions)))
    # A table may have a few rows more than positions (OPT: 2), so the smaller of the two counts.
    return min((each for each in stated if each), default=0)


def length_problem(model: Transformer, tokens: Number, what: str = "seq") -> str:
    """Why a text cannot be computed: it is longer than the learned table of positions; or "".

    Args:
        model: the architecture.
        tokens: the longest text there is.
        what: what the text is called in the answer.

    >>> from course_lib.catalog import models
    >>> length_problem(models["gpt2"], 8192)
    'seq must be at most 1024 tokens, the learned positions of GPT-2-124M, got 8192'
    >>> length_problem(models["gpt2"], 1024), length_problem(models["llama-3-8b"], 20_000)
    ('', '')
    """
    limit = longest(model)
    if not np.any(model.position_rows) or not _longer(tokens, limit):
        return ""
    return (
        f"{what} must be at most {limit} tokens, the learned positions of {model.name}, "
        f"got {tokens}"
    )


def length_doubt(model: Transformer, tokens: Number) -> str:
    """That a text is longer than a model was published with, where it can be computed; or "".

    >>> from course_lib.catalog import models
    >>> length_doubt(models["llama-3-8b"], 20_000)
    'Texts of 20000 tokens are longer than the 8192 positions the model was published with.'
    """
    limit = longest(model)
    if np.any(model.position_rows) or not _longer(tokens, limit):
        return ""
    return (
        f"Texts of {tokens} tokens are longer than the {limit} positions the model was "
        "published with."
    )


def _longer(tokens: Number, limit: int) -> bool:
    return bool(limit) and bool(np.any(np.asarray(checks.whole("tokens", tokens)) > limit))


def left_out(model: Transformer) -> tuple[str, ...]:
    """What a model's record leaves out or reads otherwise than it stands there, a sentence each.

    >>> from course_lib.catalog import models
    >>> left_out(models["llama-4-scout"]), left_out(models["llama-3-8b"])
    (('Configuration: vision_config: the vision part is not counted, only the text part.',), ())
    """
    return tuple(f"Configuration: {each}." for each in model.left_out)


def check_writes(model: Transformer, what: str = "model") -> None:
    """Raise a ValueError unless a model writes text, token by token; `what` names it there.

    >>> from course_lib.catalog import models
    >>> check_writes(models["llama-3-8b"])
    >>> check_writes(Transformer(
    ...     layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000, head_rows=0, name="reader"
    ... ))
    Traceback (most recent call last):
    ValueError: model must have a head that writes words, got reader, whose head has 0 rows for \
1000 of the vocabulary
    """
    checks.instance(what, model, Transformer)
    layers = [kind.layer for kind in model.layer_kinds]
    if not any(layer.causal for layer in layers):
        raise ValueError(f"{what} must be a decoder, got {model.name}, whose layers see all tokens")
    if not all(layer.causal and layer.cross_attention != "beside" for layer in layers):
        raise ValueError(
            f"{what} must be a decoder alone, got {model.name}, an encoder-decoder: its prompt is "
            "read by the encoder alone, and answers of such models are not timed here"
        )
    if model.head_rows is not None and np.any(2 * np.asarray(model.head_rows) < model.vocab_rows):
        raise ValueError(
            f"{what} must have a head that writes words, got {model.name}, whose head has "
            f"{model.head_rows} rows for {model.vocab_rows} of the vocabulary"
        )
