"""How long a model takes to answer: the first token, each token after it, and the tokens of a whole
batch.

Reading the prompt (prefill) is one pass over many tokens; writing (decode) is one pass for each
token. `passes` says what a pass takes.

Design choices:
- Nothing queues here: all sequences start at once and have the same lengths. `serving` adds
  arrivals, and what a token waits for the prompts of others.
- What a program reaches goes by its kind (`software`), fitted on published rows; the table of
  constants says on which. Without a word it is a tuned one.
- The range is that of published rows around estimates that had not seen them, by the kind of
  program and by whether there are one or more sequences.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from course_lib import checks
from course_lib.catalog.constants import spread
from course_lib.catalog.records.device import Device
from course_lib.catalog.records.spread import Spread
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators.attention.text_limits import check_writes
from course_lib.estimators.inference.parts import Pass
from course_lib.estimators.inference.passes import Machine
from course_lib.estimators.inference.software import DEFAULT
from course_lib.estimators.memory.capacity import USABLE
from course_lib.estimators.memory.room import usable_bytes
from course_lib.estimators.memory.stages import pick

BANDWIDTH_REACHED, PEAK_REACHED, LAYER_SECONDS = 0.9, 0.7, 32e-6
"""What tuned programs reach, by the table of constants: to set one of them to a multiple."""
KINDS = ("single", "batch", "prompt")
"""What a range is of: the tokens of one sequence, those of several, or the reading of prompts."""


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
    software: str | None = None,
    stages: Number = 1,
    bandwidth_reached: Number | None = None,
    peak_reached: Number | None = None,
    layer_seconds: Number | None = None,
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
        software: kind of program, one of `software.SOFTWARE`; None for "tuned".
        stages: groups of such devices that hold layers one after the other.
        bandwidth_reached: part of the stated bandwidth; this one and the next two in place of the
            program's.
        peak_reached: part of the stated peak.
        layer_seconds: fixed time a layer, in seconds.

    Raises:
        TypeError, ValueError: by the argument's name; ValueError too where the catalog lacks the
            device's bandwidth, peak or link, and where the model writes no text
            (`attention.text_limits.check_writes`).
        KeyError: no device of that name.

    Source: passes as in Pope et al. 2022 (arXiv 2211.05102); what programs reach from published
    rows, by the table of constants.

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
        software=software,
        stages=stages,
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
        **checks.instance("model", model, Transformer).numbers(),
        **sizes,
        devices=machine.devices,
        stages=machine.stages,
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
    first = machine.program.request_seconds + prefill.seconds
    request = first + (output - 1) * decode.seconds
    rate = batch * output / request
    low, high = _ends(machine, batch)
    return Estimate(
        first_token_seconds=first,
        token_seconds=decode.seconds,
        request_seconds=request,
        tokens_per_second=rate,
        low=low * rate,
        high=high * rate,
        bound=decode.bound,
        memory_bytes=machine.weight_bytes(model)
        + machine.cache_bytes(model, batch, prompt + output, reserved=True),
        usable_memory_bytes=_usable(machine.record),
        prefill=prefill,
        decode=decode,
    )


def ends(software: str | None, kind: str) -> Spread:
    """Published over estimated rates, for a kind of program.

    Args:
        software: the kind of program; None for the default.
        kind: one of `KINDS`.

    >>> ends("server", "batch").low < 1
    True
    """
    checks.one_of("kind", kind, KINDS)
    name = (DEFAULT if software is None else software).partition(".")[0]
    return spread(f"answer-{name}-{kind}")


def _ends(machine: Machine, batch: Number) -> tuple[Number, Number]:
    """The ends of the range of a rate, over the rate."""
    several = np.asarray(batch) > 1
    if several.all() or not several.any():
        known = ends(machine.software, "batch" if several.all() else "single")
        return known.low, known.high
    one, many = (ends(machine.software, kind) for kind in ("single", "batch"))
    return pick(several, many.low, one.low), pick(several, many.high, one.high)


def _usable(device: Device) -> float | None:
    return None if device.memory_bytes is None else usable_bytes(device, USABLE)


def ungrouped(model: Transformer) -> Transformer:
    """The model with a key and a value for every query head: what grouped heads are held against.

    >>> from course_lib.catalog import models
    >>> ungrouped(models["llama-3-8b"]).n_kv_heads
    32
    """
    return replace(checks.instance("model", model, Transformer), n_kv_heads=model.n_heads)
