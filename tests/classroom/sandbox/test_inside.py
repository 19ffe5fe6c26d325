"""The program inside, without walls: a cell becomes Python, whatever happens becomes a reply."""

from __future__ import annotations

from typing import Any

import pytest

from course_lib.classroom.sandbox import inside


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> inside.Answering:
    monkeypatch.setattr(inside.sys, "modules", dict(inside.sys.modules))
    return inside.Answering()


@pytest.mark.parametrize(
    "source",
    [
        "%%time\nx = 7",
        "%matplotlib inline\nx = 7",
        "!ls\nx = 7\n!ls",
        "?print\nx = 7",
        "\tx = 7".strip(),
        "x = 7\f",
        "x = 3 \\\n  + 4",
        "from __future__ import annotations\nx = 7",
        "text = '''\n%no magic\n'''\nx = 7",
    ],
)
def test_a_cell_is_python_without_jupyters_lines(answering: inside.Answering, source: str) -> None:
    assert answering.reply("run", "cell", source) == ["done"]
    assert answering.names["x"] == 7


def test_a_text_keeps_its_percent_signs(answering: inside.Answering) -> None:
    answering.reply("run", "cell", "x = '''\n%5 of it\n'''")
    assert answering.names["x"] == "\n%5 of it\n"


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("1 / 0", "error"),
        ("def f(:", "error"),
        ("raise SystemExit", "crash"),
        ("raise KeyboardInterrupt", "crash"),
        ("raise MemoryError", "crash"),
        ("class E(Exception):\n    def __str__(self): return 1 / 0\nraise E", "error"),
    ],
)
def test_whatever_is_raised_is_a_reply(answering: inside.Answering, source: str, kind: str) -> None:
    reply = answering.reply("run", "cell", source)
    assert reply[0] == kind
    assert all(isinstance(each, str) for each in reply)


def test_only_wanted_imports_are_made(answering: inside.Answering) -> None:
    setup = "import math, json as j\nfrom os import path, sep\nLIMIT = 3"
    assert answering.reply("set_up", setup, frozenset({"j", "sep"})) == ["done"]
    found = {name for name in ("math", "j", "path", "sep", "LIMIT") if name in answering.names}
    assert found == {"j", "sep", "LIMIT"}


@pytest.mark.parametrize(
    ("value", "reply"),
    [
        (7, ["plain", ["int", "0x7"]]),
        (len, ["callable"]),
        (object(), ["not plain", "an object of type object"]),
    ],
)
def test_a_name_is_looked_at(answering: inside.Answering, value: Any, reply: list[Any]) -> None:
    answering.names["x"] = value
    assert answering.reply("look", ["x", "y"]) == ["values", {"x": reply, "y": ["absent"]}]
