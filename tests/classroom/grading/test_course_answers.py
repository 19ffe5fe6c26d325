"""The course's own answers through the grader: solutions and honest variants get all points, stubs
none, and each seeded wrong answer loses points with the message that it was written for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from course_lib import plain_data
from course_lib.authoring import markers, source
from course_lib.authoring.cell import OWNERS, Cell
from course_lib.classroom.grading.grade import graded
from course_lib.classroom.grading.rows import Row
from course_lib.classroom.submissions import assignment as assignments
from course_lib.classroom.submissions.assignment import Assignment
from course_lib.classroom.submissions.matching import matched
from course_lib.classroom.submissions.notebook import StudentCell
from course_lib.classroom.submissions.work import Work
from tests.classroom.grading.measured import measured
from tests.classroom.walls import needs_walls

pytestmark = needs_walls
SOURCES = Path(__file__).parents[3] / "source" / "exercises"
EXERCISES = sorted(path.stem for path in SOURCES.glob("*.py"))
NO_PLAIN_DATA = {"my_plan_wrong_record"}
"""Wrong answers that are an object of the course's where plain data is asked for."""


@cache
def cells_of(exercise: str) -> tuple[Cell, ...]:
    """An exercise's cells, wrong answers and variants included."""
    return tuple(source.read(SOURCES / f"{exercise}.py"))


@cache
def assignment(exercise: str) -> Assignment:
    """The exercise as it is graded."""
    return assignments.read(exercise, SOURCES)


def solution(exercise: str) -> dict[str, str]:
    """The course's answers."""
    return {each.name: markers.strip(each.text) for each in cells_of(exercise) if is_answer(each)}


def is_answer(cell: Cell) -> bool:
    return cell.role in OWNERS


def rows_of(
    exercise: str, texts: Mapping[str, str], kept: Mapping[str, Any] | None = None
) -> dict[str, Row]:
    """Grade one notebook with these answers, and what was measured: task -> row."""
    wanted = assignment(exercise)
    cells = [
        StudentCell(id=name, grade_id=name, kind="code", source=text)
        for name, text in texts.items()
    ]
    taken = matched(cells, wanted.wanted, wanted.known, wanted.given)
    seen = measured(exercise) if kept is None else kept
    work = Work(student="student", taken=taken, measured=seen)
    return {row.task: row for row in graded(work, wanted, seeds=[1, 2])}


def together(exercise: str, role: str) -> Iterator[list[Cell]]:
    """Cells of a role, one of each task at a time: they spoil nothing of each other."""
    cells = [cell for cell in cells_of(exercise) if cell.role == role]
    tasks = dict.fromkeys(cell.owner for cell in cells)
    each = [[cell for cell in cells if cell.owner == task] for task in tasks]
    for group in zip_longest(*each):
        yield [cell for cell in group if cell is not None]


def tried(exercise: str, role: str) -> Iterator[tuple[Cell, Row]]:
    """Each cell of a role with the row of its task, the other answers being right."""
    for group in together(exercise, role):
        texts = solution(exercise) | {cell.replaces: cell.text for cell in group}
        rows = rows_of(exercise, texts)
        yield from ((cell, rows[cell.owner or ""]) for cell in group)


def is_full(row: Row) -> bool:
    """All points, or all that no person has to give."""
    return all(check.message is None for check in row.checks) and row.status in (
        ("ok",) if row.points == row.max_points else ("needs-review",)
    )


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_solution_is_full(exercise: str) -> None:
    rows = rows_of(exercise, solution(exercise))
    assert [row for row in rows.values() if not is_full(row)] == []
    by_hand = sum(each.points or 0 for each in assignment(exercise).parts if is_answer(each))
    assert sum(row.points for row in rows.values()) == 20 - by_hand


@pytest.mark.parametrize("exercise", EXERCISES)
def test_stubs_are_missing(exercise: str) -> None:
    rows = rows_of(exercise, dict(assignment(exercise).stubs))
    assert {(row.points, row.status) for row in rows.values()} == {(0, "missing")}
    assert sum(row.max_points for row in rows.values()) == 20


@pytest.mark.parametrize("exercise", EXERCISES)
def test_honest_variants_are_full(exercise: str) -> None:
    found = list(tried(exercise, "variant"))
    assert found
    assert [(cell.name, row) for cell, row in found if not is_full(row)] == []


@pytest.mark.parametrize("exercise", EXERCISES)
def test_seeded_wrong_answers_lose_points(exercise: str) -> None:
    found = list(tried(exercise, "wrong"))
    assert len(found) > 10
    assert [
        (cell.name, row.points, row.status, row.message)
        for cell, row in found
        if row.points == row.max_points
        or all(check.message is None for check in row.checks)
        or row.status not in expected_status(cell)
        or (not cell.neutral and cell.expected_message() not in row.message)
    ] == []


def expected_status(cell: Cell) -> tuple[str, ...]:
    """What may become of a seeded wrong answer."""
    return ("not-plain-data",) if cell.name in NO_PLAIN_DATA else ("wrong", "needs-review")


@pytest.mark.parametrize("exercise", EXERCISES)
def test_emptying_what_a_check_hands_over_wins_nothing(exercise: str) -> None:
    texts = {}
    for wanted in assignment(exercise).wanted:
        each = [EMPTYING if f"def {name}(" in wanted.stub else "0" for name in wanted.gives]
        pairs = zip(sorted(wanted.gives), each, strict=True)
        texts[wanted.name] = f"{EMPTIES}\n" + "\n".join(f"{name} = {text}" for name, text in pairs)
    assert {row.points for row in rows_of(exercise, texts).values()} == {0}


EMPTYING = "empties"
EMPTIES = """
def empties(*given, **named):
    for each in [*given, *named.values()]:
        if type(each) in (list, dict):
            each.clear()
    return 0
"""
"""A sum over nothing is 0: right, for a check that reckons with what it has handed over."""


@pytest.mark.parametrize(
    "forged", [7, "text", [], {}, [{}, {}], [None], float("nan"), {"step_seconds": [0]}, [2**8000]]
)
def test_a_forged_measurement_is_worth_no_more_than_its_reading(forged: Any) -> None:
    exercise, task = "09_memory", "checkpoint_price"
    kept = {"runs": plain_data.packed(forged)}
    rows = rows_of(exercise, solution(exercise), kept)
    row = rows.pop(task)
    assert row.points < row.max_points
    assert row.status in ("wrong", "missing", "needs-review")
    assert [each for each in rows.values() if not is_full(each)] == []
