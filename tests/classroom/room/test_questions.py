"""Every prediction of every built lesson, as a room asks it."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest

from course_lib.authoring.places import find_root, names
from course_lib.catalog import models
from course_lib.classroom.lesson import built as guide
from course_lib.classroom.room.drawing.picture import picture
from course_lib.classroom.room.forms import answer, form
from course_lib.classroom.room.question import Question
from course_lib.classroom.room.questions import questions
from course_lib.errors import SourceError
from course_lib.estimators import datasets, parameters
from course_lib.teaching.predictions import orders

LESSONS = find_root(Path(__file__).parent) / "lessons"
ALL = names(LESSONS)


@cache
def asked(lesson: str) -> list[Question]:
    return questions(LESSONS / f"{lesson}.ipynb")[1]


@cache
def notebook(lesson: str) -> Any:
    return nbformat.read(LESSONS / f"{lesson}.ipynb", as_version=4)


@cache
def plain_outputs(lesson: str) -> list[str]:
    """What the cells of a lesson show as plain text: the page shows HTML, which was read."""
    cells = [cell for cell in notebook(lesson).cells if cell.cell_type == "code"]
    outputs = [output for cell in cells for output in cell.outputs]
    return [str(output.get("data", {}).get("text/plain", "")) for output in outputs]


EACH = [(lesson, question) for lesson in ALL for question in asked(lesson)]
each_question = pytest.mark.parametrize(
    ("lesson", "question"), EACH, ids=[f"{lesson[:2]}-{question.id}" for lesson, question in EACH]
)


def test_there_are_seventeen_lessons() -> None:
    assert len(ALL) == 17


@pytest.mark.parametrize("lesson", ALL)
def test_no_prediction_is_left_out(lesson: str) -> None:
    shown = plain_outputs(lesson)
    forms = sum(text.startswith(("Predict:", "Predict the order:", "Predict a ")) for text in shown)
    tens = sum(text.startswith("Ten guesses") for text in shown)
    source = "\n".join(cell.source for cell in notebook(lesson).cells if cell.cell_type == "code")
    backward = len(re.findall(r"^reveal_order\(", source, flags=re.MULTILINE)) if not tens else 0
    assert len(asked(lesson)) == forms + 10 * tens + backward >= 4


@each_question
def test_answer_is_the_lessons(lesson: str, question: Question) -> None:
    shown = [text.replace("\u202f", " ") for text in plain_outputs(lesson)]
    truth = question.truth_text.replace("\u202f", " ")
    if question.kind in ("number", "range"):
        told = question.id.startswith("order_") or any(f"It is {truth}." in text for text in shown)
    elif question.kind == "choice":
        told = any(f"The answer: {truth}" in text for text in shown)
    else:
        rows = [re.findall(r"^(\d) +\| (.*)$", text, flags=re.MULTILINE) for text in shown]
        last = question.right_order[-1]
        told = any(
            [item for _, item in row[:-1]] == question.right_order[:-1]
            and row[-1][1].startswith(last)
            for row in rows
            if len(row) == len(question.options)
        )
    assert told
    if question.because and not question.because.startswith("Lesson "):
        assert any(question.because in text.replace("  ", " ") for text in plain_outputs(lesson))


@each_question
def test_the_right_guess_is_taken_and_judged_right(lesson: str, question: Question) -> None:
    truth = question.truth
    if question.kind == "number":
        guess = question.read(question.truth_text)
        assert "right" in question.judged(guess) or "close" in question.judged(guess)
        assert question.read(question.number) == question.number
    elif question.kind == "choice":
        guess = question.read(truth)
        assert question.judged(guess).endswith(": right.")
        for other in set(question.options) - {truth}:
            assert question.judged(question.read(other)).endswith(": not so.")
    elif question.kind == "order":
        guess = question.read(truth)
        pairs = len(question.options) * (len(question.options) - 1) // 2
        assert f"{pairs} of {pairs} pairs" in question.judged(guess)
    else:
        guess = question.read([f"{question.number / 2:.0f}", f"{question.number * 2:.0f}"])
        assert "**holds** it" in question.judged(guess)
        low = question.read([question.number * 2, question.number * 3])
        assert "**misses** it" in question.judged(low)
    for html in (form(question), form(question, guess), answer(question, [guess], guess)):
        assert "<script" not in html and " style=" not in html
    assert picture(question, [guess], False) != picture(question, [guess], True)


@each_question
def test_nothing_tells_the_answer_before_it_is_shown(lesson: str, question: Question) -> None:
    """With guesses far off, or none, form and picture are the same for any other answer."""
    wrong = {
        "number": lambda: [question.number * 1e-4, question.number * 3e-4],
        "range": lambda: [[question.number * 1e-4, question.number * 3e-4]],
        "choice": lambda: [next(each for each in question.options if each != question.truth)],
        "order": lambda: [question.right_order[::-1]],
    }[question.kind]()
    shown = form(question) + picture(question, wrong, False)
    assert "✔" not in shown and 'class="truth"' not in shown
    assert question.because == "" or question.because not in shown
    if question.kind in ("number", "range"):
        assert question.truth_text not in shown.replace(question.text, "")


def test_an_answer_computed_apart() -> None:
    """Two answers of lessons against the estimators, and ten against their file."""
    by_id = {question.id: question for _, question in EACH}
    kimi = parameters.count(models["kimi-k2"])
    assert by_id["kimi_in_use"].number == pytest.approx(kimi.active / kimi.total, rel=0.005)
    more = datasets.effective_tokens(1, 16) / datasets.effective_tokens(1, 4)
    assert by_id["more_readings"].number == pytest.approx(more, rel=0.005)
    for order in orders.load(orders.FILE).values():
        assert by_id[orders.key(order, "start")].number == order.value()
        assert by_id[orders.key(order, "end")].number == order.value()


@pytest.mark.parametrize("lesson", ALL)
def test_the_teachers_guide_reads_the_same(lesson: str) -> None:
    """The guide takes predictions from the lessons by a reader of its own."""
    own = {each.id: each for each in asked(lesson)}
    guides = [
        each
        for section in guide.read(LESSONS.parent, lesson).sections
        for each in section.predictions
        if each.kind != "ten guesses"
    ]
    assert {each.id for each in guides} == {id for id in own if not id.startswith("order_")}
    for each in guides:
        question = own[each.id]
        assert (each.question, each.options) == (question.text, question.options)
        assert (each.because, each.measured) == (question.because, question.measured)
        if question.kind == "order":
            places = [each.answer.index(item) for item in question.right_order]
            assert places == sorted(places)
        else:
            assert question.truth_text in each.answer


def built(tmp_path: Path, *cells: tuple[str, list[str]]) -> Path:
    """A small built lesson: source and HTML outputs of each cell."""
    book = nbformat.v4.new_notebook()
    book.cells.append(nbformat.v4.new_markdown_cell("# 98 · Small"))
    for source, shown in cells:
        outputs = [
            nbformat.v4.new_output("display_data", data={"text/html": html}) for html in shown
        ]
        book.cells.append(nbformat.v4.new_code_cell(source, outputs=outputs))
    file = tmp_path / "98_small.ipynb"
    nbformat.write(book, file)
    return file


FORM = (
    '<div class="course-stand-in-n"><div><strong>Predict</strong></div><p>How many?</p>'
    "<p>Your guess: ______ (a number)</p></div>"
)
CARD = "<div><span>◉</span> <strong>The result</strong></div><p>It is <strong>{}</strong>.</p>"


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ([('a = predict("n", "How many?", "B")', [FORM])], "the unit of 'n' cannot be read"),
        ([('a = predict("n", "How many?", unit)', [FORM])], "the unit of 'n' cannot be read"),
        (
            [('a = predict("n", "How many?")', [FORM]), ("a.reveal(1)", [CARD.format("many")])],
            "cannot be read from 'many'",
        ),
        (
            [('a = predict("n", "How many?")', [FORM]), ("b.reveal(1)", [CARD.format("1")])],
            "1 answers are shown for 0 predictions",
        ),
    ],
    ids=["another unit", "a unit from a name", "no number", "a stranger's answer"],
)
def test_what_cannot_be_read_is_an_error(
    tmp_path: Path, cells: list[tuple[str, list[str]]], told: str
) -> None:
    with pytest.raises(SourceError, match=re.escape(told)):
        questions(built(tmp_path, *cells))


def test_a_prediction_without_an_answer_is_asked_all_the_same(tmp_path: Path) -> None:
    title, (question,) = questions(built(tmp_path, ('a = predict("n", "How many?")', [FORM])))
    assert title == "98 · Small" and question.truth is None
    assert question.judged(3.0) == "You said **3**."
    assert "no answer" in answer(question, [3.0], 3.0)
