"""Writing with a small model that guesses ahead and a large one that checks all guesses in one
pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog.records.device import Device
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators.attention.text_limits import check_writes
from course_lib.estimators.inference.passes import Machine


@dataclass(frozen=True, kw_only=True, eq=False)
class Speculation:
    """Writing with a small model that guesses ahead and a large one that checks."""

    tokens_per_check: Number
    """Tokens that a pass of the large model yields on average: the guesses that it accepts, and one
    of its own."""
    token_seconds: Number
    """Time for each token."""
    speed_up: Number
    """Time of the large model alone over `token_seconds`; below 1 the guessing costs more than it
    saves."""


def speculative(
    model: Transformer,
    draft: Transformer,
    *,
    device: Device | str,
    accepted: Number,
    guesses: Number = 4,
    batch: Number = 1,
    context: Number = 1024,
    format: str | None = None,
    devices: Number = 1,
    cache_format: str = "bf16",
    full_cache: bool = False,
    decompressed_cache: bool = False,
    software: str | None = None,
    stages: Number = 1,
    bandwidth_reached: Number | None = None,
    peak_reached: Number | None = None,
    layer_seconds: Number | None = None,
) -> Speculation:
    """Time for a token if `draft` guesses `guesses` tokens and `model` checks them all in one pass.

    Args:
        model: the large model.
        draft: the small one.
        device: as in `requests.estimate`, and so all that is not explained here.
        accepted: probability that a guess is accepted, 0 to 1, each alike and on its own.
        guesses: tokens guessed before each check.
        batch: sequences.
        context: tokens in the cache.
        format: format of the weights of both, as in `estimate`.
        devices: devices that share every layer of both.
        cache_format: as in `estimate`.
        full_cache: as in `estimate`.
        decompressed_cache: as in `estimate`.
        software: as in `estimate`.
        stages: as in `estimate`.
        bandwidth_reached: as in `estimate`.
        peak_reached: as in `estimate`.
        layer_seconds: as in `estimate`.

    Raises:
        TypeError, ValueError, KeyError: as `estimate`.

    Source: Leviathan et al. 2022 (arXiv 2211.17192), equation 1 for the tokens of a check.

    >>> from course_lib.catalog import models
    >>> large, small = models["llama-3-70b"], models["llama-3.2-1b"]
    >>> guessed = speculative(large, small, device="H200", format="int8", accepted=0.8)
    >>> round(guessed.tokens_per_check, 2)
    3.36
    """
    check_writes(model)
    check_writes(draft, "draft")
    accepted = checks.share("accepted", accepted, zero=True)
    guesses, context = (
        checks.whole("guesses", guesses),
        checks.whole("context", context, at_least=0),
    )
    machine = Machine(
        device=device,
        devices=devices,
        format=format,
        cache_format=cache_format,
        full_cache=full_cache,
        decompressed_cache=decompressed_cache,
        software=software,
        stages=stages,
        bandwidth_reached=bandwidth_reached,
        peak_reached=peak_reached,
        layer_seconds=layer_seconds,
    )
    alone = machine.run(model, batch, 1, context).seconds
    # The last certain token goes in with the guesses, so that a rejection still yields a token.
    check = machine.run(model, batch, guesses + 1, context).seconds
    # The guesses are written in one go: the host comes in once a check.
    guess = guesses * (machine.run(draft, batch, 1, context).seconds - machine.host_seconds(batch))
    yielded = _series(accepted, guesses)
    token = (check + guess) / yielded
    return Speculation(tokens_per_check=yielded, token_seconds=token, speed_up=alone / token)


def _series(accepted: Number, guesses: Number) -> Number:
    """1 + a + a^2 + ... up to the power `guesses`."""
    certain = np.isclose(accepted, 1)
    ratio = np.where(certain, 0.5, accepted)  # any value: the sum of ones is put in its place
    total = np.where(certain, guesses + 1, (1 - ratio ** (guesses + 1)) / (1 - ratio))
    return total if total.ndim else float(total)
