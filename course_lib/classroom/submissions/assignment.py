"""An exercise as it is graded: its cells, and what is looked for in a submission."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from course_lib.authoring import derive, markers, places, source
from course_lib.authoring.cell import OWNERS, TRIED, Cell, owners
from course_lib.authoring.needed import names_given, names_taken
from course_lib.classroom.submissions.matching import Wanted

__all__ = ["Assignment", "read"]


@dataclass(frozen=True)
class Assignment:
    """One exercise; hashable, so that what is made from it is made once."""

    name: str
    """Such as "01_parameters"."""
    parts: tuple[Cell, ...]
    """Its cells that are code, in order, without those that are only tried."""
    stubs: tuple[tuple[str, str], ...]
    """Each answer as it is handed out, by id."""
    known: frozenset[str]
    """Ids of all its cells."""

    @cached_property
    def tasks(self) -> list[Cell]:
        """Its tasks, in order."""
        return owners(self.parts)

    @cached_property
    def answers(self) -> list[Cell]:
        """Its answers, later parts of a task included."""
        return [cell for cell in self.parts if cell.role in OWNERS]

    @cached_property
    def wanted(self) -> list[Wanted]:
        """What is looked for in a submission."""
        return [_wanted(cell, dict(self.stubs)[cell.name]) for cell in self.answers]

    @cached_property
    def given(self) -> frozenset[str]:
        """Names that the exercise's own cells give."""
        own = (cell.text for cell in self.parts if cell.role in (None, "measured"))
        names = (names_given(text) for text in own)
        return frozenset().union(*names, *(each.gives for each in self.wanted))

    @cached_property
    def measured_names(self) -> frozenset[str]:
        """Names that its measuring cells give."""
        cells = [cell for cell in self.parts if cell.role == "measured"]
        return frozenset().union(*(names_given(cell.text) for cell in cells))

    @cached_property
    def looked_at(self) -> dict[str, list[str]]:
        """Names that each answer gives and that a cell below it may read."""
        read = {
            name
            for cell in self.parts
            if cell.role not in OWNERS
            for name in names_taken(cell.text)
        }
        return {
            cell.name: sorted(names_given(markers.strip(cell.text)) & (read | {cell.name}))
            for cell in self.answers
        }

    def belonging(self, task: Cell, *roles: str) -> list[Cell]:
        """The cells of some roles that belong to a task."""
        return [cell for cell in self.parts if cell.owner == task.name and cell.role in roles]

    def max_points(self, task: Cell) -> int:
        """Points of a task in all."""
        graded = self.belonging(task, "check", "hidden")
        return sum(cell.points or 0 for cell in [task, *graded])

    @property
    def fingerprint(self) -> str:
        """Of all that decides points: another one means that work must be graded again."""
        text = "\n".join(f"{cell.name} {cell.points}\n{cell.text}" for cell in self.parts)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _wanted(cell: Cell, stub: str) -> Wanted:
    """What is looked for as one answer."""
    is_text = cell.role == "free_text"
    gives = {cell.name} if is_text else names_given(stub) & names_given(markers.strip(cell.text))
    return Wanted(name=cell.name, gives=frozenset(gives), stub=stub, is_text=is_text)


def read(name: str, folder: Path) -> Assignment:
    """An exercise by any name that `course lab` knows it by.

    Args:
        name: such as "01_parameters" or "1".
        folder: the course's `source/exercises`.

    Raises:
        UnknownLesson: there is none; with all there are.
    """
    full = places.resolve(name, places.names(folder, ".py"))
    cells = source.read(folder / f"{full}.py")
    stubs = {node.id: node.source for node in derive.exercise(cells).cells}
    return Assignment(
        name=full,
        parts=tuple(cell for cell in cells if cell.kind == "code" and cell.role not in TRIED),
        stubs=tuple((cell.name, stubs[cell.name]) for cell in cells if cell.role in OWNERS),
        known=frozenset(cell.name for cell in cells),
    )
