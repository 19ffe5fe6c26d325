"""The fewest cards that hold a service's limits at one speed, by the queue of `queue` and the times
of `inference`.

Design choices:
- Cards that share a model are a group (tensor parallelism); groups are copies that share the
  requests evenly at random, so that each sees Poisson arrivals of its own. All sizes of a group
  within a machine are tried; the fewest cards win, and of equal counts the smallest group.
- A group has whole heads on each card (`layout.shares_heads`), as servers demand that do so.
- The limits hold for 95 of 100 requests: the time to the first token, waiting included, and a
  request's mean time from one token to the next, the reading of others' prompts included.
- A batch is no larger than memory allows, than the limit on each token allows, or than
  `MOST_BATCH`. What a card has to hold is counted for the largest batch that really came about.
- Answers have exponential lengths, prompts equal ones. Left out: prompts that share a beginning,
  and prefill in pieces or on other cards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog import Device, Transformer, links
from course_lib.estimators.inference import Machine
from course_lib.estimators.layout import shares_heads
from course_lib.estimators.serving.queue import Served, simulate
from course_lib.units import HOUR

PERCENT = 95
"""Of so many requests in a hundred the limits are kept."""
GROUPS = (1, 2, 4, 8)
"""Cards that may share a model: within one machine."""
MOST_BATCH = 256
"""Requests a server takes up at once where neither memory nor the limit says less: what vLLM did by
default until 2025 (`--max-num-seqs`)."""
REQUESTS, ROUNDS = 2000, 20
"""Requests of a simulation: at least so many, and so many for each place in the batch."""
MILLION = 1e6
SOFTWARE = "server"
"""Kind of program that a service runs, one of `inference.SOFTWARE`."""


class NoService(ValueError):
    """No number of cards holds the limits; the message says what stands in the way."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Load:
    """What is asked of a service."""

    arrivals_per_second: float
    """Requests a second, arriving at random."""
    prompt: int
    """Tokens of a prompt."""
    output: int
    """Mean tokens of an answer."""
    first_token_seconds: float
    """Most seconds from the arrival to the first token."""
    token_seconds: float | None = None
    """Most seconds from one token to the next; None for any."""

    def __post_init__(self) -> None:
        for name in ("prompt", "output"):
            object.__setattr__(self, name, checks.single_whole(name, getattr(self, name)))
        for name in ("arrivals_per_second", "first_token_seconds", "token_seconds"):
            value = getattr(self, name)
            if value is not None or name != "token_seconds":
                checks.positive(name, checks.single(name, value))


@dataclass(frozen=True, kw_only=True, eq=False)
class Fleet:
    """Cards that hold the limits, and what they do then."""

    replicas: int
    """Copies of the model."""
    group: int
    """Cards of each copy."""
    batch: int
    """Most requests in flight on one copy."""
    mean_batch: float
    """Requests in flight on one copy, averaged over the steps."""
    memory_bytes: float
    """What a card has to hold with the largest batch."""
    first_token_seconds: float
    """Time to the first token that 95 % of the requests stay below."""
    token_seconds: float
    """Time from one token to the next that 95 % stay below."""
    utilisation: float
    """Part of the time in which a copy has something to do."""

    @property
    def cards(self) -> int:
        """Cards in all."""
        return self.replicas * self.group

    def usd_per_million(self, load: Load, usd_per_device_hour: float) -> float:
        """US dollars for a million tokens written, all costs on them."""
        second = self.cards * usd_per_device_hour / HOUR
        return second / (load.arrivals_per_second * load.output) * MILLION


def fewest(
    model: Transformer,
    load: Load,
    device: Device,
    *,
    room_bytes: float,
    format: str | None = None,
    cache_format: str = "bf16",
    speed: float = 1.0,
    seed: int = 0,
) -> Fleet:
    """The fewest cards that hold a load's limits, over all sizes of a group that the heads allow.

    Args:
        model: the architecture.
        load: what is asked.
        device: the card.
        room_bytes: what a server may fill of a card's memory.
        format: of the weights, as in `inference.estimate`; None for the model's own.
        cache_format: of the key-value cache.
        speed: what all times of `inference` are divided by.
        seed: of the simulations.

    Raises:
        NoService: no number of cards is enough; it says why for the largest group.

    >>> from course_lib.catalog import devices, models
    >>> load = Load(arrivals_per_second=2, prompt=500, output=200, first_token_seconds=2)
    >>> fewest(models["llama-3-8b"], load, devices["H100"], room_bytes=72e9).cards
    1
    """
    best: Fleet | None = None
    reasons = []
    linked = device.link_one_way_bytes_per_second is not None or device.host_link in links
    for group in GROUPS if linked else GROUPS[:1]:
        if not shares_heads(model, group):
            continue
        machine = Machine(
            device=device,
            devices=group,
            format=format,
            cache_format=cache_format,
            software=SOFTWARE,
        )
        try:
            server = _server(model, load, machine, room_bytes, speed)
            most = None if best is None else best.cards - 1
            found = _copies(server, load, group, most, seed)
        except NoService as problem:
            reasons.append(str(problem))
            continue
        best = found or best
    if best is None:
        # The largest group comes nearest.
        raise NoService(reasons[-1])
    return best


@dataclass(frozen=True, kw_only=True, eq=False)
class _Server:
    """One copy of the model."""

    steps: np.ndarray
    """Seconds of a token for a batch of 1, 2, ..."""
    start: float
    """Seconds from a request to the start of its pass."""
    prefill: float
    """Seconds to read a prompt."""
    weights: float
    """Bytes of weights on each card."""
    cache: float
    """Bytes of the cache of one request on each card."""


def _server(model: Transformer, load: Load, machine: Machine, room: float, speed: float) -> _Server:
    """One copy of the model, or why it cannot hold the limits even for a single request."""
    where = f"{machine.devices} x {machine.record.name}"
    weights = float(machine.weight_bytes(model))
    cache = float(machine.cache_bytes(model, 1, load.prompt + load.output, reserved=True))
    most = MOST_BATCH if cache == 0 else min(MOST_BATCH, int((room - weights) / cache))
    if most < 1:
        raise NoService(
            f"{where}: weights and one request take {(weights + cache) / 1e9:.3g} GB of each card, "
            f"and a server may fill {room / 1e9:.3g} GB"
        )
    batches = np.arange(1.0, most + 1)
    passes = machine.run(model, batches, 1, load.prompt + load.output // 2)
    steps = np.asarray(passes.seconds) / speed
    prefill = float(machine.run(model, 1, load.prompt).seconds) / speed
    start = machine.program.request_seconds / speed
    first = start + prefill + float(steps[0])
    if first > load.first_token_seconds:
        raise NoService(
            f"{where}: the first token takes {first:.3g} s with nobody else there, "
            f"and may take {load.first_token_seconds:.3g} s"
        )
    if load.token_seconds is not None:
        if steps[0] > load.token_seconds:
            raise NoService(
                f"{where}: a token takes {steps[0]:.3g} s with nobody else there, "
                f"and may take {load.token_seconds:.3g} s"
            )
        steps = steps[steps <= load.token_seconds]
    return _Server(steps=steps, start=start, prefill=prefill, weights=weights, cache=cache)


def _copies(server: _Server, load: Load, group: int, most: int | None, seed: int) -> Fleet | None:
    """The fewest copies that hold the limits; None where more than `most` cards were needed."""
    # A full batch spends so long on each request: with fewer copies the queue grows without end.
    work = server.prefill + load.output * float(server.steps[-1]) / len(server.steps)
    least = math.floor(load.arrivals_per_second * work) + 1
    # With so many a copy is busy a thousandth of the time: more would change nothing.
    lone = server.prefill + load.output * float(server.steps[0])
    last = max(least, math.ceil(1000 * load.arrivals_per_second * lone))
    last = last if most is None else min(last, most // group)
    below, above, found = least - 1, least, None
    while above <= last and found is None:
        found = _held(server, load, above, group, seed)
        if found is None:
            # Twice as far each time, but never past the last.
            reached = above + max(1, above - least + 1)
            below, above = above, last if above < last < reached else reached
    if found is None:
        if most is None:
            raise NoService(f"no number of groups of {group} cards holds the limits")
        return None
    while above - below > 1:
        middle = (below + above) // 2
        fewer = _held(server, load, middle, group, seed)
        below, above, found = (middle, above, found) if fewer is None else (below, middle, fewer)
    return found


def _held(server: _Server, load: Load, replicas: int, group: int, seed: int) -> Fleet | None:
    """So many copies under the load; None where they do not hold the limits."""
    served = simulate(
        load.arrivals_per_second / replicas,
        step_seconds=server.steps,
        output=load.output,
        prefill_seconds=server.prefill,
        requests=max(REQUESTS, ROUNDS * len(server.steps)),
        seed=seed,
    )
    # Every request waits for its start alike, beside the queue and not in it.
    first = server.start + float(served.percentile("first_token_seconds", PERCENT))
    each = token_percentile(served, PERCENT)
    slow = load.token_seconds is not None and each > load.token_seconds
    if first > load.first_token_seconds or slow:
        return None
    batch = most_in_flight(served)
    return Fleet(
        replicas=replicas,
        group=group,
        batch=batch,
        mean_batch=served.mean_batch,
        memory_bytes=server.weights + batch * server.cache,
        first_token_seconds=first,
        token_seconds=each if each > 0 else float(server.steps[0]),
        utilisation=served.busy_share,
    )


def token_percentile(served: Served, percent: float) -> float:
    """The mean time from one token to the next that `percent` of the requests stay below; 0 where
    all answers have a single token."""
    found = served.percentile("token_seconds", percent)
    return 0.0 if np.isnan(found) else float(found)


def most_in_flight(served: Served) -> int:
    """Most requests that were in the batch at the same time."""
    begun = served.arrival_seconds + served.wait_seconds
    done = served.arrival_seconds + served.total_seconds
    times = np.concatenate([begun, done])
    changes = np.concatenate([np.ones(len(begun)), -np.ones(len(done))])
    # At equal times who is done leaves before the next comes in.
    order = np.lexsort((changes, times))
    return int(np.cumsum(changes[order]).max())
