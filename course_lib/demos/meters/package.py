"""The package codecarbon (the extra `energy`), without network and files.

It reads counters where it finds some, and works with a model of power elsewhere; which of the two
it did it does not tell in one word, so this meter calls itself mixed.
"""

from __future__ import annotations

import importlib.util
import logging
from typing import Any, Self

from course_lib.demos.meters.meter import Kind, Part
from course_lib.demos.meters.model import GUESS
from course_lib.units import KWH


class CodeCarbon:
    """codecarbon's own counters, or its own model of power."""

    name = "codecarbon"
    kind: Kind = "mixed"
    covers: tuple[Part, ...] = ("cpu", "gpu")
    factor = GUESS

    def __init__(self) -> None:
        self.method = "codecarbon (counters where it finds some, else its own power model)"
        self.tracker: Any = None

    @classmethod
    def open(cls) -> Self | None:
        """The package; None where it is not installed or does not start."""
        try:
            if importlib.util.find_spec("codecarbon") is None:
                return None
            opened = cls()
            opened.start()
            opened.stop()
        except Exception:  # another's package: whatever it raises, the next means is tried
            return None
        return opened

    def start(self) -> None:
        """Begin to count."""
        from codecarbon import OfflineEmissionsTracker

        logging.getLogger("codecarbon").setLevel(logging.CRITICAL)
        self.tracker = OfflineEmissionsTracker(
            country_iso_code="USA",  # must be given; only CO2 depends on it, and energy is asked
            save_to_file=False,
            log_level="critical",
            allow_multiple_runs=True,
        )
        self.tracker.start()

    def stop(self) -> float:
        """Joules since the start."""
        self.tracker.stop()
        return float(self.tracker.final_emissions_data.energy_consumed) * KWH
