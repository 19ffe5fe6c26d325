"""A model of power, for machines without a counter that may be read. It is a guess, and says so."""

from __future__ import annotations

import time
from typing import Self

from course_lib import checks
from course_lib.demos.meters.meter import Kind, Part

CORE_WATTS = 6.0
"""Power of one busy core with its share of the memory: server chips state 3 to 5 W a core, laptops
5 to 15 W."""
GUESS = 2.5
"""The power model may be wrong by this factor either way."""


class PowerModel:
    """Seconds of processor time x watts of a busy core. It counts this process alone."""

    name = "power model"
    kind: Kind = "model"
    covers: tuple[Part, ...] = ("cpu",)
    factor = GUESS

    def __init__(self, core_watts: float = CORE_WATTS) -> None:
        self.core_watts = float(checks.positive("core_watts", core_watts))
        self.method = (
            f"power model, no meter: processor time x {core_watts:g} W assumed for a busy core, "
            f"within {GUESS:g} times"
        )
        self.begun = 0.0

    @classmethod
    def open(cls) -> Self:
        """The model: it is always there."""
        return cls()

    def start(self) -> None:
        """Begin to count."""
        self.begun = time.process_time()

    def stop(self) -> float:
        """Joules since the start, by the model."""
        return (time.process_time() - self.begun) * self.core_watts
