"""A plan written down as plain data, and read again: what is handed in, and what stands in a file.

Design choices:
- Ranges are lists of low, estimate and high; everything else is as in the records.
- Reading is strict: a missing or unknown field, or a range that is none, is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from course_lib.estimators.project.plan import RANGES, RunPlan, Work
from course_lib.estimators.ranges import Range

OPTIONAL = frozenset({"notes", "work"})


def as_data(plan: RunPlan) -> dict[str, Any]:
    """The plan as plain data for JSON: ranges as [low, value, high].

    >>> price = Range(low=70, value=100, high=140)
    >>> as_data(RunPlan(purpose="letters", way="call", parts_usd={"API": price}, usd=price))["usd"]
    [70.0, 100.0, 140.0]
    """
    top: dict[str, Any] = {"purpose": plan.purpose, "way": plan.way, "usd": _ends(plan.usd)}
    top["parts_usd"] = {name: _ends(part) for name, part in plan.parts_usd.items()}
    held = (
        {}
        if plan.work is None
        else {each.name: getattr(plan.work, each.name) for each in fields(Work)}
    )
    top["work"] = {
        name: _ends(value) if isinstance(value, Range) else value for name, value in held.items()
    } or None
    return top | {"notes": dict(plan.notes)}


def from_data(data: Mapping[str, Any]) -> RunPlan:
    """A plan from plain data, as `as_data` writes it.

    >>> letters = {"purpose": "letters", "way": "call", "parts_usd": {"API": [70, 100, 140]}, "usd": [70, 100, 140]}
    >>> from_data(letters).usd.high
    140

    Raises:
        ValueError: a field is missing or unknown, or a number breaks its rule.
        TypeError: a range is no list of three numbers.
    """
    _only("plan", data, {each.name for each in fields(RunPlan)}, optional=OPTIONAL)
    work = data.get("work")
    if work is not None:
        _only("work", work, {each.name for each in fields(Work)})
        numbers: dict[str, Any] = {
            name: _range(name, each) if name in RANGES else each for name, each in work.items()
        }
        work = Work(**numbers)
    parts = {name: _range(name, part) for name, part in data["parts_usd"].items()}
    return RunPlan(
        purpose=data["purpose"],
        way=data["way"],
        work=work,
        parts_usd=parts,
        usd=_range("usd", data["usd"]),
        notes=data.get("notes", {}),
    )


def _ends(value: Range) -> list[float]:
    return [float(value.low), float(value.value), float(value.high)]


def _range(name: str, ends: Any) -> Range:
    if not isinstance(ends, list | tuple) or len(ends) != 3:
        raise TypeError(f"{name} must be a list of low, estimate and high, got {ends!r}")
    try:
        return Range(low=ends[0], value=ends[1], high=ends[2])
    except (TypeError, ValueError) as problem:
        raise type(problem)(f"{name}: {problem}") from problem


def _only(
    what: str, data: Mapping[str, Any], known: set[str], optional: frozenset[str] = frozenset()
) -> None:
    """Refuse missing and unknown fields."""
    missing, extra = sorted(known - optional - set(data)), sorted(set(data) - known)
    if missing or extra:
        raise ValueError(
            f"{what} must have the fields of a plan; missing: {missing}, unknown: {extra}"
        )
