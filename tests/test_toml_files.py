"""The one reader of the course's own TOML files: what it gives, and how it words what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from course_lib import toml_files
from course_lib.errors import CourseError
from course_lib.toml_files import Entry, EntryError


def write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def entry(**fields: Any) -> Entry:
    return Entry(file="f.toml", name="a", fields=fields)


def test_a_file_is_read_into_entries(tmp_path: Path) -> None:
    write(tmp_path, facts='[b]\ntext = "µ"\n[a]\nn = 3\n')
    found = toml_files.read(tmp_path / "facts.toml")
    assert {name: each.fields for name, each in found.items()} == {
        "b": {"text": "µ"},
        "a": {"n": 3},
    }
    assert list(found) == ["b", "a"] and found["a"].file == "facts.toml"


def test_a_folder_is_read_as_one_file_in_the_order_of_names(tmp_path: Path) -> None:
    write(tmp_path, two="[c]\n[a]", one="[z]\n[b]")
    (tmp_path / "README.md").write_text("[d]", encoding="utf-8")
    found = toml_files.read(tmp_path)
    assert list(found) == ["z", "b", "c", "a"]
    assert [each.file.split("/") for each in found.values()] == [
        [tmp_path.name, f"{name}.toml"] for name in ("one", "one", "two", "two")
    ]
    assert [file.name for file in toml_files.files(tmp_path)] == ["one.toml", "two.toml"]


def test_an_entry_in_two_files_names_both(tmp_path: Path) -> None:
    write(tmp_path, one="[a]", two="[b]\n[a]")
    with pytest.raises(EntryError) as caught:
        toml_files.read(tmp_path)
    first, second = f"{tmp_path.name}/one.toml", f"{tmp_path.name}/two.toml"
    told = f"file {second}, entry 'a': must be unique, but file {first} has it too"
    assert str(caught.value) == told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = ", ": must be TOML: "),
        ("[a]\n[a]", ": must be TOML: "),
        ("a = 1", ", entry 'a': must be a table of fields, got 1"),
        ("'' = 1", ", entry '': must be a table of fields, got 1"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path, facts=text)
    for path, name in (
        (tmp_path / "facts.toml", "facts.toml"),
        (tmp_path, f"{tmp_path.name}/facts.toml"),
    ):
        with pytest.raises(EntryError) as caught:
            toml_files.read(path)
        assert str(caught.value).startswith(f"file {name}{said}")


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(EntryError, match=r"^file none\.toml: cannot be read from .*: No such file"):
        toml_files.read(tmp_path / "none.toml")
    with pytest.raises(EntryError, match=f"^file {tmp_path.name}: must be a folder with TOML"):
        toml_files.read(tmp_path)
    (tmp_path / "odd.toml").write_bytes(b'a = "\xff"')
    with pytest.raises(EntryError, match=r"odd\.toml: must be UTF-8"):
        toml_files.read(tmp_path)


def test_the_error_is_one_that_its_reader_can_mend() -> None:
    assert issubclass(EntryError, CourseError) and issubclass(EntryError, ValueError)


@pytest.mark.parametrize("value", [None, 3, "", " a", "a ", "\n"])
def test_a_text_is_a_text(value: object) -> None:
    with pytest.raises(EntryError) as caught:
        entry(text=value).text("text")
    told = f"must be a text without blanks around it, got {value!r}"
    assert str(caught.value) == f"file f.toml, entry 'a', field text: {told}"
    assert entry(text="so").text("text") == "so"


def test_what_is_missing_or_misspelt_is_named() -> None:
    one = entry(text="so", txet="x", b=1)
    with pytest.raises(EntryError, match=r"^file f\.toml, entry 'a', field other: is missing$"):
        one.get("other")
    with pytest.raises(EntryError, match="field other: is missing"):
        one.need(["text", "other", "more"])
    with pytest.raises(EntryError, match=r"field txet: is not known; a claim has text, other$"):
        one.only(["text", "other"], "a claim")
    one.only({"b": 1, "text": 2, "txet": 3, "more": 4})
    one.need([])
    assert one.get("b") == 1


def test_tables_inside_an_entry_say_where_they_stand() -> None:
    one = entry(numbers={"share": {"unit": 3}}, rules=[{"verdict": "so"}, {"because": ""}])
    with pytest.raises(EntryError, match=r"entry 'a', field numbers\.share\.unit: must be a text"):
        one.part("numbers").part("share").text("unit")
    with pytest.raises(EntryError, match=r"field rules\.2\.verdict: is missing"):
        [rule.text("verdict") for rule in one.parts("rules")]
    assert (
        str(one.parts("rules")[0].error("is odd"))
        == "file f.toml, entry 'a', field rules.1: is odd"
    )
    with pytest.raises(EntryError, match="field rules: must be a table of fields"):
        one.part("rules")


@pytest.mark.parametrize("value", [3, [], {"a": 1}, "x"])
def test_tables_stand_in_a_list(value: object) -> None:
    with pytest.raises(EntryError, match="field rules: must be a list of tables, at least one"):
        entry(rules=value).parts("rules")
    with pytest.raises(EntryError, match=r"field rules\.2: must be a table of fields, got 3"):
        entry(rules=[{}, 3]).parts("rules")


def test_the_nearest_names_are_told_and_some_where_none_is_near() -> None:
    told = str(toml_files.unknown("claim", "A99", ["A19", "B01"]))
    assert told == "\"no claim 'A99'; nearest: A19\""
    far = str(toml_files.unknown("claim", "qq", ["x3", "x2", "x1", "x4"]))
    assert "nearest: x1, x2, x3" in far
