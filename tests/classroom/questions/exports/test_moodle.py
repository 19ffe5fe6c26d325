"""Moodle has no schema: the tree is held to the structure that its documentation shows, and read
back."""

import html
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from course_lib.classroom.questions import Question
from course_lib.classroom.questions.exports import moodle
from tests.classroom.questions.exports import samples

COMMON = [
    "name",
    "questiontext",
    "generalfeedback",
    "defaultgrade",
    "penalty",
    "hidden",
    "idnumber",
]
AFTER = {
    "multichoice": ["single", "shuffleanswers", "answernumbering"],
    "numerical": [],
}


@pytest.fixture(scope="module")
def quiz() -> Element:
    text = moodle.export(samples.every(), "05 Inference/A & B")
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<quiz>')
    return ElementTree.fromstring(text.encode("utf-8"))


def _of(quiz: Element, kind: str) -> list[Element]:
    return [item for item in quiz if item.get("type") == kind]


def _said(element: Element | None) -> str:
    """A text of HTML as a reader sees it."""
    assert element is not None
    text = element.findtext("text") or ""
    assert text.startswith("<p>") and text.endswith("</p>")
    return html.unescape(text.removeprefix("<p>").removesuffix("</p>"))


def test_every_element_stands_where_the_format_has_it(quiz: Element) -> None:
    assert {item.get("type") for item in quiz} == {"category", "multichoice", "numerical"}
    for kind, after in AFTER.items():
        for item in _of(quiz, kind):
            tags = [child.tag for child in item]
            answers = tags.count("answer")
            assert tags[: len(COMMON + after)] == COMMON + after
            assert set(tags[len(COMMON + after) :][:answers]) == {"answer"}
            fractions = [answer.get("fraction") for answer in item.findall("answer")]
            assert fractions.count("100") == 1 and set(fractions) <= {"100", "0"}
    for item in _of(quiz, "multichoice"):
        assert item.findtext("single") == "true"


def test_texts_and_feedback_come_back_as_they_were(quiz: Element) -> None:
    items = _of(quiz, "multichoice")
    for item, question in zip(items, samples.every(), strict=True):
        assert item.findtext("name/text") == question.id
        assert _said(item.find("questiontext")) == question.text
        for answer, choice in zip(item.findall("answer"), question.choices, strict=True):
            assert _said(answer) == choice.text
            assert _said(answer.find("feedback")) == choice.feedback
            assert (answer.get("fraction") == "100") == choice.right


def test_nothing_in_a_text_becomes_markup(quiz: Element) -> None:
    for element in quiz.iter("text"):
        assert "<script" not in (element.text or "")


def test_a_typed_number_has_one_verdict(quiz: Element) -> None:
    """Each number of a question lies in the interval of one answer alone."""
    numbers: list[Question] = [q for q in samples.every() if q.tolerance is not None]
    items = _of(quiz, "numerical")
    assert [item.findtext("idnumber") for item in items] == [f"{q.id}-number" for q in numbers]
    for item, question in zip(items, numbers, strict=True):
        answers = item.findall("answer")
        assert answers[0].get("fraction") == "100"
        spans = [
            (float(answer.findtext("text") or ""), float(answer.findtext("tolerance") or ""))
            for answer in answers
        ]
        assert spans[0][0] == question.right.number
        for choice in question.choices:
            assert choice.number is not None
            inside = [abs(choice.number - at) <= width * (1 + 1e-9) for at, width in spans]
            assert sum(inside) == 1 and inside[0] == choice.right, question.id


def test_categories_name_the_lesson_with_slashes_doubled(quiz: Element) -> None:
    names = [item.findtext("category/text") for item in _of(quiz, "category")]
    start = "$course$/top/Where the Compute Goes/05 Inference//A & B/"
    assert names == [f"{start}to choose", f"{start}to type in"]


def test_names_are_told_apart(quiz: Element) -> None:
    ids = [item.findtext("idnumber") for item in quiz if item.get("type") != "category"]
    assert len(set(ids)) == len(ids)


def test_words_alone_make_no_numbers() -> None:
    words = [question for question in samples.drawn() if question.tolerance is None]
    assert words
    text = moodle.export(words, "15 Myths")
    assert "numerical" not in text and "to type in" not in text
