"""A notebook is taken apart as a reader sees it."""

from collections.abc import Callable

import pytest

from course_lib.authoring.contract.budget import ninetieth
from course_lib.authoring.contract.reading import Page, code_lines, words

Build = Callable[..., Page]


def test_headings_in_code_are_none(page: Build) -> None:
    assert [heading.text for heading in page("# A\n```\n# no\n```\n## B ##\ntext").headings] == [
        "A",
        "B",
    ]


def test_sections_follow_headings_across_cells(page: Build) -> None:
    found = page("# A\none", "two\n## B\nthree\n### deeper\nfour", "code:x = 1", "five")
    assert [(heading, text.strip()) for heading, _, text in found.sections()] == [
        ("A", "one"),
        ("A", "two"),
        ("B", "three"),
        ("B", "four"),
        ("B", "five"),
    ]
    assert found.strip().split() == ["one", "two"]


def test_calls_are_found_inside_other_code(page: Build) -> None:
    found = page(
        "code:%matplotlib inline\nif predict('a'): teaching.verdict('A01', claim('A02'))",
        "code:not python (",
    )
    assert {(call.function, call.first) for call in found.calls} == {
        ("predict", "a"),
        ("verdict", "A01"),
        ("claim", "A02"),
    }


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("# A title", 2),
        ("one-way 2.5 don't", 3),
        ("<b>two</b> words", 2),
        ("![alt text](a/b.png)", 2),
        ("| a | b |", 2),
    ],
)
def test_words(text: str, count: int) -> None:
    assert words(text) == count


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("#a\n\n  # b", 0), ('"""doc\nmore\n"""\nx = 1', 4)]
)
def test_code_lines(text: str, count: int) -> None:
    assert code_lines(text) == count


@pytest.mark.parametrize(("values", "expected"), [([7], 7), ([1, 9], 9), (list(range(1, 21)), 18)])
def test_ninetieth(values: list[int], expected: int) -> None:
    assert ninetieth(values) == expected
