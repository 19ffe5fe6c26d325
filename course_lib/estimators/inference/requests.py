"""How long a model takes to answer: the first token, each token after it, and the tokens of a whole
batch.

Reading the prompt (prefill) is one pass over many tokens; writing (decode) is one pass for each
token. `passes` says what a pass takes.

Design choices:
- Nothing queues here: all sequences start at once and have the same lengths. `serving` adds
  arrivals.
- The defaults of `passes` are calibrated by hand on 224 published rows. Single-user decoding
  (gpt-fast on A100, llama.cpp on many cards) set BANDWIDTH_REACHED, LAYER_SECONDS, UNPACKING and
  REDUCE_SECONDS; prompts read by llama.cpp and FasterTransformer set PEAK_REACHED. One plain set
  for all software: tuned code comes within a few percent, servers under full load reach about 0.7
  of the estimate, and `LOW` to `HIGH` holds four rows in five. Rows of untuned code (plain Hugging
  Face, offloading) were left out: they reach a tenth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from course_lib import checks
from course_lib.catalog.records.device import Device
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators.attention.text_limits import check_writes
from course_lib.estimators.inference.passes import (
    BANDWIDTH_REACHED,
    LAYER_SECONDS,
    PEAK_REACHED,
    Machine,
    Pass,
)
from course_lib.estimators.memory.capacity import USABLE
from course_lib.estimators.memory.room import usable_bytes

LOW, HIGH = 0.36, 1.16
"""Measured over estimated rate: 80 % of the rows used lie between the two."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Estimate:
    """What a batch of equal requests takes."""

    first_token_seconds: Number
    """From the start to the first token: the pass over the prompts."""
    token_seconds: Number
    """Time for each further token of a sequence, taken in the middle of the output."""
    request_seconds: Number
    """From the start to the last token."""
    tokens_per_second: Number
    """Output tokens of all sequences over the time of the request, prefill included."""
    low: Number
    """Lower end of an 80 % range of `tokens_per_second`."""
    high: Number
    """Upper end of that range."""
    bound: str | np.ndarray
    """What sets the time of a further token: "bandwidth" or "compute"."""
    memory_bytes: Number
    """What each device has to hold at the end: its part of all weights and of the cache."""
    usable_memory_bytes: float | None
    """What a server may fill of a device's memory (`memory.room`, `capacity.USABLE`); None where
    no memory is stated."""
    prefill: Pass
    """The pass over the prompts."""
    decode: Pass
    """The pass that writes the middle token of the output."""

    @property
    def fits(self) -> checks.Flags | None:
        """Whether `memory_bytes` has room on each device; None where no memory is stated."""
        room = self.usable_memory_bytes
        return None if room is None else self.memory_bytes <= room


def estimate(
    model: Transformer,
    *,
    device: Device | str,
    batch: Number = 1,
    prompt: Number,
    output: Number,
    format: str | None = None,
    devices: Number = 1,
    cache_format: str = "bf16",
    full_cache: bool = False,
    decompressed_cache: bool = False,
    bandwidth_reached: Number = BANDWIDTH_REACHED,
    peak_reached: Number = PEAK_REACHED,
    layer_seconds: Number = LAYER_SECONDS,
) -> Estimate:
    """Times of a batch of equal requests that start together. Numbers may be arrays that broadcast.

    Args:
        model: the architecture.
        device: a record of the catalog, or its name.
        batch: sequences.
        prompt: tokens of each prompt.
        output: tokens written for each; the first comes out of the prefill.
        format: format of the weights, one of `precision.stored.FORMATS`; None for that of the
            model's own file, bf16 where no other is known. The arithmetic follows by
            `passes.ARITHMETIC`.
        devices: devices that share every layer.
        cache_format: format of the key-value cache.
        full_cache: whether memory is reserved for every token in windowed layers too.
        decompressed_cache: whether latent attention keeps keys and values of all heads.
        bandwidth_reached: part of the stated bandwidth.
        peak_reached: part of the stated peak.
        layer_seconds: fixed time a layer, in seconds.

    Raises:
        TypeError, ValueError: by the argument's name; ValueError too where the catalog lacks the
            device's bandwidth, peak or link, and where the model writes no text
            (`attention.text_limits.check_writes`).
        KeyError: no device of that name.

    Source: passes as in Pope et al. 2022 (arXiv 2211.05102); the defaults from published rows, see
    the tests.

    >>> from course_lib.catalog import models
    >>> chat = estimate(models["llama-3-8b"], device="H100", batch=1, prompt=512, output=256)
    >>> chat.bound, 100 < chat.tokens_per_second < 200  # 15 GB of weights a token, at 3.35 TB/s
    ('bandwidth', True)
    """
    machine = Machine(
        device=device,
        devices=devices,
        format=format,
        cache_format=cache_format,
        full_cache=full_cache,
        decompressed_cache=decompressed_cache,
        bandwidth_reached=bandwidth_reached,
        peak_reached=peak_reached,
        layer_seconds=layer_seconds,
    )
    sizes = {
        name: checks.whole(name, value)
        for name, value in (("batch", batch), ("prompt", prompt), ("output", output))
    }
    check_writes(model)
    checks.broadcast(
        **checks.instance("model", model, Transformer).numbers(), **sizes, devices=machine.devices
    )
    return _timed(machine, model, **sizes)


def _timed(
    machine: Machine, model: Transformer, batch: Number, prompt: Number, output: Number
) -> Estimate:
    """The estimate, of arguments that are checked."""
    prefill = machine.run(model, batch, prompt)
    # Passes grow almost evenly with the context, so the middle one is their mean. The first token
    # comes out of the prefill: output - 1 are left.
    decode = machine.run(model, batch, 1, prompt + (output - 1) // 2)
    request = prefill.seconds + (output - 1) * decode.seconds
    rate = batch * output / request
    return Estimate(
        first_token_seconds=prefill.seconds,
        token_seconds=decode.seconds,
        request_seconds=request,
        tokens_per_second=rate,
        low=LOW * rate,
        high=HIGH * rate,
        bound=decode.bound,
        memory_bytes=machine.weight_bytes(model)
        + machine.cache_bytes(model, batch, prompt + output, reserved=True),
        usable_memory_bytes=_usable(machine.record),
        prefill=prefill,
        decode=decode,
    )


def _usable(device: Device) -> float | None:
    return None if device.memory_bytes is None else usable_bytes(device, USABLE)


def ungrouped(model: Transformer) -> Transformer:
    """The model with a key and a value for every query head: what grouped heads are held against.

    >>> from course_lib.catalog import models
    >>> ungrouped(models["llama-3-8b"]).n_kv_heads
    32
    """
    return replace(checks.instance("model", model, Transformer), n_kv_heads=model.n_heads)


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
    bandwidth_reached: Number = BANDWIDTH_REACHED,
    peak_reached: Number = PEAK_REACHED,
    layer_seconds: Number = LAYER_SECONDS,
) -> Speculation:
    """Time for a token if `draft` guesses `guesses` tokens and `model` checks them all in one pass.

    Args:
        model: the large model.
        draft: the small one.
        device: as in `estimate`.
        accepted: probability that a guess is accepted, 0 to 1, each alike and on its own.
        guesses: tokens guessed before each check.
        batch: sequences.
        context: tokens in the cache.
        format: format of the weights of both, as in `estimate`.
        devices: devices that share every layer of both.
        cache_format: as in `estimate`.
        full_cache: as in `estimate`.
        decompressed_cache: as in `estimate`.
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
        bandwidth_reached=bandwidth_reached,
        peak_reached=peak_reached,
        layer_seconds=layer_seconds,
    )
    alone = machine.run(model, batch, 1, context).seconds
    # The last certain token goes in with the guesses, so that a rejection still yields a token.
    check = machine.run(model, batch, guesses + 1, context).seconds
    guess = guesses * machine.run(draft, batch, 1, context).seconds
    yielded = _series(accepted, guesses)
    token = (check + guess) / yielded
    return Speculation(tokens_per_check=yielded, token_seconds=token, speed_up=alone / token)


def _series(accepted: Number, guesses: Number) -> Number:
    """1 + a + a^2 + ... up to the power `guesses`."""
    certain = np.isclose(accepted, 1)
    ratio = np.where(certain, 0.5, accepted)  # any value: the sum of ones is put in its place
    total = np.where(certain, guesses + 1, (1 - ratio ** (guesses + 1)) / (1 - ratio))
    return total if total.ndim else float(total)
