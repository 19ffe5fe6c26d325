"""Reading the course's own TOML files: what goes wrong is named."""

from pathlib import Path

import pytest

from course_lib.teaching import entries


def test_entries_are_read(tmp_path: Path) -> None:
    file = tmp_path / "facts.toml"
    file.write_text('[a]\ntext = "µ"\n[b]\nn = 3\n', encoding="utf-8")
    assert entries.read(file) == {"a": {"text": "µ"}, "b": {"n": 3}}


@pytest.mark.parametrize(
    ("text", "said"), [("a = ", "must be TOML"), ("a = 1", "a: must be an entry")]
)
def test_a_bad_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "facts.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=f"facts.toml.*{said}"):
        entries.read(file)


@pytest.mark.parametrize("value", [None, 3, "", " a", "a ", "\n"])
def test_a_text_is_a_text(value: object) -> None:
    with pytest.raises(ValueError, match=r"f\.toml, \[a\], text="):
        entries.text("f.toml", "a", {"text": value}, "text")
    assert entries.text("f.toml", "a", {"text": "so"}, "text") == "so"


def test_a_misspelt_field_is_named_with_those_allowed() -> None:
    entries.only("f.toml", "a", ["text"], ["text", "lesson"])
    with pytest.raises(ValueError, match=r"f\.toml, \[a\], txet: must be one of lesson, text"):
        entries.only("f.toml", "a", ["text", "txet"], ["text", "lesson"])


def test_the_nearest_names_are_told_and_some_where_none_is_near() -> None:
    assert (
        str(entries.unknown("claim", "A99", ["A19", "B01"])) == "\"no claim 'A99'; nearest: A19\""
    )
    assert "nearest: x1, x2, x3" in str(entries.unknown("claim", "qq", ["x3", "x2", "x1", "x4"]))
