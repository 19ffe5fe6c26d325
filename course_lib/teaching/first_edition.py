"""A learner's file of the first edition, read as one of today: its lessons had other numbers.

Design choices:
- The first edition's file says version 1; today's says 2. Nothing but numbers of lessons differs.
- Only names and keys that the first edition wrote are carried over; what is not known stays as it
  is, because nothing in a learner's file is thrown away.
"""

from __future__ import annotations

from typing import Any

MOVED = {
    "06_images": "07_images",
    "07_precision": "08_precision",
    "08_memory": "09_memory",
    "09_parallelism": "10_parallelism",
    "10_energy": "12_energy",
    "11_cost": "13_cost",
    "12_myths": "15_myths",
    "13_capstone": "16_capstone",
}
"""Lessons by their names of the first edition; those that are missing kept theirs."""
NUMBERS = {old[:2]: new[:2] for old, new in MOVED.items()}

__all__ = ["MOVED", "carried_over"]


def carried_over(state: dict[str, Any]) -> dict[str, Any]:
    """A state of version 1 as one of version 2: lessons, lines of the bill and points under today's
    numbers.

    >>> old = {"version": 1, "quiz": {"q": {"lesson": "11_cost"}}, "bill": {"11": {}, "05": {}}}
    >>> carried_over(old)
    {'version': 2, 'quiz': {'q': {'lesson': '13_cost'}}, 'bill': {'13': {}, '05': {}}}
    """
    return {
        name: _keys(_entries(section)) if isinstance(section, dict) else section
        for name, section in (state | {"version": 2}).items()
    }


def _entries(section: dict[str, Any]) -> dict[str, Any]:
    """The entries of a section, each with its lesson's name of today."""
    return {
        key: entry | {"lesson": MOVED.get(str(entry["lesson"]), entry["lesson"])}
        if isinstance(entry, dict) and isinstance(entry.get("lesson"), str)
        else entry
        for key, entry in section.items()
    }


def _keys(section: dict[str, Any]) -> dict[str, Any]:
    """A section whose keys are lessons (the bill, points) under today's numbers."""
    return {MOVED.get(key, NUMBERS.get(key, key)): entry for key, entry in section.items()}
