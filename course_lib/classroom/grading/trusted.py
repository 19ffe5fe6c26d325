"""What an exercise's own cells make, on the trusted side: once for all submissions.

Design choices: importing torch takes seconds, and so does measuring. So the set-up cell runs once
in a process of the grader, and a measuring cell when the first submission needs it; each submission
gets copies.
"""

from __future__ import annotations

import contextlib
import copy
import io
from collections.abc import Mapping
from functools import cached_property, lru_cache
from types import CodeType
from typing import Any

import numpy as np

from course_lib.authoring.cell import Cell
from course_lib.authoring.checked import measured_names
from course_lib.authoring.kept import Kept
from course_lib.authoring.needed import names_given, names_taken
from course_lib.classroom.grading.session import Stopped
from course_lib.classroom.submissions.assignment import Assignment

CHANGEABLE = (list, dict, set, np.ndarray)
"""Types of plain data that a function can change in place."""

__all__ = ["Trusted"]


class Trusted:
    """One exercise, set up."""

    def __init__(self, assignment: Assignment) -> None:
        """Run the cells in front of the first answer."""
        self.assignment = assignment
        self._codes: dict[str, CodeType] = {}
        self._kept = Kept(assignment.parts)
        self._names: dict[str, Any] = {"__name__": "exercise"}
        for cell in self._own:
            exec(self.code(cell), self._names)

    @staticmethod
    def of(assignment: Assignment) -> Trusted:
        """The one of this process."""
        return _of(assignment)

    @property
    def _own(self) -> list[Cell]:
        """Cells that neither are answered nor measure nor check."""
        return [cell for cell in self.assignment.parts if cell.role is None]

    @property
    def setup(self) -> str:
        """The text that a student's answers need above them."""
        return "\n".join(cell.text for cell in self._own)

    @cached_property
    def _wanted(self) -> dict[str, frozenset[str]]:
        """For each measuring cell, which of its names a check, an answer or a later cell that is
        wanted reads."""
        found: dict[str, frozenset[str]] = {}
        read: set[str] = set()
        for cell in reversed(self.assignment.parts):
            if cell.role == "measured":
                found[cell.name] = frozenset(names_given(cell.text) & read)
                if not found[cell.name]:
                    continue
            read |= names_taken(cell.text)
        return found

    def names(self) -> dict[str, Any]:
        """A namespace for one submission, as the set-up cell leaves it.

        Lists and the like are copies: a student's function may change what a check gives it.
        """
        return {
            name: copy.deepcopy(value) if type(value) in CHANGEABLE else value
            for name, value in self._names.items()
            if name != "__builtins__"  # Python's own, a dictionary too
        }

    def code(self, cell: Cell) -> CodeType:
        """A cell's code, compiled once, under its name."""
        if cell.name not in self._codes:
            self._codes[cell.name] = compile(cell.text, f"<{cell.name}>", "exec")
        return self._codes[cell.name]

    def kept_by(self, check: Cell) -> set[str]:
        """Measured names that a check keeps in a student's notebook."""
        return set(measured_names(self.assignment.parts, check))

    def measure(self, cell: Cell, names: dict[str, Any], measured: Mapping[str, Any]) -> None:
        """Give a measuring cell's names their values, where anything reads them.

        What the student's notebook carries comes first. A cell that reads no answer runs once; one
        that does, such as `attempt(...)`, runs for each submission and never fails it.
        """
        wanted = self._wanted[cell.name]
        if not wanted:
            return
        if wanted <= set(measured):
            names.update({name: measured[name] for name in wanted})
            return
        if cell.name not in self._kept.names:
            # whatever the answer does there, its check says it
            quiet = contextlib.redirect_stdout(io.StringIO())
            with contextlib.suppress(Exception, Stopped), quiet:
                exec(self.code(cell), names)
            return
        made = self._kept.given_back(cell.name)
        if made is None:
            made = self._made(cell)
            self._kept.keep(cell.name, made)
        names.update(made)

    def _made(self, cell: Cell) -> dict[str, Any]:
        """Measure, with the names of the cells above that measure without an answer."""
        names = self.names()
        for kept in self._kept.names:
            names |= self._kept.given_back(kept) or {}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(self.code(cell), names)
        return {name: names[name] for name in self._wanted[cell.name]}


@lru_cache(maxsize=4)
def _of(assignment: Assignment) -> Trusted:
    return Trusted(assignment)
