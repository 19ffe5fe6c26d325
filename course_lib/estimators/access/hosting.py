"""A model of one's own, ready day and night: the cheapest rented card that keeps up.

Design choices:
- A card keeps up if the model and its cache fit, and if it writes at least the mean of the day for
  one reader at a time. More readers at once share its reading of the weights: what it then writes
  is several times as much.
- An hour costs the catalog's one price on the date that is asked for. Hours are paid whether
  anybody asks or not.
- Only cards on which the model's 16-bit weights fit count here; fewer bits would let smaller cards
  in.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from course_lib import checks
from course_lib.catalog import COURSE_DATE, Rental, Transformer, devices, prices
from course_lib.estimators import inference
from course_lib.units import DAY, HOURS_A_YEAR

PROMPT, OUTPUT = 512, 256


@dataclass(frozen=True, kw_only=True)
class Card:
    """One rented card that keeps up."""

    key: str
    """Of the catalog of devices."""
    name: str
    """As people call it."""
    rental: Rental
    """The price of its hour."""
    tokens_a_day: float
    """What it writes in a day for one reader at a time, at most."""

    @property
    def usd_a_year(self) -> float:
        """US dollars for all hours of a year."""
        return self.rental.usd_per_device_hour * HOURS_A_YEAR

    @property
    def usd_range(self) -> tuple[float, float]:
        """The same at the lowest and the highest listed rent."""
        return self.rental.usd_low * HOURS_A_YEAR, self.rental.usd_high * HOURS_A_YEAR


def cards(model: Transformer, tokens_a_day: float, *, as_of: str = COURSE_DATE) -> list[Card]:
    """Every rented card that keeps up alone, cheapest first.

    Args:
        model: what is hosted.
        tokens_a_day: tokens written a day; each answer reads `PROMPT` tokens and writes `OUTPUT`.
        as_of: the date of the prices.

    >>> from course_lib.catalog import models
    >>> found = cards(models["llama-3-8b"], 1e6)
    >>> found[0].usd_a_year < 5000, found[-1].usd_a_year > 50_000
    (True, True)
    """
    wanted = checks.positive("tokens_a_day", tokens_a_day, zero=True)
    able = []
    for key in prices.rented(as_of=as_of):
        rate = tokens_per_second(model, key)
        if rate * DAY >= wanted and rate:
            rent = prices.rental(key, as_of=as_of)
            able.append(
                Card(key=key, name=devices[key].name, rental=rent, tokens_a_day=rate * DAY)
            )
    return sorted(able, key=lambda card: (card.usd_a_year, -card.tokens_a_day))


@lru_cache(maxsize=512)
def tokens_per_second(model: Transformer, key: str) -> float:
    """Tokens a second for one reader on a card, 0 where the model does not fit."""
    found = inference.estimate(model, device=key, prompt=PROMPT, output=OUTPUT)
    return float(found.tokens_per_second) if found.fits else 0.0
