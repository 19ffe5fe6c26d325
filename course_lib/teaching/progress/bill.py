"""The reader's bill: each lesson adds a line, and the last lesson starts from it.

Design choices:
- A line belongs to a lesson and names its item; the same item of the same lesson replaces its line,
  so that a lesson may be run again.
- Amounts are plain numbers in base units, under the six names of `UNITS`; a line holds those it
  knows, and no others.
- The bill lives in the learner's file, in a section of its own that older files do not have. What
  is there and is no line is passed over: a lesson never stops for its notes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from course_lib.teaching import state
from course_lib.teaching.say.fmt import fmt
from course_lib.teaching.say.forms import check_text
from course_lib.teaching.say.say import table

__all__ = ["Line", "bill", "lines", "with_line"]

SECTION = "bill"
UNITS = {
    "parameters": "",
    "flops": "FLOP",
    "bytes": "B",
    "seconds": "s",
    "joules": "J",
    "usd": "USD",
}
"""The amounts a line may hold, in the order of the columns, each with its unit of `fmt`."""
COLUMNS = {
    "parameters": "weights",
    "flops": "work",
    "bytes": "bytes",
    "seconds": "time",
    "joules": "energy",
}
COLUMNS |= {"usd": "price"}
LESSON = re.compile(r"\d\d")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the bill."""

    lesson: str
    """The lesson's number, such as "00"."""
    item: str
    """What the amounts are for."""
    amounts: Mapping[str, float]
    """Amounts by their names in `UNITS`, in base units (FLOP, bytes, seconds, joules, US
    dollars)."""


def bill(lesson: str, item: str, **amounts: float) -> None:
    """Put one line on the reader's bill, replacing an earlier one of that lesson and item, and show
    the bill so far.

    Args:
        lesson: the lesson's number, such as "00".
        item: what the amounts are for, such as "one answer of 300 words".
        amounts: one or more of `parameters`, `flops`, `bytes`, `seconds`, `joules` and `usd`, in
            base units.

    Raises:
        ValueError: a bad lesson, no item, no amount, an unknown one, or one that is negative or not
        finite.
        TypeError: an amount is no number.

    >>> from course_lib.teaching.state import empty
    >>> [line.amounts for line in lines(with_line(empty(), "00", "one answer", {"flops": 7e12}))]
    [{'flops': 7000000000000.0}]
    """
    checked = check(lesson, item, amounts)
    show(lines(state.change(lambda old: with_line(old, lesson, item, checked))))


def with_line(
    old: state.State, lesson: str, item: str, amounts: Mapping[str, float]
) -> state.State:
    """The learner's state with one line put in or replaced."""
    section = state.section(old, SECTION)
    items = state.section(section, lesson)
    return old | {SECTION: section | {lesson: items | {item: dict(amounts)}}}


def lines(kept: state.State | None = None) -> list[Line]:
    """The bill as it stands in the learner's file (or in a state), by lesson and item."""
    section = (state.read() if kept is None else kept).get(SECTION)
    return [
        Line(
            lesson=lesson,
            item=item,
            amounts={name: amounts[name] for name in UNITS if name in amounts},
        )
        for lesson, items in sorted(section.items() if isinstance(section, dict) else ())
        for item, amounts in sorted(items.items() if isinstance(items, dict) else ())
        if _is_line(amounts)
    ]


def show(listed: list[Line]) -> None:
    """The bill as a table, with a column for each amount that any line has."""
    used = [name for name in UNITS if any(name in line.amounts for line in listed)]
    rows = [[line.lesson, line.item, *(_cell(line, name) for name in used)] for line in listed]
    table(rows, ["lesson", "for", *(COLUMNS[name] for name in used)], caption="Your bill so far")


def check(lesson: str, item: str, amounts: Mapping[str, Any]) -> dict[str, float]:
    """The amounts as plain numbers, if lesson, item and amounts make a line. Errors are those of
    `bill`."""
    if not isinstance(lesson, str) or not LESSON.fullmatch(lesson):
        raise ValueError(f"lesson={lesson!r}: must be a lesson's number, such as '00'")
    check_text("item", item)
    if not amounts or set(amounts) - set(UNITS):
        raise ValueError(f"amounts={sorted(amounts)}: must be one or more of {', '.join(UNITS)}")
    for name, value in amounts.items():
        try:
            fmt(value, UNITS[name])
        except (TypeError, ValueError) as problem:
            raise type(problem)(f"{name}: {problem}") from problem
        if value < 0:
            raise ValueError(f"{name}={value!r}: must not be negative")
    return {name: _plain(value) for name, value in amounts.items()}


def _plain(value: Any) -> float:
    """A number that JSON can hold, numpy's included."""
    # up to 2**53 a float holds every whole number exactly
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else float(value)


def _is_line(amounts: Any) -> bool:
    """Whether what the file holds was written by `bill`."""
    try:
        check("00", "item", {name: amounts[name] for name in UNITS if name in amounts})
    except (TypeError, ValueError):
        return False
    return True


def _cell(line: Line, name: str) -> str:
    return fmt(line.amounts[name], UNITS[name]) if name in line.amounts else ""
