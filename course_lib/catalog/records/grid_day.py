"""The record of one published day of a grid: the carbon of its electricity, hour by hour."""

from __future__ import annotations

from dataclasses import dataclass

from course_lib.catalog.record import check_fields
from course_lib.catalog.records.source import Source

HOURS = 24


@dataclass(frozen=True, kw_only=True, eq=False)
class GridDay:
    """Carbon of electricity in each hour of one day, local time.

    >>> from course_lib.catalog import grid_days
    >>> day = grid_days["california-2022-04-13"]
    >>> len(day.grams_per_kwh), min(day.grams_per_kwh), round(day.mean_grams_per_kwh, 1)
    (24, 151.2, 250.4)
    """

    name: str
    """The grid and the day."""
    region: str
    """Where the grid is."""
    day: str
    """The day, as year-month-day."""
    time_zone: str
    """The time the hours are told in."""
    grams_per_kwh: tuple[float, ...]
    """Grams of CO2 equivalent per kilowatt hour, from the hour that starts at midnight to the one
    that ends there."""
    source: Source
    """Where it stands."""
    notes: str = ""
    """How the figures came about."""

    def __post_init__(self) -> None:
        check_fields(self)
        if len(self.grams_per_kwh) != HOURS:
            raise ValueError(
                f"grams_per_kwh must have {HOURS} numbers, got {len(self.grams_per_kwh)}"
            )
        if min(self.grams_per_kwh) < 0:
            raise ValueError(f"grams_per_kwh must be zero or more, got {min(self.grams_per_kwh)}")

    @property
    def mean_grams_per_kwh(self) -> float:
        """The mean of the day, every hour counting the same."""
        return sum(self.grams_per_kwh) / HOURS
