"""What a measuring cell made, kept for the next answer that is tried.

A cell that trains or measures takes seconds, and an exercise is tried with some fifty answers. What
such a cell makes is the same for all of them, unless it reads an answer. So it runs once, and each
trial gets a copy of its own.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from course_lib.authoring.cell import OWNERS, TRIED, Cell
from course_lib.authoring.needed import names_bound, names_used

__all__ = ["Kept", "measuring"]


class Kept:
    """What the measuring cells of one exercise made."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        """Take the whole exercise, in order."""
        self.names = measuring(cells)
        self._made: dict[str, dict[str, Any]] = {}

    def keep(self, cell: str, made: dict[str, Any]) -> None:
        """Keep what a cell gave names, by those names. What has no copy, such as a generator, is
        made anew each time."""
        if cell in self.names:
            try:
                # copied here too: the answer that is tried now may change what it was given
                self._made[cell] = copy.deepcopy(made)
            except (TypeError, RuntimeError, NotImplementedError, copy.Error):
                self._made.pop(cell, None)

    def given_back(self, cell: str) -> dict[str, Any] | None:
        """A fresh copy of what a cell made, or None if it must run."""
        return copy.deepcopy(self._made[cell]) if cell in self._made else None


def measuring(cells: Sequence[Cell]) -> frozenset[str]:
    """Names of the measuring cells that read no answer, not even by way of another cell.

    >>> roles = {"task": "answer", "clock": "measured", "own": "measured"}
    >>> texts = {"task": "width = 8", "clock": "t = time_it(16)", "own": "mine = time_it(width)"}
    >>> cells = [Cell(name=n, kind="code", role=roles[n], text=texts[n]) for n in roles]
    >>> sorted(measuring(cells))
    ['clock']
    """
    answered: set[str] = set()
    found = set()
    for cell in cells:
        if cell.kind != "code" or cell.role in TRIED:
            continue
        if cell.role in OWNERS or names_used(cell.text) & answered:
            answered |= names_bound(cell.text)
        elif cell.role == "measured":
            found.add(cell.name)
    return frozenset(found)
