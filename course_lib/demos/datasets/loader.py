"""A data loader small enough to read, and how many batches a second it delivers with more and more
workers.

Design choices:
- Workers are processes. Each has two batches in the making or ready (`PREFETCH`), as in PyTorch's
  DataLoader; batches come back in order. Workers start empty on every system ("spawn"), so that it
  behaves alike on all of them.
- A short test would measure the full buffer: the first batches, two a worker, are thrown away
  before the clock starts.
- Two kinds of work: waiting (a sleep stands for a slow disk) and computing. The first can overlap
  beyond the number of cores, the second cannot.
- Every wait has a deadline, and leaving the pool ends its processes: nothing hangs.
"""

from __future__ import annotations

import os
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.pool import Pool

from course_lib import checks
from course_lib.demos import corpus, loader_work, measure

PREFETCH = 2
BATCHES = 12
DEADLINE_SECONDS = 20.0


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
        TimeoutError: a worker gave no batch within `DEADLINE_SECONDS`.
    """
    rates: dict[str, list[float]] = {
        checks.one_of("kinds", kind, tuple(loader_work.WORK)): [] for kind in kinds
    }
    for number in (checks.whole("workers", count, at_least=0) for count in workers):
        if number == 0:
            for kind, kind_rates in rates.items():
                kind_rates.append(
                    _rate(map(loader_work.WORK[kind], _numbers()), skip=1, count=BATCHES)
                )
            continue
        with get_context("spawn").Pool(number) as pool:
            for kind, kind_rates in rates.items():
                batches = load(pool, loader_work.WORK[kind], number)
                # more workers deliver faster: more batches, or the time would be too short to tell
                kind_rates.append(
                    _rate(batches, skip=PREFETCH * number, count=BATCHES * min(number, 4))
                )
    return Throughput(workers=list(workers), rates=rates, cores=cores())


def load(pool: Pool, work: Callable[[int], int], workers: int) -> Iterator[int]:
    """Batches without end, in order, with `PREFETCH` under way for each worker."""
    numbers = _numbers()
    under_way = deque(pool.apply_async(work, (next(numbers),)) for _ in range(PREFETCH * workers))
    while True:
        try:
            batch = under_way.popleft().get(timeout=DEADLINE_SECONDS)
        # by its name: the pool's TimeoutError is no built-in one
        except Exception as problem:
            if type(problem).__name__ != "TimeoutError":
                raise
            raise TimeoutError(
                f"no batch came within {DEADLINE_SECONDS} s from {workers} workers"
            ) from problem
        # before the batch is handed over: the worker goes on while the caller uses it
        under_way.append(pool.apply_async(work, (next(numbers),)))
        yield batch


def decode_rate() -> float:
    """Bytes of text a second that one core of this machine unpacks from compressed files (zlib)."""
    text = corpus.text("prose").encode("utf-8")
    packed = zlib.compress(text)
    return len(text) / measure.time_call(lambda: zlib.decompress(packed)).median_seconds


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Linux: a container may allow fewer than there are
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _numbers() -> Iterator[int]:
    number = 0
    while True:
        yield number
        number += 1


def _rate(batches: Iterator[int], skip: int, count: int) -> float:
    """Batches a second, after the first `skip`."""
    for _ in range(skip):
        next(batches)
    start = time.perf_counter()
    for _ in range(count):
        next(batches)
    return count / (time.perf_counter() - start)
