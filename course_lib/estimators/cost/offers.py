"""What an hour of a device costs to rent, by the catalog's price lists.

Design choices:
- An hour costs what the catalog says, with provider and date. A device without a price gets none:
  None, never a guess.
- Only prices on demand count. Spot, estimated and assumed ones are passed over.
"""

from __future__ import annotations

from course_lib import checks
from course_lib.catalog import Price, prices
from course_lib.catalog import devices as catalog_devices
from course_lib.checks import Number
from course_lib.units import HOUR

ON_DEMAND = "cloud_on_demand"
"""The catalog's category of an hour that anybody can rent at once."""
ESTIMATED = "estimated"
"""How a price came about that nobody stated."""


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


def rental(key: str, provider: str = "") -> Price | None:
    """The catalog's cheapest on-demand hour of a device; None where there is none.

    At one provider, if named. Spot, estimated and assumed prices are passed over.

    >>> price = rental("h100-sxm-80gb", provider="Lambda")
    >>> price.usd_per_device_hour, price.source.date
    (2.99, '2025')
    """
    if key not in catalog_devices:
        catalog_devices[key]  # raises, and names the nearest
    matches = [
        price
        for price in prices.values()
        if price.device_key == key
        and price.category == ON_DEMAND
        and price.source.kind != ESTIMATED
        and price.usd_per_device_hour is not None
        # A blank stands for any provider.
        and provider in ("", price.provider)
    ]
    # `or 0.0` never applies, None is sorted out above; it is there for the type checker.
    return min(matches, key=lambda price: price.usd_per_device_hour or 0.0, default=None)
