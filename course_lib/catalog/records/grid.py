"""Records of what stands behind the plug: the carbon of electricity, and the energy a building adds
to its machines."""

from __future__ import annotations

from dataclasses import dataclass

from course_lib.catalog.record import check_fields
from course_lib.catalog.records.source import Source
from course_lib.units import KWH

GRID_CATEGORIES = (
    "country",
    "world",
    "cloud region",
    "energy source",
    "energy source, life cycle",
    "used in a paper",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Grid:
    """Carbon of electricity in a country, in a cloud region or from one source of energy.

    The unit stays grams of CO2 equivalent per kilowatt hour, in which it is always published.

    >>> from course_lib.catalog import grids
    >>> grids["France"].grams_per_kwh, grids["USA"].grams_per_kwh
    (56.039, 369.473)
    >>> grids["Poland"].carbon_kg_per_joule * 3.6e9 / 1000  # tonnes for 1 MWh, 3.6e9 joules
    0.661926
    """

    name: str
    """Name as published."""
    category: str
    """country, world, cloud region, energy source (at the stack, or over its life cycle), or used
    in a paper."""
    grams_per_kwh: float
    """Grams of CO2 equivalent per kilowatt hour."""
    provider: str = ""
    """Cloud provider, for a cloud region."""
    region: str = ""
    """Country code, or the place of a cloud region."""
    source: Source
    """Where the number stands."""
    notes: str = ""
    """Where sources disagree, and what else to know."""

    def __post_init__(self) -> None:
        check_fields(self, zero=("grams_per_kwh",), choices={"category": GRID_CATEGORIES})

    @property
    def carbon_kg_per_joule(self) -> float:
        """The same in kilograms of CO2 equivalent per joule."""
        return self.grams_per_kwh / 1000 / KWH


@dataclass(frozen=True, kw_only=True, eq=False)
class Cooling:
    """Power usage effectiveness of a building or a fleet: all energy over that of its machines.

    >>> from course_lib.catalog import cooling
    >>> cooling["Meta fleet"].pue
    1.08
    """

    name: str
    """Whose building or fleet, with the year where there are several."""
    pue: float
    """Power usage effectiveness, a ratio of at least 1."""
    source: Source
    """Where the number stands."""
    notes: str = ""
    """What else is stated."""

    def __post_init__(self) -> None:
        check_fields(self)
        if self.pue < 1:
            raise ValueError(f"pue must be at least 1, got {self.pue}")
