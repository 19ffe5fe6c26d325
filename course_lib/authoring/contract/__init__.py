"""Holds built notebooks to the lesson contract: budget, headings, claims, prose, figures, static
health.

`reading` takes a notebook apart; `budget`, `shape`, `prose`, `glossary`, `figures`, `health` and
`exercise` each hold one part of the contract and yield findings. Rules that bind are errors, hints
for the author are warnings.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from course_lib.authoring.cell import Cell, owners
from course_lib.authoring.contract import budget, exercise, figures, glossary, health, prose, shape
from course_lib.authoring.contract.finding import Finding
from course_lib.authoring.contract.reading import Page

__all__ = ["Finding", "exercise_findings", "lesson_findings", "solution_findings"]


def lesson_findings(notebook: Any, name: str, tasks: Sequence[Cell] = ()) -> Iterator[Finding]:
    """Everything amiss in a built lesson; `tasks` are its exercise's cells, whose ids the
    objectives must name."""
    page = Page(notebook, f"lessons/{name}")
    ids = [task.name for task in owners(tasks)]
    yield from shape.findings(page, name, ids)
    yield from budget.findings(page)
    yield from prose.findings(page)
    yield from glossary.findings(page)
    yield from figures.findings(page)
    yield from health.findings(page)


def solution_findings(notebook: Any, name: str) -> Iterator[Finding]:
    """Everything amiss in a built solution: it must have run in order, without error, and name no
    machine."""
    page = Page(notebook, f"solutions/{name}")
    yield from health.findings(page)
    yield from figures.alt_text_findings(page)


def exercise_findings(notebook: Any, name: str, cells: Sequence[Cell]) -> Iterator[Finding]:
    """Everything amiss in a built exercise and the source `cells` it comes from."""
    page = Page(notebook, f"exercises/{name}")
    yield from shape.title_findings(page, name)
    yield from prose.dollar_findings(page)
    yield from glossary.findings(page)
    yield from health.path_findings(page)
    yield from exercise.findings(page, cells)
