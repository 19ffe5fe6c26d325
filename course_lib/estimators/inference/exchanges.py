"""What devices that share every layer send each other in a pass: the all-reduces.

Design choices:
- A layer has two, of activations of two bytes: one after attention, one after the MLP.
- Within a machine they run over the device's links, between machines over the network; which
  devices share a machine, and which network it has, says `parallelism.clusters.Cluster`.
- A bridge joins two cards. More of them talk over the host's link.
- One takes time to start, which grows with the doublings of the devices.
"""

from __future__ import annotations

import re

import numpy as np

from course_lib.catalog import links
from course_lib.catalog.constants import constant
from course_lib.catalog.records.device import Device
from course_lib.checks import Number
from course_lib.estimators.memory.stages import pick
from course_lib.estimators.parallelism.clusters import Cluster, neighbours
from course_lib.estimators.parallelism.collectives import two_level

BRIDGED = 2
"""Cards that a bridge joins."""
PER_LAYER = 2
"""All-reduces of a layer."""
TWICE_MORE = 2
"""Starting once and finishing once take as long as a doubling each."""


def link(device: Device, devices: Number = 1) -> Number:
    """What a device sends to the others, in bytes/s one way: by its link, or by the host's.

    >>> from course_lib.catalog import devices
    >>> link(devices["H100"]), link(devices["RTX 3090"], 2) > link(devices["RTX 3090"], 8)
    (450000000000.0, True)

    Raises:
        ValueError: the device has no stated link.
    """
    own = device.link_one_way_bytes_per_second
    host = links[device.host_link].bytes_per_second if device.host_link in links else None
    if own is None or (re.search("(?i)bridge", device.link) and host is not None):
        if host is None:
            raise ValueError(f"device must have a stated link, got {device.name}, which has none")
        return host if own is None else pick(devices > BRIDGED, host, own)
    return float(own)


def domain(device: Device) -> Number:
    """Devices that share fast links with each other: those of a machine, or of a rack."""
    return Cluster.of(device).domain


def all_reduce(
    device: Device, devices: Number, size_bytes: Number, start_seconds: Number
) -> Number:
    """Seconds to add up `size_bytes` over all devices; nothing where there is one.

    Args:
        device: the record.
        devices: how many.
        size_bytes: bytes of the vector.
        start_seconds: time to start one, for each doubling of the devices and twice more.

    >>> from course_lib.catalog import devices
    >>> f"{1e6 * all_reduce(devices['H100'], 8, 16384, 4e-6):.1f}"  # microseconds, 20 to start
    '20.1'
    """
    # First of all, so that a single device needs no stated link.
    if np.all(np.asarray(devices) == 1):
        return 0.0
    cluster = Cluster.of(device)
    near = neighbours(devices, 1, cluster.domain)
    far = devices / near
    both = two_level("all_reduce", size_bytes, devices, near)
    inside = both.inside.path_bytes / (link(device, near) * constant("link-reached"))
    outside = both.outside.path_bytes / (
        cluster.network_bytes_per_second * constant("network-reached")
    )
    starts = _starts(near, start_seconds) + _starts(far, constant("answer-network-start"))
    return inside + outside + starts


def _starts(devices: Number, seconds: Number) -> Number:
    return pick(devices > 1, seconds * (TWICE_MORE + np.log2(devices)), 0.0)
