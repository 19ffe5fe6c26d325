"""A server under a fixed number of users, each of whom asks again as soon as an answer has come:
what load tests of servers measure.

Design choices:
- Users beyond what the memory holds wait. Those inside share the passes.
- A token waits for the prompts that are read between two of its own: over an answer the prompt of
  everybody else is read once. Where users start together and stay so, because their answers are
  equally long, all prompts are read before most of the tokens: a token then waits for half of them,
  and a prompt waits for half of the others. The part of users that do so is a constant
  ("answer-together").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog import Device, Transformer
from course_lib.catalog.constants import constant
from course_lib.checks import Number
from course_lib.estimators import inference
from course_lib.estimators.memory.capacity import USABLE
from course_lib.estimators.memory.room import usable_bytes


@dataclass(frozen=True, kw_only=True, eq=False)
class Loaded:
    """What users of a loaded server see, on average."""

    running: Number
    """Requests that are answered at a time."""
    first_token_seconds: Number
    """From a request to its first token."""
    token_seconds: Number
    """From one token of an answer to the next."""
    pass_seconds: Number
    """A decoding pass alone: the time between tokens with no prompt between them, as most are."""

    @property
    def tokens_per_second(self) -> Number:
        """Tokens written for all users."""
        return self.running / self.token_seconds


def loaded(
    model: Transformer,
    *,
    device: Device | str,
    users: Number,
    prompt: Number,
    output: Number,
    devices: Number = 1,
    format: str | None = None,
    cache_format: str = "bf16",
    software: str | None = "server",
    request_seconds: Number | None = None,
) -> Loaded:
    """Times of a server that so many users keep busy.

    Args:
        model: the architecture.
        device: a record of the catalog with a stated memory, or its name.
        users: requests at a time.
        prompt: tokens of each prompt.
        output: tokens written for each.
        devices: devices that share every layer.
        format: of the weights, as in `inference.estimate`.
        cache_format: of the key-value cache.
        software: kind of program, as in `inference.estimate`.
        request_seconds: time from a request to the start of its pass with nobody else there; None
            for the program's.

    Raises:
        ValueError: weights and one request need more than a device may fill; also as
            `inference.estimate`.
        TypeError, KeyError: as `inference.estimate`.

    >>> from course_lib.catalog import models
    >>> case = {"device": "H100", "prompt": 1024, "output": 256}
    >>> few, many = (loaded(models["llama-3-8b"], users=users, **case) for users in (4, 64))
    >>> few.token_seconds < many.token_seconds < 16 * few.token_seconds
    True
    """
    machine = inference.Machine(
        device=device, devices=devices, format=format, cache_format=cache_format, software=software
    )
    users, output = checks.whole("users", users), checks.whole("output", output)
    running = checks.smaller(users, most(machine, model, prompt + output))
    written = machine.run(model, running, 1, prompt + (output - 1) // 2).seconds
    reading = machine.run(model, 1, prompt).seconds
    together, others = constant("answer-together"), running - 1
    token = written + (1 - together / 2) * others / output * reading
    start = machine.program.request_seconds if request_seconds is None else request_seconds
    queue = (users - running) / running * output * token
    return Loaded(
        running=running,
        first_token_seconds=start + reading * (1 + together * others / 2) + queue,
        token_seconds=token,
        pass_seconds=written,
    )


def most(machine: inference.Machine, model: Transformer, tokens: Number) -> Number:
    """Requests of so many tokens that the devices' memory holds beside the weights.

    Raises:
        ValueError: not even one.

    >>> from course_lib.catalog import models
    >>> int(most(inference.Machine(device="H100"), models["llama-3-8b"], 8192))
    56
    """
    room = usable_bytes(machine.record, USABLE)
    weights = machine.weight_bytes(model)
    one = machine.cache_bytes(model, 1, tokens, reserved=True)
    if np.any(np.asarray(weights + one) > room):
        need = float(np.max(weights + one))
        raise ValueError(
            f"weights and one request need {need / 1e9:.0f} GB of a device's {room / 1e9:.0f} GB"
        )
    return (room - weights) // one
