"""Which cells of an exercise a task's checks can depend on: what is left out of a trial of one
wrong answer.

Design choices: a cell is needed if it binds a name that a needed cell below it uses. Imports,
assignments, definitions, changes of a part (`table["x"] = 1`) and methods called for their effect
(`table.append(1)`) bind. That errs on the side of running too much. A cell that binds nothing of
use, such as one that only shows something, is left out.
"""

from __future__ import annotations

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
    """Every name that some code reads and that is not a function's or a comprehension's own.

    >>> sorted(names_used("total = sum(count(x) for x in rows)"))
    ['count', 'rows', 'sum']
    """
    return _names(text).used


def names_bound(text: str) -> set[str]:
    """Every name that some code gives a value, or a new part; what a function or a comprehension
    names for itself is left out.

    >>> imports = "import numpy as np\\nfrom torch import nn\\n"
    >>> function = "def f(x):\\n    y = x\\n    seen.append(y)\\n"
    >>> sorted(names_bound(imports + function + "a, b = 1, 2\\nrow['c'] = 3"))
    ['a', 'b', 'f', 'nn', 'np', 'row', 'seen']
    """
    found = _names(text)
    return found.given | found.changed


def names_given(text: str) -> set[str]:
    """Every name that some code gives a value: `names_bound` without those that only get a new
    part.

    Raises:
        SyntaxError: it is no Python.

    >>> sorted(names_given("import numpy as np\\ndef f(x):\\n    y = x\\n    return y\\na[0] = 1"))
    ['f', 'np']
    """
    return _names(text).given


def names_taken(text: str) -> set[str]:
    """Every name that some code reads without having given it a value.

    Raises:
        SyntaxError: it is no Python.

    >>> sorted(names_taken("def f(x):\\n    return g(x) + x\\na = [i * b for i in range(3)]"))
    ['b', 'g', 'range']
    """
    found = _names(text)
    return found.used - found.given


def _names(text: str) -> _Names:
    """The names of some code, collected."""
    found = _Names()
    found.visit(ast.parse(text))
    return found


class _Names(ast.NodeVisitor):
    """Collects the names of one scope. A class counts as part of what stands around it."""

    def __init__(self) -> None:
        self.used: set[str] = set()
        """Names that are read."""
        self.given: set[str] = set()
        """Names that get a value."""
        self.changed: set[str] = set()
        """Names of things that get a new part, or that a method is called of for its effect."""
        self.outer: set[str] = set()
        """Names declared to be those of a scope further out."""

    def visit_Name(self, node: ast.Name) -> None:
        (self.used if isinstance(node.ctx, ast.Load) else self.given).add(node.id)

    def visit_Attribute(self, node: ast.Attribute | ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load):  # `a.b = 1`, `a[0] = 1`: changes the whole
            self.changed.add(_base(node))
        self.generic_visit(node)

    visit_Subscript = visit_Attribute

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call):
            self.changed.add(_base(node.value.func))
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        # `import a.b` binds `a`
        self.given |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}

    visit_ImportFrom = visit_Import

    def visit_Global(self, node: ast.Global | ast.Nonlocal) -> None:
        self.outer.update(node.names)

    visit_Nonlocal = visit_Global

    def visit_ExceptHandler(self, node: ast.ExceptHandler | ast.MatchAs | ast.MatchStar) -> None:
        if node.name is not None:
            self.given.add(node.name)
        self.generic_visit(node)

    visit_MatchAs = visit_MatchStar = visit_ExceptHandler

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.given.add(node.name)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.given.add(node.name)
        for part in (*node.decorator_list, *_beside(node.args)):
            self.visit(part)
        self._inside(node.body, _parameters(node.args))

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for part in _beside(node.args):
            self.visit(part)
        self._inside([node.body], _parameters(node.args))

    def visit_ListComp(self, node: ast.AST) -> None:
        self._inside(list(ast.iter_child_nodes(node)), set())

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def _inside(self, parts: Sequence[ast.AST], own: set[str]) -> None:
        """Take in what a scope within this one has to do with names that are not its own."""
        inner = _Names()
        for part in parts:
            inner.visit(part)
        own = (own | inner.given) - inner.outer
        self.used |= inner.used - own
        self.given |= inner.given - own
        self.changed |= inner.changed - own


def _beside(arguments: ast.arguments) -> list[ast.expr]:
    """What a function's head reads: defaults and annotations."""
    notes = (each.annotation for each in ast.walk(arguments) if isinstance(each, ast.arg))
    defaults = (*arguments.defaults, *arguments.kw_defaults)
    return [part for part in (*defaults, *notes) if part is not None]


def _parameters(arguments: ast.arguments) -> set[str]:
    """The names of a function's parameters."""
    return {each.arg for each in ast.walk(arguments) if isinstance(each, ast.arg)}


def _base(node: ast.expr) -> str:
    """The name in front of attributes and brackets: `a` in `a.b[c]`."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
