"""An exercise has tasks with hints, checks, wrong answers and typed stubs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from course_lib.authoring import derive
from course_lib.authoring.contract import exercise_faults
from course_lib.authoring.source import read

TASK = '''# %% [markdown]
# ## {name}: a task
# <details><summary>Hint 1</summary>idea</details>

# %% [markdown]
# <details><summary>Hint 2</summary>formula</details>

# %% {name} role="answer"
def {name}(size: int) -> int:
    """Twice the size. Example: {name}(1) == 2."""
    ### BEGIN SOLUTION
    return 2 * size
    ### END SOLUTION

# %% {name}_check role="check" points=5
assert {name}(1) == 2

# %% {name}_wrong_one role="wrong" says="a"
{name} = 1

# %% {name}_wrong_two role="wrong" says="b"
{name} = 2

# %% {name}_wrong_three role="wrong" says="c"
{name} = 3

'''
GOOD = "# %% [markdown]\n# # Exercise 01 · Try\n\n" + "".join(
    TASK.format(name=name) for name in "abcd"
)


def complaints(path: Path) -> list[str]:
    cells = read(path, "exercise")
    faults = exercise_faults(derive.exercise(cells), "01_try", cells)
    return [str(fault) for fault in faults if fault.severity == "error"]


def test_a_good_exercise_has_no_faults(write_source: Callable[..., Path]) -> None:
    assert complaints(write_source(GOOD, "exercises")) == []


BAD = {
    "hint": ("<details><summary>Hint 2</summary>formula</details>", "text", "1 hints as <details>"),
    "check": (
        'check" points=5\nassert a',
        'hidden" points=5\nassert a',
        "cell a: no visible check",
    ),
    "wrong": (
        '# %% b_wrong_two role="wrong" says="b"\nb = 2\n',
        "",
        "cell b: 2 seeded wrong answers",
    ),
    "type": ("def c(size: int)", "def c(size)", "c: no type on size"),
    "result": ("def c(size: int) -> int", "def c(size: int)", "c: no type on its result"),
    "docstring": ('    """Twice the size. Example: d(1) == 2."""\n', "", "d: no docstring"),
    "magic": ("assert a(1) == 2", "%time assert a(1) == 2", "magics cannot be graded"),
    "title": ("# # Exercise 01 · Try", "# # Exercise 02 · Try", "is not of the form"),
}


@pytest.mark.parametrize("what", BAD)
def test_each_broken_rule_is_found(what: str, write_source: Callable[..., Path]) -> None:
    old, new, message = BAD[what]
    assert old in GOOD
    found = complaints(write_source(GOOD.replace(old, new), "exercises"))
    assert any(message in line for line in found), found


def test_the_number_of_tasks(write_source: Callable[..., Path]) -> None:
    three = GOOD.replace(TASK.format(name="d"), "").replace(
        "points=5\nassert c", "points=10\nassert c"
    )
    assert any("3 tasks, 4 to 6" in line for line in complaints(write_source(three, "exercises")))
