"""What would fit where a run does not: the nearest changes, each planned anew and found to have
room.

Design choices:
- Nothing is guessed: a change is named only if `whole_run.estimate` of it fits in the middle of its
  memory range. The rule for "fits" is that of `Estimate.fits`.
- A run whose middle has room and whose upper end has not is near enough: for it only changes of its
  layout are named with which the upper end has room, too.
- Near comes before far. A layout of one's own is changed in one place first (ZeRO stage,
  micro-batch, recomputation), then in all three, then replaced by what the search finds; after
  that come more devices of the kind, larger devices, and on a single device adapters.
- Of each kind of change the smallest that fits is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from course_lib import checks
from course_lib.catalog import Device
from course_lib.catalog import devices as catalog_devices
from course_lib.estimators import parameters
from course_lib.estimators.hardware import HALF
from course_lib.estimators.layout import Layout
from course_lib.estimators.memory import capacity
from course_lib.estimators.memory.states import STATE_BYTES
from course_lib.estimators.parallelism import layouts
from course_lib.estimators.ranges import Range
from course_lib.estimators.training.whole_run import Estimate, estimate

DOUBLINGS = 14
"""So often the devices are doubled in search of a count that has room."""
TRIED_CARDS = 4
"""So many larger devices are tried, the smallest first."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Change:
    """A change with which a run has room."""

    words: str
    """What to change, such as "ZeRO stage 3"."""
    memory_bytes: Range
    """What each device has to hold then."""
    surely: bool
    """Whether the upper end of that has room too."""


def nearest(run: Estimate, own_layout: bool = False) -> list[Change]:
    """The nearest changes with which a run fits, the smallest of each kind; empty if none is found.

    Args:
        run: a run of single numbers on a device with a stated memory.
        own_layout: whether its layout was asked for, so that changing it comes first.

    >>> from course_lib.catalog import models
    >>> llama, plain = models["llama-3-8b"], Layout(data=8, zero=1, micro_batch=4)
    >>> tight = estimate(llama, tokens=1e12, device="H100", layout=plain, batch=512)
    >>> [change.words for change in nearest(tight, own_layout=True)][:2]
    ['micro-batch 1', 'recompute full']
    """
    checks.instance("run", run, Estimate)
    found: list[Change | None] = []
    if run.fits:
        found += [_first(run, steps) for steps in _smaller_layouts(run.layout)]
        return [change for change in found if change is not None and change.surely]
    if own_layout:
        found += [_first(run, steps) for steps in _smaller_layouts(run.layout)]
        if not any(found):
            found.append(_first(run, _leanest(run.layout)))
        found.append(_searched(run))
    found += [_more_devices(run), _larger_device(run, own_layout), _adapters(run)]
    return [change for change in found if change is not None]


def _tried(run: Estimate, **changes: object) -> Estimate | None:
    """The run planned anew with some things changed; None where it cannot be, or does not fit."""
    asked: dict[str, object] = {
        "tokens": run.tokens,
        "device": run.device,
        "batch": run.batch,
        "seq": run.seq,
        "format": run.format,
    }
    try:
        planned = estimate(run.model, **{**asked, **changes})  # type: ignore[arg-type]
    except ValueError:
        return None
    return planned if planned.fits else None


def _first(run: Estimate, steps: Iterator[tuple[str, Layout]]) -> Change | None:
    """The first of several layouts that fits; for a run whose middle fits, that surely does."""
    for words, layout in steps:
        planned = _tried(run, layout=layout)
        if planned is not None and (planned.surely_fits or not run.fits):
            return _change(words, planned)
    return None


def _change(words: str, planned: Estimate) -> Change:
    surely = bool(planned.surely_fits)
    return Change(words=words, memory_bytes=planned.memory_range, surely=surely)


def _smaller_layouts(layout: Layout) -> list[Iterator[tuple[str, Layout]]]:
    """A layout changed in one place, smallest step first, for each place."""
    stages = range(int(layout.zero) + 1, 4) if layout.data * layout.context > 1 else range(0)
    sizes = [2**power for power in range(9, -1, -1) if 2**power < layout.micro_batch]
    again = [] if layout.recompute == "full" else ["full"]
    return [
        ((f"ZeRO stage {stage}", replace(layout, zero=stage)) for stage in stages),
        ((f"micro-batch {size}", replace(layout, micro_batch=size)) for size in sizes),
        ((f"recompute {way}", replace(layout, recompute=way)) for way in again),
    ]


def _leanest(layout: Layout) -> Iterator[tuple[str, Layout]]:
    """All three at once."""
    stage = 3 if layout.data * layout.context > 1 else int(layout.zero)
    lean = replace(layout, zero=stage, micro_batch=1, recompute="full")
    yield f"ZeRO stage {stage}, micro-batch 1 and recompute full together", lean


def _searched(run: Estimate) -> Change | None:
    """Another layout of the same devices."""
    planned = _tried(run, devices=int(run.devices))
    if planned is None:
        return None
    return _change(f"another layout of the same devices: {layout_words(planned.layout)}", planned)


def _more_devices(run: Estimate) -> Change | None:
    """The first doubling of the devices that fits, with this batch or else with a usual one."""
    states = float(STATE_BYTES * parameters.count(run.model).total)
    for count in (int(run.devices) * 2**power for power in range(1, DOUBLINGS + 1)):
        # The states alone need so many, however they are shared: no use to search below.
        if count * layouts.room(run.device) < states:
            continue
        planned = _tried(run, devices=count) or _tried(run, devices=count, batch=None)
        if planned is not None:
            return _change(f"{count} x {run.device.name}: {layout_words(planned.layout)}", planned)
    return None


def _larger_device(run: Estimate, own_layout: bool) -> Change | None:
    """The smallest device of the catalog with more memory on which as many are enough."""
    # The leanest layout needs as much on any device; a layout of one's own may be far from it.
    least = 0.0 if own_layout else float(run.memory_range.value)
    for device in larger(run.device, least)[:TRIED_CARDS]:
        kept = _tried(run, device=device, layout=run.layout) if own_layout else None
        planned = kept or _tried(run, device=device, devices=int(run.devices))
        if planned is not None:
            words = f"{int(run.devices)} x {device.name}: {layout_words(planned.layout)}"
            return _change(words, planned)
    return None


def larger(device: Device, least: float) -> list[Device]:
    """The maker's devices with more memory and room for `least`, one a size, the smallest first."""
    sizes: dict[float, Device] = {}
    # Newer ones first, so that of equal memory the newest stays.
    for each in sorted(catalog_devices.values(), key=lambda each: -each.year):
        alike = each.vendor == device.vendor and any(name in each.peak_flops for name in HALF)
        size = each.memory_bytes or 0.0
        if alike and size > (device.memory_bytes or 0.0) and layouts.room(each) >= least:
            sizes.setdefault(size, each)
    return [sizes[size] for size in sorted(sizes)]


def _adapters(run: Estimate) -> Change | None:
    """On a single device: the quickest way to train that has room, if it trains adapters."""
    if int(run.devices) != 1 or not any(name in run.device.peak_flops for name in HALF):
        return None
    way = capacity.quickest(run.model, run.device, run.seq)
    if way is None:
        return None
    what = "all weights are trained" if way.all_weights else "adapters are trained, not all weights"
    total = float(np.asarray(way.memory.total))
    memory = layouts.memory_range(total)
    return Change(
        words=f"{way.name}, one sequence at a time ({what})",
        memory_bytes=memory,
        surely=memory.ends[2] <= layouts.room(run.device),
    )


def layout_words(layout: Layout) -> str:
    """The sizes of a layout that are not one, in words.

    >>> layout_words(Layout(data=4, tensor=2, zero=1))
    '4 data, 2 tensor, micro-batch 1, zero 1, recompute none'
    """
    sizes = {name: int(size) for name, size in layout.numbers().items()}
    ranks = ("data", "tensor", "pipeline", "context", "expert", "interleave")
    words = [f"{sizes[name]} {name}" for name in ranks if sizes[name] > 1]
    words += [f"micro-batch {sizes['micro_batch']}", f"zero {sizes['zero']}"]
    return ", ".join([*words, f"recompute {layout.recompute}"])
