"""How much of a device's memory a program may fill.

A record may say what a process can use of it (`usable_memory_bytes`, as the driver reports it): of
that `FILLED` is taken, the rest is for the process itself, for libraries and fragments. Where a
record does not say, a share of the stated memory is taken, and each caller says which:
`capacity.USABLE` for a card at home or a server, `layouts.USABLE` for a training run.
"""

from __future__ import annotations

from course_lib import checks
from course_lib.catalog import Device

FILLED = 0.9
"""Part filled of what a process can use: vLLM's default (`--gpu-memory-utilization`), which counts
what the driver reports, too. Of an 80 GB card with 85.0 GB that is what `layouts.USABLE` gives."""


def usable_bytes(device: Device, share: float) -> float:
    """Bytes of one device that a program may fill.

    Args:
        device: a record of the catalog.
        share: part of the stated memory, above 0 and at most 1, where the record itself does not
            say what programs get.

    Raises:
        ValueError: no memory is stated, or the share breaks its rule.

    >>> from course_lib.catalog import devices
    >>> 72e9 <= usable_bytes(devices["H100"], 0.9) < 80e9
    True
    """
    checks.instance("device", device, Device)
    part = checks.share("share", checks.single("share", share))
    if device.memory_bytes is None:
        raise ValueError(f"device must have a stated memory, {device.name} has none")
    own = getattr(device, "usable_memory_bytes", None)
    return float(own * FILLED if own is not None else device.memory_bytes * part)
