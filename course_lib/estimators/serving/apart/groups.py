"""Cards that read and write, against cards that do one of the two: the most requests a second that
a group of cards takes within two limits.

Design choices:
- Lengths are equal. A full batch is always there to be served; only the line before the reading of
  prompts is one by chance, with the mean wait of `queue.mean_wait`.
- The limit on the time between tokens is either on a request's mean or on every single gap. On
  cards that do both, the mean holds the reading of the others' prompts once an answer, and the
  longest gap a whole prompt. So limits on every gap are what taking apart is for.
- With limits as wide as one likes both ways do the same work.
Left out: prompts in chunks (`chunks`), which shorten the gap on cards that do both; sending layer
by layer, which hides most of the transfer.
Source: Zhong et al. 2024 (DistServe, arXiv 2401.09670), sections 2.3 and 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog import Transformer
from course_lib.estimators.inference import Machine
from course_lib.estimators.serving.apart.pools import transfer_bytes
from course_lib.estimators.serving.closed import most


@dataclass(frozen=True, kw_only=True, eq=False)
class Group:
    """What cards do within two limits."""

    requests_per_second: float
    """Requests that each card takes, all cards counted; 0 where nothing holds the limits."""
    batch: int
    """Answers that are written at once on a group of cards."""
    first_token_seconds: float
    """Mean time to the first token, waiting and transfer included. Where cards only read, they are
    as few as the limit allows."""
    token_seconds: float
    """Time between tokens that was limited: a request's mean, or the longest gap."""
    prefill_share: float
    """Part of the cards that only reads prompts; 0 where all do both."""


NOTHING = Group(
    requests_per_second=0.0,
    batch=0,
    first_token_seconds=float("inf"),
    token_seconds=float("inf"),
    prefill_share=0.0,
)
"""What is left where no batch holds the limits."""


def together(
    machine: Machine,
    model: Transformer,
    *,
    prompt: int,
    output: int,
    first_token_seconds: float,
    token_seconds: float,
    every_gap: bool = False,
) -> Group:
    """The most requests a second on cards that read and write.

    Args:
        machine: the cards that share a model, format and program.
        model: the architecture.
        prompt: tokens of each prompt.
        output: tokens of each answer, at least 2.
        first_token_seconds: most seconds to the first token, on average.
        token_seconds: most seconds between tokens.
        every_gap: whether that limits every gap, in place of a request's mean.

    Raises:
        TypeError, ValueError, KeyError: by the argument's name; as `inference.estimate`; ValueError
            too where memory holds no request.

    >>> from course_lib.catalog import models
    >>> machine, llama = Machine(device="H100", software="server"), models["llama-3-8b"]
    >>> case = {"prompt": 2000, "output": 200, "first_token_seconds": 1.0, "token_seconds": 0.03}
    >>> mean, gap = (together(machine, llama, every_gap=every, **case) for every in (False, True))
    >>> 9 < mean.requests_per_second < 10, gap.requests_per_second  # 53 ms to read one prompt
    (True, 0.0)
    """
    sides = _Sides(machine, model, prompt, output, first_token_seconds, token_seconds)
    # While one answer is written, the prompt of everybody in the batch is read once.
    life = sides.further * sides.steps + sides.batches * sides.reading
    rates = sides.batches / life
    between = sides.steps + (sides.batches - 1) * sides.reading / sides.further
    between = sides.steps + sides.reading if checks.flag("every_gap", every_gap) else between
    first = _wait(rates * sides.reading, sides.reading) + sides.reading + sides.steps
    good = (first <= sides.first_limit) & (between <= sides.token_limit)
    if not good.any():
        return NOTHING
    best = int(np.argmax(np.where(good, rates, 0.0)))
    return Group(
        requests_per_second=float(rates[best] / sides.devices),
        batch=best + 1,
        first_token_seconds=float(first[best]),
        token_seconds=float(between[best]),
        prefill_share=0.0,
    )


def split(
    machine: Machine,
    model: Transformer,
    *,
    prompt: int,
    output: int,
    first_token_seconds: float,
    token_seconds: float,
    link_bytes_per_second: float,
) -> Group:
    """The most requests a second where some cards only read and the others only write.

    Args:
        machine: as in `together`, and so what is not explained here; cards of both kinds are such.
        model: the architecture.
        prompt: tokens of each prompt.
        output: tokens of each answer, at least 2.
        first_token_seconds: most seconds to the first token, on average.
        token_seconds: most seconds between tokens; mean and longest gap are the same here.
        link_bytes_per_second: over which a cache is sent.

    Raises:
        TypeError, ValueError, KeyError: as `together`.

    >>> from course_lib.catalog import models
    >>> machine, llama = Machine(device="H100", software="server"), models["llama-3-8b"]
    >>> case = {"prompt": 2000, "output": 200, "first_token_seconds": 1.0, "token_seconds": 0.03}
    >>> found = split(machine, llama, link_bytes_per_second=50e9, **case)
    >>> 0.5 < found.prefill_share < 0.7, found.requests_per_second > 10
    (True, True)
    """
    sides = _Sides(machine, model, prompt, output, first_token_seconds, token_seconds)
    link = checks.positive(
        "link_bytes_per_second", checks.single("link_bytes_per_second", link_bytes_per_second)
    )
    sent = float(transfer_bytes(model, prompt, machine.cache_format)) / link
    slack = sides.first_limit - sides.reading - sent
    good = sides.steps <= sides.token_limit
    if slack <= 0 or not good.any():
        return NOTHING
    rates = np.where(good, sides.batches / (sides.further * sides.steps), 0.0)
    best = int(np.argmax(rates))
    # The mean wait, load x reading / 2 (1 - load), may be as long as the slack.
    load = 2 * slack / (sides.reading + 2 * slack)
    read, write = sides.reading / load, 1 / float(rates[best])
    return Group(
        requests_per_second=float(1 / (read + write) / sides.devices),
        batch=best + 1,
        first_token_seconds=sides.first_limit,
        token_seconds=float(sides.steps[best]),
        prefill_share=read / (read + write),
    )


class _Sides:
    """Times of reading and writing, and the limits, checked."""

    def __init__(
        self,
        machine: Machine,
        model: Transformer,
        prompt: int,
        output: int,
        first_limit: float,
        token_limit: float,
    ) -> None:
        checks.instance("machine", machine, Machine)
        prompt = checks.single_whole("prompt", prompt)
        output = checks.single_whole("output", output, at_least=2)
        first = checks.single("first_token_seconds", first_limit)
        token = checks.single("token_seconds", token_limit)
        self.first_limit = checks.positive("first_token_seconds", first)
        self.token_limit = checks.positive("token_seconds", token)
        self.devices = checks.single("machine.devices", machine.devices)
        # The first token comes out of the reading.
        self.further = output - 1
        self.batches = np.arange(1.0, int(most(machine, model, prompt + output)) + 1)
        context = prompt + output // 2
        self.steps = np.asarray(machine.run(model, self.batches, 1, context).seconds)
        self.reading = float(machine.run(model, 1, prompt).seconds)


def _wait(load: np.ndarray, service: float) -> np.ndarray:
    """Mean wait for constant service at loads below 1 (`queue.mean_wait`)."""
    return load * service / (2 * (1 - load))
