"""Reads who imports whom in a package, from its text: nothing is run, so late imports and type
imports are seen too."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class House:
    """A package and its imports."""

    files: dict[str, Path]
    """File of each module, by dotted name; a folder's name stands for its `__init__.py`."""
    inner: dict[str, set[str]] = field(default_factory=dict)
    """Modules of the package that each module imports, at the top of the file or later."""
    outer: dict[str, set[str]] = field(default_factory=dict)
    """Top-level names of everything else that it imports."""

    def is_door(self, module: str) -> bool:
        """Whether a module is the `__init__.py` of a folder and defines nothing: it only hands
        names on."""
        path = self.files[module]
        body = ast.parse(path.read_text(encoding="utf-8")).body
        return path.name == "__init__.py" and not any(
            isinstance(node, ast.FunctionDef | ast.ClassDef) for node in body
        )

    def room(self, module: str) -> str:
        """The topic room a module lies in (floor and folder), or the module itself where it is a
        room of its own."""
        parts = module.split(".")
        folder = ".".join(parts[:3])
        return folder if len(parts) > 2 and self.files[folder].name == "__init__.py" else module

    def rooms(self) -> dict[str, set[str]]:
        """Imports between rooms, doors included."""
        found: dict[str, set[str]] = {self.room(module): set() for module in self.files}
        for module, wanted in self.inner.items():
            found[self.room(module)] |= {self.room(other) for other in wanted} - {self.room(module)}
        return found

    def modules(self) -> dict[str, set[str]]:
        """Imports between modules; a door that only hands names on is passed over, what it opens to
        is not."""
        return {
            module: set() if self.is_door(module) else wanted
            for module, wanted in self.inner.items()
        }

    def reached(self, module: str) -> set[str]:
        """Top-level names outside the package that a module needs, however far away."""
        seen, todo = {module}, [module]
        while todo:
            fresh = self.inner[todo.pop()] - seen
            seen |= fresh
            todo += fresh
        return set().union(*(self.outer[each] for each in seen))


def read(package: Path) -> House:
    """The imports of every module below a package's folder."""
    files = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        files[".".join(parts).removesuffix(".__init__")] = path
    house = House(files)
    for module, path in files.items():
        home = module if path.name == "__init__.py" else module.rpartition(".")[0]
        wanted = set(_wanted(ast.parse(path.read_text(encoding="utf-8")), home, files))
        house.inner[module] = {name for name in wanted if name in files} - {module}
        house.outer[module] = {
            name.split(".")[0] for name in wanted if name.split(".")[0] != package.name
        }
    return house


def _wanted(tree: ast.AST, home: str, files: Mapping[str, Path]) -> Iterator[str]:
    """Dotted names that a module imports, `import_module("a.b")` among them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = home.split(".")[: len(home.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield full if full in files else base
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "")
            )
            if called in ("import_module", "__import__") and isinstance(node.args[0].value, str):
                yield node.args[0].value


def circles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Groups of nodes that reach each other (Tarjan's strongly connected components), larger than
    one."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        number[node] = lowest[node] = len(number)
        stack.append(node)
        for other in graph.get(node, ()):
            if other not in number:
                visit(other)
                lowest[node] = min(lowest[node], lowest[other])
            elif other in stack:
                lowest[node] = min(lowest[node], number[other])
        if lowest[node] == number[node]:
            group = [stack.pop()]
            while group[-1] != node:
                group.append(stack.pop())
            if len(group) > 1:
                found.append(sorted(group))

    for node in graph:
        if node not in number:
            visit(node)
    return found
