"""A check is built inside its frame, and only if that changes nothing it says."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from course_lib.authoring.cell import Cell
from course_lib.authoring.checked import checked
from course_lib.authoring.source import read
from course_lib.errors import SourceError


def check(text: str) -> Cell:
    return Cell(
        name="rate_check", kind="code", text=text, role="check", points=2, owner="rate", line=7
    )


TEXTS = [
    "assert rate == 2, 'no'",
    "near = lambda x: x\n\nfor x in (1, 2):\n    assert near(x)",
    "assert (\n    rate == 2\n), f'{rate}'",
    "# why\nassert rate  # behind",
    "def half(x):\n    return x / 2\n\nassert half(rate) == 1",
]


@pytest.mark.parametrize("text", TEXTS)
def test_what_a_check_says_stays_the_same(text: str) -> None:
    framed = checked([check(text)], check(text))
    assert framed.splitlines()[0] == 'with checking("rate_check", points=2, of=2):'
    (frame,) = ast.parse(framed).body
    assert isinstance(frame, ast.With)
    assert list(map(ast.dump, frame.body)) == list(map(ast.dump, ast.parse(text).body))


@pytest.mark.parametrize("text", ['assert rate == """\n2"""', "assert rate, f'''{rate}\n no'''"])
def test_a_text_of_several_lines_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match="line 7, cell rate_check: a check holds no text of"):
        checked([check(text)], check(text))


def test_a_task_is_worth_all_its_cells(
    write_source: Callable[..., Path], exercise_text: str
) -> None:
    cells = read(write_source(exercise_text, "exercises"))
    lines = [
        checked(cells, cell, "01_small").splitlines()[0] for cell in cells if cell.role == "check"
    ]
    assert lines == [
        'with checking("kv_bytes_check", points=5, of=10, exercise="01_small"):',
        'with checking("why_check", points=1, of=10, rest="a person", exercise="01_small"):',
    ]
