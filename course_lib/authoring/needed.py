"""Which cells of an exercise a task's checks can depend on: what is left out of a trial of one
wrong answer.

Design choices: a cell is needed if it binds a name that a needed cell below it uses. Imports,
assignments, definitions, changes of a part (`table["x"] = 1`) and methods called for their effect
(`table.append(1)`) bind. That errs on the side of running too much. A cell that binds nothing of
use, such as one that only shows something, is left out.
"""

import ast
from collections.abc import Sequence

from course_lib.authoring.cell import TRIED, Cell


def needed(cells: Sequence[Cell], texts: dict[str, str], task: str) -> set[str]:
    """Names of the cells without a check role that must run before the checks of `task`, its answer
    among them.

    Args:
        cells: the exercise, in order.
        texts: what stands in each cell that reaches a learner, by its name.
        task: name of the answer cell whose checks are wanted.
    """
    wanted: set[str] = set()
    names: set[str] = set()
    for cell in reversed(cells):  # from below: a cell is needed for what stands under it
        if cell.kind != "code" or cell.role in TRIED:
            continue
        if cell.role in ("check", "hidden"):
            if cell.owner == task:
                wanted |= names_used(texts.get(cell.name, cell.text))
        elif task in (cell.name, cell.part_of) or names_bound(texts[cell.name]) & wanted:
            names.add(cell.name)
            wanted |= names_used(texts[cell.name])
    return names


def names_used(text: str) -> set[str]:
    """Every name that some code reads, wherever in it.

    >>> sorted(names_used("total = sum(count(x) for x in rows)"))
    ['count', 'rows', 'sum', 'x']
    """
    return {
        node.id
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def names_bound(text: str) -> set[str]:
    """Every name that some code gives a value, or a new part.

    >>> imports = "import numpy as np\\nfrom torch import nn\\n"
    >>> sorted(names_bound(imports + "a, b = 1, 2\\nrow['c'] = 3\\ndef f(): ..."))
    ['a', 'b', 'f', 'nn', 'np', 'row']
    """
    bound: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            # `import a.b` binds `a`
            bound |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        # written to or deleted; a part of something (`a.b = 1`, `a[0] = 1`) changes the whole
        elif isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and not isinstance(
            node.ctx, ast.Load
        ):
            bound.add(_base(node))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            bound.add(_base(node.value.func))
    return bound - {""}


def _base(node: ast.expr) -> str:
    """The name in front of attributes and brackets: `a` in `a.b[c]`."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
