"""The tasks of each lesson: ids of its predictions, quick checks and claims, read from its built
notebook.

Design choices:
- Notebooks are read, not run: a task is a call whose first argument is a plain text.
- An id belongs to one lesson. Where two name the same one, work in one must not begin the other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from course_lib.teaching import state

# the call, and its first argument where that is a plain text; notebooks are read, not run
CALL = re.compile(
    r"\b(predict(?:_choice|_ranking|_range)?|quiz|verdict|ask_orders)\(\s*(?:f?\"(\w+)\")?"
)
KINDS = {
    "predict": "predictions",
    "predict_choice": "predictions",
    "predict_ranking": "predictions",
}
KINDS |= {"predict_range": "predictions", "quiz": "quiz", "verdict": "verdicts"}

__all__ = ["KINDS", "of_course", "shared_out"]


def of_course(root: Path) -> dict[str, dict[str, set[str]]]:
    """For each built lesson, the ids of its predictions, quick checks and claims."""
    paths = sorted((root / "lessons").glob("[0-9][0-9]_*.ipynb"))
    return {path.stem: _of_notebook(path) for path in paths}


def shared_out(
    known: Mapping[str, Mapping[str, set[str]]], record: state.State
) -> dict[str, dict[str, set[str]]]:
    """The same with each id in one lesson only, or work in one would begin another: in the lesson
    where it was done, else in the first that holds it."""
    owned: dict[str, dict[str, set[str]]] = {name: {} for name in known}
    for kind in {kind for tasks in known.values() for kind in tasks}:
        owners: dict[str, str] = {}
        for name, tasks in known.items():
            for id in tasks[kind]:
                made_in = record[kind].get(id, {}).get("lesson")
                if id not in owners or made_in == name:
                    owners[id] = name
        for name in known:
            owned[name][kind] = {id for id, owner in owners.items() if owner == name}
    return owned


def _of_notebook(path: Path) -> dict[str, set[str]]:
    tasks: dict[str, set[str]] = {"predictions": set(), "quiz": set(), "verdicts": set()}
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    except (OSError, ValueError, KeyError, TypeError):
        return tasks
    for call, id in CALL.findall(code):
        if call in KINDS and id:
            tasks[KINDS[call]].add(id)
    return tasks
