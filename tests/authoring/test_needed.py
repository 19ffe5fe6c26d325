"""What a task's checks can depend on, and what is left out."""

from course_lib.authoring.cell import Cell
from course_lib.authoring.needed import names_bound, names_used, needed


def cell(name: str, text: str, role: str | None = None, owner: str | None = None) -> Cell:
    return Cell(kind="code", name=name, text=text, role=role, owner=owner)


CELLS = [
    cell("set_up", "import math\nready = []"),
    cell("slow", "costly = sum(range(10))"),
    cell("fill", "ready.append(1)"),
    cell("part", "ready[0] = 2"),
    cell("shown", "print(costly)"),
    cell("first", "def first(x):\n    return math.floor(x)", "answer"),
    cell("first_check", "assert first(1.5) == 1 and ready", "check", "first"),
    cell("second", "def second(x):\n    return first(x) + costly", "answer"),
    cell("second_check", "assert second(1) == 46", "check", "second"),
]
TEXTS = {each.name: each.text for each in CELLS if each.role != "check"}


def test_what_a_task_uses_runs_and_what_comes_later_or_only_shows_does_not() -> None:
    assert needed(CELLS, TEXTS, "first") == {"set_up", "fill", "part", "first"}


def test_what_is_used_by_what_is_used_runs_too() -> None:
    assert needed(CELLS, TEXTS, "second") == {"set_up", "slow", "first", "second"}


INSIDE = """
def outside(rows, limit=bound):
    global counted
    counted = 1
    for row in rows:
        seen.append(row)
    try:
        return [step for step in rows if step < limit]
    except ValueError as error:
        print(error, elsewhere)
"""


def test_what_a_function_names_for_itself_is_nobody_elses() -> None:
    """Its parameters, its loops and what it catches; what it declares or changes reaches out."""
    own = {"rows", "row", "step", "limit", "error"}
    assert names_bound(INSIDE) == {"outside", "counted", "seen", "print"}
    assert names_used(INSIDE) == {"bound", "seen", "ValueError", "print", "elsewhere"}
    assert not (names_bound(INSIDE) | names_used(INSIDE)) & own


def test_a_loop_of_the_cell_itself_gives_its_name_a_value() -> None:
    assert names_bound("for step in range(3):\n    pass") == {"step"}
    assert names_used("twice = lambda x: x * step") == {"step"}
