"""The record of a dated price."""

from __future__ import annotations

from dataclasses import dataclass

from course_lib.catalog.record import check_fields
from course_lib.catalog.records.source import Source

PRICE_CATEGORIES = (
    "api",
    "assumed_rate",
    "card_price",
    "cloud_estimate",
    "cloud_on_demand",
    "cloud_reserved",
    "cloud_spot",
    "colocation",
    "data_centre",
    "data_licence",
    "electricity",
    "electricity_household",
    "electricity_nonhousehold",
    "hardware_system_price",
    "labelling",
    "notebook",
    "own_cost",
    "serverless",
    "staff",
    "storage_price",
)
MARKETS = ("specialist", "hyperscaler", "marketplace")
"""The markets for hours on demand, which disagree by a factor of two and more. The one that lists
the most cards comes first."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Price:
    """A price as published: a value, its unit, and when it held (`source.date`).

    The unit stays as published, because "per what" differs from price to price: an hour of one
    device, an hour of a machine with eight, a million tokens read or written.

    >>> from course_lib.catalog import prices
    >>> price = prices["AWS p5.48xlarge"]
    >>> price.value, price.unit, price.device_count, price.device_key
    (98.32, 'USD/instance-hour', 8, 'h100-sxm-80gb')
    >>> price.usd_per_device_hour
    12.29
    """

    item: str
    """What is sold, as published. Several prices may share it."""
    category: str
    """api, cloud_on_demand, electricity ...: one of `PRICE_CATEGORIES`."""
    value: float
    """The price (or the weekly hours of a free quota), in `unit`."""
    unit: str
    """Unit of the value, as published."""
    provider: str = ""
    """Who sells it."""
    region: str = ""
    """Where."""
    market: str = ""
    """For hours on demand, whose market: specialist (a cloud that rents little but accelerators),
    hyperscaler, or marketplace (other people's machines, and the long tail of small sellers)."""
    valid_from: str = ""
    """First day of the price, where stated."""
    valid_until: str = ""
    """Last day of the price, where stated."""
    device_key: str | None = None
    """Key of the device in the catalog of devices, for hours of a machine, where the item says
    which it is."""
    device_count: int | None = None
    """How many of the device one unit buys."""
    source: Source
    """Where the price stands, and when it held."""
    notes: str = ""
    """What else is stated."""

    def __post_init__(self) -> None:
        check_fields(
            self,
            zero=("value",),
            choices={"category": PRICE_CATEGORIES, "market": ("", *MARKETS)},
        )
        if (self.device_key is None) != (self.device_count is None):
            raise ValueError("device_count must be given exactly where device_key is")

    @property
    def usd_per_device_hour(self) -> float | None:
        """US dollars for one hour of one device; None where the price is for something else."""
        if self.device_count is None or self.unit not in (
            "USD/instance-hour",
            "USD/GPU-hour",
            "USD/hour",
        ):
            return None
        return self.value / self.device_count
