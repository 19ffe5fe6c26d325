"""What a number of device hours costs the socket, the climate and the purse, each with its range.

Design choices:
- The hours are a range; power, servers, network and cooling add theirs (`energy.run`). Price and
  grid are taken as known, because they are chosen: another price or grid is another bill.
- What the catalog lacks (a device's power, its rental price) stays None and is named, never
  guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog import Device, Grid, grids
from course_lib.checks import Number
from course_lib.estimators.cost import offers
from course_lib.estimators.energy import draws
from course_lib.estimators.energy.runs import TYPICAL, Energy, Site, run
from course_lib.estimators.ranges import Range, ranged

WORLD = "world-average-ember"
"""The grid where none is given."""


@dataclass(frozen=True, kw_only=True, eq=False)
class RunBill:
    """Energy, carbon and money of a run."""

    energy: Energy | None
    """Joules with their range; None where the catalog states no power for the device."""
    carbon_kg: Range | None
    """Kilograms of CO2 equivalent, location-based; None without energy."""
    usd: Range | None
    """US dollars of rent; None where no price is known."""
    grid: Grid
    """Where the electricity comes from."""
    site: Site
    """Servers, network and cooling around the devices."""
    usd_per_device_hour: Number | None
    """Rent of an hour of one device; None where no price is known."""
    price_note: str
    """Where that price comes from, or that there is none."""
    notes: tuple[str, ...]
    """Which grid, which price, which cooling, and what is missing, a sentence each."""


def bill(
    device_hours: Range,
    device: Device,
    *,
    grid: Grid | str = WORLD,
    usd_per_device_hour: Number | None = None,
    site: Site = TYPICAL,
) -> RunBill:
    """The bill of a run.

    Args:
        device_hours: devices times hours, with a range.
        device: what works.
        grid: where the electricity comes from, a record of the catalog or its name.
        usd_per_device_hour: rent; None takes the catalog's price of an hour of the device
            (`prices.rental`), if somebody rents it.
        site: servers, network and cooling around the devices.

    >>> from course_lib.catalog import devices
    >>> owed = bill(Range(low=800, value=1000, high=1500), devices["H100"], usd_per_device_hour=2)
    >>> owed.usd.value, round(owed.energy.devices / 3.6e9, 2)  # 1000 h at 637 W
    (2000, 0.64)
    """
    checks.instance("device_hours", device_hours, Range)
    checks.instance("device", device, Device)
    place = checks.instance("grid", grids[grid] if isinstance(grid, str) else grid, Grid)
    used = None if device.power_watts is None else run(device_hours, device=device, site=site)
    price, price_note = hourly_usd(device, usd_per_device_hour)
    return RunBill(
        energy=used,
        carbon_kg=None if used is None else used.per(1).scaled(place.carbon_kg_per_joule),
        usd=None if price is None else device_hours.scaled(price),
        grid=place,
        site=site,
        usd_per_device_hour=price,
        price_note=price_note,
        notes=(
            _power_note(device, site),
            f"Grid: {place.name}, {place.grams_per_kwh:.0f} g/kWh.",
            price_note,
        ),
    )


def _power_note(device: Device, site: Site) -> str:
    if device.power_watts is None:
        return f"The catalog states no power for {device.name}, so energy and carbon are missing."
    server, network, pue = (
        ranged("site", factor).value for factor in (site.server, site.network, site.pue)
    )
    return (
        f"Power: {device.power_watts:.0f} W stated, {draws.training().value:.0%} load, "
        f"servers x {server}, network x {network}, PUE {pue}."
    )


def hourly_usd(device: Device, stated: Number | None = None) -> tuple[Number | None, str]:
    """US dollars for an hour of a device, or None; and a sentence: where the price comes from.

    >>> from course_lib.catalog import devices
    >>> hourly_usd(devices["H100"], 2.5)
    (2.5, 'Price of the hour: as given.')
    """
    if stated is not None:
        return checks.positive("usd_per_device_hour", stated), "Price of the hour: as given."
    hour = offers.rental(device)
    if hour is None:
        return (
            None,
            f"Nobody is known to rent out {device.name}, so the cost is missing: "
            "give usd_per_device_hour.",
        )
    return hour.usd_per_device_hour, f"Price of the hour: {hour.text}."
