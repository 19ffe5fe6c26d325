"""Records of machines that were measured by `course measure`: what was timed, on what, with which
versions.

Design choices:
- A record is one TOML file in the catalog's own format and is read by the catalog's own loader: an
  entry with kind "machine" and, for each piece of work, one with kind "measurement". Times are
  stored, rates are computed.
- Nothing in it tells who measured: no host name, no user, no path.
- Committed records stand in `records/`, beside the facts; a class can add files from its own
  machines and merge them.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from course_lib.catalog.load import load
from course_lib.catalog.record import check_fields
from course_lib.catalog.records.source import Source

FOLDER = Path(__file__).parent
WORK = (
    "product",
    "batch",
    "relu",
    "copy",
    "attention",
    "training",
    "recomputation",
    "decoding",
    "all-reduce",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Machine:
    """The machine of a record."""

    name: str
    """What computed, for legends: the processor or the card, and how many cores."""
    kind: str
    """Always "machine"."""
    device: str
    """What torch calls it: cpu or cuda."""
    cores: int
    """Processor cores that could be used."""
    threads: int
    """Threads that torch used."""
    python: str
    """Version of Python."""
    torch: str
    """Version of PyTorch."""
    system: str
    """Operating system and architecture."""
    source: Source
    """How and when it was measured."""

    def __post_init__(self) -> None:
        check_fields(self, choices={"kind": ("machine",)})


@dataclass(frozen=True, kw_only=True, eq=False)
class Measurement:
    """One piece of work, timed several times after a warm-up."""

    name: str
    """What was done, in words."""
    kind: str
    """Always "measurement"."""
    work: str
    """One of `WORK`."""
    format: str
    """Number format."""
    size: int
    """Side of the matrices, sequences in the batch, bytes of a copy, numbers of a ReLU, tokens of a
    model."""
    flops: float
    """FLOPs of one run; 0 for a copy."""
    moved_bytes: float
    """Bytes of one run that memory must carry at least: everything read once, the result written
    once."""
    median_seconds: float
    """The middle run, in seconds."""
    fastest_seconds: float
    """The fastest run, in seconds."""
    slowest_seconds: float
    """The slowest run, in seconds."""
    repeats: int
    """Runs that were timed."""

    def __post_init__(self) -> None:
        check_fields(self, zero=("flops",), choices={"kind": ("measurement",), "work": WORK})
        if not self.fastest_seconds <= self.median_seconds <= self.slowest_seconds:
            raise ValueError(
                f"median_seconds must lie between fastest and slowest, got {self.median_seconds}"
            )

    @property
    def flops_per_second(self) -> float:
        """Rate of the middle run, in FLOP/s."""
        return self.flops / self.median_seconds

    @property
    def bytes_per_second(self) -> float:
        """Rate of the middle run, in bytes/s."""
        return self.moved_bytes / self.median_seconds

    @property
    def intensity(self) -> float:
        """FLOPs for each byte, in FLOP/byte."""
        return self.flops / self.moved_bytes

    @property
    def spread(self) -> float:
        """Slowest run over fastest; near 1 the machine was quiet."""
        return self.slowest_seconds / self.fastest_seconds


@dataclass(frozen=True, kw_only=True, eq=False)
class Record:
    """A machine and what was measured on it."""

    machine: Machine
    """The machine."""
    measurements: tuple[Measurement, ...]
    """What was timed, in the order of the file."""

    def of(self, work: str, format: str = "") -> list[Measurement]:
        """The measurements of one kind of work, in one format if named."""
        return [
            measurement
            for measurement in self.measurements
            if measurement.work == work and format in ("", measurement.format)
        ]

    def peak(self, format: str = "fp32") -> float:
        """The best FLOP/s of the products in a format.

        Raises:
            ValueError: no product was measured in it.
        """
        rates = [measurement.flops_per_second for measurement in self.of("product", format)]
        if not rates:
            raise ValueError(
                "format must be one with a measured product, "
                f"got {format!r} for {self.machine.name}"
            )
        return max(rates)

    def bandwidth(self) -> float:
        """Bytes/s of the largest copy: of memory, not of a cache.

        Raises:
            ValueError: no copy was measured.
        """
        copies = self.of("copy")
        if not copies:
            raise ValueError(f"record must hold a copy, that of {self.machine.name} has none")
        return max(copies, key=lambda copy: copy.moved_bytes).bytes_per_second


@dataclass(frozen=True, kw_only=True, eq=False)
class Merged:
    """The points of several records' rooflines, as columns of equal length."""

    machines: list[str]
    """Whose point it is."""
    names: list[str]
    """What was done, and where."""
    intensities: list[float]
    """FLOP/byte."""
    rates: list[float]
    """FLOP/s."""


def here(name: str, device: str = "cpu") -> Machine:
    """The machine this runs on, under a name of one's own.

    Without versions of anything that is not loaded here.

    >>> here("my laptop").name
    'my laptop'
    """
    return Machine(
        name=name,
        kind="machine",
        device=device,
        cores=os.cpu_count() or 1,
        threads=1,
        python=platform.python_version(),
        torch="not noted",
        system=f"{platform.system()} {platform.machine()}",
        source=Source(
            text="measured now", date=date.today().isoformat(), kind="measured", evidence="read"
        ),
    )


def read(path: Path) -> Record:
    """Read one record.

    Raises:
        ValueError: the file breaks a rule of the format, or does not hold exactly one machine.
    """
    entries = list(load(path, {"machine": Machine, "measurement": Measurement}).entries.values())
    machines = [entry for entry in entries if isinstance(entry, Machine)]
    if len(machines) != 1:
        raise ValueError(f"file {path.name}: must hold exactly one machine, got {len(machines)}")
    return Record(
        machine=machines[0],
        measurements=tuple(entry for entry in entries if isinstance(entry, Measurement)),
    )


def recorded(folder: Path = FOLDER) -> list[Record]:
    """Every record of a folder, by file name; if none is named, those that come with the course.

    >>> all(record.peak() > 0 and record.bandwidth() > 0 for record in recorded())
    True
    """
    return [read(path) for path in sorted(folder.glob("*.toml"))]


def merge(records: Sequence[Record], formats: Iterable[str] = ("fp32", "bf16")) -> Merged:
    """All points with both FLOPs and bytes, of all records.

    Machines of one name are told apart by a number.

    Raises:
        ValueError: no record, or none with such a point.
    """
    wanted, points = set(formats), []
    for label, record in zip(
        labels([record.machine.name for record in records]), records, strict=True
    ):
        points += [
            (label, each) for each in record.measurements if each.flops and each.format in wanted
        ]
    if not points:
        raise ValueError(
            "records must hold at least one measurement with FLOPs, "
            f"got {len(records)} records without"
        )
    return Merged(
        machines=[label for label, _ in points],
        names=[f"{label}: {each.name}" for label, each in points],
        intensities=[each.intensity for _, each in points],
        rates=[each.flops_per_second for _, each in points],
    )


def labels(names: Sequence[str]) -> list[str]:
    """Names made unique.

    >>> labels(["a laptop", "a server", "a laptop"])
    ['a laptop', 'a server', 'a laptop (2)']
    """
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return unique
