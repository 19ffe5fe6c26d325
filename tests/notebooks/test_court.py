"""The court is complete and current: every claim has a verdict from a computed number, and lesson
15 shows just these.

A claim fails here as long as no built lesson decides it. After another lesson was built anew,
`course build 12 --all` builds it although its source has not changed; `course build --all` builds
every notebook, 12 after the others.
"""

import ast
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from course_lib.catalog.as_of import as_of
from course_lib.estimators import myths
from course_lib.teaching.claims.verdict import judge
from course_lib.teaching.court import page
from course_lib.teaching.court.rulings import Ruling, lines, rulings

LESSONS = Path(__file__).resolve().parents[2] / "lessons"
FOUND = rulings(LESSONS)
LINES = lines(FOUND)


@cache
def cells(lesson: str) -> dict[str, Any]:
    """The cells of a built lesson, by id."""
    notebook = json.loads((LESSONS / f"{lesson}.ipynb").read_text(encoding="utf-8"))
    return {cell["id"]: cell for cell in notebook["cells"]}


def typed(ruling: Ruling) -> Iterator[str]:
    """The numbers of a verdict that its cell holds as typed constants."""
    for node in ast.walk(
        ast.parse("".join(cells(ruling.place.lesson)[ruling.place.cell]["source"]))
    ):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "verdict":
            if [getattr(each, "value", None) for each in node.args] != [ruling.claim.id]:
                continue
            for each in node.keywords:
                if each.arg and not any(
                    isinstance(part, ast.Name) for part in ast.walk(each.value)
                ):
                    yield each.arg


def stored(lesson: str) -> list[list[dict[str, Any]]]:
    """The machine-readable tables that a built lesson shows."""
    outputs = [output for cell in cells(lesson).values() for output in cell.get("outputs", [])]
    return [output["data"][page.MIME] for output in outputs if page.MIME in output.get("data", {})]


@pytest.mark.parametrize("id", page.IDS)
def test_every_claim_has_a_verdict_from_a_computed_number(id: str) -> None:
    for part, ruling in LINES[id].items():
        assert ruling is not None, f"no built lesson records a verdict on {part}"
        deciding = [reason.number.name for reason in page.decision(ruling) if reason is not None]
        by_hand = set(typed(ruling))
        assert deciding and set(deciding) - by_hand, (
            f"{part} is decided by typed numbers alone: {by_hand}"
        )
        assert ruling.source.strip(), f"{part} has no source"


@pytest.mark.parametrize("id", FOUND)
def test_the_recorded_verdict_is_what_the_rules_say(id: str) -> None:
    ruling = FOUND[id]
    again = judge(id, source=ruling.source, **ruling.numbers).verdict
    assert again == ruling.verdict, (
        f"the rules of {id} were changed: build {ruling.place.lesson} again"
    )


@pytest.mark.parametrize("id", FOUND)
def test_every_link_leads_to_a_cell_of_a_lesson_that_decides_the_claim(id: str) -> None:
    for place in (FOUND[id].place, *FOUND[id].earlier):
        assert place.lesson in FOUND[id].claim.lessons, (
            f"{place.lesson} decides {id}, but claims.toml does not say so"
        )
        assert place.cell in cells(place.lesson) and place.section, place


@pytest.mark.parametrize("id", myths.CLAIMS)
def test_the_catalog_of_today_gives_the_recorded_numbers(id: str) -> None:
    if id not in FOUND:
        pytest.fail(f"no built lesson records a verdict on {id}")
    found = myths.numbers(id, as_of())
    assert found is not None
    assert judge(id, source="catalog", **found).record()["numbers"] == FOUND[id].numbers


def test_the_stored_table_agrees_with_the_stored_verdicts() -> None:
    whole = max(stored("15_myths"), key=len, default=[])
    recorded = json.loads(json.dumps([ruling.record() for ruling in FOUND.values()]))
    assert whole == recorded, "a lesson was built after 15_myths: run `course build 12 --all`"
