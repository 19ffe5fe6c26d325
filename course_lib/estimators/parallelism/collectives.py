"""What devices send each other: the bytes, the steps and the time of the collective operations of
training.

A step costs a fixed time (the latency) and its bytes over the rate of the wire: the alpha-beta
model. A device sends and receives at the same time, and all devices send at once.

Design choices:
- `size_bytes` is the whole vector, as NCCL's tests count it: what every device holds before an
  all-reduce or a reduce-scatter, after an all-gather or a broadcast, and what it hands out in an
  all-to-all.
- Three algorithms. A "ring" passes pieces to the neighbour: fewest bytes, most steps. A "tree"
  (binomial) passes the whole vector: few steps, many bytes. "halving" exchanges ever smaller pieces
  with partners ever nearer: few steps and few bytes, for powers of two.
- `two_level` is what libraries do on machines of several devices: inside the machine first, then
  the pieces between the machines, every device over its own port.
Source: Thakur, Rabenseifner and Gropp, International Journal of High Performance Computing
Applications 19(1), 2005.
Left out: the arithmetic of the sums, other traffic on the wire, pieces smaller than what fills it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.checks import Number

KINDS = ("all_reduce", "reduce_scatter", "all_gather", "broadcast", "all_to_all", "point_to_point")
ALGORITHMS = ("ring", "tree", "halving")
TREES = ("all_reduce", "broadcast", "point_to_point")
"""The kinds that a tree can do."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Traffic:
    """What one collective operation sends."""

    sent_bytes: Number
    """Bytes that the busiest device sends."""
    path_bytes: Number
    """Bytes that pass one after another: those that the time is made of. Differs from `sent_bytes`
    where not all devices send all the time."""
    steps: Number
    """Messages one after another."""

    def seconds(self, wire: Wire) -> Number:
        """Time over a wire: its latency for every step, and the bytes."""
        return self.steps * wire.latency_seconds + self.path_bytes / wire.bytes_per_second


@dataclass(frozen=True, kw_only=True, eq=False)
class Wire:
    """What carries the messages of one device.

    >>> Wire(bytes_per_second=50e9, latency_seconds=5e-6).latency_seconds
    5e-06
    """

    bytes_per_second: Number
    """What one device sends in one direction, in bytes/s."""
    latency_seconds: Number = 0.0
    """Time of the shortest message, in seconds."""

    def __post_init__(self) -> None:
        rate = checks.positive("bytes_per_second", self.bytes_per_second)
        # The record is frozen; this is the way past its lock.
        object.__setattr__(self, "bytes_per_second", rate)
        latency = checks.positive("latency_seconds", self.latency_seconds, zero=True)
        object.__setattr__(self, "latency_seconds", latency)


@dataclass(frozen=True, kw_only=True, eq=False)
class TwoLevels:
    """A collective operation within and between groups of devices, one level after the other."""

    inside: Traffic
    """What a device sends to the others of its group."""
    outside: Traffic
    """What it sends to its counterparts in the other groups."""

    def seconds(self, inside: Wire, outside: Wire) -> Number:
        """Time of both levels, one after the other."""
        return self.inside.seconds(inside) + self.outside.seconds(outside)


def traffic(
    kind: str, size_bytes: Number, devices: Number, algorithm: str = "ring", pieces: Number = 16
) -> Traffic:
    """Bytes and steps of a collective operation.

    Args:
        kind: one of `KINDS`.
        size_bytes: bytes of the whole vector; see the module's text.
        devices: how many take part; 1 sends nothing.
        algorithm: one of `ALGORITHMS`. An all-to-all on a "ring" sends to each device in turn;
            "halving" is Bruck's.
        pieces: in how many pieces a ring hands on a broadcast.

    Raises:
        TypeError, ValueError: by the argument's name; a tree does `TREES` only, halving needs a
        power of two.

    >>> traffic("all_reduce", 1000, devices=8).sent_bytes  # 2 x 1000 x 7/8
    1750.0
    >>> ring, halving = (traffic("all_reduce", 1000, 8, way) for way in ("ring", "halving"))
    >>> ring.steps, halving.steps
    (14, 6)
    """
    checks.one_of("kind", kind, KINDS)
    checks.one_of("algorithm", algorithm, ALGORITHMS)
    size_bytes = checks.positive("size_bytes", size_bytes, zero=True)
    devices, pieces = checks.whole("devices", devices), checks.whole("pieces", pieces)
    checks.broadcast(size_bytes=size_bytes, devices=devices, pieces=pieces)
    if kind == "point_to_point":
        several = _several(devices)
        return Traffic(
            sent_bytes=size_bytes * several, path_bytes=size_bytes * several, steps=several
        )
    if algorithm == "ring":
        return _ring(kind, size_bytes, devices, pieces)
    return (
        _tree(kind, size_bytes, devices)
        if algorithm == "tree"
        else _halving(kind, size_bytes, devices)
    )


def seconds(
    kind: str, size_bytes: Number, devices: Number, wire: Wire, algorithm: str = "ring"
) -> Number:
    """Time of a collective operation among devices that all hang on the same kind of wire.

    >>> seconds("all_reduce", 8e9, 4, Wire(bytes_per_second=12e9))  # 2 x 8 GB x 3/4 at 12 GB/s
    1.0
    """
    checks.instance("wire", wire, Wire)
    return traffic(kind, size_bytes, devices, algorithm).seconds(wire)


def two_level(kind: str, size_bytes: Number, devices: Number, domain: Number) -> TwoLevels:
    """Bytes and steps of a collective in groups of `domain` devices, rings on both levels.

    An all-reduce is a reduce-scatter inside, an all-reduce of the pieces outside and an all-gather
    inside: the slow wire carries one part in `domain` of the vector. An all-to-all sends each piece
    over the wire that leads there.

    Args:
        kind: one of `KINDS`; a point-to-point message goes outside.
        size_bytes: bytes of the whole vector.
        devices: how many take part.
        domain: devices in a group; must divide `devices`.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> both = two_level("all_reduce", 1600, devices=16, domain=8)
    >>> both.inside.sent_bytes, both.outside.sent_bytes  # 2 x 1600 x 7/8, and 2 x 200 x 1/2
    (2800.0, 200.0)
    """
    size_bytes = checks.positive("size_bytes", size_bytes, zero=True)
    devices, domain = checks.whole("devices", devices), checks.whole("domain", domain)
    checks.broadcast(size_bytes=size_bytes, devices=devices, domain=domain)
    checks.divides("domain", domain, "devices", devices)
    groups = devices // domain
    if kind == "all_to_all":
        return _direct(size_bytes, devices, domain)
    if kind == "broadcast":
        inside, outside = traffic(kind, size_bytes, domain), traffic(kind, size_bytes, groups)
    elif kind == "point_to_point":
        # One device sends nothing: zeros for the inner level.
        inside, outside = traffic(kind, 0, 1), traffic(kind, size_bytes, devices)
    else:
        inside, outside = (
            traffic(kind, size_bytes, domain),
            traffic(kind, size_bytes / domain, groups),
        )
    return TwoLevels(inside=inside, outside=outside)


def bus_bandwidth(kind: str, size_bytes: Number, seconds: Number, devices: Number) -> Number:
    """The bytes/s that a measured time shows of each device's wire: busbw of NCCL's tests.

    Bytes over time, times 2(n-1)/n for an all-reduce, (n-1)/n for reduce-scatter, all-gather and
    all-to-all, and 1 for broadcast and point to point. Source: NVIDIA nccl-tests,
    doc/PERFORMANCE.md.

    >>> round(bus_bandwidth("all_reduce", 4e9, seconds=0.035, devices=8) / 1e9)
    200
    """
    checks.one_of("kind", kind, KINDS)
    size_bytes, seconds = (
        checks.positive("size_bytes", size_bytes, zero=True),
        checks.positive("seconds", seconds),
    )
    devices = checks.whole("devices", devices)
    checks.broadcast(size_bytes=size_bytes, seconds=seconds, devices=devices)
    factors = {"all_reduce": 2 * (devices - 1) / devices, "broadcast": 1, "point_to_point": 1}
    return size_bytes * factors.get(kind, (devices - 1) / devices) / seconds


def _ring(kind: str, size: Number, devices: Number, pieces: Number) -> Traffic:
    if kind == "broadcast":
        several = _several(devices)
        # The first piece passes devices - 1 wires, the others follow it one step apart.
        hops = several * (devices - 2 + pieces)
        return Traffic(sent_bytes=several * size, path_bytes=hops * size / pieces, steps=hops)
    # An all-reduce is a reduce-scatter and an all-gather; each step sends one of `devices` pieces.
    rounds = (2 if kind == "all_reduce" else 1) * (devices - 1)
    sent = rounds * size / devices
    return Traffic(sent_bytes=sent, path_bytes=sent, steps=rounds)


def _tree(kind: str, size: Number, devices: Number) -> Traffic:
    if kind not in TREES:
        raise ValueError(f"algorithm must be ring or halving for {kind}, got 'tree'")
    depth = _doublings(devices)
    if kind == "broadcast":
        return Traffic(sent_bytes=depth * size, path_bytes=depth * size, steps=depth)
    # Up and down again: the root sends all of its `depth` messages on the way down, and receives as
    # many going up.
    return Traffic(sent_bytes=depth * size, path_bytes=2 * depth * size, steps=2 * depth)


def _halving(kind: str, size: Number, devices: Number) -> Traffic:
    depth = _doublings(devices)
    # `depth` is rounded up, so only a power of two comes back to itself.
    if np.any(np.asarray(2**depth) != devices):
        raise ValueError(f"devices must be a power of two for algorithm 'halving', got {devices}")
    # 1/2 + 1/4 + ... + 1/devices of the vector.
    once = size * (devices - 1) / devices
    if kind == "all_to_all":  # half of the pieces move on in every step
        once = depth * size / 2
    both_ways = (
        2 if kind in ("all_reduce", "broadcast") else 1
    )  # a broadcast scatters first, then gathers
    return Traffic(
        sent_bytes=both_ways * once, path_bytes=both_ways * once, steps=both_ways * depth
    )


def _direct(size: Number, devices: Number, domain: Number) -> TwoLevels:
    """An all-to-all in which every piece takes the wire that leads to its receiver."""
    near, far = size * (domain - 1) / devices, size * (devices - domain) / devices
    inside = Traffic(sent_bytes=near, path_bytes=near, steps=domain - 1)
    return TwoLevels(
        inside=inside, outside=Traffic(sent_bytes=far, path_bytes=far, steps=devices - domain)
    )


def _several(devices: Number) -> Number:
    """1 where more than one device takes part, or else 0: an int for a number, float64 for an
    array."""
    return int(devices > 1) if np.ndim(devices) == 0 else 1.0 * (devices > 1)


def _doublings(devices: Number) -> Number:
    """How often one doubles until there are enough devices."""
    if np.ndim(devices) == 0:
        # The logarithm rounded up, without the error of a floating-point one.
        return (int(devices) - 1).bit_length()
    return np.ceil(np.log2(devices))
