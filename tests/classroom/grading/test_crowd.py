"""Many submissions at once: a fault of one costs nobody else anything, not even one of the
grader's own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import pytest

from course_lib.classroom.grading import crowd as crowds
from course_lib.classroom.grading.crowd import Crowd, Settings
from course_lib.classroom.grading.rows import Row
from course_lib.classroom.grading.session import Stopped
from course_lib.classroom.submissions.work import Work
from course_lib.errors import CallError
from tests.classroom.grading.small import EXERCISE

SETTINGS = Settings(assignment=EXERCISE, seeds=(1,))
STUDENTS = [Work(student=name) for name in "abcdefgh"]


class Died(Exception):
    """What a future raises whose worker died."""


class Fragile(Executor):
    """Does the work at once; one student ends it, with all that wait beside them."""

    def __init__(self, deadly: str) -> None:
        self.deadly = deadly
        self.open: list[Future[Any]] = []

    def submit(self, do: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.open.append(future)
        if given[0].student == self.deadly:
            for each in self.open[-2:]:
                each.set_exception(Died()) if not each.done() else None
        else:
            future.set_result(do(*given))
        return future


def rows_of(crowd: Crowd, works: list[Work] = STUDENTS) -> dict[str, list[Row]]:
    found = list(crowd.grade(works, SETTINGS))
    assert len(found) == len(works)
    return {work.student: rows for work, rows in found}


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], Crowd]:
    """Grades in threads, by any function."""

    def make(graded: Any) -> Crowd:
        monkeypatch.setattr(crowds, "graded", graded)
        return Crowd(make=lambda: ThreadPoolExecutor(2), workers=2, broken=(Died,))

    return make


@pytest.mark.parametrize(
    "error", [IndexError("x"), RecursionError(), MemoryError(), Stopped("crash", "x")]
)
def test_a_fault_of_the_grader_is_for_a_person_to_look_at(
    threads: Callable[[Any], Crowd], error: BaseException
) -> None:
    def graded(work: Work, *given: Any, **named: Any) -> list[Row]:
        if work.student == "c":
            raise error
        return []

    rows = rows_of(threads(graded))
    assert [row.status for row in rows.pop("c")] == ["needs-review"] * 2
    assert all(found == [] for found in rows.values())


def test_missing_walls_end_the_run(threads: Callable[[Any], Crowd]) -> None:
    def graded(*given: Any, **named: Any) -> list[Row]:
        raise CallError("no walls")

    with pytest.raises(CallError, match="no walls"):
        rows_of(threads(graded))


def test_whoever_ends_workers_is_told_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowds, "graded", lambda *given, **named: [])
    crowd = Crowd(make=lambda: Fragile("d"), workers=1, broken=(Died,))
    rows = rows_of(crowd)
    assert [row.status for row in rows.pop("d")] == ["crash"] * 2
    assert all(found == [] for found in rows.values())
