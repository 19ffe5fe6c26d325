"""The defence of a plan: what stands on the page.

How the page looks is in `page`, its picture in `picture`, what it still lacks in `lacking`.

Design choices:
- One page: texts have a longest length, and lists a most, so that the page fits a sheet of A4
  whatever is written.
- Numbers have two digits, whatever the plan's record holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from course_lib.checks import Number
from course_lib.display.fmt import fmt
from course_lib.display.show import Shown
from course_lib.estimators.project.constraints import Limit
from course_lib.estimators.project.plan import Plan
from course_lib.estimators.ranges import Range, ranged
from course_lib.teaching.say.forms import check_text
from course_lib.units import HOUR

LONGEST = {"title": 80, "decision": 260, "change": 260, "calibration": 140}
MOST = {"limits": 5, "alternatives": 3}
WHY_LONGEST = 80
SOURCE_LONGEST = 110
DIGITS = 2
"""Significant digits on the page: no plan knows more."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Alternative:
    """Another way to the same purpose, and why it was not taken."""

    name: str
    """What it is."""
    usd: Range
    """What it costs."""
    why_not: str
    """Why it is not the plan, in a sentence."""
    parts: Sequence[str] = ()
    """What its cost counts, such as "people"; blank: not told."""

    def __post_init__(self) -> None:
        check_text("name", self.name)
        # a frozen record refuses plain assignment, here too
        object.__setattr__(self, "usd", ranged("usd", self.usd))
        _at_most("why_not", self.why_not, WHY_LONGEST)


@dataclass(frozen=True, kw_only=True, eq=False)
class Report(Shown):
    """What stands on the page."""

    title: str
    """A headline."""
    plan: Plan
    """The plan, with its numbers and their sources."""
    decision: str
    """What is to be done and why, in a few sentences."""
    limits: Sequence[Limit] = ()
    """What there is of money, time, carbon, text, beside what the plan needs."""
    alternatives: Sequence[Alternative] = ()
    """Other ways that were looked at."""
    change: str = ""
    """What would change the plan."""
    calibration: str = ""
    """How good the author's guesses have been."""

    def __post_init__(self) -> None:
        for name, longest in LONGEST.items():
            _at_most(name, getattr(self, name), longest, blank=name in ("change", "calibration"))
        for name, most in MOST.items():
            count = len(getattr(self, name))
            if count > most:
                raise ValueError(
                    f"{name} must be at most {most}, so that the page stays one, got {count}"
                )


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the page's table, as text."""

    name: str
    """What it is."""
    value: str
    """The estimate."""
    span: str
    """Its 80 % range; "as given" for what was chosen."""
    source: str
    """Its source or assumption; blank where there is none."""


def rows(plan: Plan) -> list[Row]:
    """Every number of a plan as a line of the table; what is not known has none."""
    numbers: list[tuple[str, str, Range | None, str]] = []
    run = plan.run
    if run is not None:
        numbers = [
            ("time", "seconds", run.seconds, "s"),
            ("device hours", "device_hours", run.device_hours, ""),
            ("memory of each device", "memory_bytes", run.memory_bytes, "B"),
            ("power of a device at work", "watts", run.watts, "W"),
            ("PUE", "pue", run.pue, ""),
            ("energy", "energy_joules", _in(run.energy_joules, HOUR), "Wh"),
            ("carbon (CO2e)", "carbon_kg", _in(run.carbon_kg, 1000), "tonnes"),
        ]
    numbers += [(f"cost: {name}", name, part, "USD") for name, part in plan.parts_usd.items()]
    listed = [_row(plan, name, key, value, unit) for name, key, value, unit in numbers if value]
    if len(plan.parts_usd) > 1 and plan.usd is not None:
        listed.append(
            Row(
                name="cost in all",
                value=rounded(plan.usd.value, "USD"),
                span=span(plan.usd, "USD"),
                source="the parts added; distances to the ends as the root of the sum of squares",
            )
        )
    return listed


def _in(value: Range | None, unit: float) -> Range | None:
    """A range counted in a larger unit."""
    return None if value is None else value.scaled(1 / unit)


def _row(plan: Plan, name: str, key: str, value: Range, unit: str) -> Row:
    source = plan.notes.get(key, "").strip()
    shown = source if len(source) <= SOURCE_LONGEST else f"{source[: SOURCE_LONGEST - 3]}..."
    return Row(name=name, value=rounded(value.value, unit), span=span(value, unit), source=shown)


def span(value: Range, unit: str) -> str:
    """The two ends of a range as text; none where they are equal.

    >>> span(Range(low=110_089, value=143_690, high=206_490), "USD").replace(chr(0x202F), " ")
    'USD 110 000 to 210 000'
    """
    if value.low == value.high:
        return "none"
    low, high = rounded(value.low, unit), rounded(value.high, unit)
    return f"{low} to {high.removeprefix('USD ')}"


def rounded(value: Number, unit: str) -> str:
    """A number as `fmt` shows it, with `DIGITS` significant digits and no more.

    >>> rounded(234_775, "s")
    '2.7 days'
    >>> rounded(143_690, "USD").replace(chr(0x202F), " ")
    'USD 140 000'
    """
    # rounded before `fmt`, which shows a small whole number in full whatever `digits` says
    return fmt(float(f"{float(value):.{DIGITS - 1}e}"), unit, DIGITS)


def _at_most(name: str, text: str, longest: int, blank: bool = False) -> None:
    if not blank:
        check_text(name, text)
    if len(text) > longest:
        raise ValueError(
            f"{name} must have at most {longest} characters, so that the page stays one, "
            f"has {len(text)}"
        )
