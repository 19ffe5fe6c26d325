"""Tries an exercise in plain Python, without a kernel: which checks pass for the solution, the
stub, a wrong answer.

Design choices: cells run one after another in one namespace, as in the notebook. Visible checks see
that namespace; hidden ones see only the names that answers define, and `rng`, because that is all
the grader gives them. A check that stops for any reason has failed, with that reason as message.
For a wrong answer only its own task is tried, and only what that can depend on (`needed`) is run.
"""

from collections.abc import Sequence
from typing import Any, Literal

from course_lib.authoring import derive
from course_lib.authoring.cell import OWNERS, Cell
from course_lib.authoring.needed import needed
from course_lib.errors import TrialError

Answers = Literal["solution", "stub", "wrong"]
Outcome = dict[str, str | None]
"""Name of each check, visible or hidden -> None where it passed, else the message it failed
with."""

NOT_ANSWERED = "not answered yet"
"""What every visible check says of an untouched stub."""


def run(
    cells: Sequence[Cell],
    answers: Answers = "solution",
    wrong: Cell | None = None,
    seeds: Sequence[int] = (0,),
) -> Outcome:
    """Run an exercise with one set of answers; with "wrong", the cell `wrong` stands in for the
    answer that owns it.

    Hidden checks run once for each of `seeds`, which feed `rng()`; the first failure is told.
    Raises `TrialError` where a cell that is not a check fails.
    """
    texts = _texts(cells, answers, wrong)
    if wrong is not None:
        required = needed(cells, texts, str(wrong.owner))
        cells = [
            cell
            for cell in cells
            if cell.name in required or (_is_check(cell) and cell.owner == wrong.owner)
        ]
    namespace: dict[str, Any] = {"__name__": "exercise"}
    defined: dict[str, Any] = {}
    outcome: Outcome = {}
    for cell in cells:
        if cell.kind != "code" or cell.role == "wrong":
            continue
        if cell.role == "check":
            outcome[cell.name] = _verdict(cell.text, cell.name, namespace)
        elif cell.role == "hidden":
            # a generator: the first seed that fails is the last one tried
            said = (_verdict(cell.text, cell.name, _grader_names(defined, seed)) for seed in seeds)
            outcome[cell.name] = next((message for message in said if message is not None), None)
        else:
            # what a cell defines: a name that is new, or that stands for another object than before
            before = dict(namespace)
            _execute(texts[cell.name], cell.name, namespace)
            if cell.role in OWNERS:
                defined |= {
                    name: value
                    for name, value in namespace.items()
                    if name not in before or before[name] is not value
                }
    return outcome


def _is_check(cell: Cell) -> bool:
    return cell.role in ("check", "hidden")


def _texts(cells: Sequence[Cell], answers: Answers, wrong: Cell | None) -> dict[str, str]:
    """What stands in each cell: taken from the very notebooks that are built, so that nothing else
    is tried."""
    if (answers == "wrong") != (wrong is not None):
        raise ValueError(
            f"wrong must be given with answers='wrong' and only then, got {answers!r} and {wrong!r}"
        )
    notebook = derive.exercise(cells) if answers == "stub" else derive.solution(cells)
    texts = {node.id: node.source for node in notebook.cells}
    if wrong is not None:
        texts[str(wrong.owner)] = wrong.text
    return texts


def _execute(text: str, name: str, namespace: dict[str, Any]) -> None:
    """Run one cell that must not fail."""
    try:
        # compiled under the cell's name, so that a traceback says where
        exec(compile(text, f"<{name}>", "exec"), namespace)
    except Exception as error:
        raise TrialError(f"cell {name} fails: {_message(error)}") from error


def _verdict(text: str, name: str, namespace: dict[str, Any]) -> str | None:
    """Run one check: None if it passes, else why not."""
    try:
        exec(compile(text, f"<{name}>", "exec"), namespace)
    except Exception as error:
        return _message(error)
    return None


def _message(error: Exception) -> str:
    """An error as the learner reads it: an assertion's own words, another error with its type."""
    return str(error) if isinstance(error, AssertionError) else f"{type(error).__name__}: {error}"


def _grader_names(defined: dict[str, Any], seed: int) -> dict[str, Any]:
    """A fresh namespace as the grader makes it: what answers define, and numbers from a seed."""
    import numpy as np

    return {"__name__": "hidden", **defined, "rng": lambda: np.random.default_rng(seed)}
