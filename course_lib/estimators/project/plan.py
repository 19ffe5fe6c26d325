"""The plan of a whole project: a run if there is one, all that is paid for, and where each number
comes from.

A plan is what is handed in and defended, so it must be possible to write it down, to change a
number by hand, and to find out that the change broke something (`rules`). Nothing here estimates:
`from_estimate` copies what `training` found. `data` writes a plan down and reads it.

Design choices:
- `Work` is a run (training or tuning); a plan that only calls an API has none. Money has parts that
  err independently.
- The building is counted once: `watts` is the power of a device with its share of server and
  network, `pue` the rest.
- Ranges of factors and of parts are combined as if they erred independently: roots of sums of
  squares, of logarithms in products (`ranges.product`), of amounts in sums (`added`). End points
  added or multiplied blindly are too wide.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from course_lib import checks
from course_lib.catalog import Grid, grids
from course_lib.estimators import energy
from course_lib.estimators.ranges import Range, product, ranged
from course_lib.estimators.training.whole_run import Estimate
from course_lib.units import HOUR

WAYS = ("train", "tune", "call")
RANGES = (
    "seconds",
    "device_hours",
    "memory_bytes",
    "watts",
    "pue",
    "energy_joules",
    "carbon_kg",
    "compute_usd",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Work:
    """A run: what is trained on what, and what that takes."""

    model: str
    """Name of the architecture."""
    tokens: float
    """Tokens trained on."""
    device: str
    """Name of the device."""
    devices: int
    """How many work together."""
    layout: str
    """How they share the work, in words."""
    format: str
    """Number format of the products."""
    device_memory_bytes: float
    """Memory of one device."""
    memory_bytes: Range
    """What each device has to hold."""
    seconds: Range
    """From the first step to the last."""
    device_hours: Range
    """Hours of all devices together."""
    watts: Range
    """Power of one device at work, its share of server and network included, the building not."""
    pue: Range
    """All energy of the building over that of the machines in it."""
    energy_joules: Range
    """Energy of the run, building included."""
    grams_per_kwh: float
    """Carbon intensity of the grid."""
    carbon_kg: Range
    """Kilograms of CO2 equivalent, location-based."""
    usd_per_device_hour: float
    """Price of an hour of one device."""
    compute_usd: Range
    """Price of all device hours."""

    def __post_init__(self) -> None:
        for name in RANGES:
            object.__setattr__(self, name, ranged(name, getattr(self, name)))
        for name in ("tokens", "device_memory_bytes", "usd_per_device_hour"):
            checks.positive(name, getattr(self, name))
        checks.positive("grams_per_kwh", self.grams_per_kwh, zero=True)
        checks.whole("devices", self.devices)


@dataclass(frozen=True, kw_only=True, eq=False)
class RunPlan:
    """The plan of a project."""

    purpose: str
    """What for, in a sentence."""
    way: str
    """train, tune or call: one of `WAYS`."""
    work: Work | None = None
    """The run; None where nothing is trained."""
    parts_usd: Mapping[str, Range]
    """All that is paid for, by name, such as "device hours", "text", "people", "serving"."""
    usd: Range
    """All parts together."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """For each number (a field of `Work`, or a part of the money) its source or assumption."""

    def __post_init__(self) -> None:
        checks.one_of("way", self.way, WAYS)
        if (self.work is None) != (self.way == "call"):
            raise ValueError(
                f"work must be given exactly where something is trained, got way={self.way!r}"
            )
        if not self.parts_usd:
            raise ValueError("parts_usd must hold at least one part")
        parts = {
            name: ranged(f"parts_usd[{name!r}]", part) for name, part in self.parts_usd.items()
        }
        object.__setattr__(self, "parts_usd", parts)
        object.__setattr__(self, "usd", ranged("usd", self.usd))


def added(parts: Iterable[Range | float]) -> Range:
    """The sum of parts that err independently: distances to the ends as roots of sums of squares.

    >>> part = Range(low=70, value=100, high=140)
    >>> found = added([part, part, part, part])
    >>> found.value, found.low, found.high  # 400 - 2 x 30, 400 + 2 x 40
    (400, 340.0, 480.0)
    """
    listed = [ranged("part", part) for part in parts]
    value = sum(part.value for part in listed)
    down = math.hypot(*(part.value - part.low for part in listed))
    up = math.hypot(*(part.high - part.value for part in listed))
    return Range(low=value - down, value=value, high=value + up)


def from_estimate(
    found: Estimate,
    *,
    purpose: str,
    tokens: float,
    grid: Grid | str,
    usd_per_device_hour: float,
    model: str = "",
    format: str = "bf16",
    site: energy.Site = energy.TYPICAL,
    way: str = "train",
    other_usd: Mapping[str, Range | float] | None = None,
    notes: Mapping[str, str] | None = None,
) -> RunPlan:
    """The plan of a project around a training run.

    Args:
        found: the run; `training.estimate` with this grid, price and site.
        purpose: what for.
        tokens: those of the run.
        grid: where the electricity comes from.
        usd_per_device_hour: price of the hour.
        model: its name.
        format: number format of the products.
        site: servers, network and cooling.
        way: "train" or "tune".
        other_usd: what is paid for besides device hours.
        notes: sources of that, and of the price.

    Raises:
        ValueError: the catalog lacks the device's power or memory.

    >>> from course_lib.catalog import models
    >>> from course_lib.estimators import training
    >>> choices = {"grid": "France", "usd_per_device_hour": 3.0}
    >>> run = training.estimate(models["llama-3-8b"], tokens=1e12, device="H100", devices=64, **choices)
    >>> plan = from_estimate(run, purpose="an open model", tokens=1e12, **choices)
    >>> plan.usd.value == plan.work.compute_usd.value
    True
    """
    if found.bill.energy is None or found.device.memory_bytes is None:
        raise ValueError(
            f"device must have a stated power and memory, {found.device.name} lacks one"
        )
    place = checks.instance("grid", grids[grid] if isinstance(grid, str) else grid, Grid)
    hours = found.seconds_range.scaled(found.devices / HOUR)
    drawn = {
        end: energy.power(found.device, getattr(energy.LOAD, end))
        for end in ("low", "value", "high")
    }
    watts = product(Range(**drawn), site.server, site.network)
    used = product(hours, HOUR, watts, site.pue)
    work = Work(
        model=model or found.device.name,
        tokens=tokens,
        device=found.device.name,
        devices=int(found.devices),
        layout=layout_words(found),
        format=format,
        device_memory_bytes=found.device.memory_bytes,
        memory_bytes=found.memory_range,
        seconds=found.seconds_range,
        device_hours=hours,
        watts=watts,
        pue=ranged("pue", site.pue),
        energy_joules=used,
        grams_per_kwh=place.grams_per_kwh,
        carbon_kg=used.scaled(place.carbon_kg_per_joule),
        usd_per_device_hour=usd_per_device_hour,
        compute_usd=hours.scaled(usd_per_device_hour),
    )
    parts = {"device hours": work.compute_usd}
    parts |= {name: ranged(name, part) for name, part in (other_usd or {}).items()}
    told = _notes(found, place) | dict(notes or {})
    return RunPlan(
        purpose=purpose, way=way, work=work, parts_usd=parts, usd=added(parts.values()), notes=told
    )


def layout_words(found: Estimate) -> str:
    """The sizes of a layout that are not one, in words.

    >>> from course_lib.catalog import models
    >>> from course_lib.estimators import training
    >>> layout_words(training.estimate(models["gpt2"], tokens=1e9, device="H100", devices=8))
    '8 data, micro-batch 16, zero 1, recompute none'
    """
    sizes = found.layout.numbers()
    ranks = [
        f"{int(sizes[name])} {name}"
        for name in ("data", "tensor", "pipeline", "context", "expert")
        if sizes[name] > 1
    ]
    ranks += [f"micro-batch {int(sizes['micro_batch'])}", f"zero {int(sizes['zero'])}"]
    return ", ".join([*ranks, f"recompute {found.layout.recompute}"])


def _notes(found: Estimate, place: Grid) -> dict[str, str]:
    """Where each number of a run comes from."""
    origin = f"{place.name}, {place.source.date} ({place.source.text.split()[0]})"
    planner = "course planner; the range holds four of five published runs"
    return {
        "seconds": planner,
        "device_hours": "time x devices",
        "memory_bytes": "course planner, quickest layout that fits; the range is assumed",
        "watts": f"{found.device.power_watts:.0f} W stated x load x server x network, all three assumed",
        "pue": "from the best fleets to the industry's average of 2023",
        "energy_joules": "device hours x watts x PUE",
        "carbon_kg": f"energy x {place.grams_per_kwh:.0f} g/kWh, {origin}",
        "device hours": f"device hours x price of an hour. {found.bill.notes[2]}",
    }
