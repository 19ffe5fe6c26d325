"""The fixed shape of an exercise: tasks, hints, checks, seeded wrong answers, typed stubs.

Points are held to twenty already when the source is read. What exercises are held to beyond that
stands in `fuller`.
"""

import ast
import re
from collections.abc import Iterator, Sequence

from course_lib.authoring.cell import Cell, owned, owners
from course_lib.authoring.contract import fuller
from course_lib.authoring.contract.fault import Fault
from course_lib.authoring.contract.fuller import section_text
from course_lib.authoring.contract.reading import Page, parsed

TASKS = range(4, 7)
HINTS = 2
WRONG_ANSWERS = 3


def faults(page: Page, cells: Sequence[Cell]) -> Iterator[Fault]:
    """Everything amiss in an exercise, given its source's cells."""
    tasks = owners(cells)
    if len(tasks) not in TASKS:
        yield page.fault("error", f"{len(tasks)} tasks, {TASKS[0]} to {TASKS[-1]}")
    for task in tasks:
        hints = len(re.findall(r"<details\b", section_text(cells, task)))
        if hints < HINTS:
            yield page.fault(
                "error", f"{hints} hints as <details>, {HINTS} (idea, formula)", task.name
            )
        if not owned(cells, task.name, "check"):
            yield page.fault("error", "no visible check", task.name)
        wrong = len(owned(cells, task.name, "wrong"))
        if wrong < WRONG_ANSWERS:
            yield page.fault(
                "error", f"{wrong} seeded wrong answers, {WRONG_ANSWERS} or more", task.name
            )
        yield from _stub_faults(page, task)
    for cell in cells:
        if cell.kind == "code" and re.search(r"^\s*[%!]", cell.text, flags=re.MULTILINE):
            yield page.fault("error", "magics cannot be graded from outside", cell.name)
    yield from fuller.faults(page, cells)


def _stub_faults(page: Page, task: Cell) -> Iterator[Fault]:
    """A function to be written says what goes in and out, and gives an example; classes are not
    graded."""
    if task.kind != "code":
        return
    for node in parsed(task.text).body:
        if isinstance(node, ast.ClassDef):
            yield page.fault(
                "error", f"class {node.name}: an answer is a function or a value", task.name
            )
        if isinstance(node, ast.FunctionDef):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            untyped = [argument.arg for argument in arguments if argument.annotation is None]
            if untyped or node.returns is None:
                yield page.fault(
                    "error",
                    f"{node.name}: no type on {', '.join([*untyped] or ['its result'])}",
                    task.name,
                )
            if not ast.get_docstring(node):
                yield page.fault(
                    "error", f"{node.name}: no docstring with a worked example", task.name
                )
