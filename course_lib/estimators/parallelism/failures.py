"""Failures: how often a run stops, how often it should save, and how much of its time is left.

A run of many devices stops as soon as one of them fails. It goes back to the last state that was
saved, after a restart, and does again what came after. Saving often costs time; saving seldom costs
more work that is done again.

Design choices:
- Failures come by chance, each device's independent of the others', equally likely at any moment:
  the times between them are exponential. `Lost` adds up shares of the first order, as one does by
  hand; `goodput` is exact for this model; `simulate` plays it through.
- An interval is the useful work between two saves, without the save itself. While it saves, the run
  stands still. The last piece of work is saved, too. A restart can fail as well, and then begins
  anew.
Sources: Young 1974 (Communications of the ACM 17(9)) for the first-order interval; Daly 2006
(Future Generation Computer Systems 22(3)), equations 20 and 37, for the exact time and the interval
of higher order.
Left out: devices in reserve that are never free, failures that come in crowds, results that are
wrong without a failure, saving while the run goes on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.checks import Number

LAWS = ("young", "daly")

__all__ = [
    "LAWS",
    "Lost",
    "Played",
    "best_interval",
    "between_failures",
    "goodput",
    "lost",
    "simulate",
]


@dataclass(frozen=True, kw_only=True, eq=False)
class Lost:
    """Shares of a run's time that bring no new work, to first order; arrays where the arguments
    are."""

    saving: Number
    """Spent on saving."""
    again: Number
    """Spent on work that is done again."""
    restarting: Number
    """Spent on restarts."""

    @property
    def total(self) -> Number:
        """All three."""
        return self.saving + self.again + self.restarting


@dataclass(frozen=True, kw_only=True)
class Played:
    """What became of a simulated run; the four times add up to `seconds`."""

    work_seconds: float
    """Work that was kept."""
    saving_seconds: float
    """Saves that were finished."""
    again_seconds: float
    """Work and saving that a failure undid."""
    restart_seconds: float
    """Restarts, those included that failed."""
    failures: int
    """How often the run stopped."""

    @property
    def seconds(self) -> float:
        """Time from the first step to the last save."""
        return self.work_seconds + self.saving_seconds + self.again_seconds + self.restart_seconds

    @property
    def goodput(self) -> float:
        """Share of the time that was kept as work."""
        return self.work_seconds / self.seconds


def between_failures(devices: Number, device_seconds: Number) -> Number:
    """Mean seconds between two failures of a run.

    Args:
        devices: how many work together.
        device_seconds: mean seconds between two failures of one device: all devices' time over
            their failures.

    >>> between_failures(devices=8, device_seconds=4000.0)
    500.0
    """
    devices = checks.whole("devices", devices)
    device_seconds = checks.positive("device_seconds", device_seconds)
    checks.broadcast(devices=devices, device_seconds=device_seconds)
    return device_seconds / devices


def best_interval(save_seconds: Number, mean_seconds: Number, law: str = "daly") -> Number:
    """Seconds of work between two saves that cost least.

    "young" is sqrt(2 x save x mean): there saving and doing again cost the same. "daly" adds two
    terms, for saves that are not short against the time between failures, and is the mean itself
    where a save takes twice as long as that.

    Args:
        save_seconds: time of one save.
        mean_seconds: mean time between two failures of the run.
        law: one of `LAWS`.

    >>> best_interval(save_seconds=50, mean_seconds=10_000, law="young")
    1000.0
    >>> round(best_interval(save_seconds=50, mean_seconds=10_000), 1)
    966.9
    """
    save, mean = _times(save_seconds=save_seconds, mean_seconds=mean_seconds)
    if checks.one_of("law", law, LAWS) == "young":
        return (2 * save * mean) ** 0.5
    root = (save / (2 * mean)) ** 0.5
    series = (2 * save * mean) ** 0.5 * (1 + root / 3 + root * root / 9) - save
    found = np.where(np.asarray(save) < 2 * np.asarray(mean), series, mean)
    return found if np.ndim(found) else float(found)


def lost(
    interval: Number, save_seconds: Number, mean_seconds: Number, restart_seconds: Number = 0.0
) -> Lost:
    """Shares of the time that are lost, to first order: good while they are small.

    A save for each interval; half an interval again and one restart for each failure.

    Args:
        interval: seconds of work between two saves.
        save_seconds: time of one save.
        mean_seconds: mean time between two failures of the run.
        restart_seconds: time until the run goes on after a failure.

    >>> shares = lost(interval=1000, save_seconds=50, mean_seconds=10_000, restart_seconds=100)
    >>> shares.saving, shares.again, shares.restarting
    (0.05, 0.05, 0.01)
    """
    interval, save, mean, restart = _all(interval, save_seconds, mean_seconds, restart_seconds)
    return Lost(saving=save / interval, again=interval / (2 * mean), restarting=restart / mean)


def goodput(
    interval: Number, save_seconds: Number, mean_seconds: Number, restart_seconds: Number = 0.0
) -> Number:
    """Share of a long run's time that is new work: the mean, exact for exponential failures.

    interval / (mean x e^(restart / mean) x (e^((interval + save) / mean) - 1)). The arguments are
    those of `lost`.

    >>> round(goodput(interval=1000, save_seconds=50, mean_seconds=10_000), 4)
    0.9033
    """
    interval, save, mean, restart = _all(interval, save_seconds, mean_seconds, restart_seconds)
    found = interval / (mean * np.exp(restart / mean) * np.expm1((interval + save) / mean))
    return found if np.ndim(found) else float(found)


def simulate(
    work_seconds: float,
    *,
    interval: float,
    save_seconds: float,
    mean_seconds: float,
    restart_seconds: float = 0.0,
    seed: int = 0,
) -> Played:
    """Let a run do its work, fail by chance, go back and go on.

    Args:
        work_seconds: work of the whole run, without failures and saves.
        interval: work between two saves; the last piece may be shorter.
        save_seconds: time of one save.
        mean_seconds: mean time between two failures.
        restart_seconds: time until the run goes on.
        seed: of the draws.

    Raises:
        TypeError, ValueError: by the argument's name; a piece that would hardly ever be finished
            (interval + save above 20 times the mean).

    >>> day = simulate(86_400, interval=1000, save_seconds=50, mean_seconds=1e12)
    >>> day.failures, day.seconds  # 86 whole pieces and a shorter one: 87 saves
    (0, 90750.0)
    """
    work = checks.positive("work_seconds", checks.single("work_seconds", work_seconds))
    interval = checks.positive("interval", checks.single("interval", interval))
    save = checks.positive("save_seconds", checks.single("save_seconds", save_seconds), zero=True)
    mean = checks.positive("mean_seconds", checks.single("mean_seconds", mean_seconds))
    restart = checks.positive(
        "restart_seconds", checks.single("restart_seconds", restart_seconds), zero=True
    )
    if max(min(interval, work) + save, restart) > 20 * mean:
        raise ValueError(
            f"mean_seconds must be at least a twentieth of interval + save and of a restart, or "
            f"the run never ends, got {mean}"
        )
    random = np.random.default_rng(seed)
    kept = saving = again = restarting = 0.0
    failures, until = 0, random.exponential(mean)
    while kept < work:
        piece = min(interval, work - kept)
        if until >= piece + save:
            until -= piece + save
            kept, saving = kept + piece, saving + save
            continue
        again += until
        failures, until = failures + 1, random.exponential(mean)
        while until < restart:
            restarting += until
            failures, until = failures + 1, random.exponential(mean)
        restarting, until = restarting + restart, until - restart
    return Played(
        work_seconds=work,
        saving_seconds=saving,
        again_seconds=again,
        restart_seconds=restarting,
        failures=failures,
    )


def _all(
    interval: Number, save_seconds: Number, mean_seconds: Number, restart_seconds: Number
) -> tuple[Number, Number, Number, Number]:
    """The four times of a run that saves, checked."""
    save, mean = _times(save_seconds=save_seconds, mean_seconds=mean_seconds)
    interval = checks.positive("interval", interval)
    restart = checks.positive("restart_seconds", restart_seconds, zero=True)
    checks.broadcast(interval=interval, save_seconds=save, mean_seconds=mean, restart=restart)
    return interval, save, mean, restart


def _times(save_seconds: Number, mean_seconds: Number) -> tuple[Number, Number]:
    save = checks.positive("save_seconds", save_seconds, zero=True)
    mean = checks.positive("mean_seconds", mean_seconds)
    checks.broadcast(save_seconds=save, mean_seconds=mean)
    return save, mean
