"""Which guess is answered by which result: the variable that keeps a prediction names both."""

from __future__ import annotations

import ast
from typing import Any

from course_lib.authoring.contract.reading import parsed
from course_lib.classroom.lesson import cards
from course_lib.classroom.lesson.cells import source

ASKS = ("predict", "predict_choice", "predict_ranking", "predict_range")
MEASURED = "measured"

__all__ = ["answered"]


def answered(cells: list[dict[str, Any]]) -> dict[str, list[cards.Prediction]]:
    """The guesses of each cell by the cell's id, with what is revealed further down."""
    asked: dict[str, list[cards.Prediction]] = {}
    named: dict[str, cards.Prediction] = {}
    for cell in cells:
        found = list(cards.predictions(cell))
        by_id = {each.id: each for each in found}
        asked[cell["id"]] = found
        revealed = [named[name] for name in _reveals(cell) if name in named]
        shown = list(cards.results(cell))
        if len(shown) > len(revealed):  # revealed in a loop: those still open, in their order
            revealed = [each for each in named.values() if not each.answer][-len(shown) :]
        for prediction, result in zip(revealed, shown, strict=False):
            prediction.answer, prediction.because = result.answer, result.because
            prediction.measured = MEASURED in cell["metadata"].get("tags", ())
        variables = _variables(cell)
        named |= {variables.get(id, id): each for id, each in by_id.items()}
    return asked


def _variables(cell: dict[str, Any]) -> dict[str, str]:
    """The variable of each prediction that a cell asks, by its id."""
    found = {}
    for node in ast.walk(_tree(cell)):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            call = node.value
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            if name in ASKS and call.args and isinstance(call.args[0], ast.Constant):
                found[str(call.args[0].value)] = ast.unparse(node.targets[0])
    return found


def _reveals(cell: dict[str, Any]) -> list[str]:
    """The variables whose `.reveal` a cell calls, in order of lines."""
    calls = [
        node.func
        for node in ast.walk(_tree(cell))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "reveal"
    ]
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    return [ast.unparse(call.value) for call in calls]


def _tree(cell: dict[str, Any]) -> ast.Module:
    return parsed(source(cell)) if cell["cell_type"] == "code" else ast.parse("")
