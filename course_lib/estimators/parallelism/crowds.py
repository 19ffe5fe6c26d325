"""Thousands of ranks in one process: what waiting for the slowest costs, and how far more devices
help.

No rank really runs. Its step times are drawn, and a barrier makes all wait for the longest, step
after step. That is enough to see why a small scatter grows with the number of ranks, what one slow
device does to all, and what a synchronisation costs that nobody needs.

Design choices:
- A rank's step takes `seconds`, plus scatter of standard deviation `jitter`: "normal" (cut at zero)
  or "exponential" (rare long delays, never early; its mean is `jitter` as well).
- A step of several barriers draws its scatter for each part, so that the scatter of the step
  without barriers is the same. Barriers less often than once a step let early ranks run ahead.
- The same seed gives the same draws.
Sources: the largest of n exponential draws has mean 1 + 1/2 + ... + 1/n; for normal ones it is
integrated. Amdahl 1967 (AFIPS 30) for the fixed part; McCandlish et al. 2018 (arXiv 1812.06162),
equation 2.11, for steps against batch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.checks import Number
from course_lib.estimators.parallelism.collectives import Wire
from course_lib.estimators.parallelism.collectives import seconds as collective_seconds

SPREADS = ("normal", "exponential")
GRID = np.arange(-9.0, 9.0, 0.005) + 0.0025
"""Where the normal distribution is summed, in standard deviations: middles of small steps, none at
zero."""
LOG_BELOW = np.log([0.5 * math.erfc(-x / math.sqrt(2)) for x in GRID])
"""Logarithm of the chance that a normal draw is below each point of the grid: e to the n times it
is that of n draws, which takes a seventh of the time of a power."""
BLOCK = 500
"""Counts that are summed over the grid at a time: all at once would need the grid's length in
memory for each."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Simulated:
    """What became of each step."""

    step_seconds: np.ndarray
    """Time of each round between two barriers (each step, if there is a barrier a step), shape
    (rounds,)."""
    own_seconds: np.ndarray
    """Mean time that the ranks themselves worked in it, shape (rounds,)."""
    steps: int
    """Steps in all."""

    @property
    def seconds_per_step(self) -> float:
        """Mean time of a step."""
        return float(self.step_seconds.sum() / self.steps)

    @property
    def waiting_share(self) -> float:
        """Part of all ranks' time that they wait for the slowest."""
        return float(1 - self.own_seconds.sum() / self.step_seconds.sum())


@dataclass(frozen=True, kw_only=True, eq=False)
class Scaling:
    """Time and bill of a piece of work on growing numbers of devices. Arrays like `devices`."""

    devices: Number
    """How many work together."""
    seconds: Number
    """Time of a step."""
    work: Number
    """Work done in a step, in units of what is done on one device."""
    single_seconds: Number
    """Time of a step on one device, with the work of one device."""

    @property
    def speedup(self) -> Number:
        """Work a second, over that of one device."""
        return self.work * self.single_seconds / self.seconds

    @property
    def efficiency(self) -> Number:
        """Speed-up over devices."""
        return self.speedup / self.devices

    @property
    def bill(self) -> Number:
        """Device hours for the same work, over those of one device."""
        return 1 / self.efficiency


def simulate(
    ranks: int,
    steps: int = 100,
    *,
    seconds: float = 1.0,
    jitter: float = 0.0,
    spread: str = "normal",
    straggler: float = 1.0,
    stragglers: int = 1,
    barriers: int = 1,
    barrier_seconds: float = 0.0,
    every: int = 1,
    seed: int = 0,
) -> Simulated:
    """Let `ranks` ranks work through `steps` steps and wait for each other.

    Args:
        ranks: how many.
        steps: how many; a multiple of `every`.
        seconds: time of a step on a rank, without scatter.
        jitter: standard deviation of the scatter of a step, in seconds.
        spread: one of `SPREADS`.
        straggler: how many times longer the slow ranks take.
        stragglers: how many ranks are slow (if `straggler` is not 1).
        barriers: barriers in a step; more than one for synchronisations nobody needs.
        barrier_seconds: time a barrier takes by itself.
        every: steps between two barriers; above 1 only with one barrier.
        seed: of the draws.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> round(simulate(8, straggler=1.3).seconds_per_step, 6)  # one is 30 % slower: all are
    1.3
    """
    sizes = {"ranks": ranks, "steps": steps, "barriers": barriers, "every": every}
    ranks, steps, barriers, every = (checks.whole(name, value) for name, value in sizes.items())
    if checks.whole("stragglers", stragglers, at_least=0) > ranks:
        raise ValueError(f"stragglers must be at most the {ranks} ranks, got {stragglers}")
    if every > 1 and barriers > 1:
        raise ValueError(f"barriers must be 1 where every is above 1, got {barriers}")
    checks.divides("every", every, "steps", steps)
    own = checks.positive("seconds", seconds) / barriers * np.ones(ranks)
    own[: int(stragglers)] *= checks.positive("straggler", straggler)
    # Variances add up: parts of 1 / sqrt(n) of the scatter make the scatter of the whole step.
    part_jitter = checks.positive("jitter", jitter, zero=True) / math.sqrt(barriers)
    draws = _scatter(np.random.default_rng(seed), (steps * barriers, ranks), part_jitter, spread)
    # A normal draw may be so early that the time would be negative.
    times = np.maximum(own + draws, 0.0)
    # Between two barriers a rank works through `every` steps by itself, so its own scatter adds up.
    rounds = times.reshape(-1, every, ranks).sum(axis=1)
    return Simulated(
        step_seconds=rounds.max(axis=1)
        + checks.positive("barrier_seconds", barrier_seconds, zero=True),
        own_seconds=rounds.mean(axis=1),
        steps=steps,
    )


def expected_maximum(count: Number, spread: str = "normal") -> Number:
    """Mean of the largest of `count` independent draws of standard deviation 1.

    >>> round(expected_maximum(2), 4), round(expected_maximum(1024), 2)  # 1 / sqrt(pi), and 3.25
    (0.5642, 3.25)
    >>> round(expected_maximum(3, "exponential"), 4)  # 1 + 1/2 + 1/3
    1.8333
    """
    checks.one_of("spread", spread, SPREADS)
    count = checks.whole("count", count)
    counts = np.atleast_1d(np.asarray(count, dtype=np.float64))
    if spread == "exponential":
        # Harmonic numbers; that of n stands at place n - 1.
        table = np.cumsum(1 / np.arange(1, int(counts.max()) + 1))
        means = table[counts.astype(int) - 1]
    else:
        # Each count is integrated once, then put wherever it stands.
        different, place = np.unique(counts, return_inverse=True)
        blocks = [
            _normal_means(different[first : first + BLOCK])
            for first in range(0, len(different), BLOCK)
        ]
        means = np.concatenate(blocks)[place].reshape(counts.shape)
    return means if np.ndim(count) else float(means[0])


def expected_seconds(
    ranks: Number,
    *,
    seconds: Number = 1.0,
    jitter: Number = 0.0,
    spread: str = "normal",
    barriers: Number = 1,
) -> Number:
    """Mean time of a step with barriers, without a straggler: the closed form behind `simulate`.

    seconds + jitter x sqrt(barriers) x the mean of the largest of `ranks` draws; jitter small
    against seconds.

    >>> counts = (1, 4)
    >>> tuple(round(expected_seconds(1024, jitter=0.05, barriers=n), 3) for n in counts)
    (1.162, 1.325)
    """
    ranks, barriers = checks.whole("ranks", ranks), checks.whole("barriers", barriers)
    seconds, jitter = (
        checks.positive("seconds", seconds),
        checks.positive("jitter", jitter, zero=True),
    )
    checks.broadcast(ranks=ranks, seconds=seconds, jitter=jitter, barriers=barriers)
    # n waits, each of a scatter 1 / sqrt(n) as wide.
    return seconds + barriers**0.5 * _late(ranks, jitter, checks.one_of("spread", spread, SPREADS))


def scaling(
    devices: Number,
    *,
    kind: str = "strong",
    seconds: Number = 1.0,
    sequences: Number | None = None,
    fixed_seconds: Number = 0.0,
    gradient_bytes: Number = 0.0,
    wire: Wire | None = None,
    overlap: Number = 0.0,
    jitter: Number = 0.0,
) -> Scaling:
    """Time of a step on more and more devices that hold the same model.

    "strong": the batch stays, each device gets fewer sequences. "weak": each keeps its share, and
    the batch grows.

    Args:
        devices: how many; an array for a curve.
        kind: "strong" or "weak".
        seconds: arithmetic of a step on one device.
        sequences: sequences of the batch on one device; then devices work on whole ones, and more
            devices than sequences are refused under "strong". None divides freely.
        fixed_seconds: part of every step that more devices do not shorten.
        gradient_bytes: bytes that a ring adds up over `wire` in each step.
        wire: what carries them; needed where there are any.
        overlap: part of that sum that hides behind arithmetic, as far as it lasts; at most 1.
        jitter: scatter of a rank's step time as a part of it, normal.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> curve = scaling(np.array([1, 8, 64]), seconds=1.0, fixed_seconds=0.01)
    >>> curve.speedup.round(1).tolist(), curve.bill.round(2).tolist()
    ([1.0, 7.5, 39.4], [1.0, 1.07, 1.62])
    """
    strong = checks.one_of("kind", kind, ("strong", "weak")) == "strong"
    devices, seconds = checks.whole("devices", devices), checks.positive("seconds", seconds)
    extra = {
        "fixed_seconds": fixed_seconds,
        "gradient_bytes": gradient_bytes,
        "overlap": overlap,
        "jitter": jitter,
    }
    extra = {name: checks.positive(name, value, zero=True) for name, value in extra.items()}
    # A dict keeps the order in which it was written.
    fixed_seconds, gradient_bytes, overlap, jitter = extra.values()
    if np.any(overlap > 1):
        raise ValueError(f"overlap must be at most 1, got {overlap}")
    # Asked for only where something is sent.
    over = checks.instance("wire", wire, Wire) if np.any(gradient_bytes > 0) else None
    if over is not None:
        extra |= {f"wire.{name}": value for name, value in vars(over).items()}
    checks.broadcast(
        devices=devices, seconds=seconds, sequences=1 if sequences is None else sequences, **extra
    )
    arithmetic = seconds * (_share(devices, sequences) if strong else 1)
    sent = (
        collective_seconds("all_reduce", gradient_bytes, devices, over) if over is not None else 0.0
    )
    # No more can hide than there is arithmetic.
    sent = sent - checks.smaller(overlap * sent, arithmetic)
    slow = arithmetic * _late(devices, jitter)
    return Scaling(
        devices=devices,
        seconds=arithmetic + slow + sent + fixed_seconds,
        work=1 if strong else devices,
        single_seconds=seconds + fixed_seconds,
    )


def fixed_part(devices: tuple[int, int], seconds: tuple[float, float]) -> tuple[float, float]:
    """Work (device seconds) and fixed time that two measured times show, by Amdahl.

    The law is seconds = fixed + work / devices.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> fixed_part((1, 4), (10.0, 4.0))
    (8.0, 2.0)
    """
    counts, times = checks.whole("devices", devices), checks.positive("seconds", seconds)
    if np.shape(counts) != (2,) or counts[0] == counts[1]:
        raise ValueError(f"devices must be two different numbers, got {devices}")
    if np.shape(times) != (2,):
        raise ValueError(f"seconds must be two numbers, got {seconds}")
    (first, second), (slow, quick) = counts.tolist(), times.tolist()
    work = (slow - quick) / (1 / first - 1 / second)
    return work, slow - work / first


def steps_needed(batch: Number, critical: Number) -> Number:
    """Steps to the same loss, over the fewest there can be: 1 + critical / batch.

    Both batches are in the same unit. At the critical batch twice the fewest steps and twice the
    fewest examples are needed; beyond it a larger batch saves few steps, and devices wait for data
    that hardly helps. Source: McCandlish et al. 2018 (arXiv 1812.06162).

    >>> steps_needed(batch=1e6, critical=1e6), steps_needed(batch=16e6, critical=1e6)
    (2.0, 1.0625)
    """
    return 1 + checks.positive("critical", critical) / checks.positive("batch", batch)


def _normal_means(counts: np.ndarray) -> np.ndarray:
    """Mean of the largest of each of `counts` normal draws. Of a single one it is 0; the sum leaves
    a rounding."""
    below = np.exp(LOG_BELOW[:, None] * counts).sum(axis=0)
    # E = integral of (1 - F^n) above zero, less that of F^n below: together the number of points
    # above zero less the sum of F^n, times the step.
    means = (np.sum(GRID > 0) - below) * (GRID[1] - GRID[0])
    return np.where(counts == 1, 0.0, means)


def _late(ranks: Number, jitter: Number, spread: str = "normal") -> Number:
    """How much later than without scatter the last of `ranks` is. Long curves mostly have none:
    nothing to sum then."""
    return jitter * (expected_maximum(ranks, spread) if np.any(jitter) else 0.0 * ranks)


def _share(devices: Number, sequences: Number | None) -> Number:
    """Part of the batch that the busiest device works on."""
    if sequences is None:
        return 1 / devices
    sequences = checks.whole("sequences", sequences)
    if np.any(np.asarray(devices) > sequences):
        raise ValueError(
            f"devices must be at most the {sequences} sequences of the batch, got {devices}"
        )
    # Whole sequences: the busiest device has the rounded-up share.
    return -(-sequences // devices) / sequences


def _scatter(
    random: np.random.Generator, shape: tuple[int, int], jitter: float, spread: str
) -> np.ndarray:
    checks.one_of("spread", spread, SPREADS)
    if jitter == 0:
        return np.zeros(shape)
    return (
        random.normal(0, jitter, shape) if spread == "normal" else random.exponential(jitter, shape)
    )
