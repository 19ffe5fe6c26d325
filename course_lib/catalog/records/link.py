"""Records of what bytes travel through: links between devices and machines, and storage."""

from __future__ import annotations

from dataclasses import dataclass

from course_lib.catalog.record import check_fields
from course_lib.catalog.records.source import Source


@dataclass(frozen=True, kw_only=True, eq=False)
class Link:
    """A link between devices or between machines.

    >>> from course_lib.catalog import links
    >>> links["NVLink 4"].bytes_per_second / links["InfiniBand NDR"].bytes_per_second
    9.0
    """

    name: str
    """Name as published."""
    bytes_per_second: float
    """What it carries in one direction, in bytes/s."""
    line_rate: bool = False
    """Whether the speed is the bare rate of the wire rather than what a vendor states for data."""
    latency_seconds: float | None = None
    """Time for the shortest message, in seconds."""
    source: Source
    """Where the numbers stand."""
    notes: str = ""
    """The speed in other words, and what else to know."""

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, kw_only=True, eq=False)
class Storage:
    """A disk or a file system. None stands for "not stated".

    >>> from course_lib.catalog import storage
    >>> storage["SATA SSD"].read_bytes_per_second
    550000000.0
    """

    name: str
    """Name of the kind of storage."""
    read_bytes_per_second: float | None = None
    """Reading one long file, in bytes/s."""
    file_open_seconds: float | None = None
    """Opening one small file, in seconds."""
    source: Source
    """Where the numbers stand."""
    notes: str = ""
    """What else to know."""

    def __post_init__(self) -> None:
        check_fields(self)
        if self.read_bytes_per_second is None and self.file_open_seconds is None:
            raise ValueError("read_bytes_per_second must be given where file_open_seconds is not")
