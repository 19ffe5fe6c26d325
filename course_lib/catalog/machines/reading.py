"""Reading records of machines, and putting several of them into one picture.

Committed records stand in this folder, beside the code; a class can add files from its own machines
and merge them.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from course_lib.catalog.load import load
from course_lib.catalog.machines.record import Machine, Measurement, Record, Skipped
from course_lib.catalog.records.source import Source

FOLDER = Path(__file__).parent


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
    kinds = {"machine": Machine, "measurement": Measurement, "skipped": Skipped}
    entries = list(load(path, kinds).entries.values())
    machines = [entry for entry in entries if isinstance(entry, Machine)]
    if len(machines) != 1:
        raise ValueError(f"file {path.name}: must hold exactly one machine, got {len(machines)}")
    return Record(
        machine=machines[0],
        measurements=tuple(entry for entry in entries if isinstance(entry, Measurement)),
        skipped=tuple(entry for entry in entries if isinstance(entry, Skipped)),
    )


def recorded(folder: Path = FOLDER) -> list[Record]:
    """Every record of a folder, by file name; if none is named, those that come with the course.

    >>> all(record.peak() > 0 and record.bandwidth() > 0 for record in recorded())
    True
    """
    return [read(path) for path in sorted(folder.glob("*.toml"))]


def beside(mine: Record, folder: Path = FOLDER) -> list[Record]:
    """One processor and one accelerator of a folder's records, the first of each, with the kinds of
    work that `mine` has: what can be compared.

    >>> beside(Record(machine=here("mine"), measurements=()))[0].measurements
    ()
    """
    works = {each.work for each in mine.measurements}
    return [
        replace(record, measurements=tuple(m for m in record.measurements if m.work in works))
        for record in one_of_each(folder)
    ]


def one_of_each(folder: Path = FOLDER) -> list[Record]:
    """The first record of each kind of device, by file name.

    >>> [record.machine.device for record in one_of_each()]
    ['cpu', 'cuda']
    """
    first: dict[str, Record] = {}
    for record in recorded(folder):
        first.setdefault(record.machine.device, record)
    return list(first.values())


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
