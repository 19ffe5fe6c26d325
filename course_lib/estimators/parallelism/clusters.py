"""A kind of device, what connects it to others, and what machines and programs reach of their data
sheets.

Design choices:
- A device shares fast links with the others of its machine (`domain`) and has a network port of its
  own to the rest. The catalog does not say which port: it is taken from the time of the device, and
  can be set.
- Every rate reached and every share hidden stands in `Assumptions`, as one number or an array.
  What is not given comes from the table of constants, `facts/efficiency/`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from functools import partial

import numpy as np

from course_lib import checks
from course_lib.catalog import links
from course_lib.catalog.constants import constant
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
NEWER = 2022
"""Devices launched from this year on keep `products-kept-newer` of their products' rate in a
step."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Assumptions:
    """What machines and programs reach. Each may be an array that broadcasts with the layout.

    What is not given is the constant of `facts/efficiency/`, where it is said how each was
    found.
    """

    products_reached: Number | None = None
    """Part of the peak that large products reach in a step; None for what `products_reached` says
    of the device."""
    half_side: Number = field(default_factory=partial(constant, "half-side"))
    """Side at which a product reaches half of that, other sides being long."""
    attention_reached: Number = field(default_factory=partial(constant, "attention-reached"))
    """Rate of fused attention over that of large products in 16 bits. Scores that are kept in
    memory are made by products, at the products' rate."""
    state_reached: Number = field(default_factory=partial(constant, "state-reached"))
    """The same rate for the kernels that move the states of recurrent layers."""
    experts_kept: Number = field(default_factory=partial(constant, "experts-kept"))
    """Rate of the grouped products of a mixture's experts over that of single products with such
    sides."""
    narrow_kept: Number = field(default_factory=partial(constant, "narrow-kept"))
    """Part of `products_reached` that products of 8 bits or fewer keep: they quantise their inputs,
    and their peak is nearer to what memory feeds."""
    made_again: Number = field(default_factory=partial(constant, "made-again"))
    """Part of a layer's forward pass that a full recomputation makes again."""
    bandwidth_reached: Number = field(default_factory=partial(constant, "step-bandwidth-reached"))
    """Part of the memory's bandwidth that norms, activations and the optimizer reach."""
    link_reached: Number = field(default_factory=partial(constant, "link-reached"))
    """Part of the links' stated rate that collectives reach."""
    network_reached: Number = field(default_factory=partial(constant, "network-reached"))
    """Part of the network port's rate that they reach."""
    link_latency: Number = field(default_factory=partial(constant, "link-latency"))
    """Seconds a step of a collective within the machine takes beside its bytes."""
    network_latency: Number = field(default_factory=partial(constant, "network-latency"))
    """The same between machines."""
    tensor_overlap: Number = field(default_factory=partial(constant, "tensor-overlap"))
    """Part of the tensor ranks' transfers that hides behind products."""
    data_overlap: Number = field(default_factory=partial(constant, "data-overlap"))
    """Part of the gradients' and weights' transfers that may hide behind the passes, as far as
    those last."""
    context_overlap: Number = field(default_factory=partial(constant, "context-overlap"))
    """Part of the ring of keys and values that may hide behind attention, as far as that lasts."""
    expert_overlap: Number = field(default_factory=partial(constant, "expert-overlap"))
    """Part of the experts' transfers that hides behind arithmetic."""
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

    @classmethod
    def usual(cls, device: Device, *, mixture: bool, fused: bool) -> Assumptions:
        """What is assumed of a program where nothing is told.

        Mixtures are trained by tuned programs: their published rows come from such ones alone, and
        the plain constants, which are those of dense models, make them half as fast as they were.
        Where attention is not fused the program is of a time whose checkpoints went forward to the
        end of a layer.
        """
        found = cls.tuned(device) if mixture else cls()
        return found if fused else replace(found, made_again=1.0)

    @classmethod
    def tuned(cls, device: Device) -> Assumptions:
        """What programs reach that a vendor tunes for its devices: they hide transfers and have
        kernels of their own.

        >>> from course_lib.catalog import devices
        >>> Assumptions.tuned(devices["H100"]).tensor_overlap > Assumptions().tensor_overlap
        True
        """
        return cls(
            products_reached=_alone(device) * constant("tuned-products-kept"),
            narrow_kept=constant("tuned-narrow-kept"),
            tensor_overlap=constant("tuned-tensor-overlap"),
        )

    def __post_init__(self) -> None:
        for name in (each.name for each in fields(self)):
            may_vanish = name.endswith(("overlap", "latency", "again")) or name == "half_side"
            if name == "products_reached" and self.products_reached is None:
                continue
            value = checks.positive(name, getattr(self, name), zero=may_vanish)
            if name.endswith(("overlap", "reached", "kept", "again")) and np.any(value > 1):
                raise ValueError(f"{name} must be at most 1, got {value}")
            # The record is frozen; this is the way past its lock.
            object.__setattr__(self, name, value)
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

    The rate measured for products alone, times what steps keep of it. Newer devices keep less:
    their arithmetic grew faster than what feeds it. Programs differ: the same device keeps a tenth
    more or less.

    >>> from course_lib.catalog import devices
    >>> cards = devices["A100 80GB"], devices["H100"]
    >>> tuple(round(products_reached(card), 3) for card in cards)
    (0.748, 0.546)
    """
    kept = constant("products-kept" if device.year < NEWER else "products-kept-newer")
    return _alone(device) * kept


def _alone(device: Device) -> float:
    """Part of the peak that large products reach by themselves: measured, or the usual one."""
    measured = device.measured_matmul_flops
    if measured is None:
        return constant("products-measured")
    return measured / hardware.peak(device)


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
