"""Meters of energy: counters where the machine has them, guesses where it has none.

Each has a `method` in words, a `factor` (the truth lies within that factor of what it says),
`start()` and `stop()`, which returns joules. `open()` returns None where the means is not there, so
that the next one can be tried.
"""

from __future__ import annotations

import ctypes
import importlib.util
import logging
import time
from pathlib import Path
from typing import Any

from course_lib.units import KWH

POWERCAP = Path("/sys/class/powercap")
CORE_WATTS = 6.0
"""Power of one busy core with its share of the memory: server chips state 3 to 5 W a core, laptops
5 to 15 W."""
GUESS = 2.5
"""The power model may be wrong by this factor either way."""
NVML_NAMES = ("libnvidia-ml.so.1", "nvml.dll")


class Rapl:
    """The processor packages' counters, in Linux's powercap files.

    Microjoules, which start again at a limit.
    """

    method = "counter of the processor (RAPL)"
    factor = 1.1

    def __init__(self, zones: list[Path]) -> None:
        self.zones = zones
        self.limits = [_read(zone / "max_energy_range_uj") for zone in zones]
        self.begun: list[int] = []

    @classmethod
    def open(cls, root: Path = POWERCAP) -> Rapl | None:
        """The counters under `root`; None without any that may be read."""
        try:
            # one colon is a package; two are a part of it (cores, memory), counted in it already
            zones = sorted(zone for zone in root.glob("*-rapl:*") if zone.name.count(":") == 1)
            opened = cls(zones)
            opened.start()  # Linux lets only root read the counters, and that shows here
        except OSError:
            return None
        return opened if zones else None

    def start(self) -> None:
        self.begun = [_read(zone / "energy_uj") for zone in self.zones]

    def stop(self) -> float:
        now = [_read(zone / "energy_uj") for zone in self.zones]
        parts = zip(now, self.begun, self.limits, strict=True)
        # modulo: right also where the counter has started again in between, once
        return sum((end - start) % limit for end, start, limit in parts) / 1e6


class GpuCounter:
    """The counter of the first NVIDIA GPU (millijoules since the driver was loaded)."""

    method = "counter of the GPU (NVML)"
    factor = 1.1

    def __init__(self, library: Any, handle: Any) -> None:
        self.library, self.handle, self.begun = library, handle, 0

    @classmethod
    def open(cls) -> GpuCounter | None:
        """The counter; None without NVIDIA's library, a GPU, or a counter in it."""
        for name in NVML_NAMES:
            try:
                library, handle = ctypes.CDLL(name), ctypes.c_void_p()
                # NVML's functions return 0 where all is well
                if library.nvmlInit_v2() or library.nvmlDeviceGetHandleByIndex_v2(
                    0, ctypes.byref(handle)
                ):
                    return None
                opened = cls(library, handle)
                opened.start()
            except (OSError, AttributeError):  # no library, or one too old for these functions
                continue
            return opened
        return None

    def start(self) -> None:
        self.begun = self._millijoules()

    def stop(self) -> float:
        return (self._millijoules() - self.begun) / 1000

    def _millijoules(self) -> int:
        count = ctypes.c_ulonglong()
        if self.library.nvmlDeviceGetTotalEnergyConsumption(self.handle, ctypes.byref(count)):
            raise OSError("the GPU has no counter of energy")
        return count.value


class CodeCarbon:
    """The package codecarbon, without network and files: its own counters, or its own guess."""

    factor = GUESS

    def __init__(self) -> None:
        self.method = "codecarbon"
        self.tracker: Any = None

    @classmethod
    def open(cls) -> CodeCarbon | None:
        """The package; None where it is not installed or does not start."""
        if importlib.util.find_spec("codecarbon") is None:
            return None
        opened = cls()
        try:
            opened.start()
            opened.stop()
        except Exception:  # another's package: whatever it raises, the next means is tried
            return None
        return opened

    def start(self) -> None:
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
        self.tracker.stop()
        return float(self.tracker.final_emissions_data.energy_consumed) * KWH


class PowerModel:
    """Seconds of processor time x watts of a busy core: a guess, and it says so."""

    factor = GUESS

    def __init__(self, core_watts: float = CORE_WATTS) -> None:
        self.core_watts = core_watts
        self.method = (
            f"power model: processor time x {core_watts:g} W a busy core, within {GUESS:g} times"
        )
        self.begun = 0.0

    def start(self) -> None:
        self.begun = time.process_time()

    def stop(self) -> float:
        return (time.process_time() - self.begun) * self.core_watts


def _read(path: Path) -> int:
    return int(path.read_text(encoding="ascii"))
