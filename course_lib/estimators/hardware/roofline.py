"""How long a machine takes at best: bytes or FLOPs, whichever runs out first.

Design choices:
- The roofline of Williams, Waterman and Patterson (Communications of the ACM 52(4), 2009):
  arithmetic and transfers overlap perfectly, so a job takes the longer of the two times, never
  their sum. It is a lower bound on time.
- A device has one peak for each number format, and one bandwidth for each level of memory. The
  bytes that cross a level differ from level to level, so `level_seconds` takes a pair for each.
- Utilisation is a share of the dense peak. MFU counts the FLOPs of the model, HFU repeated ones
  too; `efficiency` is the share for any count, and its caller says which FLOPs these are.
Left out: latency, launches, clock rates that sink under load, products whose sides do not fill the
units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog import Device
from course_lib.checks import Number

HALF = ("bf16", "fp16")
"""The formats of two bytes in which models train and answer, the preferred one first."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Work:
    """What a job asks of a machine."""

    flops: Number
    """Floating-point operations, in FLOP."""
    moved_bytes: Number
    """Bytes read from and written to memory."""

    def __post_init__(self) -> None:
        for name in ("flops", "moved_bytes"):
            # The record is frozen; this is the way past its lock.
            object.__setattr__(self, name, checks.positive(name, getattr(self, name), zero=True))

    @property
    def intensity(self) -> Number:
        """FLOPs for each byte moved, in FLOP/byte."""
        return self.flops / checks.positive("moved_bytes", self.moved_bytes)


def product(rows: Number, inner: Number, columns: Number, item_bytes: Number = 2) -> Work:
    """The work of a matrix product, rows x inner by inner x columns.

    Both factors are read once, the result is written once.

    Args:
        rows: rows of the left matrix, a whole number; arrays broadcast, here and below.
        inner: columns of the left matrix, rows of the right one.
        columns: columns of the right matrix.
        item_bytes: bytes of one number.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> work = product(1, 4096, 4096)  # one token: 2 FLOPs for each weight of 2 bytes
    >>> work.flops, work.moved_bytes, round(work.intensity, 2)
    (33554432, 33570816, 1.0)
    """
    rows, inner, columns = (
        checks.whole(name, side)
        for name, side in (("rows", rows), ("inner", inner), ("columns", columns))
    )
    item_bytes = checks.positive("item_bytes", item_bytes)
    checks.broadcast(rows=rows, inner=inner, columns=columns, item_bytes=item_bytes)
    numbers = rows * inner + inner * columns + rows * columns
    return Work(flops=2 * rows * inner * columns, moved_bytes=item_bytes * numbers)


def elementwise(numbers: Number, flops_each: Number = 1, item_bytes: Number = 2) -> Work:
    """The work of a function of one number at a time, such as GELU: read once, written once.

    >>> elementwise(1000, flops_each=8).intensity  # 8 FLOPs for 4 bytes
    2.0
    """
    numbers = checks.whole("numbers", numbers)
    flops_each = checks.positive("flops_each", flops_each, zero=True)
    item_bytes = checks.positive("item_bytes", item_bytes)
    checks.broadcast(numbers=numbers, flops_each=flops_each, item_bytes=item_bytes)
    return Work(flops=flops_each * numbers, moved_bytes=2 * item_bytes * numbers)


def peak(device: Device, formats: str | Sequence[str] = HALF) -> float:
    """Dense peak of a device in FLOP/s, in the first of `formats` that its maker states.

    Raises:
        ValueError: none of the formats is stated; the stated ones are named.

    >>> from course_lib.catalog import devices
    >>> peak(devices["H100"]), peak(devices["T4"])  # a T4 knows fp16, not bf16
    (989000000000000.0, 65000000000000.0)
    """
    checks.instance("device", device, Device)
    wanted = (formats,) if isinstance(formats, str) else tuple(formats)
    for name in wanted:
        if name in device.peak_flops:
            return device.peak_flops[name]
    stated = ", ".join(device.peak_flops) or "none"
    raise ValueError(
        f"formats must be stated for {device.name} (stated: {stated}), got {', '.join(wanted)}"
    )


def bandwidth(device: Device) -> float:
    """Memory bandwidth of a device in bytes/s.

    Raises:
        ValueError: its maker states none.
    """
    checks.instance("device", device, Device)
    if device.memory_bytes_per_second is None:
        raise ValueError(f"device must have a stated memory bandwidth, {device.name} has none")
    return device.memory_bytes_per_second


def ridge(peak_flops: Number, bytes_per_second: Number) -> Number:
    """The intensity in FLOP/byte above which arithmetic, and below which memory, sets the time.

    >>> round(ridge(989e12, 3.35e12))  # H100 in bf16
    295
    """
    peak_flops, bytes_per_second = _machine(peak_flops, bytes_per_second)
    return peak_flops / bytes_per_second


def attainable(intensity: Number, peak_flops: Number, bytes_per_second: Number) -> Number:
    """The best rate in FLOP/s at that intensity: the smaller of peak and bandwidth x intensity.

    Source: Williams, Waterman and Patterson 2009, equation 1.

    >>> attainable(10, peak_flops=989e12, bytes_per_second=3.35e12)
    33500000000000.0
    """
    peak_flops, bytes_per_second = _machine(peak_flops, bytes_per_second)
    intensity = checks.positive("intensity", intensity, zero=True)
    checks.broadcast(intensity=intensity, peak_flops=peak_flops, bytes_per_second=bytes_per_second)
    return checks.smaller(peak_flops, intensity * bytes_per_second)


def seconds(
    work: Work, peak_flops: Number, bytes_per_second: Number, *, overlap: bool = True
) -> Number:
    """The least time of a job: the longer of arithmetic and transfers; without overlap, the sum.

    Without overlap it is no longer a bound, but an estimate for programs that first fetch and
    rearrange their numbers and then compute. The bandwidth to use with it is the one that such a
    program was seen to reach.

    >>> job = Work(flops=8e9, moved_bytes=1e9)  # 8 ms of arithmetic, 10 ms of transfers
    >>> seconds(job, peak_flops=1e12, bytes_per_second=1e11)
    0.01
    >>> round(seconds(job, peak_flops=1e12, bytes_per_second=1e11, overlap=False), 6)
    0.018
    """
    checks.instance("work", work, Work)
    times = level_seconds(work.flops, peak_flops, {"memory": (work.moved_bytes, bytes_per_second)})
    return (
        times["total"] if checks.flag("overlap", overlap) else times["arithmetic"] + times["memory"]
    )


def reached_bandwidth(work: Work, measured_seconds: Number, peak_flops: Number) -> Number:
    """The bytes/s that a job without overlap reached.

    Its bytes over the time that its arithmetic leaves of it.

    Raises:
        ValueError: the arithmetic alone takes longer than was measured, so that nothing is left for
        the bytes.

    >>> reached_bandwidth(Work(flops=0, moved_bytes=1e9), measured_seconds=0.01, peak_flops=1e12)
    100000000000.0
    """
    checks.instance("work", work, Work)
    measured = checks.positive("measured_seconds", measured_seconds)
    left = measured - work.flops / checks.positive("peak_flops", peak_flops)
    if np.any(left <= 0):
        raise ValueError(
            f"measured_seconds must exceed the arithmetic's own time, got {measured_seconds}"
        )
    return work.moved_bytes / left


def level_seconds(
    flops: Number, peak_flops: Number, levels: Mapping[str, tuple[Number, Number]]
) -> dict[str, Number]:
    """Seconds of arithmetic and of every level of memory; under "total" the longest of them.

    Args:
        flops: FLOPs of the job.
        peak_flops: FLOP/s of the device in the job's format.
        levels: by name of the level (not "arithmetic" or "total"), the bytes that cross it and its
            bytes/s.

    >>> level_seconds(2e9, 1e12, {"cache": (4e9, 1e12), "memory": (1e9, 1e11)})
    {'arithmetic': 0.002, 'cache': 0.004, 'memory': 0.01, 'total': 0.01}
    """
    flops, peak_flops = (
        checks.positive("flops", flops, zero=True),
        checks.positive("peak_flops", peak_flops),
    )
    checks.broadcast(flops=flops, peak_flops=peak_flops)
    times = {"arithmetic": flops / peak_flops}
    for name, (moved_bytes, bytes_per_second) in levels.items():
        if name in ("arithmetic", "total"):
            raise ValueError(f"levels must have names of their own, got {name!r}")
        moved = checks.positive(f"levels[{name!r}] bytes", moved_bytes, zero=True)
        rate = checks.positive(f"levels[{name!r}] bytes/s", bytes_per_second)
        checks.broadcast(flops=times["arithmetic"], moved_bytes=moved, bytes_per_second=rate)
        times[name] = moved / rate
    # Pair by pair, because `max` cannot compare arrays.
    longest = times["arithmetic"]
    for level_time in times.values():
        longest = checks.larger(longest, level_time)
    return {**times, "total": longest}


def bound(work: Work, peak_flops: Number, bytes_per_second: Number) -> str | np.ndarray:
    """Which of the two sets the time, "arithmetic" or "memory"; an array of these words for arrays.

    >>> thin, square = product(1, 4096, 4096), product(4096, 4096, 4096)
    >>> bound(thin, 989e12, 3.35e12), bound(square, 989e12, 3.35e12)
    ('memory', 'arithmetic')
    """
    times = level_seconds(work.flops, peak_flops, {"memory": (work.moved_bytes, bytes_per_second)})
    words = np.where(times["arithmetic"] >= times["memory"], "arithmetic", "memory")
    # np.where makes an array of no axes even of single numbers.
    return words if words.ndim else str(words)


def _machine(peak_flops: Number, bytes_per_second: Number) -> tuple[Number, Number]:
    peak_flops = checks.positive("peak_flops", peak_flops)
    bytes_per_second = checks.positive("bytes_per_second", bytes_per_second)
    checks.broadcast(peak_flops=peak_flops, bytes_per_second=bytes_per_second)
    return peak_flops, bytes_per_second
