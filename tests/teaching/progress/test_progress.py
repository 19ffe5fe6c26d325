"""What the learner's file says, and what a lesson's notebook holds, put together; and files in bad
shape."""

import json
from pathlib import Path
from typing import Any

import pytest

from course_lib.teaching import state
from course_lib.teaching.progress.points import with_passed
from course_lib.teaching.progress.progress import Guess, Lesson, collect

CODE = """
share = predict("share", "How much?", "%")
bug = predict_choice(
    "bug", "Where?", options)
quiz("heads")
quiz("depth")
verdict("A07", share=1)
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with two lessons."""
    for name, code in (
        ("01_parameters", CODE),
        ("02_datasets", 'predict("units", "?")\nquiz("tokens")\n'),
    ):
        cells = [
            {"cell_type": "markdown", "source": ['predict("no_code")']},
            {"cell_type": "code", "source": [code]},
        ]
        (tmp_path / "lessons").mkdir(exist_ok=True)
        (tmp_path / "lessons" / f"{name}.ipynb").write_text(
            json.dumps({"cells": cells}), encoding="utf-8"
        )
    return tmp_path


def write(**sections: Any) -> None:
    """A learner's file with these sections."""
    state.change(lambda old: old | sections)


def work_through_01() -> None:
    kept = state.with_guess(state.empty(), "share", 0.6, "t", unit="%", lesson="01_parameters")
    kept = state.with_result(kept, "share", 0.06, "t")
    kept = state.with_result(kept, "bug", "MLP", "t")
    kept = state.with_answer(kept, "heads", "a", False, "t")
    kept = state.with_answer(kept, "heads", "b", True, "t")
    kept = state.with_answer(kept, "depth", "a", True, "t")
    kept = state.with_verdict(kept, "A07", "wrong", {}, "t")
    state.change(lambda _: kept)


def test_a_lesson_is_counted_against_what_its_notebook_holds(course: Path) -> None:
    work_through_01()
    first, second = collect(course).lessons
    assert (first.name, first.status) == ("01_parameters", "done")
    assert (first.guesses, first.results, first.quizzes, first.verdicts) == (
        (1, 2),
        (2, 2),
        (2, 2),
        (1, 1),
    )
    assert (first.first_right, first.last_right) == (1, 2)
    assert (second.status, second.guesses, second.quizzes) == ("not yet", (0, 1), (0, 1))


@pytest.mark.parametrize("missing", ["bug", "heads", "A07"])
def test_a_lesson_is_not_done_while_anything_is_open(course: Path, missing: str) -> None:
    work_through_01()
    kept = state.read()
    for section in ("predictions", "quiz", "verdicts"):
        kept[section].pop(missing, None)
    state.change(lambda _: kept)
    assert collect(course).lessons[0].status == "begun"


def test_without_the_course_the_file_alone_speaks() -> None:
    work_through_01()
    progress = collect(None)
    assert [lesson.name for lesson in progress.lessons] == ["01_parameters"]
    assert {guess.id: guess.lesson for guess in progress.guesses} == {
        "share": "01_parameters",
        "bug": "other",
    }


def test_calibration_is_the_median_distance_and_by_lesson(course: Path) -> None:
    kept = state.empty()
    for id, guess, result in (
        ("share", 100, 1),
        ("units", 1, 10),
        ("own", 1, 1000),
        ("word", "a", "b"),
        ("zero", 0, 5),
    ):
        kept = state.with_result(state.with_guess(kept, id, guess, "t"), id, result, "t")
    kept = state.with_guess(state.with_result(kept, "late", 5, "t"), "late", 5, "t")
    state.change(lambda _: kept)
    assert collect(course).calibration() == {
        "all": (2.0, 3),
        "01_parameters": (2.0, 1),
        "02_datasets": (1.0, 1),
        "other": (3.0, 1),
    }


def test_the_ten_questions_belong_to_their_rounds_but_are_no_tasks(course: Path) -> None:
    kept = state.with_guess(state.empty(), "order_start_cache", 1e9, "t", unit="B")
    state.change(lambda _: kept)
    progress = collect(course)
    assert progress.guesses[0].lesson == "00_start_here"
    assert progress.guesses[0].powers is None
    assert [lesson.guesses for lesson in progress.lessons if lesson.name == "00_start_here"] == [
        (0, 0)
    ]


def test_points_show_once_something_keeps_them(course: Path) -> None:
    write(points={"01_parameters": {"points": 17, "of": 20}, "02_datasets": {"points": "many"}})
    assert [lesson.points for lesson in collect(course).lessons] == [(17, 20), None]


def test_points_of_passed_checks_are_counted_against_the_visible_ones(course: Path) -> None:
    code = 'with checking("a_check", points=3, of=5):\n    ...\n'
    cells = [{"cell_type": "code", "source": [code]}, {"cell_type": "code", "source": [code]}]
    (course / "exercises").mkdir()
    (course / "exercises" / "02_datasets.ipynb").write_text(
        json.dumps({"cells": cells}), encoding="utf-8"
    )
    (course / "exercises" / "01_parameters.ipynb").write_text("broken", encoding="utf-8")
    assert [lesson.points for lesson in collect(course).lessons] == [None, (0, 6)]
    state.change(lambda old: with_passed(old, "02_datasets", "a", 3, 5, "t"))
    assert [(lesson.points, lesson.status) for lesson in collect(course).lessons] == [
        (None, "not yet"),
        ((3, 6), "begun"),
    ]
    assert [lesson.points for lesson in collect(None).lessons] == [(3, 20)]


@pytest.mark.parametrize("broken", ["x", 3, {"01_parameters": 3}, {"01_parameters": {"tasks": []}}])
def test_damaged_points_are_passed_over(course: Path, broken: Any) -> None:
    write(points=broken)
    assert [lesson.points for lesson in collect(course).lessons] == [None, None]


def test_a_grade_replaces_the_points_of_checks(course: Path) -> None:
    write(points={"01_parameters": {"points": 17, "of": 20}})
    state.change(lambda old: with_passed(old, "01_parameters", "a", 3, 5, "t"))
    assert collect(course).lessons[0].points == (17, 20)


def test_without_a_file_it_starts_empty_and_writes_none(course: Path, learner_file: Path) -> None:
    progress = collect(course)
    assert "no notes yet" in progress.notes[0]
    assert progress.guesses == [] and progress.calibration() == {}
    assert not learner_file.parent.exists()


@pytest.mark.parametrize(
    "broken",
    [
        *("", "{", "[]", "\x00\xff"),
        *('{"version": 3}', '{"version": true}', '{"version": 1, "quiz": [1]}'),
    ],
)
def test_a_broken_file_is_told_of_and_left_as_it_is(
    course: Path, learner_file: Path, broken: str
) -> None:
    learner_file.parent.mkdir(parents=True)
    learner_file.write_text(broken, encoding="latin-1")
    progress = collect(course)
    assert "cannot be read" in progress.notes[0] and "starts empty" in progress.notes[0]
    assert learner_file.read_text(encoding="latin-1") == broken
    assert [path.name for path in learner_file.parent.iterdir()] == [learner_file.name]


def test_the_backup_of_a_broken_file_is_shown(course: Path, learner_file: Path) -> None:
    work_through_01()
    write(more={})
    learner_file.write_text("{", encoding="utf-8")
    progress = collect(course)
    assert "backup is shown" in progress.notes[0] and progress.lessons[0].status == "done"


@pytest.mark.parametrize("text", ["", "[]", '{"cells": 3}', '{"cells": [{"cell_type": "code"}]}'])
def test_a_broken_notebook_holds_no_tasks(course: Path, text: str) -> None:
    (course / "lessons" / "01_parameters.ipynb").write_text(text, encoding="utf-8")
    assert collect(course).lessons[0].guesses == (0, 0)


@pytest.mark.parametrize(
    "entry", [{}, {"guess": None}, {"guess": [1], "result": {}}, {"guess": "x", "result": 2}]
)
def test_odd_entries_have_no_distance(entry: dict[str, Any]) -> None:
    write(predictions={"odd": entry}, quiz={"odd": {"first": 3}})
    progress = collect(None)
    assert [guess.powers for guess in progress.guesses] == [None]


def test_records_stand_alone() -> None:
    assert Guess(id="a", lesson="other", guess=1, result=100).powers == -2
    empty = Lesson(
        name="x",
        guesses=(0, 0),
        results=(0, 0),
        first_right=0,
        last_right=0,
        quizzes=(0, 0),
        verdicts=(0, 0),
    )
    assert empty.status == "not yet"
