"""`course plan --assert "memory<0.9"`: limits that a plan must keep, checked by its estimates.

Design choices:
- A limit is a name, a comparison and a number, checked against the middle of the range. What is
  unknown keeps no limit.
- The names are fixed, so that a misspelling is told before anything is computed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from course_lib.commands.plan_amounts import SUFFIX
from course_lib.errors import CallError
from course_lib.estimators.project import PlannedRun
from course_lib.estimators.ranges import Range
from course_lib.units import DAY, KWH

LIMIT = re.compile(
    r"\s*(\w+)\s*(<=|>=|<|>)\s*(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*([kMBGTP%]?)\s*", re.I
)
KEPT: Mapping[str, Callable[[float, float], bool]] = {
    "<": lambda value, limit: value < limit,
    "<=": lambda value, limit: value <= limit,
    ">": lambda value, limit: value > limit,
    ">=": lambda value, limit: value >= limit,
}
TRAINING = {
    "memory": "share of a device's stated memory",
    "memory_gb": "GB on each device",
    "days": "days",
    "device_hours": "hours of all devices",
    "usd": "US dollars",
    "mfu": "model FLOPs utilisation of the run, 0 to 1",
    "devices": "devices",
    "energy_kwh": "kWh",
    "carbon_kg": "kg of CO2 equivalent",
    "steps": "optimizer steps",
}
"""What may be asserted of a training run, and in which unit."""
SERVING = {
    "memory": "share of a card's stated memory",
    "memory_gb": "GB on each card",
    "devices": "cards",
    "batch": "most requests in flight on one copy of the model",
    "first_token": "seconds, p95",
    "each_token": "seconds, p95",
    "utilisation": "share of the time in which a copy works",
    "usd": "US dollars for a million tokens written",
}
"""What may be asserted of a service, and in which unit."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One assertion."""

    text: str
    """As it was written."""
    name: str
    """What is limited."""
    sign: str
    """One of `KEPT`."""
    number: float
    """The limit."""


def read_limits(texts: Iterable[str], names: Mapping[str, str]) -> list[Limit]:
    """Assertions as they were written.

    Raises:
        CallError: one that is no comparison, or whose name is not among `names`; they are listed.

    >>> read_limits(["usd<2M"], TRAINING)[0].number
    2000000.0
    """
    limits = []
    for text in texts:
        match = LIMIT.fullmatch(text)
        if not match:
            raise CallError(f'--assert needs a limit such as "memory<0.9", got {text!r}.')
        if match[1] not in names:
            listed = "; ".join(f"{name} ({unit})" for name, unit in names.items())
            raise CallError(f"--assert knows no {match[1]!r}. It knows: {listed}.")
        factor = 0.01 if match[4] == "%" else SUFFIX[match[4].casefold()]
        number = float(match[3]) * factor
        limits.append(Limit(text=text.strip(), name=match[1], sign=match[2], number=number))
    return limits


def failed(limits: Iterable[Limit], values: Mapping[str, float | None]) -> list[str]:
    """A sentence for each limit that is not kept.

    >>> failed(read_limits(["memory<0.9", "days>1"], TRAINING), {"memory": 0.95, "days": 3})
    ['memory<0.9 does not hold: memory is 0.95']
    """
    lines = []
    for limit in limits:
        value = values[limit.name]
        if value is None:
            lines.append(f"{limit.text} does not hold: {limit.name} is unknown")
        elif not KEPT[limit.sign](value, limit.number):
            lines.append(f"{limit.text} does not hold: {limit.name} is {value:.4g}")
    return lines


def of_run(run: PlannedRun) -> dict[str, float | None]:
    """The numbers of a training run that may be limited."""
    stated = run.device_memory_bytes
    return {
        "memory": None if stated is None else run.memory_bytes.ends[1] / stated,
        "memory_gb": run.memory_bytes.ends[1] / 1e9,
        "days": run.seconds.ends[1] / DAY,
        "device_hours": run.device_hours.ends[1],
        "usd": _middle(run.compute_usd),
        "mfu": run.mfu.ends[1],
        "devices": run.devices,
        "energy_kwh": _middle(run.energy_joules, KWH),
        "carbon_kg": _middle(run.carbon_kg),
        "steps": run.steps,
    }


def _middle(value: Range | None, unit: float = 1.0) -> float | None:
    return None if value is None else value.ends[1] / unit
