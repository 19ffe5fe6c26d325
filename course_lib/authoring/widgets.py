"""Gives widgets the same ids at every build.

ipywidgets draws its model ids at random, which would change a third of a notebook's lines at a
rebuild. Here a widget is called after the cell that shows it and its place in it, found by walking
the outputs in order and then, from each widget, what it refers to. A widget added to one cell so
leaves the ids of all other cells alone.
"""

from collections.abc import Iterator
from typing import Any

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
REFERENCE = "IPY_MODEL_"


def state_of(notebook: Any) -> dict[str, Any]:
    """The stored models of a notebook by id, empty where it shows no widget."""
    stored: dict[str, Any] = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    return stored


def renumber(notebook: Any) -> None:
    """Replace every widget id in a notebook's outputs and stored state, in place."""
    state = state_of(notebook)
    new = _new_ids(notebook, state)
    for output in _outputs(notebook):
        if view := output.get("data", {}).get(VIEW):
            view["model_id"] = new.get(view["model_id"], view["model_id"])
    if state:
        stored = {new[old]: _renamed(state[old], new) for old in new}
        notebook.metadata["widgets"][STATE]["state"] = stored


def _new_ids(notebook: Any, state: dict[str, Any]) -> dict[str, str]:
    """Old id -> new id, in the order of the walk; models that no output reaches come last, as they
    were made."""
    new: dict[str, str] = {}

    def walk(model: str, place: str, count: int) -> int:
        if model in new or model not in state:  # widgets may refer to each other in a circle
            return count
        new[model] = f"{place}-{count}"
        count += 1
        for reference in _references(state[model]):
            count = walk(reference, place, count)
        return count

    for cell in notebook.cells:
        count = 1
        for output in cell.get("outputs", []):
            if view := output.get("data", {}).get(VIEW):
                count = walk(view["model_id"], cell.id, count)
    count = 1
    for model in state:
        count = walk(model, "unseen", count)
    return new


def _outputs(notebook: Any) -> Iterator[Any]:
    """Every output, in order."""
    for cell in notebook.cells:
        yield from cell.get("outputs", [])


def _references(value: Any) -> Iterator[str]:
    """The ids a model's state refers to, in the order of sorted keys."""
    if isinstance(value, str) and value.startswith(REFERENCE):
        yield value.removeprefix(REFERENCE)
    elif isinstance(value, dict):
        for key in sorted(value):  # the order of making may differ from run to run
            yield from _references(value[key])
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)


def _renamed(value: Any, new: dict[str, str]) -> Any:
    """A model's record with every reference in it renamed."""
    if isinstance(value, str) and value.startswith(REFERENCE):
        old = value.removeprefix(REFERENCE)
        return REFERENCE + new.get(old, old)
    if isinstance(value, dict):
        return {key: _renamed(part, new) for key, part in value.items()}
    if isinstance(value, list):
        return [_renamed(part, new) for part in value]
    return value
