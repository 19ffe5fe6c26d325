"""A data loader small enough to read, and how many batches a second it delivers with more and more
workers.

Design choices:
- Workers are processes (`loader_workers`). Each has two batches in the making or ready, as in
  PyTorch's DataLoader; batches come back in order.
- A short test would measure the full buffer: the first batches, two a worker, are thrown away
  before the clock starts.
- Two kinds of work: waiting (a sleep stands for a slow disk) and computing. The first can overlap
  beyond the number of cores, the second cannot.
- Every wait has a deadline, and leaving the workers ends their processes: nothing hangs.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from course_lib import checks
from course_lib.demos import corpus, loader_work, measure
from course_lib.demos.datasets.loader_workers import PREFETCH, Workers
from course_lib.demos.measure.busy import own_cores

BATCHES = 12


@dataclass(frozen=True, kw_only=True)
class Throughput:
    """Batches a second for each kind of work and number of workers."""

    workers: list[int]
    """Numbers of worker processes; 0 means that the main process does the work itself."""
    rates: dict[str, list[float]]
    """Batches a second by kind of work, one for each entry of `workers`."""
    cores: int
    """Cores this process may use."""

    def gain(self, kind: str) -> list[float]:
        """Rate of each number of workers over that of the first."""
        return [rate / self.rates[kind][0] for rate in self.rates[kind]]

    def grows_past_cores(self, kind: str) -> bool:
        """Whether the most workers deliver at least 1.5 times as much as about one a core."""
        within = [index for index, number in enumerate(self.workers[:-1]) if number <= self.cores]
        rates = self.rates[kind]
        return rates[-1] >= 1.5 * rates[within[-1]] if within else False


def throughput(
    workers: Sequence[int] = (0, 1, 2, 4, 8), kinds: Sequence[str] = ("waiting", "computing")
) -> Throughput:
    """Measure every kind of work with every number of workers.

    Raises:
        ValueError: an unknown kind, or a number of workers that is no whole number.
        TimeoutError: a worker gave no batch within the deadline (`loader_workers`).
    """
    rates: dict[str, list[float]] = {
        checks.one_of("kinds", kind, tuple(loader_work.WORK)): [] for kind in kinds
    }
    numbers = [checks.whole("workers", each, at_least=0) for each in workers]
    for number in measure.track(numbers, "numbers of workers tried"):
        if number == 0:
            for kind, kind_rates in rates.items():
                kind_rates.append(
                    _rate(map(loader_work.WORK[kind], count()), skip=1, batches=BATCHES)
                )
            continue
        with Workers(number) as pool:
            for kind, kind_rates in rates.items():
                made = pool.load(loader_work.WORK[kind])
                # more workers deliver faster: more batches, or the time would be too short to tell
                kind_rates.append(
                    _rate(made, skip=PREFETCH * number, batches=BATCHES * min(number, 4))
                )
    return Throughput(workers=list(workers), rates=rates, cores=cores())


def decode_rate() -> float:
    """Bytes of text a second that one core of this machine unpacks from compressed files (zlib)."""
    text = corpus.text("prose").encode("utf-8")
    packed = zlib.compress(text)
    return len(text) / measure.time_call(lambda: zlib.decompress(packed)).median_seconds


def cores() -> int:
    """Cores that this process may use."""
    return len(own_cores())


def _rate(made: Iterator[object], skip: int, batches: int) -> float:
    """Batches a second, after the first `skip`."""
    for _ in range(skip):
        next(made)
    start = time.perf_counter()
    for _ in range(batches):
        next(made)
    return batches / (time.perf_counter() - start)
