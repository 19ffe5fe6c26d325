"""A row a task: what one answer does costs neither the other tasks nor the next student a point."""

from __future__ import annotations

from dataclasses import replace

import pytest

from course_lib.classroom.grading.grade import graded
from course_lib.classroom.grading.trusted import Trusted
from course_lib.classroom.sandbox.limits import LIMITS
from course_lib.classroom.submissions.work import Work
from tests.classroom.grading.small import EXERCISE, work
from tests.classroom.walls import needs_walls

pytestmark = needs_walls
FULL = {"total": (4, "ok"), "reading": (1, "ok")}
HURRY = replace(LIMITS, run_seconds=2)


def fates(handed_in: Work) -> dict[str, tuple[int, str]]:
    rows = graded(handed_in, EXERCISE, [1, 2], limits=HURRY)
    return {row.task: (row.points, row.status) for row in rows}


def message(handed_in: Work) -> str:
    return graded(handed_in, EXERCISE, [1, 2], limits=HURRY)[0].message


def test_right_answers_are_full() -> None:
    assert fates(work()) == FULL


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        ("def total(numbers):\n    ...", (0, "missing")),
        ("def total(numbers):\n    pass", (0, "missing")),
        ("", (0, "missing")),
        ("def total(numbers):\n    return 6", (0, "wrong")),
        ("def total(numbers):\n    return {6: 6, 4: 4}[sum(numbers)]", (2, "wrong")),
        ("import os\ndef total(numbers):\n    os._exit(0)", (0, "crash")),
        ("def total(numbers):\n    while True: pass", (0, "timeout")),
        ("def total(numbers):\n    return print", (0, "not-plain-data")),
        ("total = 7", (0, "wrong")),
        ("def total(numbers):\n    raise ValueError('not so')", (0, "wrong")),
    ],
)
def test_one_task_is_lost_and_no_other(answer: str, fate: tuple[int, str]) -> None:
    assert fates(work(total=answer)) == FULL | {"total": fate}


def test_the_message_names_what_is_missing_and_no_line_of_the_check() -> None:
    assert message(work(total="other = 1")).startswith("`total` is not answered yet.")
    assert "line" not in message(work(total="total = 7"))
    gives_nothing = message(work(total="def total(numbers):\n    pass"))
    assert "A function without `return` gives None" in gives_nothing


def test_a_message_stays_short_whatever_is_given() -> None:
    loud = "class A: pass\nA.__qualname__ = 'A' * 10**6\ndef total(numbers):\n    return A()"
    assert len(message(work(total=loud))) < 1100
    assert len(message(work(total="def total(numbers):\n    raise ValueError('x' * 10**6)"))) < 1100


def test_what_one_student_changes_in_place_stays_with_them() -> None:
    changing = (
        "def total(numbers):\n    found = sum(numbers)\n    numbers.clear()\n    return found"
    )
    assert fates(work(total=changing)) == FULL
    assert fates(work()) == FULL
    names = Trusted.of(EXERCISE).names()
    assert (names["NUMBERS"], names["TABLE"]) == ([1, 2, 3], {"a": [4]})


def test_changing_the_numbers_does_not_make_a_wrong_answer_right() -> None:
    emptied = "def total(numbers):\n    numbers.clear()\n    return 0"
    assert fates(work(total=emptied))["total"] == (0, "wrong")


def test_a_measurement_with_an_answer_that_ends_python_ends_no_grading() -> None:
    late = (
        "import os\ndef total(numbers):\n    return os._exit(0) if 7 in numbers else sum(numbers)"
    )
    assert fates(work(total=late)) == FULL
