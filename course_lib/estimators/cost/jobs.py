"""The same job on every device: how long, how many devices until it fits, and what the hours cost.

Design choices:
- A job that does not fit on one device gets as many as its bytes need, and work and bytes divide
  evenly among them.
- Training keeps 16 bytes a parameter (weights, gradients and Adam's states in mixed precision;
  Rajbhandari et al. 2020, arXiv 1910.02054, section 3.1), activations left out. Answering keeps the
  weights alone, the cache left out.
- An hour costs what the catalog's one price says. A device without a price gets none: None, never a
  guess.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog import COURSE_DATE, Device, Rental, Transformer
from course_lib.catalog import devices as catalog_devices
from course_lib.estimators import flops, hardware, parameters
from course_lib.estimators.cost import offers
from course_lib.estimators.memory.states import STATE_BYTES


@dataclass(frozen=True, kw_only=True, eq=False)
class Job:
    """Something a device can be rented for."""

    name: str
    """What it is, for tables."""
    work: hardware.Work
    """FLOPs and bytes moved, all of the job together."""
    memory_bytes: float
    """Bytes that must be in memory at the same time."""
    utilisation: float = 1.0
    """Share of the peak that the arithmetic reaches."""

    def __post_init__(self) -> None:
        checks.instance("work", self.work, hardware.Work)
        checks.positive("memory_bytes", self.memory_bytes)
        checks.share("utilisation", self.utilisation)


@dataclass(frozen=True, kw_only=True, eq=False)
class Offer:
    """One device doing a job."""

    key: str
    """The device's key in the catalog."""
    device: Device
    """The device."""
    count: int
    """How many are needed until the job fits in their memory."""
    seconds: float
    """Time of the job on so many."""
    as_of: str = COURSE_DATE
    """The date of the price."""

    @property
    def fits(self) -> bool:
        """Whether one device is enough."""
        return self.count == 1

    @property
    def price(self) -> Rental | None:
        """Price of the hour, None where nobody rents it.

        Looked up when it is asked for, so that a comparison of all cards by time alone lists no
        price among its sources.
        """
        return offers.rental(self.key, as_of=self.as_of)

    @property
    def usd(self) -> float | None:
        """Cost of the job in US dollars, None without a price."""
        price = self.price
        if price is None:
            return None
        return float(offers.rent_usd(price.usd_per_device_hour, self.seconds, self.count))


def training(model: Transformer, tokens: float, utilisation: float = 0.4) -> Job:
    """Training as a job; its bytes are never the limit here, so none are counted as moved.

    >>> from course_lib.catalog import models
    >>> training(models["llama-3-8b"], tokens=1e9).memory_bytes / 1e9  # 16 bytes a parameter
    128.484179968
    """
    work = hardware.Work(flops=flops.training(model, tokens), moved_bytes=0)
    total = parameters.count(model).total
    return Job(
        name=f"train {model.name}",
        work=work,
        memory_bytes=checks.single("memory_bytes", STATE_BYTES * total),
        utilisation=utilisation,
    )


def decoding(model: Transformer, tokens: int, batch: int = 1, weight_bytes: float = 2) -> Job:
    """Writing `tokens` tokens for each of `batch` users.

    Every active weight is read once for each token of the batch; of the embedding table only a row
    is looked up, and it does not count. The cache of earlier tokens is left out (lesson 05). In a
    mixture a batch reads more experts than one token does.

    >>> from course_lib.catalog import models
    >>> job = decoding(models["llama-3-8b"], tokens=100)
    >>> job.work.moved_bytes / 1e9, round(job.work.intensity, 2)
    (1500.9849344, 1.0)
    """
    tokens, batch = checks.whole("tokens", tokens), checks.whole("batch", batch)
    each = checks.positive("weight_bytes", weight_bytes)
    moved = tokens * each * parameters.count(model, embeddings=False).active
    work = hardware.Work(flops=tokens * flops.decode(model, batch, context=0), moved_bytes=moved)
    memory_bytes = checks.single("memory_bytes", each * parameters.count(model).total)
    return Job(name=f"answer with {model.name}", work=work, memory_bytes=memory_bytes)


def compare(
    job: Job, keys: Iterable[str] | None = None, *, as_of: str = COURSE_DATE
) -> list[Offer]:
    """The job on each device of `keys` (every catalog device if None), quickest first.

    Devices that state no peak in a format of two bytes, no memory or no bandwidth are left out, and
    without `keys` those that are only announced.

    >>> from course_lib.catalog import models
    >>> offers = compare(decoding(models["llama-3-8b"], tokens=1000), ["t4", "h100-sxm-80gb"])
    >>> [(offer.key, offer.count, round(offer.seconds, 1)) for offer in offers]
    [('h100-sxm-80gb', 1, 4.5), ('t4', 2, 23.5)]
    """
    checks.instance("job", job, Job)
    listed = (
        [(key, device) for key, device in catalog_devices.items() if not device.status]
        if keys is None
        else [(key, catalog_devices[key]) for key in keys]
    )
    offers = [_offer(job, key, device, as_of) for key, device in listed if _stated(device)]
    return sorted(offers, key=lambda offer: offer.seconds)


def offer(job: Job, key: str, *, as_of: str = COURSE_DATE) -> Offer:
    """The job on one device of the catalog, or on as many of it as the job's memory needs.

    Raises:
        KeyError: no such device.
        ValueError: the catalog states no peak in two bytes, no memory or no bandwidth for it.
    """
    return _offer(job, key, catalog_devices[key], as_of)


def _stated(device: Device) -> bool:
    known = any(name in device.peak_flops for name in hardware.HALF)
    return known and device.memory_bytes is not None and device.memory_bytes_per_second is not None


def _offer(job: Job, key: str, device: Device, as_of: str) -> Offer:
    if device.memory_bytes is None:
        raise ValueError(f"key must name a device with a stated memory, {device.name} has none")
    count = math.ceil(job.memory_bytes / device.memory_bytes)
    rate = hardware.peak(device) * job.utilisation
    alone = hardware.seconds(job.work, rate, hardware.bandwidth(device))
    return Offer(key=key, device=device, count=count, seconds=float(alone / count), as_of=as_of)
