"""A server under load: requests arrive at random, wait, share the device, and leave. Simulated
event by event.

Two models. `single_server` is the textbook queue: one request at a time, first come first served;
closed formulas for its waits stand beside it. `simulate` is continuous batching, as servers of
language models do it: a request joins the running batch between two tokens as soon as a place is
free, and leaves after its own last token.

Design choices:
- Arrivals are Poisson: the times between them are independent and exponential.
- The time of a step follows the batch. Between two events (an arrival that finds a place, a last
  token) nothing changes, so the simulation jumps there and needs no loop over tokens.
- Reading a prompt holds up the whole batch, as in servers that do not split prompts into pieces.
- The same seed gives the same requests at every rate and for every server: they differ in the
  server alone.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.checks import Number

SPREADS = ("constant", "exponential")
TIMES = ("wait_seconds", "first_token_seconds", "token_seconds", "total_seconds")
"""Times of a request that have percentiles."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Served:
    """What became of each request, in the order of arrival. Arrays of shape (requests,)."""

    arrival_seconds: np.ndarray
    """When it arrived."""
    wait_seconds: np.ndarray
    """From its arrival until it was taken up."""
    first_token_seconds: np.ndarray
    """From its arrival to its first token."""
    total_seconds: np.ndarray
    """From its arrival to its last token."""
    tokens: np.ndarray
    """Tokens written for it."""
    busy_share: float
    """Part of the time in which the server had something to do."""
    mean_batch: float
    """Requests in the batch, averaged over the steps."""

    @property
    def token_seconds(self) -> np.ndarray:
        """Mean time from one token to the next: shape (requests,); NaN for answers of one token."""
        spent = self.total_seconds - self.first_token_seconds
        return np.where(self.tokens > 1, spent / np.maximum(self.tokens - 1, 1), np.nan)

    @property
    def tokens_per_second(self) -> float:
        """Tokens of all requests over the time from the first arrival to the last token."""
        end = np.max(self.arrival_seconds + self.total_seconds)
        return float(self.tokens.sum() / (end - self.arrival_seconds[0]))

    def percentile(self, what: str, percent: Number) -> Number:
        """The value that `percent` of the requests stay below, of the array named `what`.

        The first tenth of the requests is left out: they found an empty server. `what` is one of
        `TIMES`; the time between tokens is NaN where no answer has two of them.
        """
        values = getattr(self, checks.one_of("what", what, TIMES))
        kept = values[len(values) // 10 :]
        # Answers of one token have no time between tokens.
        kept = kept[~np.isnan(kept)] if what == "token_seconds" else kept
        wanted = checks.positive("percent", percent, zero=True)
        level = np.percentile(kept if len(kept) else [np.nan], wanted)
        return level if level.ndim else float(level)


def simulate(
    arrivals_per_second: float,
    *,
    step_seconds: Sequence[float] | np.ndarray,
    output: int,
    prefill_seconds: float = 0.0,
    requests: int = 2000,
    lengths: str = "exponential",
    seed: int = 0,
) -> Served:
    """Continuous batching under Poisson arrivals.

    Args:
        arrivals_per_second: mean rate of arrival, above 0.
        step_seconds: time of one token for a batch of 1, 2, ...; its length is the largest batch.
        output: mean tokens of an answer, at least 1.
        prefill_seconds: time to read one prompt; the batch stands still meanwhile.
        requests: requests to serve.
        lengths: "constant" for answers of equal length, "exponential" for many short and few long
            ones.
        seed: of the random numbers.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> served = simulate(0.5, step_seconds=[0.1], output=10, lengths="constant", requests=200)
    >>> bool(served.total_seconds.min() > 0.999), len(served.tokens)  # ten steps of 0.1 s at least
    (True, 200)
    """
    steps = np.atleast_1d(checks.positive("step_seconds", step_seconds))
    requests = checks.whole("requests", requests)
    prefill = float(checks.positive("prefill_seconds", prefill_seconds, zero=True))
    arrivals, shares = _draw(arrivals_per_second, requests, lengths, seed)
    tokens = np.maximum(1, np.rint(shares * checks.whole("output", output))).astype(int)
    return _Batch(steps=steps, prefill=prefill, arrivals=arrivals, tokens=tokens).run()


def single_server(
    arrivals_per_second: float,
    service_seconds: float,
    *,
    service: str = "exponential",
    requests: int = 20_000,
    seed: int = 0,
) -> np.ndarray:
    """Waits of a queue with one server, in seconds, in the order of arrival: shape (requests,).

    A request waits for what is left of the work in front of it: wait = max(0, last wait + last
    service - gap) (Lindley 1952). `service` is "exponential" (the queue M/M/1) or "constant"
    (M/D/1).

    >>> waits = single_server(0.5, 1.0, service="constant", seed=1)
    >>> bool(abs(waits.mean() / mean_wait(0.5, 1.0, service="constant") - 1) < 0.1)
    True
    """
    mean = float(checks.positive("service_seconds", service_seconds))
    arrivals, shares = _draw(arrivals_per_second, checks.whole("requests", requests), service, seed)
    left = shares[:-1] * mean - np.diff(arrivals)  # what each request adds to the next one's wait
    # Lindley's max(0, ...) in one go: how far the sum of all `left` lies above its lowest point so
    # far.
    path = np.concatenate(([0.0], np.cumsum(left)))
    return path - np.minimum.accumulate(path)


def mean_wait(
    arrivals_per_second: Number, service_seconds: Number, *, service: str = "exponential"
) -> Number:
    """Mean wait in seconds before service begins, in the long run; arrays broadcast.

    load x service / (1 - load), and half of it for constant service (Pollaczek and Khinchine).

    Raises:
        ValueError: for a load (arrivals x service) of 1 or more: the queue then grows without end.

    >>> mean_wait(0.5, 1.0), mean_wait(0.5, 1.0, service="constant")
    (1.0, 0.5)
    """
    mean, load = _load(arrivals_per_second, service_seconds)
    half = {"exponential": 1.0, "constant": 0.5}[checks.one_of("service", service, SPREADS)]
    return half * load * mean / (1 - load)


def wait_percentile(
    arrivals_per_second: Number, service_seconds: Number, percent: Number
) -> Number:
    """The wait in seconds that `percent` of an M/M/1 queue's requests stay below.

    Arrays broadcast. A share `load` of the requests waits at all; those waits are exponential with
    mean service / (1 - load).

    >>> round(wait_percentile(0.5, 1.0, 95), 2)  # 2 x ln(0.5 / 0.05)
    4.61
    """
    mean, load = _load(arrivals_per_second, service_seconds)
    beyond = 1 - checks.positive("percent", percent, zero=True) / 100
    if np.any(beyond <= 0):
        raise ValueError(f"percent must be below 100, got {percent}")
    # A percentile below 1 - load is of those who do not wait; the logarithm is negative there.
    wait = np.maximum(0.0, np.log(load / beyond)) * mean / (1 - load)
    return wait if np.ndim(wait) else float(wait)


def _load(arrivals_per_second: Number, service_seconds: Number) -> tuple[Number, Number]:
    mean = checks.positive("service_seconds", service_seconds)
    load = checks.positive("arrivals_per_second", arrivals_per_second) * mean
    if np.any(load >= 1):
        raise ValueError(f"load (arrivals x service) must be below 1, got {load}")
    return mean, load


def _draw(rate: float, requests: int, spread: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Arrival times in seconds, and the work of each request in units of the mean."""
    rate = float(checks.positive("arrivals_per_second", rate))
    random = np.random.default_rng(seed)
    # Drawn at rate 1 and stretched, so that every rate meets the same requests.
    arrivals = random.exponential(1.0, requests).cumsum() / rate
    shares = random.exponential(1.0, requests)
    return arrivals, shares if checks.one_of(
        "spread", spread, SPREADS
    ) == "exponential" else np.ones(requests)


class _Batch:
    """The running batch. A clock of steps counts tokens, so that each request knows at which step
    it is done."""

    def __init__(
        self, *, steps: np.ndarray, prefill: float, arrivals: np.ndarray, tokens: np.ndarray
    ) -> None:
        self.prefill, self.arrivals, self.tokens = prefill, arrivals, tokens
        # Read number by number, a list is several times as quick as an array.
        self.steps: list[float] = steps.tolist()
        self.comes: list[float] = arrivals.tolist()
        self.writes: list[int] = tokens.tolist()
        self.now, self.step, self.coming = 0.0, 0, 0
        self.busy, self.batch_steps = 0.0, 0
        # A heap of (step of the last token, request): the earliest is always the first.
        self.running: list[tuple[int, int]] = []
        self.taken, self.first, self.last = (np.zeros(len(arrivals)) for _ in range(3))

    def run(self) -> Served:
        """Serve everybody."""
        while self.coming < len(self.comes) or self.running:
            if not self.running:
                self.now = max(self.now, self.comes[self.coming])
            self._admit()
            self._jump()
        return Served(
            arrival_seconds=self.arrivals,
            wait_seconds=self.taken - self.arrivals,
            first_token_seconds=self.first - self.arrivals,
            total_seconds=self.last - self.arrivals,
            tokens=self.tokens,
            # Rounding may leave a little more than the whole.
            busy_share=min(1.0, self.busy / (self.now - float(self.arrivals[0]))),
            mean_batch=self.batch_steps / max(1, self.step),
        )

    def _admit(self) -> None:
        """Take up those who have arrived, as long as there is a place; each prompt is read before
        the next token."""
        before = self.coming
        while self._someone_waits() and len(self.running) < len(self.steps):
            request, self.coming = self.coming, self.coming + 1
            self.taken[request] = self.now
            self.now, self.busy = self.now + self.prefill, self.busy + self.prefill
            heapq.heappush(self.running, (self.step + self.writes[request], request))
        # All who were taken up share the next step; `steps` begins with a batch of one, hence - 1.
        self.first[before : self.coming] = self.now + self.steps[len(self.running) - 1]

    def _jump(self) -> None:
        """Steps until the next last token, or until an arrival finds a place, whichever comes
        first."""
        step_seconds = self.steps[len(self.running) - 1]
        ahead = self.running[0][0] - self.step
        if self.coming < len(self.comes) and len(self.running) < len(self.steps):
            # At least one step: an arrival during the reading of prompts lies in the past already.
            ahead = min(
                ahead,
                max(1, math.ceil((self.comes[self.coming] - self.now) / step_seconds)),
            )
        self.step, self.now = self.step + ahead, self.now + ahead * step_seconds
        self.busy, self.batch_steps = (
            self.busy + ahead * step_seconds,
            self.batch_steps + ahead * len(self.running),
        )
        while self.running and self.running[0][0] == self.step:
            self.last[heapq.heappop(self.running)[1]] = self.now

    def _someone_waits(self) -> bool:
        return self.coming < len(self.comes) and self.comes[self.coming] <= self.now
