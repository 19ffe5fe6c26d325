"""How busy this machine is, by its own account and by a short trial.

Design choices:
- Three looks, because each misses something: the load (where the system tells it) lags by a minute;
  the busy share of the cores sees every process, but not a neighbour outside a container; a spin of
  fixed work sees whatever slows this process down, but only on one core.
- The verdict rests on the last two. The load is shown beside them.
- This process rests while the cores are looked at, so that the share is that of the others.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

import numpy as np

from course_lib import checks

MOST_BUSY_SHARE = 0.2
"""Share of the cores' time above which the machine is not quiet: on two cores, under half of one
is taken."""
MOST_SPIN_SPREAD = 1.3
"""Spread of the spin above which it is not quiet."""
SPIN_STEPS = 20_000
"""Additions in one spin: about a millisecond."""
SPINS = 100


@dataclass(frozen=True, kw_only=True, eq=False)
class Quiet:
    """How busy the machine was for a moment."""

    cores: int
    """Cores this process may use."""
    load: float | None
    """Processes that ran or waited for a core, the mean of the last minute; None where the system
    does not tell (Windows)."""
    busy_share: float | None
    """Share of these cores' time that others took, 0 to 1; None where it cannot be read."""
    spin_spread: float
    """A fixed piece of work done over and over: its slow runs (nine in ten are faster) over its
    fast ones (one in ten is faster)."""

    @property
    def quiet(self) -> bool:
        """Whether a time measured now can be trusted: cores idle, and the spin steady."""
        idle = self.busy_share is None or self.busy_share <= MOST_BUSY_SHARE
        return idle and self.spin_spread <= MOST_SPIN_SPREAD

    @property
    def words(self) -> str:
        """The same as one sentence, with its numbers."""
        parts = [] if self.busy_share is None else [f"others take {self.busy_share:.0%} of"]
        parts.append(f"{self.cores} core{'s' * (self.cores != 1)},")
        parts.append(f"a fixed piece of work varies by {self.spin_spread:.2f} times")
        parts += [] if self.load is None else [f"(load {self.load:.1f})"]
        return f"{'quiet' if self.quiet else 'not quiet'}: {' '.join(parts)}"


def quiet(window_seconds: float = 0.5) -> Quiet:
    """Look at the machine for about `window_seconds`, plus a tenth of a second of spinning.

    Raises:
        ValueError: a window that is not above zero.

    >>> found = quiet(window_seconds=0.05)
    >>> found.words.startswith("quiet" if found.quiet else "not quiet")
    True
    """
    checks.positive("window_seconds", window_seconds)
    share = busy_share(window_seconds)
    return Quiet(cores=len(own_cores()), load=_load(), busy_share=share, spin_spread=spin_spread())


def own_cores() -> list[int]:
    """Numbers of the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Linux: a container may allow fewer than there are
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def busy_share(window_seconds: float) -> float | None:
    """Share of the time of this process's cores that was taken while it slept; None if unknown."""
    try:
        import psutil
    except ImportError:  # only the trial is left then
        return None
    try:
        psutil.cpu_percent(percpu=True)  # sets the mark from which the next call counts
        time.sleep(window_seconds)
        percents = psutil.cpu_percent(percpu=True)
    except OSError:  # a system that hides its counters
        return None
    own = [percents[core] for core in own_cores() if core < len(percents)] or percents
    return min(1.0, sum(own) / len(own) / 100)


def spin_spread(spins: int = SPINS) -> float:
    """Slow spins over fast ones: the ninth of ten over the first of ten."""
    seconds = [_spin() for _ in range(checks.whole("spins", spins))]
    slow, fast = np.quantile(seconds, [0.9, 0.1])
    return float(slow / fast)


def _spin() -> float:
    """Seconds of a piece of work that is always the same: plain Python, in no need of memory."""
    start, total = time.perf_counter(), 0
    for number in range(SPIN_STEPS):
        total += number
    return time.perf_counter() - start


def _load() -> float | None:
    try:
        return os.getloadavg()[0]
    except (AttributeError, OSError):  # Windows has no such number
        return None
