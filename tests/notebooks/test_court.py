"""The court is complete and current: every claim whose lesson is built has a verdict from a
computed number, which says what to say instead, and lesson 15 shows just these.

A claim fails here as long as its built lesson does not decide it; one whose lesson is not built yet
is not decided yet. After another lesson was built anew, `course build 15 --all` builds it although
its source has not changed; `course build --all` builds every notebook, 15 after the others.
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
from course_lib.teaching.claims import claims
from course_lib.teaching.claims.verdict import judge
from course_lib.teaching.court import page
from course_lib.teaching.court.rulings import Ruling, rulings

LESSONS = Path(__file__).resolve().parents[2] / "lessons"
FOUND = rulings(LESSONS)
BUILT = {path.stem for path in LESSONS.glob("[0-9][0-9]_*.ipynb")}
CLAIMS = claims.load(claims.FILE)
DUE = [id for id, claim in CLAIMS.items() if set(claim.lessons) <= BUILT]
"""The claims whose lessons are built, by parts."""


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
        # a table of verdicts has a `case` for each claim
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("verdict", "case"):
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


@pytest.mark.parametrize("id", DUE)
def test_every_claim_whose_lesson_is_built_is_decided_by_a_computed_number(id: str) -> None:
    ruling = FOUND.get(id)
    assert ruling is not None, f"{CLAIMS[id].lessons} record no verdict on {id}"
    deciding = [reason.number.name for reason in page.decision(ruling) if reason is not None]
    by_hand = set(typed(ruling))
    assert deciding and set(deciding) - by_hand, (
        f"{id} is decided by typed numbers alone: {by_hand}"
    )
    assert ruling.source.strip(), f"{id} has no source"


@pytest.mark.parametrize("id", FOUND)
def test_every_verdict_says_what_to_say_instead(id: str) -> None:
    assert FOUND[id].instead, f"{FOUND[id].place} does not say it: instead="


def test_a_claim_whose_lesson_is_not_built_is_not_decided() -> None:
    assert set(FOUND) <= set(DUE)


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
            f"{place.lesson} decides {id}, but texts/claims does not say so"
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
    assert whole == recorded, "a lesson was built after 15_myths: run `course build 15 --all`"
