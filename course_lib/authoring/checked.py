"""A visible check as it is built: its author's plain asserts inside `with checking(...)`.

Design choices: points of the whole task are known here and nowhere else, so they are written into
the line. The text is moved in by four blanks, and refused where that would change what it says.
"""

import ast
import textwrap
from collections.abc import Sequence
from itertools import chain

from course_lib.authoring.cell import Cell
from course_lib.authoring.kept import measuring
from course_lib.authoring.needed import names_given, names_taken
from course_lib.errors import SourceError


def checked(cells: Sequence[Cell], check: Cell, exercise: str = "") -> str:
    """One check's text under the line that reports its outcome.

    Args:
        cells: the exercise, in order.
        check: the visible check.
        exercise: the exercise whose points the learner's file keeps; none for a solution.

    Raises:
        SourceError: the check holds a text of several lines, which indenting would change.

    >>> check = Cell(name="twice_check", kind="code", text="assert twice == 4", role="check",
    ...              points=2, owner="twice")
    >>> print(checked([check], check))
    with checking("twice_check", points=2, of=2):
        assert twice == 4
    """
    inside = textwrap.indent(check.text, "    ")
    text = f"with checking({_arguments(cells, check, exercise)}):\n{inside}"
    if not _says_the_same(check.text, text):
        raise SourceError(
            f"line {check.line}, cell {check.name}: a check holds no text of several lines"
        )
    return text


def _arguments(cells: Sequence[Cell], check: Cell, exercise: str) -> str:
    """What `checking` is told of a check."""
    task = [cell for cell in cells if check.owner in (cell.owner, cell.name)]
    parts = [f'"{check.name}"', f"points={check.points}"]
    parts.append(f"of={sum(cell.points or 0 for cell in task)}")
    if any(cell.role == "free_text" for cell in task):
        parts.append('rest="a person"')
    if exercise:
        parts.append(f'exercise="{exercise}"')
        if kept := measured_names(cells, check):
            parts.append("keeps=[" + ", ".join(f'"{name}"' for name in kept) + "]")
    return ", ".join(parts)


def measured_names(cells: Sequence[Cell], check: Cell) -> list[str]:
    """What a check reads that the learner's own machine measured, or the learner typed, in order.

    Only for a task that asks for a reading: what it is compared with must travel with it.
    """
    if not any(cell.part_of == check.owner for cell in cells):
        return []
    asked, own = names_taken(check.text), measuring(cells)
    given = (sorted(names_given(cell.text) & asked) for cell in cells if cell.name in own)
    return list(dict.fromkeys(chain.from_iterable(given)))


def _says_the_same(plain: str, framed: str) -> bool:
    """Whether the statements under the frame are those of the plain text; magics are none, and are
    refused elsewhere."""
    try:
        within = ast.parse(framed).body[0]
        return ast.dump(ast.Module(getattr(within, "body", []), [])) == ast.dump(ast.parse(plain))
    except SyntaxError:
        return True
