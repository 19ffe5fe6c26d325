"""Every prediction beside what a learner has read before it, so that a person can judge whether the
answer was given away.

Design choices:
- Nothing is judged here. What can be searched for is: numbers of the answer that stand in an
  earlier lesson's key points, or above the question itself.
- The answer is read from the built notebook, where the reveal shows it: nothing is run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_lib.authoring.contract.form import outputs_read
from course_lib.authoring.contract.reading import TAG, Page, parsed
from course_lib.authoring.places import names

ASKS = ("predict", "predict_choice", "predict_ranking", "predict_range")
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
TELLING = 3
"""Characters of a number from which on it can give something away: 8 stands everywhere."""
LEARNED = "Key points"

__all__ = ["Prediction", "listing", "predictions"]


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """One question, with its surroundings."""

    lesson: str
    """The lesson's name."""
    id: str
    """The prediction's id."""
    above: str
    """All that stands above it in its lesson, typed and shown."""
    question: str
    """What the cell shows."""
    below: str
    """The next text below it, before the answer."""
    answer: str
    """What the reveal shows; empty where the lesson never reveals it."""
    shared: tuple[tuple[str, str], ...]
    """(where, number) of each number of the answer that an earlier lesson's key points hold, or the
    text above."""


def predictions(folder: Path) -> Iterator[Prediction]:
    """The predictions of every built lesson in a folder, in order."""
    import nbformat

    learned: list[tuple[str, str]] = []
    for name in names(folder):
        page = Page(nbformat.read(folder / f"{name}.ipynb", as_version=4), f"lessons/{name}")
        for at, cell in enumerate(page.notebook.cells):
            for variable, id in _asked(cell):
                yield _prediction(page, name, at, variable, id, learned)
        learned.append((name, _section_text(page, LEARNED)))


def listing(folder: Path, lessons: Collection[str]) -> Iterator[str]:
    """Those of some lessons as text for a reader, a piece each."""
    for found in predictions(folder):
        if found.lesson not in lessons:
            continue
        yield "\n".join(
            [
                f"=== {found.lesson} · {found.id}",
                *(f"    shares {number} with {where}" for where, number in found.shared),
                "--- above",
                found.above,
                "--- asked",
                found.question,
                "--- below, before the answer",
                found.below,
                "--- answer",
                found.answer or "(never revealed in this lesson)",
                "",
            ]
        )


def _asked(cell: Any) -> Iterator[tuple[str, str]]:
    """(variable, id) of each prediction that a cell asks and keeps under a name."""
    if cell.cell_type != "code":
        return
    for node in ast.walk(parsed(cell.source)):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            function, arguments = node.value.func, node.value.args
            called = getattr(function, "id", getattr(function, "attr", ""))
            if called in ASKS and arguments and isinstance(arguments[0], ast.Constant):
                yield ast.unparse(node.targets[0]), str(arguments[0].value)


def _prediction(
    page: Page, name: str, at: int, variable: str, id: str, learned: Sequence[tuple[str, str]]
) -> Prediction:
    cells = page.notebook.cells
    answer = next((_shown(cell) for cell in cells[at:] if f"{variable}.reveal(" in cell.source), "")
    above = "\n".join(filter(None, map(_read, cells[:at])))
    below = next((_read(cell) for cell in cells[at + 1 :] if cell.cell_type == "markdown"), "")
    places = [
        ("the text above it", above),
        *((f"{was}'s key points", text) for was, text in learned),
    ]
    wanted = _numbers(answer)
    shared = tuple(
        (where, number) for where, text in places for number in sorted(wanted & _numbers(text))
    )
    return Prediction(
        lesson=name,
        id=id,
        above=above,
        question=_shown(cells[at]),
        below=below,
        answer=answer,
        shared=shared,
    )


def _read(cell: Any) -> str:
    """What a learner reads of one cell: its text, or what its code shows."""
    return str(cell.source) if cell.cell_type == "markdown" else _shown(cell)


def _shown(cell: Any) -> str:
    """What a cell shows, without tags."""
    return "\n".join(TAG.sub(" ", text).strip() for text in outputs_read(cell)).strip()


def _numbers(text: str) -> set[str]:
    """The numbers in a text that could give something away."""
    return {number for number in NUMBER.findall(text) if len(number) >= TELLING}


def _section_text(page: Page, heading: str) -> str:
    """All that stands under one heading, typed and shown."""
    starts = {start.cell: start.text for start in page.headings if start.level == 2}
    under, parts = "", []
    for cell in page.notebook.cells:
        under = starts.get(cell.id, under)
        if under == heading:
            parts.append(_read(cell))
    return "\n".join(parts)
