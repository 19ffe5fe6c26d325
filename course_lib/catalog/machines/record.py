"""Records of machines that were measured by `course measure`: what was timed, on what, with which
versions.

Design choices:
- A record is one TOML file in the catalog's own format and is read by the catalog's own loader: an
  entry with kind "machine" and, for each piece of work, one with kind "measurement", or "skipped"
  where it could not be measured. Times are stored, rates are computed.
- Fields with a default came later: records without them are read as before.
- Nothing in it tells who measured: no host name, no user, no path.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib.catalog.record import check_fields
from course_lib.catalog.records.source import Source

WORK = (
    "product",
    "batch",
    "relu",
    "copy",
    "attention",
    "attention-training",
    "training",
    "recomputation",
    "decoding",
    "all-reduce",
)


SLACK = 1.0003
"""How far a time of the middle half may lie outside its ends: by the rounding of a file."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Machine:
    """The machine of a record."""

    name: str
    """What computed, for legends: the processor or the card, and how many cores."""
    kind: str
    """Always "machine"."""
    device: str
    """What torch calls it: cpu, cuda (NVIDIA and AMD) or mps (Apple)."""
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
    software: str = ""
    """What stands between torch and an accelerator, with its version; empty for a processor."""
    memory_bytes: int | None = None
    """Memory of a card, in bytes; None for a device that shares the machine's."""
    quiet: str = ""
    """How busy the machine was before and after, in words; empty in records that did not look."""
    gpt_threads: int | None = None
    """Threads with which the tiny GPT was measured, by a short trial; None: those of `threads`."""

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
    """Side of the matrices, sequences in the batch, bytes of a copy, numbers of a ReLU, tokens of
    attention or a model."""
    flops: float
    """FLOPs of one run, or operations on whole numbers in int8; 0 for a copy."""
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
    low_seconds: float | None = None
    """A quarter of the runs were faster, in seconds; None in records that did not keep it."""
    high_seconds: float | None = None
    """A quarter of the runs were slower, in seconds; None in records that did not keep it."""

    def __post_init__(self) -> None:
        check_fields(self, zero=("flops",), choices={"kind": ("measurement",), "work": WORK})
        if not self.fastest_seconds <= self.median_seconds <= self.slowest_seconds:
            raise ValueError(
                f"median_seconds must lie between fastest and slowest, got {self.median_seconds}"
            )
        for name, ends in {
            "low_seconds": (self.fastest_seconds, self.median_seconds),
            "high_seconds": (self.median_seconds, self.slowest_seconds),
        }.items():
            value = getattr(self, name)
            # to three parts in ten thousand: a file keeps four digits of each
            if value is not None and not ends[0] / SLACK <= value <= ends[1] * SLACK:
                raise ValueError(f"{name} must lie between {ends[0]} and {ends[1]}, got {value}")

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
class Skipped:
    """A piece of work that could not be measured."""

    name: str
    """What should have been done, in words."""
    kind: str
    """Always "skipped"."""
    reason: str
    """Why it was not."""

    def __post_init__(self) -> None:
        check_fields(self, choices={"kind": ("skipped",)})


@dataclass(frozen=True, kw_only=True, eq=False)
class Record:
    """A machine and what was measured on it."""

    machine: Machine
    """The machine."""
    measurements: tuple[Measurement, ...]
    """What was timed, in the order of the file."""
    skipped: tuple[Skipped, ...] = ()
    """What was not, and why."""

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
