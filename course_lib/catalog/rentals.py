"""One price for one thing on one date: what an hour of a device costs to rent, with its range.

The rule, written down before any of its prices was looked at:

1. What counts is an hour on demand, from a seller's list or from a survey of such lists. Spot,
   contracts of a year, hours billed by the second, estimates, assumed rates and costs of owning are
   other things and stay out.
2. A row holds from the first day that its date can mean ("2023-2025": 1 January 2023), as in
   `as_of`, until its `valid_until`.
3. A seller has one price in a market: his last rows up to the date, their median where several are
   of one day.
4. Rows more than `MONTHS` months older than the date are out, unless the device has none younger.
   Then the last one counts, with those up to `MONTHS` months before it, and the price is `old`.
5. Hyperscalers, specialist clouds and marketplaces are three markets that disagree by a factor of
   two and more, and few cards are sold in all three. The middle is the median of the sellers of ONE
   market, or a card would be dear because of who happens to list it: the specialists', who list the
   most cards; without them the hyperscalers', then the marketplaces', then whatever is left.
6. The ends are the lowest and the highest row of all those sellers, whatever the market.
7. A device with a single row gets the spread seen on the others: the middle times the median, over
   all devices with several rows, of low over middle and of high over middle.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from course_lib.catalog.lookup import Catalog
from course_lib.catalog.records.device import Device
from course_lib.catalog.records.price import MARKETS, Price
from course_lib.errors import CourseError

COURSE_DATE = "2026-08-31"
"""The day as of which the course's facts hold: the end of the month of the newest of them."""
MONTHS = 24
"""How old a price may be beside a younger one, in months."""
ON_DEMAND = "cloud_on_demand"
"""The catalog's category of an hour that anybody can rent at once."""
ESTIMATED = "estimated"
"""How a price came about that nobody asked for."""
DAY = re.compile(r"((?:19|20)\d\d)(?:-(0[1-9]|1[0-2])(?!\d)(?:-([0-3]\d)(?!\d))?)?")

Day = tuple[int, int, int]
Row = tuple[str, Price]

__all__ = ["COURSE_DATE", "MONTHS", "ON_DEMAND", "NeverRented", "PriceCatalog", "Rental"]


class NeverRented(CourseError, LookupError):
    """Nobody is known to have rented a device on demand up to a date."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Rental:
    """What an hour of one device costs on a date, with its range."""

    device_key: str
    """Key of the device in the catalog of devices."""
    usd_low: float
    """The cheapest hour among the rows, in US dollars for one device."""
    usd_per_device_hour: float
    """The price to plan with, in US dollars for an hour of one device."""
    usd_high: float
    """The dearest hour among the rows, in US dollars for one device."""
    market: str
    """Where the middle was taken: hyperscaler, specialist, marketplace; blank for several."""
    keys: tuple[str, ...]
    """The rows it rests on, as keys of the catalog of prices."""
    sellers: tuple[str, ...]
    """Who asks the middle price, surveys by their source."""
    newest: str
    """Date of the newest row, as published."""
    as_of: str
    """The date that was asked for."""
    old: bool
    """Whether every row is older than `MONTHS` months at that date."""

    @property
    def text(self) -> str:
        """The price in words: whose, of when, and how wide.

        >>> from course_lib.catalog import prices
        >>> prices.rental("RTX 3090", as_of="2026-08").text
        'USD 0.34 (0.2255 to 0.5667), marketplace, 1 row, 2024-01, the last known'
        """
        rows = "1 row" if len(self.keys) == 1 else f"{len(self.keys)} rows"
        low, middle, high = (
            f"{usd:.4g}" for usd in (self.usd_low, self.usd_per_device_hour, self.usd_high)
        )
        age = ", the last known" if self.old else ""
        return (
            f"USD {middle} ({low} to {high}), {self.market or 'several markets'}, {rows}, "
            f"{self.newest}{age}"
        )


class PriceCatalog(Catalog[Price]):
    """The catalog of prices, which also tells the one price of an hour of a device."""

    __slots__ = ("_devices", "_known", "_spread")

    def __init__(self, name: str, kind: Any, devices: Catalog[Device]) -> None:
        """Take the catalog's name and records, and the catalog that knows devices by name."""
        super().__init__(name, kind)
        self._devices = devices
        self._known: dict[tuple[str, str], Rental] = {}
        self._spread: dict[str, tuple[float, float]] = {}

    def rental(self, device: str | Device, *, as_of: str = COURSE_DATE) -> Rental:
        """The price of an hour of a device on a date, by the rule at the head of this module.

        Args:
            device: a name of the catalog of devices, or a record of it.
            as_of: the date, as year, year-month or year-month-day; its last day counts.

        Raises:
            KeyError: no such device; the nearest names are told.
            NeverRented: nobody is known to have rented it on demand up to that date.
            ValueError: `as_of` is no date, or a day that no month has.

        >>> from course_lib.catalog import prices
        >>> hour = prices.rental("H100")
        >>> hour.usd_low < hour.usd_per_device_hour < hour.usd_high, hour.market
        (True, 'specialist')
        >>> prices.rental("Raspberry Pi 5")
        Traceback (most recent call last):
        course_lib.catalog.rentals.NeverRented: no on-demand price for an hour of Raspberry Pi 5 \
is known up to 2026-08-31; give one yourself: usd_per_device_hour=
        """
        name = device.name if isinstance(device, Device) else device
        # A device of one's own may have a name that the catalog does not know.
        known = not isinstance(device, Device) or name in self._devices
        key = self._devices.key(name) if known else name
        if (key, as_of) not in self._known:
            rows = self._rows(last_day(as_of)).get(key)
            if not rows:
                shown = self._devices[key].name if known else name
                raise NeverRented(
                    f"no on-demand price for an hour of {shown} is known up to {as_of}; "
                    "give one yourself: usd_per_device_hour="
                )
            self._known[key, as_of] = self._made(key, rows, as_of)
        for row in self._known[key, as_of].keys:
            self[row]  # noted as looked up, so that lessons list it among their sources
        return self._known[key, as_of]

    def _made(self, key: str, rows: list[Row], as_of: str) -> Rental:
        rows, old = _young(rows, last_day(as_of))
        market, sellers = _middle_market(_sellers(rows))
        middle = float(median(sellers.values()))
        low, high = (
            _ends(rows)
            if len(rows) > 1
            else tuple(middle * part for part in self._usual_spread(as_of))
        )
        return Rental(
            device_key=key,
            usd_low=min(low, middle),
            usd_per_device_hour=middle,
            usd_high=max(high, middle),
            market=market,
            keys=tuple(row for row, _ in rows),
            sellers=tuple(sellers),
            newest=max((price for _, price in rows), key=_first_day).source.date,
            as_of=as_of,
            old=old,
        )

    def rented(self, *, as_of: str = COURSE_DATE) -> tuple[str, ...]:
        """Keys of the devices that have such a price on a date, in the order of the devices.

        >>> from course_lib.catalog import prices
        >>> "h100-sxm-80gb" in prices.rented(), "h100-sxm-80gb" in prices.rented(as_of="2021")
        (True, False)
        """
        rows = self._rows(last_day(as_of))
        return tuple(key for key in self._devices if key in rows)

    def _rows(self, day: Day) -> dict[str, list[Row]]:
        """The rows that hold on a day, by device (rules 1 and 2)."""
        rows: dict[str, list[Row]] = {}
        for key, price in self._loaded().items():
            if _counts(price) and _first_day(price) <= day and not _over(price, day):
                rows.setdefault(str(price.device_key), []).append((key, price))
        return rows

    def _usual_spread(self, as_of: str) -> tuple[float, float]:
        """Low and high over middle, the medians over all devices with several rows (rule 7)."""
        if as_of not in self._spread:
            day = last_day(as_of)
            parts = []
            for every in self._rows(day).values():
                rows, _ = _young(every, day)
                if len(rows) > 1:
                    _, sellers = _middle_market(_sellers(rows))
                    middle = median(sellers.values())
                    low, high = _ends(rows)
                    parts.append((min(low / middle, 1.0), max(high / middle, 1.0)))
            lows, highs = zip(*parts, strict=True) if parts else ((1.0,), (1.0,))
            self._spread[as_of] = (float(median(lows)), float(median(highs)))
        return self._spread[as_of]


def last_day(text: str) -> Day:
    """The last day that a date of year, year-month or year-month-day can mean.

    >>> last_day("2026-08"), last_day("2024")
    ((2026, 8, 31), (2024, 12, 31))
    """
    match = DAY.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"as_of must be a date such as 2026, 2026-08 or 2026-08-31, got {text!r}")
    year, month, day = (int(each or 0) for each in match.groups())
    # The pattern knows days from 00 to 39; which of them a month has, only a calendar.
    if match[3] is not None and not 1 <= day <= monthrange(year, month)[1]:
        raise ValueError(f"as_of must be a day that its month has, got {text!r}")
    return year, month or 12, day or 31


def _first_day(price: Price) -> Day:
    """The first day that a price's date can mean; after every other one for none."""
    match = DAY.search(price.valid_from or price.source.date)
    if match is None:
        return 9999, 1, 1
    year, month, day = match.groups()
    return int(year), int(month or 1), int(day or 1)


def _over(price: Price, day: Day) -> bool:
    match = DAY.match(price.valid_until)
    return match is not None and last_day(match[0]) < day


def _counts(price: Price) -> bool:
    return (
        price.category == ON_DEMAND
        and price.source.kind != ESTIMATED
        and price.usd_per_device_hour is not None
    )


def _young(rows: list[Row], day: Day) -> tuple[list[Row], bool]:
    """Each seller's last rows that are young enough, and whether even those are old (3 and 4)."""
    rows = _last_of_each(rows)
    newest = max(_month(_first_day(price)) for _, price in rows)
    old = _month(day) - newest > MONTHS
    since = (newest if old else _month(day)) - MONTHS
    return [row for row in rows if _month(_first_day(row[1])) >= since], old


def _last_of_each(rows: list[Row]) -> list[Row]:
    last = {
        seller: max(_first_day(price) for _, price in own)
        for seller, own in _grouped(rows, _seller).items()
    }
    return [row for row in rows if _first_day(row[1]) == last[_seller(row[1])]]


def _month(day: Day) -> int:
    return day[0] * 12 + day[1]


def _seller(price: Price) -> tuple[str, str]:
    """Market and seller. A survey names none and stands under its source."""
    return price.market, price.provider or price.source.text


def _sellers(rows: list[Row]) -> dict[str, dict[str, float]]:
    """Each seller's price, by market and name."""
    prices: dict[str, dict[str, float]] = {}
    for (market, seller), own in _grouped(rows, _seller).items():
        prices.setdefault(market, {})[seller] = median(_usd(price) for _, price in own)
    return prices


def _middle_market(sellers: Mapping[str, dict[str, float]]) -> tuple[str, dict[str, float]]:
    """The market that the middle is taken from, with its sellers (rule 5)."""
    market = next(market for market in (*MARKETS, "") if market in sellers)
    return market, sellers[market]


def _ends(rows: Iterable[Row]) -> tuple[float, float]:
    usd = [_usd(price) for _, price in rows]
    return min(usd), max(usd)


def _usd(price: Price) -> float:
    assert price.usd_per_device_hour is not None  # sorted out by `_counts`
    return price.usd_per_device_hour


def _grouped(rows: Iterable[Row], by: Callable[[Price], Any]) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(by(row[1]), []).append(row)
    return groups
