"""What keeps a room from those who send too much: limits of rate and number, by address and by
token.

Design choices:
- A limit is a bucket that fills slowly: a burst is fine, a flood is not.
- Whoever tries codes is slowed down. While an address is slowed down, those behind it who are in
  the room already go on unhindered: a device at the same address loses nothing.
- Memory is bounded: full buckets are forgotten.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from course_lib.classroom.room.state import Refused

MOST_BUCKETS = 5000
PER_ADDRESS = 60
"""Guessers of one address, unless told otherwise: stops a single laptop from filling the room."""

__all__ = ["PER_ADDRESS", "Buckets", "Guards"]


@dataclass
class Buckets:
    """A bucket for each key."""

    burst: float
    """How many may come at once."""
    rate: float
    """How many a second, in the long run."""
    clock: Callable[[], float] = time.monotonic
    """The time in seconds."""
    levels: dict[Hashable, tuple[float, float]] = field(default_factory=dict)
    """What is left, and since when, by key."""

    def left(self, key: Hashable) -> float:
        """How many may come now."""
        level, since = self.levels.get(key, (self.burst, 0.0))
        return min(self.burst, level + (self.clock() - since) * self.rate)

    def take(self, key: Hashable) -> bool:
        """Take one, if there is one.

        >>> once = Buckets(burst=1, rate=0)
        >>> once.take("a"), once.take("a"), once.take("b")
        (True, False, True)
        """
        left = self.left(key)
        if left < 1:
            return False
        if key not in self.levels and len(self.levels) >= MOST_BUCKETS:
            self._forget()
        self.levels[key] = (left - 1, self.clock())
        return True

    def _forget(self) -> None:
        """Forget the buckets that are full again; where none is, the older half."""
        full = [key for key in self.levels if self.left(key) >= self.burst]
        for key in full or list(self.levels)[: len(self.levels) // 2]:
            del self.levels[key]


class Guards:
    """The limits of one room."""

    def __init__(
        self, per_address: int = PER_ADDRESS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Limits for a room whose guessers share an address at most `per_address` at a time."""
        self.per_address = per_address
        share = max(1.0, per_address / PER_ADDRESS)
        self.requests = Buckets(burst=600 * share, rate=150 * share, clock=clock)
        self.guesses = Buckets(burst=12, rate=0.5, clock=clock)
        self.wrong = Buckets(burst=20, rate=0.2, clock=clock)
        # each is read with some care, which takes time
        self.records = Buckets(burst=per_address / 2, rate=0.2, clock=clock)
        self._tokens: dict[str, set[str]] = {}

    def request(self, address: str) -> None:
        """Count a request.

        Raises:
            Refused: too many came from that address.
        """
        if not self.requests.take(address):
            raise Refused(429, "Too many requests from this address. Wait a moment.")

    def code(self, address: str, right: bool, known: bool) -> None:
        """Count a wrong code or key.

        Args:
            address: where it came from.
            right: whether it was the right one.
            known: whether it came with a token that is in the room.

        Raises:
            Refused: it is wrong, or too many were.
        """
        if self.wrong.left(address) < 1 and not known:
            raise Refused(429, "Too many wrong codes from this address. Wait a minute.")
        if not right:
            self.wrong.take(address)
            raise Refused(404, "There is no room with this code. Look at the teacher's screen.")

    def guess(self, address: str, who: str) -> None:
        """Count what a fingerprint sends: a guess, or a record.

        Raises:
            Refused: too many by this guesser, or too many guessers at one address.
        """
        if address not in self._tokens and len(self._tokens) >= MOST_BUCKETS:
            raise Refused(503, "The room takes guesses from no more addresses.")
        here = self._tokens.setdefault(address, set())
        if who not in here and len(here) >= self.per_address:
            raise Refused(
                429,
                f"This address has {self.per_address} guessers already. Where a room shares one "
                "address, its teacher starts with a larger --per-address.",
            )
        if not self.guesses.take(who):
            raise Refused(429, "That was too fast. Your earlier guess stays; wait a few seconds.")
        here.add(who)

    def record(self, address: str) -> None:
        """Count a machine's record.

        Raises:
            Refused: too many came from that address.
        """
        if not self.records.take(address):
            raise Refused(429, "Too many records from this address. Wait a few seconds.")
