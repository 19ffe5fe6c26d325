"""The plan of a project: a run if there is one, all that is paid for, and where numbers come from.

A plan is what is handed in and defended, so it must be possible to write it down, to change a
number by hand, and to find out that the change broke something (`rules`). Nothing here estimates:
`from_estimate` copies what `training` says. `data` writes a plan down and reads it.

Design choices:
- One record for all who speak of plans: command, lesson, exercise, and the page of a report.
- `run` is training or tuning; a plan that only calls an API has none. Money has parts that err
  independently.
- What the catalog lacks (power, price, memory of a device) is None and stays so.
- The building is counted once: `watts` is the power of a device with its share of server and
  network, `pue` the rest.
- Ranges of factors and of parts are combined as if they erred independently: `ranges.product`,
  `ranges.added`. End points added or multiplied blindly are too wide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from course_lib import checks
from course_lib.estimators import energy
from course_lib.estimators.layout import Layout
from course_lib.estimators.ranges import Range, added, product, ranged
from course_lib.estimators.training import nearest
from course_lib.estimators.training.nearest import layout_words
from course_lib.estimators.training.whole_run import Estimate

WAYS = ("train", "tune", "call")
FITS = ("fits", "may not fit", "does not fit", "unknown")
"""Whether a run has room: at both ends of the memory's range, in its middle but not at its upper
end, not in its middle; the last where no memory is stated."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PlannedRun:
    """A run: what is trained on what, and what that takes. All of its numbers are single ones."""

    model: str
    """Name of the architecture."""
    tokens: float
    """Tokens trained on, repeats counted."""
    device: str
    """Name of the device."""
    devices: int
    """How many work together."""
    device_memory_bytes: float | None
    """Memory of one device; null where none is stated."""
    format: str
    """Number format of the products."""
    batch: int
    """Sequences of an optimizer step."""
    seq: int
    """Tokens of a sequence."""
    steps: float
    """Optimizer steps, whole ones."""
    layout: Layout
    """How the devices share the work."""
    memory_parts_bytes: Mapping[str, float]
    """What each device has to hold, by part."""
    memory_bytes: Range
    """What each device has to hold, in all."""
    step_parts_seconds: Mapping[str, float]
    """Time of a step by what it is spent on."""
    seconds: Range
    """From the first step to the last."""
    device_hours: Range
    """Hours of all devices together."""
    mfu: Range
    """Model FLOPs utilisation of the whole run."""
    watts: Range | None
    """Power of one device at work with its share of server and network, the building left out."""
    pue: Range
    """All energy of the building over that of the machines in it."""
    energy_joules: Range | None
    """Energy of the run, building included; null where no power is stated."""
    grid: str
    """Where the electricity comes from."""
    grams_per_kwh: float
    """Carbon intensity of that grid."""
    carbon_kg: Range | None
    """Kilograms of CO2 equivalent, location-based."""
    usd_per_device_hour: float | None
    """Price of an hour of one device; null where none is known."""
    compute_usd: Range | None
    """Price of all device hours."""
    assumptions: tuple[str, ...] = ()
    """What was assumed, a sentence each."""
    usable_memory_bytes: float | None = None
    """What the run may fill of the memory of one device; null where none is stated."""
    fits: str | None = None
    """Whether the run has room: fits, may not fit (the upper end of the range does not), does not
    fit, or unknown; null in a plan of a version that did not say."""
    would_fit: tuple[str, ...] = ()
    """Nearest changes with which it fits, in words, each with what a device holds then; of a run
    that may not fit, those with which it surely does."""

    def __post_init__(self) -> None:
        for record_field in fields(self):
            value = getattr(self, record_field.name)
            # Annotations are kept as texts here, never evaluated.
            optional = str(record_field.type).endswith("| None")
            if str(record_field.type).startswith("Range") and not (optional and value is None):
                # The record is frozen; this is the way past its lock.
                object.__setattr__(self, record_field.name, ranged(record_field.name, value))
            elif record_field.type in ("float", "float | None") and not (
                optional and value is None
            ):
                checks.positive(record_field.name, value, zero=record_field.name == "grams_per_kwh")
        for name in ("devices", "batch", "seq"):
            checks.whole(name, getattr(self, name))
        checks.instance("layout", self.layout, Layout)
        if self.fits is not None:
            checks.one_of("fits", self.fits, FITS)
        for name in ("memory_parts_bytes", "step_parts_seconds"):
            for part, amount in getattr(self, name).items():
                checks.positive(f"{name}[{part!r}]", amount, zero=True)

    @property
    def step_seconds(self) -> float:
        """Time of an optimizer step."""
        return sum(self.step_parts_seconds.values())

    @property
    def layout_words(self) -> str:
        """The sizes of the layout that are not one, in words."""
        return layout_words(self.layout)


@dataclass(frozen=True, kw_only=True, eq=False)
class Plan:
    """The plan of a project."""

    purpose: str
    """What for, in a sentence."""
    way: str
    """train, tune or call: one of `WAYS`."""
    run: PlannedRun | None = None
    """The run; null where nothing is trained."""
    parts_usd: Mapping[str, Range]
    """All that is paid for, by name, such as "device hours", "text", "people", "serving"."""
    usd: Range | None
    """All parts together; null where no price is known."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """For each number (a field of the run, or a part of the money) its source or assumption."""

    def __post_init__(self) -> None:
        checks.one_of("way", self.way, WAYS)
        # Both true or both false is right.
        if (self.run is None) != (self.way == "call"):
            raise ValueError(
                f"run must be given exactly where something is trained, got way={self.way!r}"
            )
        if bool(self.parts_usd) != (self.usd is not None):
            raise ValueError("parts_usd must hold at least one part exactly where usd is given")
        if not self.parts_usd and self.run is None:
            raise ValueError("parts_usd must hold at least one part")
        parts = {
            name: ranged(f"parts_usd[{name!r}]", part) for name, part in self.parts_usd.items()
        }
        object.__setattr__(self, "parts_usd", parts)
        if self.usd is not None:
            object.__setattr__(self, "usd", ranged("usd", self.usd))


def from_estimate(
    estimate: Estimate,
    *,
    purpose: str,
    model: str = "",
    way: str = "train",
    other_usd: Mapping[str, Range | float] | None = None,
    notes: Mapping[str, str] | None = None,
    would_fit: Iterable[nearest.Change] = (),
) -> Plan:
    """The plan of a project around a training run.

    Args:
        estimate: the run, as `training.estimate` gives it, of single numbers.
        purpose: what for.
        model: its name; blank takes the architecture's own.
        way: "train" or "tune".
        other_usd: what is paid for besides device hours.
        notes: sources of that, and of the price.
        would_fit: the nearest changes with which the run fits, where it does not.

    >>> from course_lib.catalog import models
    >>> from course_lib.estimators import training
    >>> run = training.estimate(models["llama-3-8b"], tokens=1e12, device="H100", devices=64)
    >>> plan = from_estimate(run, purpose="an open model")
    >>> plan.usd.value == plan.run.compute_usd.value, plan.run.layout_words
    (True, '64 data, micro-batch 1, zero 1, recompute none')
    """
    run = _run(checks.instance("estimate", estimate, Estimate), model, tuple(would_fit))
    parts: dict[str, Any] = {} if run.compute_usd is None else {"device hours": run.compute_usd}
    parts |= {name: ranged(name, part) for name, part in (other_usd or {}).items()}
    return Plan(
        purpose=purpose,
        way=way,
        run=run,
        parts_usd=parts,
        usd=added(parts.values()) if parts else None,
        notes=_notes(estimate) | dict(notes or {}),
    )


def verdict(memory_bytes: Range, usable_memory_bytes: float | None) -> str:
    """Whether what a device has to hold finds room: one of `FITS`.

    >>> held = Range(low=60e9, value=70e9, high=80e9)
    >>> verdict(held, 76.8e9), verdict(held, 64e9), verdict(held, None)
    ('may not fit', 'does not fit', 'unknown')
    """
    if usable_memory_bytes is None:
        return "unknown"
    if memory_bytes.value > usable_memory_bytes:
        return "does not fit"
    return "fits" if memory_bytes.high <= usable_memory_bytes else "may not fit"


def _change(change: nearest.Change) -> str:
    low, middle, high = (f"{end / 1e9:.3g}" for end in change.memory_bytes.ends)
    doubt = "" if change.surely else ", the upper end of which does not fit"
    return f"{change.words}: {middle} GB on each device ({low} to {high} GB{doubt})"


def _run(estimate: Estimate, name: str, changes: tuple[nearest.Change, ...]) -> PlannedRun:
    """The numbers of a run, one by one."""
    device, bill, memory = estimate.device, estimate.bill, estimate.memory
    parts = ("weights", "gradients", "optimizer", "activations", "temporary")
    used = bill.energy
    return PlannedRun(
        model=name or estimate.model.name or "the model",
        tokens=float(estimate.tokens),
        device=device.name,
        devices=int(estimate.devices),
        device_memory_bytes=device.memory_bytes,
        format=estimate.format,
        batch=int(estimate.batch),
        seq=estimate.seq,
        # Whole, as a program counts them.
        steps=float(max(1, round(float(estimate.steps)))),
        layout=estimate.layout,
        memory_parts_bytes={part: float(getattr(memory, part)) for part in parts},
        memory_bytes=estimate.memory_range,
        step_parts_seconds={part: float(spent) for part, spent in estimate.step.parts.items()},
        seconds=estimate.seconds_range,
        device_hours=estimate.device_hours_range,
        mfu=estimate.mfu_range,
        watts=None if used is None else _watts(estimate),
        pue=ranged("pue", bill.site.pue),
        energy_joules=None if used is None else used.per(1),
        grid=bill.grid.name,
        grams_per_kwh=bill.grid.grams_per_kwh,
        carbon_kg=bill.carbon_kg,
        usd_per_device_hour=None
        if bill.usd_per_device_hour is None
        else float(bill.usd_per_device_hour),
        compute_usd=bill.usd,
        assumptions=estimate.assumptions,
        usable_memory_bytes=estimate.usable_memory_bytes,
        fits=verdict(estimate.memory_range, estimate.usable_memory_bytes),
        would_fit=tuple(_change(change) for change in changes),
    )


def _watts(estimate: Estimate) -> Range:
    """Power of a device at its load, with its share of server and network."""
    ends, load = ("low", "value", "high"), energy.draws.training()
    drawn = {end: energy.power(estimate.device, getattr(load, end)) for end in ends}
    return product(Range(**drawn), estimate.bill.site.server, estimate.bill.site.network)


def _notes(estimate: Estimate) -> dict[str, str]:
    """Where each number of a run comes from."""
    place = estimate.bill.grid
    origin = f"{place.name}, {place.source.date} ({place.source.text.split()[0]})"
    notes = {
        "seconds": "course planner; the range holds four of five published runs",
        "device_hours": "time x devices",
        "memory_bytes": "course planner, quick layout that fits; the range is assumed",
        "pue": "from the best fleets to the industry's average of 2023",
        "device hours": f"device hours x price of an hour. {estimate.bill.price_note}",
    }
    if estimate.bill.energy is None:
        return notes
    stated = f"{estimate.device.power_watts:.0f} W stated"
    return notes | {
        "watts": f"{stated} x load x server x network, all three assumed",
        "energy_joules": "device hours x watts x PUE",
        "carbon_kg": f"energy x {place.grams_per_kwh:.0f} g/kWh, {origin}",
    }
