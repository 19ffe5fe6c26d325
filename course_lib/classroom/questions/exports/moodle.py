"""Moodle XML: each question to choose from, and each number once more to be typed in.

Design choices:
- Two categories, so that a teacher can take either: one question should not stand in a quiz in
  both forms.
- A typed number is right within the question's tolerance. The wrong formulas are answers of their
  own, worth nothing, so that whoever used one is told so.
- Text is HTML in Moodle, so it is escaped as HTML first; the tree escapes it for XML.

Format: Moodle's documentation, "Moodle XML format" (there is no schema).
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from course_lib.classroom.questions.exports.titles import COURSE
from course_lib.classroom.questions.question import Choice, Question

PENALTY = "0.3333333"
"""What a second try costs where a quiz allows one: Moodle's usual third."""
WRONG_TOLERANCE = 0.01
"""How near, as a share, a typed number must be to a wrong formula's to be told so."""

__all__ = ["export"]


def export(questions: Sequence[Question], title: str) -> str:
    """A file for "Import questions", format "Moodle XML".

    Args:
        questions: to be exported.
        title: the lesson's name, for the categories.
    """
    quiz = Element("quiz")
    _category(quiz, title, "to choose")
    for question in questions:
        _multichoice(quiz, question)
    numbers = [question for question in questions if question.tolerance is not None]
    if numbers:
        _category(quiz, title, "to type in")
    for question in numbers:
        _numerical(quiz, question)
    ElementTree.indent(quiz)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(
        quiz, encoding="unicode"
    )


def _category(quiz: Element, title: str, kind: str) -> None:
    """Where the questions that follow are put."""
    question = SubElement(quiz, "question", type="category")
    # a slash inside a name is written twice
    names = [name.replace("/", "//") for name in (COURSE, title, kind)]
    _text(SubElement(question, "category"), "/".join(["$course$", "top", *names]))


def _multichoice(quiz: Element, question: Question) -> None:
    """A question to choose from."""
    item = _question(quiz, question, "multichoice", question.id)
    SubElement(item, "single").text = "true"
    SubElement(item, "shuffleanswers").text = "true"
    SubElement(item, "answernumbering").text = "ABCD"
    for choice in question.choices:
        answer = _answer(item, choice, "html", f"<p>{escape(choice.text)}</p>")
        _html(answer, "feedback", choice.feedback)


def _numerical(quiz: Element, question: Question) -> None:
    """The same question with a number to be typed in."""
    item = _question(quiz, question, "numerical", f"{question.id}-number")
    # the right one first: Moodle takes the first answer that fits
    for choice in sorted(question.choices, key=lambda choice: not choice.right):
        number = choice.number or 0.0
        answer = _answer(item, choice, "moodle_auto_format", f"{number:.15g}")
        _html(answer, "feedback", choice.feedback)
        near = question.tolerance if choice.right else WRONG_TOLERANCE * number
        whole = question.tolerance == 0
        SubElement(answer, "tolerance").text = f"{0 if whole else near or 0:.6g}"
    SubElement(item, "unitgradingtype").text = "0"
    SubElement(item, "unitpenalty").text = "0.1"
    SubElement(item, "showunits").text = "3"  # no unit is asked for: the text names it
    SubElement(item, "unitsleft").text = "0"


def _question(quiz: Element, question: Question, kind: str, id: str) -> Element:
    """What every question begins with."""
    item = SubElement(quiz, "question", type=kind)
    _text(SubElement(item, "name"), id)
    _html(item, "questiontext", question.text)
    _html(item, "generalfeedback", "")
    SubElement(item, "defaultgrade").text = "1"
    SubElement(item, "penalty").text = PENALTY
    SubElement(item, "hidden").text = "0"
    SubElement(item, "idnumber").text = id
    return item


def _answer(item: Element, choice: Choice, form: str, text: str) -> Element:
    """An answer with its worth in per cent."""
    answer = SubElement(item, "answer", fraction="100" if choice.right else "0", format=form)
    _text(answer, text)
    return answer


def _html(parent: Element, tag: str, text: str) -> None:
    """A text of HTML."""
    element = SubElement(parent, tag, format="html")
    _text(element, f"<p>{escape(text)}</p>" if text else "")


def _text(parent: Element, text: str) -> None:
    SubElement(parent, "text").text = text
