"""What a service needs: the fewest cards that hold its limits, by the estimate and at both ends of
its range.

Design choices:
- The range is that of `inference.ends` for batches of a server: a system at its quick end takes one
  over the high end of the times, one at its slow end one over the low end.
- Each end is planned by itself, so that its cards hold the limits too. The cards of the estimate do
  not hold them at the slow end, where that needs more.
- The estimate, not the slow end, decides whether a service is possible at all. Where the slow end
  is not, `Needed.why_not` says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog import Device, Transformer
from course_lib.catalog import devices as catalog_devices
from course_lib.estimators.attention.text_limits import check_writes
from course_lib.estimators.inference import ends
from course_lib.estimators.memory.capacity import USABLE
from course_lib.estimators.memory.room import usable_bytes
from course_lib.estimators.serving.fleets import SOFTWARE, Fleet, Load, NoService, fewest

__all__ = ["Fleet", "Load", "Needed", "NoService", "needed"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Needed:
    """What a service needs, by the estimate and at both ends of its range."""

    middle: Fleet
    """By the estimate."""
    quick: Fleet
    """For a system at the quick end of the range."""
    slow: Fleet | None
    """For one at the slow end; None where no number of cards is enough there."""
    why_not: str
    """What stands in the way at the slow end; blank where nothing does."""
    usable_memory_bytes: float
    """What a server may fill of a card's memory."""


def needed(
    model: Transformer,
    load: Load,
    *,
    device: Device | str,
    format: str | None = None,
    cache_format: str = "bf16",
    seed: int = 0,
) -> Needed:
    """The fewest cards that hold a load's limits, by the estimate and at both ends of its range.

    Args:
        model: the architecture, its sizes single numbers.
        load: what is asked.
        device: a record of the catalog with a stated memory, or its name.
        format: of the weights, as in `inference.estimate`; None for the model's own.
        cache_format: of the key-value cache.
        seed: of the simulations.

    Raises:
        NoService: no number of cards is enough, by the estimate.
        TypeError, ValueError, KeyError: by the argument's name; ValueError too where the model
            writes no text.

    >>> from course_lib.catalog import models
    >>> load = Load(arrivals_per_second=2, prompt=500, output=200, first_token_seconds=2)
    >>> found = needed(models["llama-3-8b"], load, device="H100")
    >>> found.middle.cards, found.middle.first_token_seconds < 2
    (1, True)
    """
    check_writes(model)
    checks.instance("load", load, Load)
    record = catalog_devices[device] if isinstance(device, str) else device
    record = checks.instance("device", record, Device)
    room = usable_bytes(record, USABLE)

    def fleet(speed: float) -> Fleet:
        return fewest(
            model,
            load,
            record,
            room_bytes=room,
            format=format,
            cache_format=cache_format,
            speed=speed,
            seed=seed,
        )

    known = ends(SOFTWARE, "batch")
    middle, slow, why_not = fleet(1.0), None, ""
    try:
        slow = fleet(known.low)
    except NoService as problem:
        why_not = str(problem)
    return Needed(
        middle=middle, quick=fleet(known.high), slow=slow, why_not=why_not, usable_memory_bytes=room
    )
