"""What an hour of a device costs to rent, by the catalog's one price.

Design choices:
- One price for one thing on one date: `prices.rental` of the catalog says it, with its range and
  its rule. Nobody here picks a row or a seller.
- A device without a price gets none: None, never a guess.
"""

from __future__ import annotations

from course_lib import checks
from course_lib.catalog import COURSE_DATE, Device, NeverRented, Rental, prices
from course_lib.catalog.rentals import ON_DEMAND
from course_lib.checks import Number
from course_lib.units import HOUR

__all__ = ["ON_DEMAND", "rent_usd", "rental"]


def rent_usd(usd_per_device_hour: Number, seconds: Number, devices: Number = 1) -> Number:
    """US dollars for `devices` devices over `seconds`.

    >>> rent_usd(3.0, seconds=7200, devices=8)
    48.0
    """
    price = checks.positive("usd_per_device_hour", usd_per_device_hour, zero=True)
    seconds, devices = (
        checks.positive("seconds", seconds, zero=True),
        checks.whole("devices", devices),
    )
    checks.broadcast(usd_per_device_hour=price, seconds=seconds, devices=devices)
    return price * seconds / HOUR * devices


def rental(device: str | Device, *, as_of: str = COURSE_DATE) -> Rental | None:
    """The catalog's price of an hour of a device on a date; None where nobody rents it.

    Args:
        device: a name of the catalog of devices, or a record of one.
        as_of: the date, as year, year-month or year-month-day; its last day counts.

    Raises:
        KeyError: no such device; the nearest names are told.
        ValueError: `as_of` is no date.

    >>> price = rental("h100-sxm-80gb")
    >>> price.usd_per_device_hour, price.market
    (3.0, 'specialist')
    >>> rental("h20") is None
    True
    """
    try:
        return prices.rental(device, as_of=as_of)
    except NeverRented:
        return None
