"""Seconds of a repeated call, with their spread.

A single timing is an anecdote. `time_call` warms up first (the first run pays for allocation and
lazy set-up), repeats, and keeps every run, so that a lesson can show the spread beside the number
and `clearly` can compare two of them.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch

from course_lib import checks
from course_lib.demos.measure.progress import track

Name = TypeVar("Name", bound=Hashable)
FEWEST_RUNS = 3
"""Runs that are timed even where the time allowed is over: with fewer there is no spread."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Timing:
    """Seconds of a repeated call: the runs, and what is read off them."""

    runs_seconds: tuple[float, ...]
    """Every run after the warm-up, in seconds, in the order they were made."""

    @property
    def median_seconds(self) -> float:
        """The middle run: half were faster."""
        return statistics.median(self.runs_seconds)

    @property
    def seconds(self) -> float:
        """The middle run, under the name that a single number would have."""
        return self.median_seconds

    @property
    def low_seconds(self) -> float:
        """Lower end of the middle half: a quarter of the runs were faster (linear quantile)."""
        return float(np.quantile(self.runs_seconds, 0.25))

    @property
    def high_seconds(self) -> float:
        """Upper end of the middle half: a quarter of the runs were slower (linear quantile)."""
        return float(np.quantile(self.runs_seconds, 0.75))

    @property
    def fastest_seconds(self) -> float:
        """The fastest run."""
        return min(self.runs_seconds)

    @property
    def slowest_seconds(self) -> float:
        """The slowest run after the warm-up."""
        return max(self.runs_seconds)

    @property
    def repeats(self) -> int:
        """Runs that were timed."""
        return len(self.runs_seconds)

    @property
    def spread(self) -> float:
        """Slowest over fastest: near 1, a quiet machine; above 1.5, a median to take with care."""
        return self.slowest_seconds / self.fastest_seconds


def timing(runs_seconds: Sequence[float]) -> Timing:
    """The record of runs that were timed elsewhere, in seconds.

    Raises:
        ValueError: no run, or one that is not above zero.

    >>> found = timing([1.0, 2.0, 3.0, 4.0, 10.0])
    >>> found.seconds, (found.low_seconds, found.high_seconds), found.repeats
    (3.0, (2.0, 4.0), 5)
    """
    runs = checks.positive("runs_seconds", list(runs_seconds))
    if not len(runs):
        raise ValueError("runs_seconds must hold at least one run, got none")
    return Timing(runs_seconds=tuple(float(each) for each in runs))


def time_call(
    work: Callable[[], object],
    repeats: int = 5,
    warm_ups: int = 1,
    budget_seconds: float | None = None,
) -> Timing:
    """Time `work()` after `warm_ups` runs that do not count.

    An accelerator is waited for before each reading.

    Args:
        work: what is timed.
        repeats: runs that are timed.
        warm_ups: runs before them.
        budget_seconds: no further run starts once the timed ones have taken so long, but three are
            made in any case (fewer if `repeats` says so); None for no limit.

    >>> timing = time_call(lambda: sum(range(1000)), repeats=3)
    >>> timing.repeats, timing.fastest_seconds <= timing.median_seconds <= timing.slowest_seconds
    (3, True)
    """
    repeats = checks.whole("repeats", repeats)
    if budget_seconds is not None:
        checks.positive("budget_seconds", budget_seconds)
    for _ in range(checks.whole("warm_ups", warm_ups, at_least=0)):
        work()
    runs: list[float] = []
    for _ in range(repeats):
        if budget_seconds is not None and len(runs) >= FEWEST_RUNS and sum(runs) > budget_seconds:
            break
        runs.append(_seconds(work))
    return Timing(runs_seconds=tuple(runs))


def time_rounds(
    works: Mapping[Name, Callable[[], object]],
    repeats: int = 5,
    warm_ups: int = 1,
    budget_seconds: float | None = None,
    what: str = "",
) -> dict[Name, Timing]:
    """Time several works in rounds, each once a round: for works that are to be compared.

    A machine that slows down for a while slows all of them, where works timed one after the other
    would seem to differ. Every second round goes backwards: on a busy machine a process is made to
    wait at even distances, and in a fixed order these waits can fall on the same work each time.
    (Of 300 comparisons of a work with itself, on two cores that others had taken, 78 seemed to
    differ clearly in a fixed order and 2 in this one; 107 and 3 when tried again.)

    Args:
        works: what is timed, by name.
        repeats: timed runs of each.
        warm_ups: rounds before them.
        budget_seconds: no further round starts once the timed ones have taken so long, but three
            are made in any case (fewer if `repeats` says so); None for no limit.
        what: what a line of progress counts, such as "rounds timed"; blank shows none.

    Raises:
        ValueError: no work, no repeat, or a budget that is not above zero.

    >>> found = time_rounds({"sum": lambda: sum(range(99)), "max": lambda: max(range(99))})
    >>> {name: timing.repeats for name, timing in found.items()}
    {'sum': 5, 'max': 5}
    """
    if not works:
        raise ValueError("works must hold at least one work, got none")
    first = checks.whole("warm_ups", warm_ups, at_least=0)
    limit = (
        math.inf if budget_seconds is None else checks.positive("budget_seconds", budget_seconds)
    )
    spent = 0.0
    runs: dict[Name, list[float]] = {name: [] for name in works}
    rounds = range(first + checks.whole("repeats", repeats))
    for done in track(rounds, what) if what else rounds:
        if done - first >= FEWEST_RUNS and spent > limit:
            break
        for name in turn(list(works), done):
            runs[name].append(_seconds(works[name]))
        spent += sum(seconds[-1] for seconds in runs.values()) if done >= first else 0.0
    return {name: Timing(runs_seconds=tuple(seconds[first:])) for name, seconds in runs.items()}


def turn(names: Sequence[Name], done: int) -> Sequence[Name]:
    """The order of a round, after so many: forwards, then backwards, and so on.

    >>> turn("abc", 0), turn("abc", 1)
    ('abc', 'cba')
    """
    return names[::-1] if done % 2 else names


def wait_for_accelerator() -> None:
    """Wait until the accelerator, if there is one, has done what it was given."""
    # one name for CUDA, ROCm, Apple's mps and Intel's xpu
    if torch.accelerator.is_available():
        torch.accelerator.synchronize()


def _seconds(work: Callable[[], object]) -> float:
    wait_for_accelerator()  # work launched before would be timed along
    start = time.perf_counter()
    work()
    wait_for_accelerator()
    return time.perf_counter() - start
