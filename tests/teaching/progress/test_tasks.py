"""Which tasks a lesson holds, and that work in one lesson begins no other."""

import json
from pathlib import Path

import pytest

from course_lib.teaching import state
from course_lib.teaching.progress import tasks
from course_lib.teaching.progress.progress import collect

LESSONS = {
    "00_start": 'predict("years", "?")\npredict("own", "?")\n',
    "01_next": 'predict("years", "?")\npredict("other", "?")\nquiz("one")\n',
    "02_last": 'quiz("two")\nverdict("A01", x=1)\n',
}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of three lessons, two of which name the same prediction."""
    (tmp_path / "lessons").mkdir()
    for name, code in LESSONS.items():
        text = json.dumps({"cells": [{"cell_type": "code", "source": [code]}]})
        (tmp_path / "lessons" / f"{name}.ipynb").write_text(text, encoding="utf-8")
    return tmp_path


def guessed(lesson: str) -> state.State:
    return state.with_guess(state.empty(), "years", 5, "t", lesson=lesson)


def test_every_task_is_found(course: Path) -> None:
    held = tasks.of_course(course)
    assert held["01_next"] == {
        "predictions": {"years", "other"},
        "quiz": {"one"},
        "verdicts": set(),
    }
    assert held["02_last"]["verdicts"] == {"A01"}


@pytest.mark.parametrize(
    ("made_in", "owner"),
    [("00_start", "00_start"), ("01_next", "01_next"), ("", "00_start"), ("02_last", "00_start")],
)
def test_a_shared_task_belongs_to_the_lesson_where_it_was_done(
    made_in: str, owner: str, course: Path
) -> None:
    held = tasks.shared_out(tasks.of_course(course), guessed(made_in))
    assert [name for name in held if "years" in held[name]["predictions"]] == [owner]
    assert {"own", "other"} <= held["00_start"]["predictions"] | held["01_next"]["predictions"]


def test_work_in_one_lesson_begins_no_other(course: Path) -> None:
    state.change(lambda _: guessed("00_start"))
    first, second, third = collect(course).lessons
    assert (first.status, first.guesses) == ("begun", (1, 2))
    assert (second.status, second.guesses) == ("not yet", (0, 1))
    assert third.status == "not yet"


def test_the_way_leads_to_what_is_begun_first_and_then_on(course: Path) -> None:
    def way() -> str | None:
        lesson = collect(course).next
        return lesson.name if lesson else None

    assert way() == "00_start"
    state.change(lambda old: state.with_answer(old, "one", "a", True, "t"))
    assert way() == "01_next"
    for id in ("years", "own", "other"):
        state.change(lambda old, id=id: state.with_result(old, id, 1, "t"))
    assert way() == "02_last"
    state.change(lambda old: state.with_answer(old, "two", "a", True, "t"))
    state.change(lambda old: state.with_verdict(old, "A01", "wrong", {}, "t"))
    assert way() is None
