"""Rows of the bill: what a row holds, and how rows live in the learner's file.

Design choices:
- A row belongs to a lesson and names its item; the same item of the same lesson replaces its row,
  so that a lesson may be run again. A lesson may have several rows, kept in their order.
- A row has two columns with one unit, the answer and the run; either may be blank. Rows are of
  different things, so they are never added up.
- The rows stand in a section of their own. The lines of the first edition's bill had other columns;
  they stay in the file and are passed over. So is whatever else is no row: a lesson never stops for
  its notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from course_lib.display.fmt import fmt
from course_lib.display.show import recorded
from course_lib.teaching import state
from course_lib.teaching.say.forms import check_text

SECTION = "bill_rows"
LESSON = re.compile(r"\d\d")
COLUMNS = ("answer", "run")

__all__ = ["COLUMNS", "Row", "kept", "row_of", "with_row"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the bill.

    >>> Row(lesson="12", item="energy", answer=1.5, unit="Wh").cells
    ('1.50 Wh', '–')
    """

    lesson: str
    """The lesson's number, such as "00"."""
    item: str
    """What the amounts are of, such as "bytes held"."""
    answer: float | None = None
    """The amount for the answer, in the base unit; None where it has none."""
    run: float | None = None
    """The amount for the run, likewise."""
    unit: str = ""
    """The unit of both, as `fmt` takes it."""

    def __post_init__(self) -> None:
        if not isinstance(self.lesson, str) or not LESSON.fullmatch(self.lesson):
            raise ValueError(f"lesson={self.lesson!r}: must be a lesson's number, such as '00'")
        check_text("item", self.item)
        if self.answer is None and self.run is None:
            raise ValueError("answer, run: at least one of the two must be given")
        _check_unit(self.unit)
        for name in COLUMNS:
            _check_amount(name, getattr(self, name), self.unit)

    @property
    def cells(self) -> tuple[str, str]:
        """The two amounts as people read them; a dash where there is none."""
        return _shown(self.answer, self.unit), _shown(self.run, self.unit)

    def record(self) -> dict[str, Any]:
        """The row as plain data, amounts to three significant digits."""
        amounts = {
            name: None if getattr(self, name) is None else recorded(getattr(self, name))
            for name in COLUMNS
        }
        return {"lesson": self.lesson, "item": self.item, **amounts, "unit": self.unit}


def row_of(entry: Any) -> Row | None:
    """A row from plain data, or None where it is none."""
    if not isinstance(entry, Mapping):
        return None
    names = ("lesson", "item", *COLUMNS, "unit")
    try:
        return Row(**{name: entry[name] for name in names})
    except (KeyError, TypeError, ValueError):
        return None


def with_row(old: state.State, row: Row) -> state.State:
    """The learner's state with one row put in, or in the place of the one with its item.

    >>> once = with_row(state.empty(), Row(lesson="12", item="energy", answer=1.5, unit="Wh"))
    >>> [row.answer for row in kept(with_row(once, Row(lesson="12", item="energy", answer=2)))]
    [2]
    """
    section = state.section(old, SECTION)
    before = section.get(row.lesson)
    entries = list(before) if isinstance(before, list) else []
    items = [each.get("item") if isinstance(each, dict) else None for each in entries]
    place = items.index(row.item) if row.item in items else len(entries)
    entries[place : place + 1] = [row.record()]
    return old | {SECTION: section | {row.lesson: entries}}


def kept(notes: state.State | None = None) -> list[Row]:
    """The rows in the learner's file (or in a state), lesson by lesson."""
    section = state.section(state.read() if notes is None else notes, SECTION)
    return _rows(
        entry
        for _, entries in sorted(section.items())
        for entry in (entries if isinstance(entries, list) else ())
    )


def _shown(value: float | None, unit: str) -> str:
    """An amount as people read it; some thousands of whole things in all their digits.

    >>> _shown(16_384, "cards").replace(chr(0x202F), " "), _shown(15.6e12, "tokens")
    ('16 384 cards', '15.6 trillion tokens')
    """
    if value is None:
        return "–"
    text = fmt(value, unit)
    return fmt(value, unit, exact=True) if " thousand" in text and value == int(value) else text


def _rows(entries: Iterable[Any]) -> list[Row]:
    return [row for row in map(row_of, entries) if row is not None]


def _check_unit(unit: Any) -> None:
    if not isinstance(unit, str):
        raise TypeError(f"unit={unit!r}: must be a text")
    try:
        fmt(1, unit)
    except ValueError as problem:
        raise ValueError(f"unit: {problem}") from problem


def _check_amount(name: str, value: Any, unit: str) -> None:
    """Refuse what is no finite number of at least zero, by the argument's name."""
    if value is None:
        return
    try:
        fmt(value, unit)
    except (TypeError, ValueError) as problem:
        raise type(problem)(f"{name}: {problem}") from problem
    if value < 0:
        raise ValueError(f"{name}={value!r}: must not be negative")
