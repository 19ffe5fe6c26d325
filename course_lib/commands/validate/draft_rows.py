"""Predicts rows where a draft guesses ahead: how much quicker a server writes with it.

Columns read: `model framework setting concurrency accept_length baseline_value`.

Design choices:
- `inference.speculative` says how much quicker that is, on one device that is assumed
  (`DRAFTED_ON`), with a draft of one layer; the rate without a draft is given.
"""

from __future__ import annotations

import re

from course_lib.catalog import Transformer, devices
from course_lib.catalog.constants import spread
from course_lib.commands.validate import programs
from course_lib.commands.validate.files import Given, Unpredictable
from course_lib.commands.validate.guesses import Answer, Guess, around, wider
from course_lib.commands.validate.subjects import Subject, subject
from course_lib.estimators import inference

DRAFTED_ON = "H100"
"""The device where a measurement of drafts names none: assumed, only the ratio matters."""
CONTEXT = 1024
"""Tokens in the cache while a draft is used, where none are told: the estimator's default."""


def predict(given: Given) -> Answer:
    """Tokens a second with a draft, from those without one and the tokens that a check yields.

    >>> row = {"model": "Llama-3.1-8B-Instruct", "accept_length": "3", "baseline_value": "1000"}
    >>> 1000 < predict(Given(cells=row)).range.value < 3000
    True

    Raises:
        Unpredictable: a number is missing, or cannot be.
    """
    alone, length = given.number("baseline_value"), given.number("accept_length")
    if alone is None or length is None or alone <= 0:
        raise Unpredictable("baseline_value and accept_length are not both told")
    stated = re.search(r"(\d+) draft tokens", given.text("setting"))
    guesses = int(stated.group(1)) if stated else max(1, round(length))
    if not 1 <= length <= guesses + 1:
        raise Unpredictable(f"accept_length must be from 1 to {guesses + 1}, got {length:g}")
    what = subject(given, recent=True)
    found = inference.speculative(
        what.model,
        _draft(what),
        device=devices[DRAFTED_ON],
        accepted=_accepted(length, guesses),
        guesses=guesses,
        batch=given.whole("concurrency") or 1,
        context=CONTEXT,
        devices=_fewest(what.model),
        software=programs.software(given.text("framework")),
    )
    known = spread("drafts")
    quicker = around(alone * float(found.speed_up), known.low, known.high)
    return Guess(
        range=wider(quicker, *what.doubts), baselines={"drafts for nothing": alone * length}
    )


def _draft(what: Subject) -> Transformer:
    """One dense layer of the model's width, with its table and head."""
    model = what.model
    width = int(model.d_model)
    return Transformer(
        layers=1, d_model=width, n_heads=max(1, width // 128), head_dim=128, d_ff=4 * width,
        vocab_rows=model.vocab_rows, gated_mlp=True,
    )  # fmt: skip


def _fewest(model: Transformer) -> int:
    """Devices of one machine that hold the weights."""
    card_bytes = devices[DRAFTED_ON].memory_bytes or 80e9
    weights = float(inference.Machine(device=DRAFTED_ON).weight_bytes(model))
    return next((count for count in (1, 2, 4) if weights < 0.8 * count * card_bytes), 8)


def _accepted(length: float, guesses: int) -> float:
    """The chance of a guess at which a check yields `length` tokens: 1 + a + ... + a^guesses."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if sum(middle**power for power in range(guesses + 1)) < length:
            low = middle
        else:
            high = middle
    return (low + high) / 2
