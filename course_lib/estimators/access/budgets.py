"""What a budget trains, and how that moves over the years.

Design choices:
- A budget buys device hours, hours buy FLOPs, and a scaling law splits the FLOPs into weights and
  tokens.
- Prices and devices are taken as of a year: what was not yet sold does not count. The catalog's
  rents begin in 2023; before, an hour is that of a bought machine, spread over `LIFE_YEARS` of full
  use, without power and staff. Such an hour is a lower bound. `Hour.basis` says which of the two it
  is.
- Growth over years is a straight line through logarithms, with the range of leaving out each point
  in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog import Device, devices, prices
from course_lib.checks import Number
from course_lib.estimators import hardware
from course_lib.estimators.datasets import scaling_laws
from course_lib.units import HOUR, HOURS_A_YEAR

LIFE_YEARS = 4
SYSTEMS = {
    "nvidia-dgx-1-v100-list": ("v100-sxm2-16gb", 8),
    "nvidia-dgx-2-list": ("v100-sxm2-32gb", 16),
    "nvidia-dgx-a100-320gb-list": ("a100-sxm-40gb", 8),
}
"""Whole machines whose price names no device: which is in them and how many, from the vendor's data
sheets."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Hour:
    """An hour of one device, at a price of a year."""

    device: Device
    """The device."""
    usd: float
    """US dollars."""
    year: int
    """First year of the price."""
    basis: str
    """"rent", or "purchase" spread over the machine's life."""
    source: str
    """Where the price stands."""

    @property
    def flops_per_usd(self) -> float:
        """FLOPs at the device's dense peak in two-byte formats for a US dollar."""
        return hardware.peak(self.device) * HOUR / self.usd


@dataclass(frozen=True, kw_only=True, eq=False)
class Trained:
    """What a budget trains, if it is split as a scaling law advises."""

    flops: Number
    """FLOPs that the money buys."""
    params: Number
    """Weights of the model."""
    tokens: Number
    """Tokens it reads."""
    loss: Number
    """The loss that the law foretells, in nats a token."""


def hours(as_of: int) -> list[Hour]:
    """Every hour that has a price at the end of a year: the rent of each device, machines bought.

    >>> sorted({hour.device.name for hour in hours(2018)})
    ['V100 SXM2 16GB', 'V100 SXM2 32GB']

    Raises:
        TypeError: no single number.
        ValueError: the catalog has none so early.
    """
    if np.ndim(checks.whole("as_of", as_of)):
        raise TypeError(f"as_of must be a single year, got {as_of!r}")
    priced = [
        hour
        for hour in (*_rents(as_of), *_purchases())
        if hour.year <= as_of and hour.device.year <= as_of
    ]
    if not priced:
        raise ValueError(f"as_of must be a year by which the catalog has a price, got {as_of}")
    return priced


def best_hour(as_of: int) -> Hour:
    """The hour with the most FLOPs for the money by the end of a year.

    >>> best_hour(2018).device.name, best_hour(2018).basis
    ('V100 SXM2 16GB', 'purchase')

    Raises:
        TypeError, ValueError: as `hours`.
    """
    return max(hours(as_of), key=lambda hour: hour.flops_per_usd)


def trains(
    budget_usd: Number,
    usd_per_device_hour: Number,
    peak_flops: Number,
    mfu: Number = 0.4,
    law: scaling_laws.Law = scaling_laws.BESIROGLU,
) -> Trained:
    """The model that a budget trains with the least loss.

    Args:
        budget_usd: money for device hours alone.
        usd_per_device_hour: price of an hour of one device.
        peak_flops: its dense peak in FLOP/s.
        mfu: share of the peak that training reaches, above 0 and at most 1.
        law: says how to split FLOPs into weights and tokens.

    Source: Hoffmann et al. 2022 (arXiv 2203.15556) for the split.

    >>> usd = 5.76e23 / (989e12 * 0.4 * 3600) * 3
    >>> model = trains(usd, usd_per_device_hour=3, peak_flops=989e12)
    >>> round(model.params / 1e9), f"{model.flops:.3g}"  # Chinchilla's FLOPs
    (72, '5.76e+23')
    """
    budget, price = (
        checks.positive("budget_usd", budget_usd),
        checks.positive("usd_per_device_hour", usd_per_device_hour),
    )
    peak, mfu = checks.positive("peak_flops", peak_flops), checks.share("mfu", mfu)
    checks.broadcast(budget_usd=budget, usd_per_device_hour=price, peak_flops=peak, mfu=mfu)
    work = budget / price * HOUR * peak * mfu
    split = scaling_laws.optimal(law, work)
    loss = scaling_laws.loss(law, split.params, split.tokens)
    return Trained(flops=work, params=split.params, tokens=split.tokens, loss=loss)


def yearly_factor(years: Sequence[float], values: Sequence[float]) -> tuple[float, float, float]:
    """By which factor values grow each year.

    The middle, and the lowest and highest if each point is left out in turn.

    Raises:
        ValueError: fewer than three points, not equally many, all of one year, or a value not above
        zero.

    >>> [round(factor, 3) for factor in yearly_factor([2019, 2020, 2022], [1, 2, 8])]
    [2.0, 2.0, 2.0]
    """
    x, y = checks.finite("years", years), np.log(checks.positive("values", values))
    if np.ndim(x) != 1 or np.shape(x) != np.shape(y) or len(x) < 3 or np.ptp(x) == 0:
        raise ValueError(
            "years and values must hold equally many numbers, at least 3 in different years, "
            f"got {years}"
        )
    # Years from the first one: of numbers near 2000 the fit would lose digits.
    slope = np.polyfit(x - x[0], y, 1)[0]
    keeps = [np.arange(len(x)) != left_out for left_out in range(len(x))]
    # Without a point all others may be of one year, which has no slope.
    others = [np.polyfit(x[keep] - x[0], y[keep], 1)[0] for keep in keeps if np.ptp(x[keep])]
    return float(np.exp(slope)), float(np.exp(min(others))), float(np.exp(max(others)))


def fall_per_year(then_usd: Number, now_usd: Number, years: Number) -> Number:
    """By which factor a price fell each year, if it fell evenly.

    >>> fall_per_year(1000, now_usd=10, years=2)
    10.0

    Raises:
        TypeError, ValueError: by the argument's name.
    """
    then, now = checks.positive("then_usd", then_usd), checks.positive("now_usd", now_usd)
    passed = checks.positive("years", years)
    checks.broadcast(then_usd=then, now_usd=now, years=passed)
    factor = (then / now) ** (1 / passed)
    return factor if np.ndim(factor) else float(factor)


def _rents(as_of: int) -> list[Hour]:
    """The one price of each device that somebody rents at the end of a year."""
    rents = []
    for key in prices.rented(as_of=str(as_of)):
        device, rent = devices[key], prices.rental(key, as_of=str(as_of))
        if any(name in device.peak_flops for name in hardware.HALF):
            text = f"{', '.join(rent.sellers)}, {rent.newest}"
            rents.append(_hour(device, rent.usd_per_device_hour, rent.newest, "rent", text))
    return rents


def _purchases() -> list[Hour]:
    purchases = []
    for key, price in prices.items():
        device, count = SYSTEMS.get(key, (price.device_key, price.device_count))
        if price.category != "hardware_system_price" or device is None or count is None:
            continue
        usd = price.value / count / (LIFE_YEARS * HOURS_A_YEAR)
        purchases.append(
            _hour(
                devices[device],
                usd,
                price.source.date,
                "purchase",
                f"{price.item}, {price.source.date}",
            )
        )
    return purchases


def _hour(device: Device, usd: float, date: str, basis: str, source: str) -> Hour:
    return Hour(
        device=device,
        usd=usd,
        # A date may be a span: its first year counts, but none before the device was sold.
        year=max(int(date[:4]), device.year),
        basis=basis,
        source=source,
    )
