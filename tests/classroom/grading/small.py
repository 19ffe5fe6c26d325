"""A small exercise for tests of the grader: a list of the set-up that a check hands over, a
measurement, and a reading."""

from __future__ import annotations

from course_lib.authoring.cell import Cell
from course_lib.classroom.submissions.assignment import Assignment
from course_lib.classroom.submissions.matching import matched
from course_lib.classroom.submissions.notebook import StudentCell
from course_lib.classroom.submissions.work import Work

SETUP = """
from course_lib.teaching import a_number, attempt
NUMBERS = [1, 2, 3]
TABLE = {"a": [4]}
"""
CHECK = """
found = total(NUMBERS)
a_number(found, "What `total` gives")
assert found == 6, f"{found} is not the sum of {NUMBERS}."
assert total(TABLE["a"]) == 4, "not 4"
"""
HIDDEN = """
numbers = [int(each) for each in rng().integers(0, 99, 5)]
expected = sum(numbers)
assert total(numbers) == expected, f"{numbers} make {expected}"
"""
READING = """
shown = seen if "seen" in globals() else None
assert reading == "more", "Look at `seen` again."
"""
ANSWERS = {"total": "def total(numbers):\n    return sum(numbers)", "reading": "reading = 'more'"}


def cell(name: str, text: str, role: str | None = None, **more: object) -> Cell:
    """A cell of the exercise."""
    return Cell(name=name, kind="code", text=text, role=role, **more)  # type: ignore[arg-type]


EXERCISE = Assignment(
    name="00_small",
    parts=(
        cell("setup", SETUP),
        cell("total", ANSWERS["total"], "answer"),
        cell("total_check", CHECK, "check", points=2, owner="total"),
        cell("total_hidden", HIDDEN, "hidden", points=2, owner="total"),
        cell("own_seen", "seen = attempt(total, [7, 8])", "measured"),
        cell("reading", ANSWERS["reading"], "answer"),
        cell("reading_check", READING, "check", points=1, owner="reading"),
    ),
    stubs=(("total", "def total(numbers):\n    ..."), ("reading", "reading = None")),
    known=frozenset({"setup", "total", "total_check", "own_seen", "reading", "reading_check"}),
)


def work(student: str = "ada", **answers: str) -> Work:
    """What a student hands in: the right answers, or others."""
    cells = [
        StudentCell(id=name, grade_id=name, kind="code", source=text)
        for name, text in (ANSWERS | answers).items()
    ]
    taken = matched(cells, EXERCISE.wanted, EXERCISE.known, EXERCISE.given)
    return Work(student=student, taken=taken)
