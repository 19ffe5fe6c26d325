"""Checks that the numbers of a plan agree with each other.

Design choices:
- A rule looks at the numbers of a plan alone, and says what stands there and what it expected.
  Whether the plan is any good is for people to judge.
- A mistake that is often made (the PUE twice, end points added) is named, not only found.
- Numbers may differ by `CLOSE`, because people round.
- What is null in a plan breaks no rule: nothing is claimed.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from course_lib import checks
from course_lib.display.fmt import fmt
from course_lib.estimators.project.plan import Plan, PlannedRun, verdict
from course_lib.estimators.ranges import Range, added, product
from course_lib.units import HOUR, KWH

CLOSE = 0.02
"""By how much two numbers that should be equal may differ."""


def broken(plan: Plan) -> dict[str, str]:
    """The rules that a plan's numbers break, by name, each with a sentence; empty where all agree.

    >>> part, blind = Range(low=70, value=100, high=140), Range(low=140, value=200, high=280)
    >>> parts = {"API": part, "people": part}
    >>> list(broken(Plan(purpose="letters", way="call", parts_usd=parts, usd=blind)))
    ['sum']
    """
    checks.instance("plan", plan, Plan)
    sentences = {name: rule(plan) for name, rule in RULES.items()}
    return {name: sentence for name, sentence in sentences.items() if sentence}


def _of_run(rule: Callable[[PlannedRun], str]) -> Callable[[Plan], str]:
    """A rule about the run, as one about the plan; a plan without a run breaks none of them."""
    return lambda plan: "" if plan.run is None else rule(plan.run)


def _hours(run: PlannedRun) -> str:
    right = run.seconds.scaled(run.devices / HOUR)
    return _same("device hours", run.device_hours, right, "seconds x devices / 3600", "")


def _memory(run: PlannedRun) -> str:
    if run.device_memory_bytes is None or run.memory_bytes.value <= run.device_memory_bytes:
        return ""
    return (
        f"memory: each device has to hold {fmt(float(run.memory_bytes.value), 'B')} and has "
        f"{fmt(run.device_memory_bytes, 'B')}. Is that the memory of all devices together?"
    )


def _fits(run: PlannedRun) -> str:
    if run.fits is None:
        return ""
    right = verdict(run.memory_bytes, run.usable_memory_bytes)
    if run.fits == right:
        return ""
    return f"fits: {run.fits!r} stands there, but memory and usable memory give {right!r}"


def _energy(run: PlannedRun) -> str:
    if run.energy_joules is None or run.watts is None:
        return ""
    right = product(run.device_hours, HOUR, run.watts, run.pue)
    ratio, pue = float(run.energy_joules.value / right.value), float(run.pue.value)
    for factor, mistake in ((pue, "the PUE is in it twice"), (1 / pue, "the PUE is not in it")):
        # Near a PUE of 1 neither mistake can be told from rounding.
        if pue > 1 + 2 * CLOSE and abs(ratio / factor - 1) < CLOSE:
            stands, gives = (fmt(float(x.value), "J") for x in (run.energy_joules, right))
            return f"energy: {mistake}: {stands} in place of {gives}"
    rule = "device hours x 3600 x watts x PUE, ranges combined"
    return _same("energy", run.energy_joules, right, rule, "J")


def _carbon(run: PlannedRun) -> str:
    # At 0 g/kWh the right range would be zero, which no range can be.
    if run.energy_joules is None or run.carbon_kg is None or not run.grams_per_kwh:
        return ""
    right = run.energy_joules.scaled(run.grams_per_kwh / 1000 / KWH)
    return _same("carbon", run.carbon_kg, right, "energy in kWh x grams of the grid", "kg")


def _cost(run: PlannedRun) -> str:
    if run.compute_usd is None or run.usd_per_device_hour is None:
        return ""
    right = run.device_hours.scaled(run.usd_per_device_hour)
    rule = "device hours x price of an hour"
    return _same("cost of device hours", run.compute_usd, right, rule, "USD")


def _sum(plan: Plan) -> str:
    if plan.usd is None:
        return ""
    right = added(plan.parts_usd.values())
    ends = ("low", "high")
    blind = [math.fsum(getattr(part, end) for part in plan.parts_usd.values()) for end in ends]
    both = (plan.usd.low, plan.usd.high)
    ends_added = all(_near(end, other) for end, other in zip(both, blind, strict=True))
    # Of a single part both ways give the same: no mistake then.
    if ends_added and not (_near(right.low, blind[0]) and _near(right.high, blind[1])):
        return (
            "sum: the ends of the parts are added, so the range is too wide: "
            "parts do not all err the same way"
        )
    rule = "the parts added, their distances as the root of the sum of squares"
    return _same("sum", plan.usd, right, rule, "USD")


RULES: dict[str, Callable[[Plan], str]] = {
    "hours": _of_run(_hours),
    "memory": _of_run(_memory),
    "fits": _of_run(_fits),
    "energy": _of_run(_energy),
    "carbon": _of_run(_carbon),
    "cost": _of_run(_cost),
    "sum": _sum,
}
"""Every rule by name: what is wrong with a plan, in a sentence, or nothing."""


def _near(first: checks.Number, second: checks.Number) -> bool:
    return abs(float(first) / float(second) - 1) <= CLOSE


def _same(name: str, stated: Range, right: Range, rule: str, unit: str) -> str:
    """Nothing where two ranges agree, else what stands there and what the rule gives."""
    pairs = [(getattr(stated, end), getattr(right, end)) for end in ("low", "value", "high")]
    if all(_near(*pair) for pair in pairs):
        return ""
    shown = [[fmt(float(end), unit) for end in ends] for ends in zip(*pairs, strict=True)]
    stands, gives = (" to ".join(ends) for ends in shown)
    return f"{name}: {stands} stands there, but {rule} gives {gives}"
