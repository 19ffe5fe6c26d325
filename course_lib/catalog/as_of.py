"""The catalog as it stood at the end of an earlier year: a time machine for verdicts.

Design choices:
- A view, not a switch: `as_of(2021)` returns catalogs of their own, and the full ones stay as they
  are.
- A device, model, run or data set is known from the year of its launch or publication, a price from
  its first day where that is stated, and every other fact from the date of its source. Of a span
  such as "2023-2025" the first year counts.
- A source without a date proves nothing about a year: such facts are in no view.
- What is known is today's record of what existed then. A device of 2020 keeps the numbers it has
  now, even those that somebody measured later.
"""

from __future__ import annotations

import re
from collections.abc import ItemsView, Mapping, ValuesView
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import course_lib.catalog as catalog
from course_lib import checks
from course_lib.catalog.lookup import Catalog

Record = TypeVar("Record")
YEAR = re.compile(r"(19|20)\d\d(?!\d)")
YEARS = range(1950, 2101)

__all__ = ["Catalogs", "View", "as_of", "known_since"]


class View(Catalog[Record], Generic[Record]):
    """The entries of a catalog known by the end of a year; looked up like the catalog itself.

    >>> from course_lib.catalog import models
    >>> "gpt-3-175b" in View(models, 2020), "gpt-3-175b" in View(models, 2019)
    (True, False)
    """

    __slots__ = ("_full", "year")

    def __init__(self, full: Catalog[Record], year: int) -> None:
        """Take the catalog and the year; nothing is read yet."""
        super().__init__(f"{full.name} as of {year}", full._kind, full.path)
        self._full = full
        self.year = year

    def __getitem__(self, name: str) -> Record:
        # The full catalog notes the look-up, so that sources are listed.
        return self._full[self.key(name)]

    def values(self) -> ValuesView[Record]:
        """The records known by then, in catalog order. Touches the whole catalog."""
        self._full.values()
        return self._loaded().values()

    def items(self) -> ItemsView[str, Record]:
        """Keys and records known by then, in catalog order. Touches the whole catalog."""
        self._full.items()
        return self._loaded().items()

    def _loaded(self) -> Mapping[str, Record]:
        if self._entries is None:
            every = self._full._loaded()
            known = {
                key: record
                for key, record in every.items()
                # A fact without a date comes after every year that can be asked for.
                if (known_since(record) or YEARS.stop) <= self.year
            }
            self._exact = {form: key for form, key in self._full._exact.items() if key in known}
            self._usual = {form: key for form, key in self._full._usual.items() if key in known}
            fallback = {form: keys & known.keys() for form, keys in self._full._fallback.items()}
            # A form left without keys would end the search before the laxer ones.
            self._fallback = {form: keys for form, keys in fallback.items() if keys}
            self._entries = MappingProxyType(known)
        return self._entries


@dataclass(frozen=True, kw_only=True, eq=False)
class Catalogs:
    """Every catalog as of one year."""

    models: Catalog[Any]
    """Published models, by year of publication."""
    devices: Catalog[catalog.Device]
    """Devices, by year of launch."""
    links: Catalog[catalog.Link]
    """Links, by the date of their source."""
    storage: Catalog[catalog.Storage]
    """Disks, by the date of their source."""
    datasets: Catalog[catalog.Dataset]
    """Data sets, by year of publication."""
    runs: Catalog[catalog.Run]
    """Training runs, by year of publication."""
    prices: Catalog[catalog.Price]
    """Prices, by their first day or the date of their source."""
    grids: Catalog[catalog.Grid]
    """Electricity, by the date of its source."""
    cooling: Catalog[catalog.Cooling]
    """Buildings and fleets, by the date of their source."""
    findings: Catalog[catalog.Finding]
    """Published effects, by the date of their source."""
    grid_days: Catalog[catalog.GridDay]
    """Days of electricity, by the day."""
    quantities: Catalog[catalog.Quantity]
    """Surroundings of computing, by the date of their source."""
    efficiency: Catalog[catalog.Efficiency]
    """Constants of the estimators, by the date of their source."""
    spreads: Catalog[catalog.Spread]
    """How far estimates are off, by when it was reckoned."""
    validation: Catalog[catalog.Score]
    """Scores of the estimates, by when they were reckoned."""


def as_of(year: int | None = None) -> Catalogs:
    """What the catalogs hold that was known by the end of `year`.

    All of it, undated facts too, for None.

    Raises:
        TypeError, ValueError: `year` is no whole number, or none from 1950 to 2100.

    >>> then = as_of(2021)
    >>> len(then.models) < len(as_of().models), max(model.year for model in then.models.values())
    (True, 2021)
    >>> "H100" in then.devices, "A100 SXM 80GB" in then.devices
    (False, True)
    """
    full = {each.name: getattr(catalog, each.name) for each in fields(Catalogs)}
    if year is None:
        return Catalogs(**full)
    if not isinstance(checks.whole("year", year), int) or year not in YEARS:
        raise ValueError(f"year must lie between {YEARS[0]} and {YEARS[-1]}, got {year}")
    return Catalogs(**{name: View(each, year) for name, each in full.items()})


def known_since(record: Any) -> int | None:
    """The first year in which the fact was known, None where nothing says so.

    >>> from course_lib.catalog import devices, prices
    >>> machine = prices["aws-p4d-24xlarge"]  # its source says 2023-2025
    >>> known_since(devices["H100"]), known_since(machine)
    (2022, 2023)
    """
    stated = getattr(record, "year", None)
    if stated is not None:
        return int(stated)
    dates = (getattr(record, "valid_from", ""), getattr(record, "day", ""), record.source.date)
    first = next((match for date in dates if (match := YEAR.search(date))), None)
    return int(first[0]) if first else None
