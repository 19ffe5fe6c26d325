"""A model of one's own, ready day and night: the cheapest rented card that keeps up.

Design choices:
- A card serves as in `cost.yearly`: the widest format that fits, as many requests at once as it
  holds, 64 at most, at a server's rates. Half of what it could write is planned to be sold; the
  rest is kept for busy hours.
- An hour costs the catalog's one price on the date that is asked for. Hours are paid whether
  anybody asks or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from course_lib import checks
from course_lib.catalog import COURSE_DATE, NeverRented, Rental, Transformer, prices
from course_lib.estimators.cost import yearly
from course_lib.units import HOURS_A_YEAR


@dataclass(frozen=True, kw_only=True)
class Card:
    """One rented card that keeps up."""

    key: str
    """Of the catalog of devices."""
    name: str
    """As people call it."""
    format: str
    """Format of the weights."""
    rental: Rental
    """The price of its hour."""
    tokens_a_day: float
    """What it is planned to write in a day: half of what it could."""

    @property
    def usd_a_year(self) -> float:
        """US dollars for all hours of a year."""
        return self.rental.usd_per_device_hour * HOURS_A_YEAR

    @property
    def usd_range(self) -> tuple[float, float]:
        """The same at the lowest and the highest listed rent."""
        return self.rental.usd_low * HOURS_A_YEAR, self.rental.usd_high * HOURS_A_YEAR


def cards(
    model: Transformer,
    tokens_a_day: float,
    *,
    as_of: str = COURSE_DATE,
    keys: Iterable[str] | None = None,
) -> list[Card]:
    """Every rented card that keeps up alone, cheapest first.

    Args:
        model: what is hosted.
        tokens_a_day: tokens written a day.
        as_of: the date of the prices.
        keys: the cards to look at, by their keys; None for all that are rented.

    Raises:
        TypeError, ValueError, KeyError: by the argument's name.

    >>> from course_lib.catalog import models
    >>> found = cards(models["llama-3-8b"], 1e6, keys=("rtx-4090", "h100-sxm-80gb"))
    >>> [(card.name, round(card.usd_a_year)) for card in found]
    [('RTX 4090', 2980), ('H100 SXM 80GB', 26298)]
    """
    wanted = checks.positive("tokens_a_day", tokens_a_day, zero=True)
    able = []
    for key in prices.rented(as_of=as_of) if keys is None else keys:
        served = _host(model, key)
        if served is None or served.tokens_per_day() < wanted:
            continue
        try:
            rent = prices.rental(key, as_of=as_of)
        except NeverRented:
            continue
        able.append(
            Card(
                key=key,
                name=served.device.name,
                format=served.format,
                rental=rent,
                tokens_a_day=served.tokens_per_day(),
            )
        )
    return sorted(able, key=lambda card: (card.usd_a_year, -card.tokens_a_day))


@lru_cache(maxsize=512)
def _host(model: Transformer, key: str) -> yearly.Host | None:
    """How a card serves a model; None where it does not fit in any format."""
    try:
        return yearly.host(model, key)
    except ValueError:
        return None
