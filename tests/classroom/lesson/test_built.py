"""A built lesson is read rightly: held against its source, and against its plain text."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from course_lib.classroom.lesson.answered import answered
from course_lib.classroom.lesson.built import read
from course_lib.classroom.lesson.records import Lesson
from course_lib.errors import CourseError

ROOT = Path(__file__).parents[3]
NAMES = sorted(path.stem for path in (ROOT / "source" / "lessons").glob("*.py"))
ASKED = re.compile(r"predict(?:_choice|_ranking|_range)?\(\s*f?\"(\w+)")
CHECKED = re.compile(r"quiz\(\s*\"(\w+)\"")
QUESTIONS = ROOT / "course_lib" / "teaching" / "texts" / "questions"


@pytest.fixture(params=NAMES)
def lesson(request: pytest.FixtureRequest) -> Lesson:
    return read(ROOT, request.param)


def source(lesson: Lesson) -> str:
    return (ROOT / "source" / "lessons" / f"{lesson.name}.py").read_text(encoding="utf-8")


def outputs(lesson: Lesson) -> list[str]:
    """The plain text of everything that the notebook shows."""
    notebook = json.loads((ROOT / "lessons" / f"{lesson.name}.ipynb").read_text(encoding="utf-8"))
    shown = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return ["".join(each.get("data", {}).get("text/plain", "")) for each in shown]


def test_every_prediction_of_the_source_is_found(lesson: Lesson) -> None:
    asked = ASKED.findall(source(lesson))
    found = [each.id for each in lesson.predictions if each.kind != "ten guesses"]
    fixed = [id for id in asked if id in found]
    assert [id for id in found if id in asked] == fixed
    for id in set(asked) - set(found):  # made in a loop: `blind_{key}`
        assert any(each.startswith(id) for each in found)


def test_every_prediction_has_the_answer_that_the_page_shows(lesson: Lesson) -> None:
    shown = outputs(lesson)
    for prediction in lesson.predictions:
        if prediction.kind == "ten guesses":
            assert not prediction.answer
            continue
        said = {
            "a number": f"It is {prediction.answer}.",
            "a range": f"It is {prediction.answer}.",
            "a choice": f"The answer: {prediction.answer}.",
        }.get(prediction.kind)
        assert prediction.answer
        if said is not None:
            assert any(text.startswith(said) for text in shown), (prediction.id, said)
        else:
            places = [rf"{n} +\| {re.escape(item)}" for n, item in enumerate(_order(prediction), 1)]
            assert any(all(re.search(each, text) for each in places) for text in shown)


def _order(prediction: Any) -> list[str]:
    order: list[str] = prediction.answer.split(", then ")
    assert sorted(order) == sorted(prediction.options)
    return order


def test_a_choice_is_one_of_its_options(lesson: Lesson) -> None:
    for prediction in lesson.predictions:
        if prediction.kind == "a choice":
            assert prediction.answer in prediction.options


def test_checks_are_those_of_the_source_with_the_right_choice_of_the_catalogue(
    lesson: Lesson,
) -> None:
    assert [each.id for each in lesson.checks] == CHECKED.findall(source(lesson))
    entries: dict[str, Any] = {}
    for file in QUESTIONS.glob("*.toml"):
        entries |= tomllib.loads(file.read_text(encoding="utf-8"))
    for check in lesson.checks:
        entry = entries[check.id]
        assert sum(choice.right for choice in check.choices) == 1
        assert fits(entry["right"], check.right)
        assert len(check.wrong) == len(entry["wrong"])
        for choice, written in zip(check.wrong, entry["wrong"], strict=True):
            assert fits(written["text"], choice.text)
            assert choice.misconception == written.get("misconception", "")


def fits(written: str, shown: str) -> bool:
    """Whether a text is another one with its {names} filled."""
    return all(part in shown for part in re.split(r"\{\w+\}", written))


def test_minutes_and_tasks_are_those_of_its_first_line(lesson: Lesson) -> None:
    head = source(lesson)
    assert f"{lesson.alone_minutes} minutes alone, {lesson.room_minutes} in a room" in head
    for task in lesson.tasks:
        assert f"| `{task.id}` | {task.minutes} | {task.difficulty} |" in head
    assert bool(lesson.tasks) == (ROOT / "exercises" / f"{lesson.name}.ipynb").is_file()


def test_each_idea_is_answered_in_short(lesson: Lesson) -> None:
    ideas = re.findall(r"^# ## (Idea \d: .+)$", source(lesson), flags=re.MULTILINE)
    assert [section.heading for section in lesson.ideas] == ideas
    assert all(section.in_short for section in lesson.ideas)
    assert lesson.answer
    assert lesson.question
    assert len(lesson.objectives) >= 3


def test_what_is_no_built_lesson_is_told(tmp_path: Path) -> None:
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "01_a.ipynb").write_text("{", encoding="utf-8")
    for name in ("01_a", "02_b"):
        with pytest.raises(CourseError, match=f"course build {name}"):
            read(tmp_path, name)


def card(title: str, body: str, id: str = "") -> dict[str, Any]:
    """An output as a card shows it."""
    inside = f"<span>i</span> <strong>{title}</strong></div>{body}"
    html = f'<div class="course-stand-in-{id}"><div>{inside}</div></div>' if id else inside
    return {"data": {"text/html": html}}


def code(id: str, source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": id,
        "cell_type": "code",
        "source": source,
        "outputs": list(outputs),
        "metadata": {},
    }


def test_results_of_one_cell_go_to_the_variables_that_reveal_them() -> None:
    asked = code(
        "ask",
        'first = predict("one", "?")\nsecond = predict("two", "?")',
        card("Predict", "<p>One?</p>", "one"),
        card("Predict", "<p>Two?</p>", "two"),
    )
    shown = code(
        "show",
        "second.reveal(2)\nfirst.reveal(1)",
        card("The result", "<p>It is <strong>2</strong>.</p><p>Why two.</p>"),
        card("The result", "<p>It is <strong>1</strong>.</p>"),
    )
    one, two = answered([asked, shown])["ask"]
    assert (one.id, one.answer, one.because) == ("one", "1", "")
    assert (two.id, two.answer, two.because) == ("two", "2", "Why two.")


def test_results_of_a_loop_go_to_the_guesses_in_their_order() -> None:
    asked = code(
        "ask",
        "every = {key: predict_range(key, '?') for key in ('a', 'b')}",
        card("Predict a range", "<p>A?</p>", "a"),
        card("Predict a range", "<p>B?</p>", "b"),
    )
    shown = code(
        "show",
        "for key, each in every.items():\n    each.reveal(1)",
        card("The result", "<p>It is <strong>1</strong>.</p>"),
        card("The result", "<p>It is <strong>2</strong>.</p>"),
    )
    told = [(each.id, each.kind, each.answer) for each in answered([asked, shown])["ask"]]
    assert told == [("a", "a range", "1"), ("b", "a range", "2")]
