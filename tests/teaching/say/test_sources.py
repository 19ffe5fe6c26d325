"""The list of sources, with stand-ins for the catalog and with the catalog itself."""

from types import SimpleNamespace
from typing import Any

import pytest

from course_lib import catalog
from course_lib.catalog.records.source import EVIDENCE, KINDS
from course_lib.teaching import sources
from course_lib.teaching.say.sources import WORDS, rows, words

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]


def source(
    text: str, date: str = "2024", kind: str = "reported", evidence: str = "read"
) -> SimpleNamespace:
    return SimpleNamespace(text=text, date=date, kind=kind, evidence=evidence)


STAND_IN = SimpleNamespace(
    models={
        "tiny": SimpleNamespace(
            name="Tiny",
            source=source("a paper"),
            published=SimpleNamespace(
                total_kind="exact", source=source("a file", evidence="recalled")
            ),
        ),
        "bare": SimpleNamespace(name="Bare", source=source("a page", "2023-05"), published=None),
    },
    devices={
        "d": SimpleNamespace(source=source("a sheet", "2020")),
        "e": SimpleNamespace(source=source("b", "2022", "measured")),
    },
)


def test_an_entry_and_its_count_have_a_line_each() -> None:
    assert rows([("models", "tiny"), ("models", "tiny")], STAND_IN) == [
        ["Tiny", "model", "a paper", "2024", "reported", "read"],
        ["Tiny", "parameter count, exact", "a file", "2024", "reported", "recalled"],
    ]


def test_a_whole_catalog_is_one_line() -> None:
    assert rows([("devices", "*"), ("models", "bare")], STAND_IN) == [
        ["Bare", "model", "a page", "2023-05", "reported", "read"],
        [
            "all devices",
            "2 entries",
            "each entry's own, in the catalog",
            "2020 to 2022",
            "measured; reported",
            "read",
        ],
    ]


def test_every_word_of_the_catalog_is_explained_and_only_those_that_occur() -> None:
    assert set(WORDS) == {*KINDS, *EVIDENCE}
    listed = rows([("devices", "*"), ("models", "tiny")], STAND_IN)
    assert [word for word, _ in words(listed)] == ["measured", "reported", "read", "recalled"]


def test_a_word_with_a_comma_is_one_word() -> None:
    line = ["all runs", "", "", "", "reported", "read; read, second hand"]
    assert [word for word, _ in words([line])] == ["reported", "read", "read, second hand"]


def test_the_order_of_touching_does_not_matter() -> None:
    touched = [("models", "tiny"), ("devices", "d"), ("models", "bare")]
    assert rows(touched, STAND_IN) == rows(touched[::-1], STAND_IN)


def test_the_real_catalog_is_listed(shown: Bundles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "touched", lambda: [("models", "llama-3-8b"), ("devices", "*")])
    sources()
    text = shown[0][0]["text/plain"]
    assert "Llama" in text and "parameter count, exact" in text
    assert f"{len(catalog.devices)} entries" in text
    html = shown[0][0]["text/html"]
    assert html.count('scope="col"') == 6
    assert html.index("<details>") < html.index("<strong>recalled</strong>") < html.index("<table>")
    assert "- recalled: " in text


def test_what_stands_in_no_catalog_is_handed_over(
    shown: Bundles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog, "touched", lambda: [("models", "llama-3-8b")])
    sources(("Somebody 2024", "law", source("a paper", evidence="read, second hand")))
    text = shown[0][0]["text/plain"]
    assert "Somebody 2024" in text and "Llama" in text
    assert "- read, second hand: " in text


@pytest.mark.parametrize(
    "name",
    [
        "models",
        "devices",
        "links",
        "storage",
        "datasets",
        "runs",
        "prices",
        "grids",
        "cooling",
        "findings",
        "grid_days",
        "quantities",
    ],
)
def test_every_catalog_can_be_listed(name: str) -> None:
    key = next(iter(getattr(catalog, name)))
    assert rows([(name, key), (name, "*")], catalog)


def test_nothing_touched_is_said(shown: Bundles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "touched", list)
    sources()
    assert "no entry of the catalog" in shown[0][0]["text/plain"]
