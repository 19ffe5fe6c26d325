"""The record of a sourced quantity that fits no other catalog: water, embodied carbon, a sector or
home's electricity.

Design choices:
- Value and unit stay as published, because a lesson shows the published figure first and converts
  it in the open.
- `joules` and `kilograms` convert the units that occur; any other unit has no conversion and says
  so.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib.catalog.record import check_fields
from course_lib.catalog.records.source import Source
from course_lib.units import HOUR, KWH

QUANTITY_CATEGORIES = (
    "water",
    "embodied carbon",
    "lifetime",
    "sector",
    "household",
    "travel",
    "training run",
    "efficiency",
    "kernel",
    "quantisation",
    "reading",
    "rack",
    "campus",
    "capital spending",
)
JOULES = {
    "Wh": float(HOUR),
    "kWh": float(KWH),
    "MWh": 1e3 * KWH,
    "GWh": 1e6 * KWH,
    "TWh": 1e9 * KWH,
}
KILOGRAMS = {"kg": 1.0, "t": 1000.0, "lb": 0.45359237}


@dataclass(frozen=True, kw_only=True, eq=False)
class Quantity:
    """One published number about the surroundings of computing.

    >>> from course_lib.catalog import quantities
    >>> home = quantities["us-household-electricity"]
    >>> home.value, home.unit
    (10715, 'kWh/year')
    >>> round(home.joules / 3.6e9, 3)  # MWh
    10.715
    """

    name: str
    """What it is a quantity of, with the year where that matters."""
    category: str
    """water, embodied carbon, lifetime, sector ...: one of `QUANTITY_CATEGORIES`."""
    value: float
    """The number, in `unit`."""
    unit: str
    """Unit as published; "/year" and "/kWh" say per what, "fraction" is a share of one."""
    region: str = ""
    """Where it holds, if not everywhere."""
    device_key: str | None = None
    """Key of the device in the catalog of devices, where it is about one."""
    device_count: int | None = None
    """How many of the device the value covers."""
    source: Source
    """Where it stands."""
    notes: str = ""
    """What it includes, and where sources disagree."""

    def __post_init__(self) -> None:
        check_fields(self, zero=("value",), choices={"category": QUANTITY_CATEGORIES})
        if (self.device_key is None) != (self.device_count is None):
            raise ValueError("device_count must be given exactly where device_key is")

    @property
    def joules(self) -> float:
        """The value in joules (a year, where the unit says so). ValueError if no energy."""
        return self._converted(JOULES, "an energy")

    @property
    def kilograms(self) -> float:
        """The value in kilograms (a year, where the unit says so). ValueError where it is no mass.

        >>> from course_lib.catalog import quantities
        >>> round(quantities["flight-new-york-san-francisco"].kilograms)
        900
        """
        return self._converted(KILOGRAMS, "a mass")

    def _converted(self, factors: dict[str, float], what: str) -> float:
        # What a year takes counts as the amount itself; of several words the first is the unit.
        unit = self.unit.split("/")[0].split()[0]
        # Per kilowatt hour it is an intensity, neither an energy nor a mass.
        if unit not in factors or "/kWh" in self.unit:
            raise ValueError(
                f"unit must be one of {', '.join(factors)} to be {what}, got {self.unit!r}"
            )
        return self.value * factors[unit]
