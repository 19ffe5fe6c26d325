"""What a call to a model behind an API costs, by its four kinds of tokens.

Design choices:
- Sellers list a price for tokens read, for tokens written, and most a lower one for tokens that an
  earlier call sent already and their cache still holds. Where none is listed, a cached token costs
  what a fresh one does.
- Tokens of a model's thinking are billed as tokens written, whether anybody sees them or not.
- Prices are list prices of the catalog. Discounts for jobs that may wait, and the surcharge that
  some ask for writing into the cache, are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog import prices
from course_lib.checks import Number

MILLION = 1e6

__all__ = ["Asked", "Call", "asked", "call"]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a seller asks for a million tokens, in US dollars."""

    input: float
    """Tokens read for the first time."""
    cached: float
    """Tokens read that the seller's cache still holds."""
    written: float
    """Tokens written, thinking included."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Call:
    """One call's price by its parts, in US dollars."""

    fresh: Number
    """Tokens read for the first time."""
    cached: Number
    """Tokens read out of the cache."""
    thinking: Number
    """Tokens written that the reader does not see."""
    written: Number
    """Tokens written that the reader sees."""

    @property
    def total(self) -> Number:
        """All of it."""
        return self.fresh + self.cached + self.thinking + self.written


def asked(key: str) -> Asked:
    """The list prices of a model behind an API.

    Args:
        key: as the catalog's prices begin: `KEY-input`, `KEY-output` and, where there is one,
            `KEY-cached-input`.

    Raises:
        KeyError: no such model; the nearest names are told.

    >>> asked("openai-gpt-4-1")
    Asked(input=2, cached=0.5, written=8)
    >>> asked("openai-text-davinci-003").cached  # none listed
    20
    """
    fresh, cached = prices[f"{key}-input"].value, f"{key}-cached-input"
    return Asked(
        input=fresh,
        cached=prices[cached].value if cached in prices else fresh,
        written=prices[f"{key}-output"].value,
    )


def call(
    price: Asked, *, fresh: Number, written: Number, cached: Number = 0, thinking: Number = 0
) -> Call:
    """What one call costs.

    Args:
        price: what the seller asks.
        fresh: tokens read for the first time.
        written: tokens that the reader sees.
        cached: tokens read out of the seller's cache.
        thinking: tokens written before the answer.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> price = Asked(input=1.0, cached=0.1, written=10.0)
    >>> once = call(price, fresh=1e6, cached=1e6, written=1e5, thinking=1e5)
    >>> once.fresh, once.cached, once.written, once.total
    (1.0, 0.1, 1.0, 3.1)
    """
    checks.instance("price", price, Asked)
    counts = {"fresh": fresh, "cached": cached, "thinking": thinking, "written": written}
    counts = {name: checks.positive(name, count, zero=True) for name, count in counts.items()}
    checks.broadcast(**counts)
    rates = {
        "fresh": price.input,
        "cached": price.cached,
        "thinking": price.written,
        "written": price.written,
    }
    return Call(**{name: count * rates[name] / MILLION for name, count in counts.items()})
