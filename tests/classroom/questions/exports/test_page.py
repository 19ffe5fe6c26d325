"""The page for paper: all questions, a key behind them on a page of its own, no network."""

import re
from html.parser import HTMLParser

import pytest

from course_lib.classroom.questions.exports import page
from tests.classroom.questions.exports import samples

EMPTY = {"meta"}


class Reader(HTMLParser):
    """Texts of the two sections, and a check that every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.sections: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag == "section":
            self.sections.append("")
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.sections and "section" in self.open:
            self.sections[-1] += data


@pytest.fixture(scope="module")
def read() -> Reader:
    reader = Reader()
    reader.feed(page.export(samples.every(), "05 Inference"))
    reader.close()
    assert reader.open == []
    return reader


def test_questions_first_and_then_the_key(read: Reader) -> None:
    questions, key = read.sections
    for question in samples.every():
        assert question.text in questions
        assert all(choice.text in questions for choice in question.choices)
        assert not any(choice.feedback in questions for choice in question.choices)
        assert f"{question.letter}: {question.right.text}." in key
        assert all(choice.feedback in key for choice in question.choices)


def test_the_key_prints_on_a_page_of_its_own() -> None:
    assert re.search(r"\.key \{[^}]*break-before: page", page.export(samples.every(), "a"))


def test_it_needs_no_network_and_runs_nothing(read: Reader) -> None:
    assert not {"script", "link", "img", "iframe", "form"} & set(read.tags)
    assert not [name for name, _ in read.attributes if name in {"src", "href"} or name[:2] == "on"]
    assert "url(" not in page.export(samples.drawn(), "a")
