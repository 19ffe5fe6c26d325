"""Tries an exercise in plain Python, without a kernel: which checks pass for the solution, the
stub, a wrong answer, a variant.

Design choices: cells run one after another in one namespace, as in the notebook. Visible checks see
that namespace; hidden ones see only the names that answers define, and `rng`, because that is all
the grader gives them. A check that stops for any reason has failed, with that reason as message.
For an answer that stands in for another only its own task is tried, and only what that can depend
on (`needed`) is run. A measuring cell runs once for all answers (`kept`). Checks are those of the
solution, which keep no points.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

from course_lib.authoring import derive
from course_lib.authoring.cell import OWNERS, TRIED, Cell
from course_lib.authoring.kept import Kept
from course_lib.authoring.needed import needed
from course_lib.errors import TrialError

Answers = Literal["solution", "stub", "wrong", "variant"]
Outcome = dict[str, str | None]
"""Name of each check, visible or hidden -> None where it passed, else the message it failed
with."""

NOT_ANSWERED = "not answered yet"
"""What every visible check says of an untouched stub."""


def run(
    cells: Sequence[Cell],
    answers: Answers = "solution",
    instead: Cell | None = None,
    seeds: Sequence[int] = (0,),
) -> Outcome:
    """Run an exercise with one set of answers; with "wrong" and "variant", the cell `instead`
    stands in for an answer.

    Hidden checks run once for each of `seeds`, which feed `rng()`; the first failure is told.
    Raises `TrialError` where a cell that is not a check fails.
    """
    texts = _texts(cells, answers, instead)
    kept = _kept(tuple(cells))
    if instead is not None:
        required = needed(cells, texts, str(instead.owner))
        cells = [
            cell
            for cell in cells
            if cell.name in required or (_is_check(cell) and cell.owner == instead.owner)
        ]
    return _run(cells, texts, seeds, kept)[0]


def forget_measurements() -> None:
    """Let measuring cells run again at the next trial."""
    _kept.cache_clear()


def values(cells: Sequence[Cell]) -> dict[str, Any]:
    """What the solution's answers define, by name. Raises `TrialError` as `run` does."""
    return _run(cells, _texts(cells, "solution", None), (), _kept(tuple(cells)))[1]


def _run(
    cells: Sequence[Cell], texts: dict[str, str], seeds: Sequence[int], kept: Kept
) -> tuple[Outcome, dict[str, Any]]:
    """Run cells in order: what each check said, and what answers define."""
    namespace: dict[str, Any] = {"__name__": "exercise"}
    defined: dict[str, Any] = {}
    outcome: Outcome = {}
    for cell in cells:
        if cell.kind != "code" or cell.role in TRIED:
            continue
        if cell.role == "check":
            outcome[cell.name] = _verdict(texts[cell.name], cell.name, namespace)
        elif cell.role == "hidden":
            # a generator: the first seed that fails is the last one tried
            said = (_verdict(cell.text, cell.name, _grader_names(defined, seed)) for seed in seeds)
            outcome[cell.name] = next((message for message in said if message is not None), None)
        else:
            made = _made(cell.name, texts[cell.name], namespace, kept)
            if cell.role in OWNERS:
                defined |= made
    return outcome, defined


def _made(name: str, text: str, namespace: dict[str, Any], kept: Kept) -> dict[str, Any]:
    """Run one cell, or take what it made before: each name that is new, or that stands for another
    object than before."""
    if (given := kept.given_back(name)) is not None:
        namespace |= given
        return given
    before = dict(namespace)
    _execute(text, name, namespace)
    made = {
        key: value
        for key, value in namespace.items()
        if key != "__builtins__" and (key not in before or before[key] is not value)
    }
    kept.keep(name, made)
    return made


@lru_cache(maxsize=32)
def _kept(cells: tuple[Cell, ...]) -> Kept:
    """What the measuring cells of an exercise made, in whichever trial came first."""
    return Kept(cells)


def _is_check(cell: Cell) -> bool:
    return cell.role in ("check", "hidden")


def _texts(cells: Sequence[Cell], answers: Answers, instead: Cell | None) -> dict[str, str]:
    """What stands in each cell: taken from the very notebooks that are built, so that nothing else
    is tried."""
    if (answers in TRIED) != (instead is not None):
        raise ValueError(
            f"instead={instead!r}: must be given with answers 'wrong' or 'variant' and only then, "
            f"got {answers!r}"
        )
    texts = dict(_solution_texts(tuple(cells)))
    if answers == "stub":
        stubs = {node.id: node.source for node in derive.exercise(cells).cells}
        texts |= {cell.name: stubs[cell.name] for cell in cells if cell.role in OWNERS}
    if instead is not None:
        texts[str(instead.replaces)] = instead.text
    return texts


@lru_cache(maxsize=32)
def _solution_texts(cells: tuple[Cell, ...]) -> dict[str, str]:
    """What stands in each cell of the solution; one exercise is tried with many answers."""
    return {node.id: node.source for node in derive.solution(cells).cells}


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
