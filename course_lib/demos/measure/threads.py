"""How many threads make a piece of work quickest here, by a short trial.

Small matrices gain little from many threads, and on a busy machine lose much: torch's threads wait
for each other, so that one core taken by somebody else holds up all of them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from course_lib import checks
from course_lib.demos.measure.comparing import clearly
from course_lib.demos.measure.timings import Timing, time_call, timing, turn

ROUNDS = 7
FEWEST_ROUNDS = 5
"""Rounds that are made even where the time allowed is over: on a machine so busy that every run
scatters, fewer would not be clear, and there the choice matters most."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Threads:
    """A trial of several numbers of threads."""

    timings: Mapping[int, Timing]
    """The work with each number of threads."""
    present: int
    """Threads that torch used before."""

    @property
    def chosen(self) -> int:
        """The number to use: the present one, unless another is clearly faster (`clearly`); then
        the one of those with the smallest median."""
        better = [
            count
            for count, timed in self.timings.items()
            if clearly(timed, self.timings[self.present]) == "faster"
        ]
        return min(better, key=lambda count: self.timings[count].seconds, default=self.present)

    @property
    def gain(self) -> float:
        """Median time with the present number over that with the chosen one; 1 where it stays."""
        return self.timings[self.present].seconds / self.timings[self.chosen].seconds


@contextmanager
def using_threads(count: int) -> Iterator[None]:
    """Let torch use so many threads inside a `with` statement.

    >>> with using_threads(1):
    ...     torch.get_num_threads()
    1
    """
    before = torch.get_num_threads()
    torch.set_num_threads(checks.whole("count", count))
    try:
        yield
    finally:
        torch.set_num_threads(before)


def candidates(most: int) -> list[int]:
    """Numbers of threads worth a trial: powers of two, and the most there are.

    >>> candidates(6)
    [1, 2, 4, 6]
    """
    most = checks.whole("most", most)
    return [*(2**power for power in range(most.bit_length()) if 2**power < most), most]


def quickest_threads(
    work: Callable[[], object],
    counts: Sequence[int] | None = None,
    rounds: int = ROUNDS,
    budget_seconds: float = 3.0,
    limit_seconds: float | None = None,
) -> Threads:
    """Try `work()` with several numbers of threads; torch's own number is left as it was.

    Every round tries each number once, in turn forwards and backwards (as `time_rounds`), so that a
    machine which slows down for a while slows all.

    Args:
        work: what is timed, once a round and number; one more round before them warms up.
        counts: numbers to try beside the present one; if None, `candidates` up to it.
        rounds: how often.
        budget_seconds: no further round starts after this time, but five are made in any case
            (fewer if `rounds` says so).
        limit_seconds: no further round starts after this time whatever was made, but one is timed
            in any case; with fewer than three nothing is clear, and the present number stays. None
            for no limit.

    >>> trial = quickest_threads(lambda: sum(range(1000)), counts=[1], rounds=3)
    >>> trial.chosen in trial.timings
    True
    """
    present = torch.get_num_threads()
    wanted = candidates(present) if counts is None else [checks.whole("counts", n) for n in counts]
    runs: dict[int, list[float]] = {count: [] for count in sorted({*wanted, present})}
    begun = time.perf_counter()
    for done in range(1 + checks.whole("rounds", rounds)):
        spent = time.perf_counter() - begun
        if done > FEWEST_ROUNDS and spent > budget_seconds:
            break
        if done > 1 and limit_seconds is not None and spent > limit_seconds:
            break
        for count in turn(list(runs), done):
            with using_threads(count):
                runs[count].append(time_call(work, repeats=1, warm_ups=0).seconds)
    # the first round only warmed up
    timings = {count: timing(seconds[1:]) for count, seconds in runs.items()}
    return Threads(timings=timings, present=present)
