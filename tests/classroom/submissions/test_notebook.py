"""A notebook is read for its cells in any form that one may have; whatever is none is said to be
none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_lib.classroom.submissions import notebook
from course_lib.classroom.submissions.notebook import StudentCell, Unreadable, read
from course_lib.plain_data import packed
from course_lib.teaching.checks.kept import MEASURED_TYPE

CODE = {"cell_type": "code", "id": "a", "metadata": {}, "source": "x = 1\n", "outputs": []}
KEPT = {"runs": packed([1.5])}


def saved(tmp_path: Path, content: Any) -> Path:
    """A file with a text, bytes, or what JSON makes of anything else."""
    path = tmp_path / "x.ipynb"
    text = content if isinstance(content, str | bytes) else json.dumps(content)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return path


def output(kept: Any) -> dict[str, Any]:
    data = {"text/plain": "Your measurement", MEASURED_TYPE: kept}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def test_a_cell_is_read_with_its_names_and_measurement(tmp_path: Path) -> None:
    graded = CODE | {"metadata": {"nbgrader": {"grade_id": "b"}}, "outputs": [output(KEPT)]}
    (cell,) = read(saved(tmp_path, {"cells": [graded]}))
    assert cell == StudentCell(
        id="a", grade_id="b", kind="code", source="x = 1\n", measured={"runs": packed([1.5])}
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_any_encoding_of_unicode(tmp_path: Path, encoding: str) -> None:
    text = json.dumps({"cells": [CODE | {"source": "é = '🧮'"}]}, ensure_ascii=False)
    (cell,) = read(saved(tmp_path, text.encode(encoding)))
    assert cell.source == "é = '🧮'"


def test_latin_1(tmp_path: Path) -> None:
    text = json.dumps({"cells": [CODE | {"source": "# é"}]}, ensure_ascii=False)
    (cell,) = read(saved(tmp_path, text.encode("latin-1")))
    assert cell.source == "# é"


@pytest.mark.parametrize(
    ("source", "read_as"),
    [
        (["a\n", "b"], "a\nb"),
        (["a\n", 7, None, "b"], "a\nb"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\tb\fc", "a\tb\fc"),
    ],
)
def test_sources_of_any_form(tmp_path: Path, source: Any, read_as: str) -> None:
    (cell,) = read(saved(tmp_path, {"cells": [CODE | {"source": source}]}))
    assert cell.source == read_as


@pytest.mark.parametrize("source", [None, 7, {}, [], [[]], "", " \n"])
def test_empty_cells_are_left_out(tmp_path: Path, source: Any) -> None:
    assert read(saved(tmp_path, {"cells": [CODE | {"source": source}]})) == ()


def test_format_3(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "input": "x = 1", "outputs": []}
    found = read(saved(tmp_path, {"worksheets": [{"cells": [cell]}, {"cells": [cell]}, 7]}))
    assert [each.source for each in found] == ["x = 1", "x = 1"]


@pytest.mark.parametrize(
    "content",
    [
        *("", " \n", "{", "[]", "7", "null", '"x"', "{}", '{"cells": 7}', "<html>", b"\x89PNG\xff"),
        *("[" * 10**5, '{"a":' * 10**5, "9" * 10**5, b"\0" * 99, b"\xff\xfe", '{"worksheets": {}}'),
    ],
    ids=lambda content: repr(content[:12]),
)
def test_what_is_none_is_said_to_be_none(tmp_path: Path, content: Any) -> None:
    with pytest.raises(Unreadable):
        read(saved(tmp_path, content))


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.ipynb"):
        with pytest.raises(Unreadable, match="cannot be opened"):
            read(path)


def test_too_large_and_too_many_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, {"cells": [CODE] * 9})
    monkeypatch.setattr(notebook, "MOST_PARTS", 10)
    with pytest.raises(Unreadable, match="more than 10 parts"):
        read(path)
    monkeypatch.setattr(notebook, "LARGEST", 10)
    with pytest.raises(Unreadable, match="larger"):
        read(path)


KEYS = [
    *("cells", "cell_type", "source", "input", "outputs", "output_type", "data", "worksheets"),
    *("metadata", "nbgrader", "grade_id", "id", MEASURED_TYPE),
]
WILD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)


@given(WILD)
@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_json_is_cells_or_unreadable(tmp_path: Path, content: Any) -> None:
    try:
        cells = read(saved(tmp_path, json.dumps(content)))
    except Unreadable:
        return
    for cell in cells:
        assert all(type(each) is str for each in (cell.id, cell.grade_id, cell.kind, cell.source))
        assert type(cell.measured) is dict
