"""Writing with a small model that guesses ahead and a large one that checks all guesses in one
pass.

`tokens_per_check` and `guessing_speed_up` are the bare arithmetic, from the share of guesses that
is accepted; `speculative` takes the times from two models on a device.

Design choices:
- Each guess is accepted with the same probability and on its own. Real texts are easy in places and
  hard in others, and later guesses are accepted less often.
- A check is taken to cost what a token costs (`check_cost` 1): true while a pass waits for
  bandwidth. In a full batch it does not, and guessing then costs more than it saves: `speculative`
  with `batch` shows where.
Source: Leviathan et al. 2022 (arXiv 2211.17192), equation 1, theorem 3.8.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog.records.device import Device
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators.attention.text_limits import check_writes
from course_lib.estimators.inference.passes import Machine

HALVINGS = 40
"""How often the range of a share is halved: to a millionth of a millionth."""


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
        accepted: probability that a guess is accepted, 0 to 1, the same for each and on its own.
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
    yielded = tokens_per_check(accepted, guesses)
    token = (check + guess) / yielded
    return Speculation(tokens_per_check=yielded, token_seconds=token, speed_up=alone / token)


def tokens_per_check(accepted: Number, guesses: Number) -> Number:
    """Tokens that a pass of the large model yields on average; arrays broadcast.

    1 + a + a^2 + ... up to the power of the guesses: the k-th guess counts only if all before it
    were accepted, and after the last accepted one the large model adds a token of its own.

    Args:
        accepted: probability that a guess is accepted, 0 to 1.
        guesses: tokens guessed before each check; 0 for none.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> tokens_per_check(0.5, 3), tokens_per_check(1, 3), tokens_per_check(0, 3)
    (1.875, 4.0, 1.0)
    """
    accepted = checks.share("accepted", accepted, zero=True)
    guesses = checks.whole("guesses", guesses, at_least=0)
    checks.broadcast(accepted=accepted, guesses=guesses)
    # So near to 1 the quotient would lose its digits; the sum is one of ones there.
    certain = np.isclose(accepted, 1, rtol=0, atol=1e-9)
    ratio = np.where(certain, 0.5, accepted)  # any value: the sum of ones is put in its place
    total = np.where(certain, guesses + 1, (1 - ratio ** (guesses + 1)) / (1 - ratio))
    return total if total.ndim else float(total)


def guessing_speed_up(
    accepted: Number, guesses: Number, draft_cost: Number, check_cost: Number = 1.0
) -> Number:
    """How many times quicker tokens come with guesses than without; arrays broadcast.

    Args:
        accepted: probability that a guess is accepted, 0 to 1.
        guesses: tokens guessed before each check.
        draft_cost: time of a guess over that of a token of the large model alone.
        check_cost: time of a check over it.

    Raises:
        TypeError, ValueError: by the argument's name.

    Source: Leviathan et al. 2022, theorem 3.8. Their table 4 expects 3.2 of 7 guesses at 0.75 and a
    cost of 0.02, and measured 3.4.

    >>> round(guessing_speed_up(0.75, guesses=7, draft_cost=0.02), 1)
    3.2
    >>> round(guessing_speed_up(0.75, guesses=7, draft_cost=0.02, check_cost=4), 1)  # a full batch
    0.9
    """
    draft = checks.positive("draft_cost", draft_cost, zero=True)
    check = checks.positive("check_cost", check_cost)
    yielded = tokens_per_check(accepted, guesses)
    guesses = checks.whole("guesses", guesses, at_least=0)
    checks.broadcast(tokens=yielded, guesses=guesses, draft_cost=draft, check_cost=check)
    return yielded / (check + guesses * draft)


def best_guesses(accepted: float, draft_cost: float, most: int = 32) -> int:
    """How many guesses before each check are quickest; 0 where any costs more than it saves.

    Args:
        accepted: probability that a guess is accepted, 0 to 1.
        draft_cost: time of a guess over that of a token of the large model alone.
        most: guesses tried.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> [best_guesses(accepted, draft_cost=0.05) for accepted in (0.02, 0.5, 0.8, 0.95)]
    [0, 3, 8, 21]
    """
    accepted = checks.share("accepted", checks.single("accepted", accepted), zero=True)
    draft = checks.single("draft_cost", draft_cost)
    tried = np.arange(checks.single_whole("most", most) + 1.0)
    return int(np.argmax(guessing_speed_up(accepted, tried, draft)))


def accepted_share(tokens: float, guesses: int) -> float:
    """The probability of acceptance behind a published number of tokens a check.

    Args:
        tokens: tokens that a check yields on average, from 1 to `guesses` + 1.
        guesses: tokens guessed before each check.

    Raises:
        TypeError, ValueError: by the argument's name; more or fewer tokens than checks can yield.

    >>> round(accepted_share(1.875, guesses=3), 3)
    0.5
    """
    guesses = checks.single_whole("guesses", guesses)
    tokens = checks.single("tokens", tokens)
    if not 1 <= tokens <= guesses + 1:
        raise ValueError(f"tokens must be from 1 to {guesses + 1}, got {tokens}")
    low, high = 0.0, 1.0
    # More accepted guesses always yield more tokens, so halving finds the one share.
    for _ in range(HALVINGS):
        between = (low + high) / 2
        low, high = (
            (between, high) if tokens_per_check(between, guesses) < tokens else (low, between)
        )
    return (low + high) / 2
