"""Checks that the numbers of a plan agree with each other.

Design choices:
- A rule looks at the numbers of a plan alone, and says what it found and what it expected. Whether
  the plan is any good is for people to judge.
- A mistake that is often made (the PUE twice, end points added) is named, not only found.
- Numbers may differ by `CLOSE`, because people round.
"""

from __future__ import annotations

from collections.abc import Callable

from course_lib import checks
from course_lib.estimators.project.plan import RunPlan, Work, added
from course_lib.estimators.ranges import Range, product
from course_lib.units import HOUR, KWH

CLOSE = 0.02
"""By how much two numbers that should be equal may differ."""
WITHOUT_WORK = ("sum",)
"""Rules for plans that train nothing."""


def broken(plan: RunPlan) -> dict[str, str]:
    """The rules that a plan's numbers break, by name, each with a sentence; empty where all agree.

    >>> part = Range(low=70, value=100, high=140)
    >>> blind = Range(low=140, value=200, high=280)
    >>> plan = RunPlan(purpose="letters", way="call", parts_usd={"API": part, "people": part}, usd=blind)
    >>> list(broken(plan))
    ['sum']
    """
    checks.instance("plan", plan, RunPlan)
    found = {
        name: rule(plan)
        for name, rule in RULES.items()
        if plan.work is not None or name in WITHOUT_WORK
    }
    return {name: told for name, told in found.items() if told}


def _hours(plan: RunPlan) -> str:
    work = _work(plan)
    return _same(
        "device hours",
        work.device_hours,
        work.seconds.scaled(work.devices / HOUR),
        "seconds x devices / 3600",
    )


def _memory(plan: RunPlan) -> str:
    work = _work(plan)
    if work.memory_bytes.value <= work.device_memory_bytes:
        return ""
    return (
        f"memory: each device has to hold {work.memory_bytes.value:.3g} bytes and has {work.device_memory_bytes:.3g}. "
        "Is that the memory of all devices together?"
    )


def _energy(plan: RunPlan) -> str:
    work = _work(plan)
    right = product(work.device_hours, HOUR, work.watts, work.pue)
    ratio = work.energy_joules.value / right.value
    for factor, told in (
        (work.pue.value, "the PUE is in it twice"),
        (1 / work.pue.value, "the PUE is not in it"),
    ):
        if work.pue.value > 1 + 2 * CLOSE and abs(ratio / factor - 1) < CLOSE:
            return f"energy: {told}: {work.energy_joules.value:.3g} J in place of {right.value:.3g}"
    return _same(
        "energy", work.energy_joules, right, "device hours x 3600 x watts x PUE, ranges combined"
    )


def _carbon(plan: RunPlan) -> str:
    work = _work(plan)
    right = (
        work.energy_joules.scaled(work.grams_per_kwh / 1000 / KWH) if work.grams_per_kwh else None
    )
    return (
        ""
        if right is None
        else _same("carbon", work.carbon_kg, right, "energy in kWh x grams of the grid")
    )


def _cost(plan: RunPlan) -> str:
    work = _work(plan)
    right = work.device_hours.scaled(work.usd_per_device_hour)
    return _same("cost of device hours", work.compute_usd, right, "device hours x price of an hour")


def _sum(plan: RunPlan) -> str:
    right = added(plan.parts_usd.values())
    blind = [sum(getattr(part, end) for part in plan.parts_usd.values()) for end in ("low", "high")]
    both = (plan.usd.low, plan.usd.high)
    ends_added = all(_near(end, other) for end, other in zip(both, blind, strict=True))
    if ends_added and not (_near(right.low, blind[0]) and _near(right.high, blind[1])):
        return "sum: the ends of the parts are added, so the range is too wide: parts do not all err the same way"
    return _same(
        "sum", plan.usd, right, "the parts added, their distances as the root of the sum of squares"
    )


RULES: dict[str, Callable[[RunPlan], str]] = {
    "hours": _hours,
    "memory": _memory,
    "energy": _energy,
    "carbon": _carbon,
    "cost": _cost,
    "sum": _sum,
}
"""Every rule by name: what is wrong with a plan, in a sentence, or nothing."""


def _work(plan: RunPlan) -> Work:
    return checks.instance("work", plan.work, Work)


def _near(first: float, second: float) -> bool:
    return abs(first / second - 1) <= CLOSE


def _same(name: str, found: Range, right: Range, rule: str) -> str:
    """Nothing where all three numbers of two ranges agree, else what stands there and what the rule
    gives."""
    pairs = [(getattr(found, end), getattr(right, end)) for end in ("low", "value", "high")]
    if all(_near(*pair) for pair in pairs):
        return ""
    stands, gives = (" to ".join(f"{end:.3g}" for end in ends) for ends in zip(*pairs, strict=True))
    return f"{name}: {stands} stands there, but {rule} gives {gives}"
