"""What exercises are held to one after the other, as they are rewritten: hints in three steps,
answers enough to try each message, and measurements that show themselves.

Design choices:
- `HELD` names the exercises that must keep this; the others get one warning with what they lack.
- A measuring task has two cells beside its function: one measures and shows what it found, one
  hands that to the learner's function. So a mistake in the function costs no new measurement.
- Whether the answers that are tried do what they should is found by running them, not here.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from course_lib.authoring.cell import Cell, owned, owners
from course_lib.authoring.contract.fault import Fault
from course_lib.authoring.contract.reading import Page, parsed
from course_lib.authoring.needed import names_bound, names_used

HELD = (
    "01_parameters",
    "02_datasets",
    "03_attention",
    "04_hardware",
    "05_inference",
    "06_serving",
    "07_images",
    "08_precision",
    "09_memory",
    "10_parallelism",
    "11_thinking",
    "12_energy",
    "13_cost",
    "14_access",
    "16_capstone",
)
"""Exercises that keep this."""

HINTS = ["Hint 1: the idea", "Hint 2: the next step", "Hint 3: the formula"]
TRIED = {"wrong": 8, "variant": 2}
"""Answers of each kind that a task needs at least, words excepted."""
TRIED_IN_WORDS = {"wrong": 3, "variant": 2}
SHOWS = {"say", "table", "print", "attempt"}
"""Functions that show what a cell measured."""
WITH_DEMOS = "course_lib.demos"

__all__ = ["HELD", "faults", "section_text"]


def faults(page: Page, cells: Sequence[Cell]) -> Iterator[Fault]:
    """What an exercise lacks: errors where it is held to it, else one warning."""
    lacking = [*_task_lacks(cells), *_measuring_lacks(cells)]
    if lacking and cells[0].home in HELD:
        for cell, message in lacking:
            yield page.fault("error", message, cell)
    elif lacking:
        first = "; ".join(f"{cell}: {message}" for cell, message in lacking[:2])
        yield page.fault("warning", f"{len(lacking)} things lack for the fuller form, as {first}")


def _task_lacks(cells: Sequence[Cell]) -> Iterator[tuple[str, str]]:
    """Hints and tried answers, as (task, what is missing)."""
    for task in owners(cells):
        folds = re.findall(r"<summary>(.*?)</summary>", section_text(cells, task))
        if folds != HINTS:
            yield task.name, f"its folds are {folds}, not {HINTS}"
        needs = TRIED_IN_WORDS if task.role == "free_text" else TRIED
        for role, least in needs.items():
            if (found := len(owned(cells, task.name, role))) < least:
                yield task.name, f"{found} answers with role {role}, {least} or more"


def _measuring_lacks(cells: Sequence[Cell]) -> Iterator[tuple[str, str]]:
    """Cells that measure: they show what they found, and leave the learner's function to another
    cell."""
    answers = {name for cell in cells if cell.role == "answer" for name in _defined(cell.text)}
    demos = {name for cell in cells if cell.role is None for name in _from_demos(cell)}
    for cell in cells:
        if cell.kind != "code" or cell.role not in (None, "measured"):
            continue
        used = names_used(cell.text)
        if cell.role is None and used & demos:
            yield cell.name, "measures or trains: give it role measured"
        if cell.role == "measured" and not used & SHOWS:
            yield cell.name, "measures and shows nothing: say what was found"
        if used & demos and used & answers:
            mixed = ", ".join(sorted(used & answers))
            yield cell.name, f"measures and calls the learner's {mixed}: that is for the next cell"


def _defined(text: str) -> set[str]:
    """Names that an answer gives a value at its top level."""
    functions = {node.name for node in parsed(text).body if isinstance(node, ast.FunctionDef)}
    return functions or names_bound(text)


def _from_demos(cell: Cell) -> Iterator[str]:
    """Names that a cell imports from the demos, which train, measure and run models."""
    for node in ast.walk(parsed(cell.text) if cell.kind == "code" else ast.parse("")):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(WITH_DEMOS):
            yield from (alias.asname or alias.name for alias in node.names)


def section_text(cells: Sequence[Cell], task: Cell) -> str:
    """The markdown of the section (from one `## ` heading to the next) that a task stands in."""
    sections: list[list[Cell]] = [[]]  # the first holds what stands above all headings
    for cell in cells:
        if cell.kind == "markdown" and re.search(r"^## ", cell.text, flags=re.MULTILINE):
            sections.append([])
        sections[-1].append(cell)
    mine = next(section for section in sections if task in section)
    return "\n".join(cell.text for cell in mine if cell.kind == "markdown")
