"""Carbon of electricity by place, hour and contract, and of the machines themselves.

Design choices:
- Location-based: joules times the grams of the grid the building stands on. Market-based: contracts
  for clean power are taken off first. Both are reported; only the first says what the power
  stations did.
- A job that starts at an hour runs on, past midnight into the same day again: one published day
  stands for all days.
- The carbon of making machines is spread evenly over the hours in which they are used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.checks import Number
from course_lib.units import HOURS_A_YEAR, KWH

HOURS_PER_DAY = 24


def location_based(energy_joules: Number, grams_per_kwh: Number) -> Number:
    """Kilograms of CO2 equivalent of electricity from a grid.

    >>> location_based(3.6e9, 400)  # 1 MWh at 400 g/kWh
    400.0
    """
    energy = checks.positive("energy_joules", energy_joules, zero=True)
    grams = checks.positive("grams_per_kwh", grams_per_kwh, zero=True)
    checks.broadcast(energy_joules=energy, grams_per_kwh=grams)
    return energy / KWH * grams / 1000


def market_based(
    energy_joules: Number, grams_per_kwh: Number, covered: Number, contract_grams: Number = 0
) -> Number:
    """Kilograms of CO2 equivalent when a share of electricity is bought by contract elsewhere.

    Args:
        energy_joules: all electricity.
        grams_per_kwh: of the grid, for the part that no contract covers.
        covered: share covered by contracts, 0 to 1.
        contract_grams: grams of the contracted sources, 0 by most accounts.

    >>> market_based(3.6e9, 400, covered=1), market_based(3.6e9, 400, covered=0.25)
    (0.0, 300.0)
    """
    covered = checks.share("covered", covered, zero=True)
    contract = checks.positive("contract_grams", contract_grams, zero=True)
    grid = checks.positive("grams_per_kwh", grams_per_kwh, zero=True)
    return location_based(energy_joules, grid * (1 - covered) + contract * covered)


def embodied(
    making_kg: Number, device_hours: Number, life_years: Number, used_share: Number = 1.0
) -> Number:
    """Kilograms of CO2 equivalent: a run's part of making the machines.

    Args:
        making_kg: for one device, its share of the server included.
        device_hours: devices times hours of the run.
        life_years: how long a machine serves.
        used_share: share of that time in which it works, above 0 and at most 1.

    >>> hours = 1_082_880  # of BLOOM's cards, arXiv 2211.02001, which says 3.64 t
    >>> round(embodied(150, hours, life_years=6, used_share=0.85))
    3633
    """
    making, hours = (
        checks.positive("making_kg", making_kg, zero=True),
        checks.positive("device_hours", device_hours, zero=True),
    )
    life, share = checks.positive("life_years", life_years), checks.share("used_share", used_share)
    checks.broadcast(making_kg=making, device_hours=hours, life_years=life, used_share=share)
    return making * hours / (life * HOURS_A_YEAR * share)


def by_start(grams_per_kwh: Sequence[float] | np.ndarray, hours: int) -> np.ndarray:
    """Mean grams per kilowatt hour of a job of `hours` whole hours, by the hour of its start.

    For each hour of the day: shape (24,).

    >>> sunny = [300] * 12 + [100] * 12
    >>> [float(by_start(sunny, 2)[start]) for start in (0, 11, 12, 23)]
    [300.0, 200.0, 100.0, 200.0]
    """
    profile, hours = _profile(grams_per_kwh), checks.whole("hours", hours)
    # All hours of all starts in a row; past midnight the same day begins again.
    shown = [
        (start + hour) % HOURS_PER_DAY for start in range(HOURS_PER_DAY) for hour in range(hours)
    ]
    return profile[np.array(shown)].reshape(HOURS_PER_DAY, hours).mean(1)


@dataclass(frozen=True, kw_only=True, eq=False)
class Start:
    """When to start a job, and what it brings."""

    hour: int
    """Hour of the day, 0 to 23."""
    grams_per_kwh: float
    """Mean over the job from then on."""
    saving: float
    """Share of the carbon saved against the mean of all starts; 0 where the hour does not
    matter."""


def cleanest_start(grams_per_kwh: Sequence[float] | np.ndarray, hours: int) -> Start:
    """The hour at which a job of `hours` whole hours has the least carbon; the first of equals.

    >>> cleanest_start([300] * 12 + [100] * 12, hours=4).hour
    12
    """
    means = by_start(grams_per_kwh, hours)
    hour = int(means.argmin())
    best, average = float(means[hour]), float(means.mean())
    return Start(hour=hour, grams_per_kwh=best, saving=1 - best / average if average else 0.0)


def _profile(grams_per_kwh: Sequence[float] | np.ndarray) -> np.ndarray:
    profile = np.atleast_1d(checks.positive("grams_per_kwh", grams_per_kwh, zero=True))
    if profile.shape != (HOURS_PER_DAY,):
        raise ValueError(
            f"grams_per_kwh must have {HOURS_PER_DAY} numbers, got shape {profile.shape}"
        )
    return profile
