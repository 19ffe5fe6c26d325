"""Prose and tables from code."""

from html.parser import HTMLParser
from typing import Any

import pytest

from course_lib.teaching import say, table

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]


class Tags(HTMLParser):
    """Collects start tags with their attributes, and complains of tags that do not match."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_markdown_loses_its_indentation(shown: Bundles) -> None:
    say("""
        The MLPs hold **most**.

        - one
    """)
    assert (
        shown[0][0]["text/markdown"]
        == shown[0][0]["text/plain"]
        == "The MLPs hold **most**.\n\n- one"
    )


@pytest.mark.parametrize(
    ("text", "error"), [("", ValueError), ("  \n ", ValueError), (3, TypeError), (None, TypeError)]
)
def test_something_has_to_be_said(text: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        say(text)


def test_a_table_names_its_rows_and_columns(shown: Bundles) -> None:
    table(
        [{"part": "MLP", "weights": 5_637_144_576}, {"part": "norms < 1 %", "weights": 266_240}],
        caption="Parts",
    )
    html = Tags(shown[0][0]["text/html"])
    scopes = [attributes["scope"] for tag, attributes in html.tags if tag == "th"]
    assert scopes == ["col", "col", "row", "row"]
    assert [tag for tag, _ in html.tags].count("caption") == 1
    assert "norms &lt; 1 %" in shown[0][0]["text/html"]
    assert shown[0][0]["text/plain"].splitlines()[:2] == ["Parts", "part        | weights"]
    assert "5.64 billion" in shown[0][0]["text/plain"]


def test_text_stands_left_and_numbers_right(shown: Bundles) -> None:
    table([["a", "12 GB", "x"], ["b", "USD 3", "4"]], ["name", "size", "note"])
    sides = [
        attributes["style"]
        for _, attributes in Tags(shown[0][0]["text/html"]).tags
        if "style" in attributes
    ]
    assert sides[:3] == ["text-align: left", "text-align: right", "text-align: left"]


def test_a_wide_table_scrolls_and_the_tab_key_reaches_it(shown: Bundles) -> None:
    table([["a", "12 GB"]], ["name", "size"])
    table([["word " * 30, "12 GB"]], ["name", "size"])  # it can be broken at its blanks
    table([[str(n) * 12 for n in range(6)]], list("abcdef"), caption="Wide < tables")
    narrow, broken, wide = (Tags(bundle["text/html"]).tags[0] for bundle, _ in shown)
    assert narrow[0] == broken[0] == "table" and wide[0] == "div"
    assert wide[1]["tabindex"] == "0" and "overflow-x: auto" in str(wide[1]["style"])
    assert (wide[1]["role"], wide[1]["aria-label"]) == ("region", "Table: Wide < tables")


@pytest.mark.parametrize(
    ("rows", "columns", "said"),
    [
        ([], ["a"], "at least one row"),
        ([["a"]], None, "columns: must be given"),
        ([["a", "b"]], ["a"], "row 1"),
        ([{"a": 1}, {"b": 1}], None, "row 2: has no 'a'"),
        (["ab"], ["a", "b"], "row 1"),
    ],
)
def test_rows_have_to_fit(rows: list[Any], columns: list[str] | None, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        table(rows, columns)
