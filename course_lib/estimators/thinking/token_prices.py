"""What a seller asks for tokens: read, read again from its cache, written; thoughts are written."""

from __future__ import annotations

from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog import prices
from course_lib.checks import Number

MILLION = 1e6

__all__ = ["TokenPrices", "listed"]


@dataclass(frozen=True, kw_only=True, eq=False)
class TokenPrices:
    """US dollars for a million tokens.

    >>> TokenPrices(read_usd=2.0, cached_usd=0.5, written_usd=8.0).usd(read=1e6, written=1e6)
    10.0
    """

    read_usd: Number
    """Tokens of a prompt that are computed."""
    cached_usd: Number
    """Tokens of a prompt that are found in the cache."""
    written_usd: Number
    """Tokens written, hidden thoughts with them."""

    def __post_init__(self) -> None:
        for name in ("read_usd", "cached_usd", "written_usd"):
            # The record is frozen; this is the way past its lock.
            price = checks.positive(name, getattr(self, name), zero=True)
            object.__setattr__(self, name, price)

    def usd(self, *, read: Number = 0, cached: Number = 0, written: Number = 0) -> Number:
        """US dollars for some tokens.

        Args:
            read: tokens of prompts, those in the cache left out; arrays broadcast.
            cached: tokens of prompts found in the cache.
            written: tokens written, visible and hidden.

        Raises:
            TypeError, ValueError: by the argument's name.
        """
        read = checks.positive("read", read, zero=True)
        cached = checks.positive("cached", cached, zero=True)
        written = checks.positive("written", written, zero=True)
        checks.broadcast(read=read, cached=cached, written=written)
        whole = read * self.read_usd + cached * self.cached_usd + written * self.written_usd
        return whole / MILLION


def listed(key: str) -> TokenPrices:
    """The catalog's list prices `KEY-input`, `KEY-cached-input` and `KEY-output`.

    Where the list has no price for cached tokens, they cost what fresh ones do.

    Raises:
        KeyError: no such prices.

    >>> found = listed("openai-gpt-5")
    >>> found.read_usd, found.cached_usd, found.written_usd
    (1.25, 0.125, 10)
    """
    read, cached = f"{key}-input", f"{key}-cached-input"
    return TokenPrices(
        read_usd=prices[read].value,
        cached_usd=prices[cached if cached in prices else read].value,
        written_usd=prices[f"{key}-output"].value,
    )
