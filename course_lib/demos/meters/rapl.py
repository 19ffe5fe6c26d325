"""The processor's own counters of energy (RAPL), read from Linux's powercap files.

Which domains are added:
- every package (`package-0`, `package-1` ...), with its cores and its on-chip graphics in it;
- the memory of every package (`dram`), which the package does not hold;
- never `core` and `uncore` (in the package already), and never `psys` (the whole board: packages
  and memory in it).
Intel and AMD both count so; AMD has no `dram`.

Source: Linux kernel documentation, "Power Capping Framework"
(docs.kernel.org/power/powercap/powercap.html), for the files; Intel Software Developer's Manual
volume 3, section "RAPL interfaces", for the domains.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from course_lib.demos.meters.meter import Kind, Part

POWERCAP = Path("/sys/class/powercap")


class Rapl:
    """Packages and their memory, in microjoules that start again at a limit.

    A counter that starts again more than once in between is seen as once: at 200 W the usual limit
    of 262 kJ is reached in 22 minutes, so measure for less.
    """

    name = "rapl"
    kind: Kind = "counter"
    covers: tuple[Part, ...] = ("cpu",)
    factor = 1.1

    def __init__(self, zones: list[Path]) -> None:
        self.zones = zones
        self.limits = [_read(zone / "max_energy_range_uj") for zone in zones]
        self.begun: list[int] = []
        memories = sum(_is_memory(zone) for zone in zones)
        packages = len(zones) - memories
        self.method = "counter of the processor (RAPL)"
        if packages > 1:
            self.method = f"counters of {packages} processors (RAPL)"
        if memories:
            self.method += ", its memory included" if packages == 1 else ", their memory included"

    @classmethod
    def open(cls, root: Path = POWERCAP) -> Self | None:
        """The counters under `root`; None without any that may be read."""
        try:
            zones = sorted(zone for zone in root.glob("*-rapl:*") if _is_counted(zone))
            opened = cls(zones)
            opened.start()  # Linux lets only root read the counters, and that shows here
        except (OSError, ValueError):
            return None
        return opened if zones else None

    def start(self) -> None:
        """Begin to count."""
        self.begun = [_read(zone / "energy_uj") for zone in self.zones]

    def stop(self) -> float:
        """Joules since the start."""
        now = [_read(zone / "energy_uj") for zone in self.zones]
        parts = zip(now, self.begun, self.limits, strict=True)
        # modulo: right also where the counter has started again in between, once
        return sum((end - start) % limit for end, start, limit in parts) / 1e6


def _is_counted(zone: Path) -> bool:
    """Whether a zone is a package, or the memory of one."""
    name, inner = _domain(zone), zone.name.count(":") > 1
    if not inner:
        # `psys` stands beside the packages and holds them; without a name, the place has to do
        return name.startswith("package") or not name
    return name == "dram"


def _is_memory(zone: Path) -> bool:
    return _domain(zone) == "dram"


def _domain(zone: Path) -> str:
    """What the system calls a zone: package-0, core, uncore, dram, psys; empty where unknown."""
    try:
        return (zone / "name").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _read(path: Path) -> int:
    return int(path.read_text(encoding="ascii"))
