"""What the frontier's training runs cost: at the rents nearest to their years, and at today's.

Design choices:
- A price is hours of devices times an hour's price, both from the catalog. What else a run takes
  (people, data, runs that failed) is in none of them.
- "Then" is the rent known at the end of the run's year; for older runs, of the first year in which
  the catalog knows one. So it is never younger than it must be, and `then_as_of` says of when it
  is.
- Nobody rents an H800 on a public list. Its hour is what DeepSeek assumed, on both dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

from course_lib.catalog import COURSE_DATE, NeverRented, devices, prices, quantities, runs
from course_lib.estimators.access.budgets import yearly_factor

FIRST_YEAR, LAST_YEAR = 2023, 2026
"""Years in which the catalog knows rents."""
ASSUMED = "h800-hour-used-by-deepseek-v3"
"""The price of an H800-hour that its users assumed."""


@dataclass(frozen=True, kw_only=True)
class Priced:
    """A training run with its two prices."""

    name: str
    """The model."""
    year: int
    """Year of the run."""
    device: str
    """Name of the device that it ran on."""
    device_hours: float
    """Devices times hours, all of the run."""
    usd_then: float
    """At the first known rent that is not older than the run, in US dollars."""
    then_as_of: int
    """Year of that rent."""
    usd_today: float
    """At the rent of the course's date."""


def _row(name: str, year: int, key: str, hours: float) -> Priced:
    then, since = _rent_then(key, year)
    return Priced(
        name=name,
        year=year,
        device=devices[key].name,
        device_hours=hours,
        usd_then=hours * then,
        then_as_of=since,
        usd_today=hours * _rent_today(key),
    )


def known() -> list[Priced]:
    """The largest runs whose hours are published, oldest first.

    >>> [row.name for row in known()]
    ['Meena', 'GPT-3', 'PaLM 540B', 'Llama 3.1 405B', 'DeepSeek-V3']
    """
    # The energy paper counts GPT-3's hours on the 32 GB card; only the 16 GB one is rented.
    by_run = {
        "Meena": ("patterson-meena", "tpu-v3"),
        "GPT-3": ("patterson-gpt3", "v100-sxm2-16gb"),
        "PaLM 540B": ("palm-540b", "tpu-v4"),
    }
    rows = []
    for name, (key, card) in by_run.items():
        run = runs[key]
        assert run.device_hours is not None and run.year is not None  # of these runs both are known
        rows.append(_row(name, run.year, card, run.device_hours))
    big, deepseek = quantities["llama-3-1-405b-hours"], quantities["deepseek-v3-hours"]
    rows.append(_row("Llama 3.1 405B", 2024, "h100-sxm-80gb", big.value))
    rows.append(_row("DeepSeek-V3", 2024, "h800-sxm", deepseek.value))
    return rows


def growth(rows: list[Priced] | None = None, *, today: bool = True) -> float:
    """By which factor the most expensive run grew each year.

    A run counts if none before it cost more, at the prices that are asked for.

    >>> growth() > 1 and growth(today=False) > 1
    True
    """
    dearest = records(rows, today=today)
    factor, *_ = yearly_factor([row.year for row in dearest], [_usd(row, today) for row in dearest])
    return factor


def records(rows: list[Priced] | None = None, *, today: bool = True) -> list[Priced]:
    """The runs that were the most expensive so far, at the prices that are asked for.

    >>> [row.name for row in records()]
    ['Meena', 'GPT-3', 'PaLM 540B', 'Llama 3.1 405B']
    """
    priced = known() if rows is None else rows
    return [
        row
        for row in priced
        if _usd(row, today) >= max(_usd(each, today) for each in priced if each.year <= row.year)
    ]


def fitted(year: float, rows: list[Priced] | None = None, *, today: bool = True) -> float:
    """US dollars of the most expensive run in a year, on the line that `growth` fits.

    A straight line through logarithms passes the mean year at the mean logarithm.

    >>> round(fitted(2021) / fitted(2020), 6) == round(growth(), 6)
    True
    """
    dearest = records(rows, today=today)
    middle = sum(row.year for row in dearest) / len(dearest)
    height = sum(log(_usd(row, today)) for row in dearest) / len(dearest)
    return exp(height) * growth(rows, today=today) ** (year - middle)


def _usd(row: Priced, today: bool) -> float:
    return row.usd_today if today else row.usd_then


def _rent_then(key: str, year: int) -> tuple[float, int]:
    for since in range(max(year, FIRST_YEAR), LAST_YEAR + 1):
        try:
            return prices.rental(key, as_of=str(since)).usd_per_device_hour, since
        except NeverRented:
            continue
    return prices[ASSUMED].value, year


def _rent_today(key: str) -> float:
    try:
        return prices.rental(key, as_of=COURSE_DATE).usd_per_device_hour
    except NeverRented:
        return prices[ASSUMED].value
