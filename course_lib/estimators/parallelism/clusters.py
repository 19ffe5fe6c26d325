"""A kind of device, what connects it to others, and what machines and programs reach of their data
sheets.

Design choices:
- A device shares fast links with the others of its machine (`domain`) and has a network port of its
  own to the rest. The catalog does not say which port: it is taken from the time of the device, and
  can be set.
- Every rate reached and every share hidden stands in `Assumptions`, as one number or an array.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

import numpy as np

from course_lib import checks
from course_lib.catalog import links
from course_lib.catalog.records.device import Device
from course_lib.checks import Number
from course_lib.estimators import hardware
from course_lib.estimators.parallelism.collectives import Wire, two_level

MACHINE = 8
"""Devices that share fast links, where the device's record says nothing else."""
POD = 256
"""TPUs that share fast links: the smallest full pod, of v5e."""
NETWORKS = {2020: "infiniband-edr-4x", 2022: "infiniband-hdr-4x", 2025: "infiniband-ndr-4x"}
"""Network port of a device launched before the year: the catalog's link of its time; later ones
have XDR."""
LATEST_NETWORK = "infiniband-xdr-4x"
MEASURED = 0.8
"""Part of the peak that large products reach, for a device whose record states no measured rate:
the middle of those that do (`Device.measured_matmul_flops`)."""
KEPT = {2022: 0.86}
"""Part of the measured rate that large products keep within a training step, for devices launched
before the year."""
KEPT_LATER = 0.74
"""The same for later devices. `products_reached` says where both come from."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Assumptions:
    """What machines and programs reach. Each may be an array that broadcasts with the layout."""

    products_reached: Number | None = None
    """Part of the peak that large products reach in a step; None for what `products_reached` says
    of the device."""
    half_side: Number = 100
    """Side at which a product reaches half of that, other sides being long."""
    bandwidth_reached: Number = 0.8
    """Part of the memory's bandwidth that norms, activations and the optimizer reach."""
    link_reached: Number = 0.78
    """Part of the links' stated rate that collectives reach: 235 of 300 GB/s were measured on a
    machine of A100 (stas00/ml-engineering, network/README.md)."""
    network_reached: Number = 0.8
    """Part of the network port's rate; assumed."""
    link_latency: Number = 2e-6
    """Seconds a step of a collective within the machine takes beside its bytes; assumed."""
    network_latency: Number = 5e-6
    """The same between machines; assumed. The catalog's links state 0.5 microseconds for the bare
    wire."""
    tensor_overlap: Number = 0.0
    """Part of the tensor ranks' transfers that hides behind products. None in Megatron-LM, where
    the sums stand between products (arXiv 1909.08053, section 3); programs that cut the products
    into pieces hide some."""
    data_overlap: Number = 0.8
    """Part of the gradients' and weights' transfers that may hide behind the passes, as far as
    those last. All buckets but the last can (Li et al. 2020, arXiv 2006.15704, section 3.2); that a
    fifth remains is assumed."""
    context_overlap: Number = 0.8
    """Part of the ring of keys and values that may hide behind attention, as far as that lasts. All
    of it in principle (Liu et al. 2023, arXiv 2310.01889, section 3); that a fifth remains is
    assumed."""
    expert_overlap: Number = 0.0
    """Part of the experts' transfers that hides behind arithmetic. None in plain programs;
    DeepSeek-V3 hides nearly all (arXiv 2412.19437, section 3.2)."""
    pipeline_overlap: Number = 0.0
    """Part of the messages between stages that hides behind arithmetic; none in plain 1F1B."""
    item_bytes: Number = 2
    """Bytes of a weight or an activation that is sent."""
    gradient_bytes: Number = 2
    """Bytes of a gradient that is sent."""
    optimizer_bytes: Number = 28
    """Bytes the optimizer moves for a weight: Adam reads 14 (copy, mean, variance, gradient) and
    writes 14."""
    slowest: Number = 1.0
    """Time of the slowest rank over the mean."""

    def __post_init__(self) -> None:
        for field in fields(self):
            may_vanish = field.name.endswith(("overlap", "latency")) or field.name == "half_side"
            if field.name == "products_reached" and self.products_reached is None:
                continue
            value = checks.positive(field.name, getattr(self, field.name), zero=may_vanish)
            if field.name.endswith(("overlap", "reached")) and np.any(value > 1):
                raise ValueError(f"{field.name} must be at most 1, got {value}")
            # The record is frozen; this is the way past its lock.
            object.__setattr__(self, field.name, value)
        if np.any(self.slowest < 1):
            raise ValueError(f"slowest must be at least 1, got {self.slowest}")


@dataclass(frozen=True, kw_only=True, eq=False)
class Cluster:
    """A kind of device and what connects it to others.

    >>> from course_lib.catalog import devices
    >>> cluster = Cluster.of(devices["H100"])
    >>> cluster.domain, cluster.network_bytes_per_second / 1e9
    (8, 50.0)
    """

    device: Device
    """The record of the catalog."""
    domain: Number
    """Devices that share fast links."""
    network_bytes_per_second: Number
    """What a device sends to other machines, in bytes/s one way."""

    def __post_init__(self) -> None:
        checks.instance("device", self.device, Device)
        object.__setattr__(self, "domain", checks.whole("domain", self.domain))
        rate = checks.positive("network_bytes_per_second", self.network_bytes_per_second)
        object.__setattr__(self, "network_bytes_per_second", rate)

    @classmethod
    def of(
        cls, device: Device, domain: Number | None = None, network: Number | None = None
    ) -> Cluster:
        """The device in the machines and the network of its time, unless these are given.

        `domain` counts the devices of a machine, `network` is in bytes/s.
        """
        checks.instance("device", device, Device)
        if domain is None:
            # GB200 NVL72 and its like carry the size of their domain in the name.
            named = re.search(r"NVL(\d+)", device.name)
            domain = int(named.group(1)) if named else POD if device.kind == "tpu" else MACHINE
        if network is None:
            # Years ascend, so the first that lies ahead is that of the time.
            keys = [key for year, key in NETWORKS.items() if device.year < year]
            network = links[keys[0] if keys else LATEST_NETWORK].bytes_per_second
        return cls(device=device, domain=domain, network_bytes_per_second=network)

    @property
    def link_bytes_per_second(self) -> float:
        """What a device sends to others of its machine: over its links, or else the host's."""
        device = self.device
        if device.link_one_way_bytes_per_second is not None:
            return device.link_one_way_bytes_per_second
        if not device.host_link:
            raise ValueError(f"device must have a stated link, {device.name} has none")
        return links[device.host_link].bytes_per_second

    def collective(
        self, kind: str, size_bytes: Number, ranks: Number, stride: Number, assume: Assumptions
    ) -> Number:
        """Seconds of a collective among `ranks` devices, `stride` places from one to the next.

        A device without a stated link is refused only where some of the ranks are in the same
        machine.
        """
        near = neighbours(ranks, stride, self.domain)
        both = two_level(kind, size_bytes, ranks, near)
        # Where every rank has a machine to itself, no bytes go over the inner wire, and any rate
        # will do for it.
        rate = self.link_bytes_per_second if np.any(near > 1) else self.network_bytes_per_second
        inside = Wire(
            bytes_per_second=rate * assume.link_reached, latency_seconds=assume.link_latency
        )
        outside = Wire(
            bytes_per_second=self.network_bytes_per_second * assume.network_reached,
            latency_seconds=assume.network_latency,
        )
        return both.seconds(inside, outside)


def neighbours(ranks: Number, stride: Number, domain: Number) -> Number:
    """How many of `ranks` devices, `stride` places from one to the next, share a machine.

    >>> neighbours(ranks=16, stride=2, domain=8), neighbours(16, 8, 8), neighbours(6, 1, 8)
    (4, 1, 6)
    """
    room = checks.larger(domain // stride, 1)
    if np.ndim(ranks) == np.ndim(room) == 0:
        # A group of equal parts in each machine: the largest number that divides both.
        return ranks if ranks <= room else int(np.gcd(int(ranks), int(room)))
    ranks, room = np.broadcast_arrays(
        np.asarray(ranks, dtype=np.int64), np.asarray(room, dtype=np.int64)
    )
    # gcd takes ints only, all else in the course is float64.
    return np.where(ranks <= room, ranks, np.gcd(ranks, room)).astype(np.float64)


def products_reached(device: Device) -> float:
    """Part of the peak that large products reach in a training step on a device.

    The rate measured for products alone, times what steps keep of it (`KEPT`, `KEPT_LATER`). That
    share and `half_side` were fitted by eye to published steps, and rounded: on A100 to 4 of arXiv
    2205.05198 (table 5, with selective recomputation) and 7 of MosaicML's table on 8 devices; on
    H100 to 5 of that table on 128 devices and to Llama 3 405B on 8192 (arXiv 2407.21783). Programs
    differ: the same device keeps a tenth more or less.

    >>> from course_lib.catalog import devices
    >>> cards = devices["A100 80GB"], devices["H100"]
    >>> tuple(round(products_reached(card), 3) for card in cards)
    (0.748, 0.594)
    """
    measured = device.measured_matmul_flops
    alone = MEASURED if measured is None else measured / hardware.peak(device)
    shares = [share for year, share in KEPT.items() if device.year < year]
    return alone * (shares[0] if shares else KEPT_LATER)


def product_share(tokens: Number, width: Number, half_side: Number) -> Number:
    """Part of the rate of large products that those with sides of `tokens` and `width` reach.

    1 / (1 + h / tokens + h / width): a side of h alone halves the rate. The width is what a tensor
    rank has of the model's width, or of an expert's inner width where that is less.

    >>> product_share(tokens=8192, width=1600, half_side=0)
    1.0
    """
    tokens, width = checks.positive("tokens", tokens), checks.positive("width", width)
    half_side = checks.positive("half_side", half_side, zero=True)
    checks.broadcast(tokens=tokens, width=width, half_side=half_side)
    return 1 / (1 + half_side / tokens + half_side / width)
