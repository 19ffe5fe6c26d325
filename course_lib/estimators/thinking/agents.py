"""Agents: a task in many turns, each of which reads all before it again.

Tokens read are those of `serving.prefixes.turns`; here they meet the tokens written, and prices.

Design choices:
- Every turn writes as much, and what it writes is part of what the next one reads (`added` holds
  it, and what the tools answered).
- With a cache each turn finds all that was sent before; without one it is computed, and paid, anew.
- A seller that asks for the writing of a cache, too, is not modelled (catalog, finding s036).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog import findings
from course_lib.checks import Number
from course_lib.estimators.serving import prefixes
from course_lib.estimators.thinking.token_prices import TokenPrices

__all__ = ["Agent", "agent", "published_agent"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Agent:
    """The tokens of a task in many turns."""

    reuse: prefixes.Reuse
    """Tokens sent, and those of them that are new."""
    written_tokens: Number
    """Tokens written in all turns."""

    @property
    def read_tokens(self) -> Number:
        """Tokens read in all turns, as they are sent."""
        return self.reuse.sent_tokens

    @property
    def read_to_written(self) -> Number:
        """Tokens read for each token written."""
        return self.read_tokens / self.written_tokens

    def usd(self, prices: TokenPrices, *, hit_rate: Number | None = None) -> Number:
        """US dollars for the task.

        Args:
            prices: for a million tokens.
            hit_rate: part of the tokens read that the cache holds; None for all that were sent
                before, 0 for no cache.
        """
        return prices.usd(written=self.written_tokens) + self.read_usd(prices, hit_rate=hit_rate)

    def read_usd(self, prices: TokenPrices, *, hit_rate: Number | None = None) -> Number:
        """US dollars for the reading alone; the arguments are those of `usd`."""
        hits = self.reuse.hit_rate if hit_rate is None else hit_rate
        hits = checks.share("hit_rate", hits, zero=True)
        cached = hits * self.read_tokens
        return prices.usd(read=self.read_tokens - cached, cached=cached)

    def written_share(self, prices: TokenPrices, *, hit_rate: Number | None = None) -> Number:
        """Part of the price that is for what is written: claim D05's number."""
        writing = prices.usd(written=self.written_tokens)
        return writing / (writing + self.read_usd(prices, hit_rate=hit_rate))


def agent(*, turns: Number, first: Number, added: Number, written: Number) -> Agent:
    """The tokens of an agent's turns.

    Args:
        turns: how many; arrays broadcast.
        first: tokens that the first turn reads: instructions, tools, the task.
        added: tokens by which each further turn reads more.
        written: tokens that each turn writes, at most `added` where there is a further turn.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> found = agent(turns=4, first=1000, added=500, written=100)
    >>> found.read_tokens, found.reuse.new_tokens, found.written_tokens  # 1000 + 1500 + 2000 + 2500
    (7000, 2500, 400)
    >>> prices = TokenPrices(read_usd=1.0, cached_usd=0.1, written_usd=10.0)
    >>> found.usd(prices, hit_rate=0), round(found.usd(prices), 5)
    (0.011, 0.00695)
    """
    reuse = prefixes.turns(turns, first=first, added=added)
    turns, written = checks.whole("turns", turns), checks.whole("written", written)
    if np.any((np.asarray(written) > added) & (np.asarray(turns) > 1)):
        raise ValueError(f"written must be at most added, got {written} and {added}")
    checks.broadcast(sent=reuse.sent_tokens, written=written)
    return Agent(reuse=reuse, written_tokens=turns * written)


def published_agent() -> Agent:
    """The median of 610 published traces of a coding agent.

    33 turns that begin with 12 000 tokens and grow by 2 242, and 131 tokens read for each one
    written (catalog, findings r080, r081, r083, r084).

    >>> found = published_agent()
    >>> round(found.read_tokens / 1e6, 2), round(found.reuse.hit_rate, 3)
    (1.58, 0.947)
    """
    turns, first, added, ratio = (
        checks.single(key, findings[key].value) for key in ("r080", "r081", "r083", "r084")
    )
    sent = prefixes.turns(int(turns), first=int(first), added=int(added)).sent_tokens
    written = round(float(sent) / ratio / turns)
    return agent(turns=int(turns), first=int(first), added=int(added), written=written)
