"""Which task a cell of an exercise belongs to, and which answer a tried one stands in for.

Design choices: names decide, so that nobody types an owner: a cell belongs to the answer whose name
is the longest prefix of its own. An answer that a task asks for later, such as what its measurement
says, is a part: it names its task, and whatever belongs to it belongs to that task.
"""

from collections.abc import Sequence
from dataclasses import replace

from course_lib.authoring.cell import OWNERS, TRIED, Cell

OWNED = ("check", "hidden", *TRIED)
"""Roles that belong to a task by their names."""


def with_owners(cells: Sequence[Cell]) -> list[Cell]:
    """The cells, each with its task and, where it is only tried, the answer it stands in for."""
    answers = {cell.name: cell for cell in cells if cell.role in OWNERS}
    return [_owned(cell, answers) for cell in cells]


def _owned(cell: Cell, answers: dict[str, Cell]) -> Cell:
    """One cell with its owner."""
    if cell.part_of is not None:
        return replace(cell, owner=cell.part_of)
    if cell.role not in OWNED:
        return cell
    fitting = [name for name in answers if cell.name.startswith(f"{name}_")]
    # the longest: with tasks `cache` and `cache_size`, `cache_size_check` is the second's
    name = max(fitting, key=len, default=None)
    if name is None:
        return cell
    task = answers[name].part_of
    stands_for = name if cell.role in TRIED else None
    # a part of a task that is not there is refused when the whole file is looked at
    return replace(cell, owner=task if task in answers else name, replaces=stands_for)
