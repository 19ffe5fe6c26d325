"""Holds built notebooks to the lesson contract: budget, headings, claims, prose, figures, static
health.

`reading` takes a notebook apart; `budget`, `shape`, `form`, `prose`, `glossary`, `figures`,
`health` and `exercise` each hold one part of the contract and yield faults. Rules that bind are
errors, hints for the author are warnings.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from course_lib.authoring.cell import Cell, owners
from course_lib.authoring.contract import (
    budget,
    exercise,
    figures,
    form,
    glossary,
    health,
    prose,
    shape,
)
from course_lib.authoring.contract.fault import Fault
from course_lib.authoring.contract.reading import Page

__all__ = ["Fault", "exercise_faults", "lesson_faults", "solution_faults"]


def lesson_faults(notebook: Any, name: str, tasks: Sequence[Cell] = ()) -> Iterator[Fault]:
    """Everything amiss in a built lesson; `tasks` are its exercise's cells, whose ids the
    objectives must name."""
    page = Page(notebook, f"lessons/{name}")
    ids = [task.name for task in owners(tasks)]
    yield from shape.faults(page, name, ids)
    yield from budget.faults(page, folded=name in form.HELD)
    yield from form.faults(page, name)
    yield from prose.faults(page)
    yield from glossary.faults(page)
    yield from figures.faults(page)
    yield from health.faults(page)


def solution_faults(notebook: Any, name: str) -> Iterator[Fault]:
    """Everything amiss in a built solution: it must have run in order, without error, and name no
    machine."""
    page = Page(notebook, f"solutions/{name}")
    yield from health.faults(page)
    yield from figures.alt_text_faults(page)


def exercise_faults(notebook: Any, name: str, cells: Sequence[Cell]) -> Iterator[Fault]:
    """Everything amiss in a built exercise and the source `cells` it comes from."""
    page = Page(notebook, f"exercises/{name}")
    yield from shape.title_faults(page, name)
    yield from prose.dollar_faults(page)
    yield from glossary.faults(page)
    yield from health.path_faults(page)
    yield from exercise.faults(page, cells)
