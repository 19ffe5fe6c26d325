"""What a meter of energy is.

A meter is a class with a class method `open()`, which returns a meter that works here, or None
where its means is not there, so that the next one can be tried.
"""

from __future__ import annotations

from typing import Literal, Protocol

Kind = Literal["counter", "mixed", "model"]
Part = Literal["cpu", "gpu"]


class Meter(Protocol):
    """What counts joules between `start()` and `stop()`."""

    name: str
    """One word for it, the same as its entry point's."""
    kind: Kind
    """"counter": read off the chip; "model": worked out from watts that were assumed; "mixed":
    a package that does the one or the other."""
    covers: tuple[Part, ...]
    """What it counts the energy of; the first is what it is best at."""
    method: str
    """How it finds the energy, in words; those of a model hold the word model."""
    factor: float
    """The truth lies within that factor of what it says, either way."""

    def start(self) -> None:
        """Begin to count."""

    def stop(self) -> float:
        """Joules since the start."""
