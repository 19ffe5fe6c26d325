"""The sentences to say instead: every claim in one group, one line each, filtered by verdict."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from course_lib.teaching.claims import claims
from course_lib.teaching.court import instead as module
from course_lib.teaching.court.rulings import Place, Ruling

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]


def ruling(id: str, verdict: str, instead: str) -> Ruling:
    return Ruling(
        claim=claims.get(id),
        verdict=verdict,
        numbers={},
        source="a count",
        place=Place(lesson="05_inference", cell="verdict", section="Idea 1: a question?"),
        measured=False,
        instead=instead,
    )


FOUND = {
    "A10": ruling("A10", "holds", "A reader needs a **first word** soon."),
    "A19": ruling("A19", "wrong", "FLOP/s < bandwidth decides."),
    "A16": ruling("A16", "holds", "It took much."),
}


def test_every_claim_stands_in_exactly_one_group() -> None:
    counted = Counter(id for group in module.groups().values() for id in group.claims)
    assert counted == Counter(list(claims.load(claims.FILE)))


def test_only_what_is_decided_is_counted() -> None:
    counted = module.lacking(FOUND)
    assert sum(counted.values()) == 3
    assert counted[module.groups()["whom"].title] == 2


def test_a_page_holds_a_line_for_each_sentence_with_its_cell() -> None:
    page = module.page(FOUND, "whom")
    assert page.count("<li") == 2
    assert "<strong>first word</strong>" in page and "FLOP/s &lt; bandwidth" in page
    assert 'href="../lessons/05_inference.ipynb#cell-id=verdict"' in page


@pytest.mark.parametrize(("verdict", "lines"), [("holds", 1), ("wrong", 1), ("outdated", 0)])
def test_it_is_filtered_by_verdict(verdict: str, lines: int) -> None:
    page = module.page(FOUND, "whom", verdict)
    assert page.count("<li") == lines
    assert lines or "None of this group" in page


def test_without_a_kernel_every_group_stands_behind_a_fold(shown: Bundles) -> None:
    module.sentences(FOUND)
    ((data, _),) = shown
    assert data["text/html"].count("<details>") == len(module.groups())
    for each in FOUND.values():
        assert each.claim.id in data["text/plain"]


def test_the_widget_shows_what_is_chosen() -> None:
    box: Any = module._browser(FOUND | {"A01a": replace(FOUND["A16"], claim=claims.get("A01a"))})
    group, verdict, page = box.children
    assert page.value.count("<li") == 2
    group.value = "size"
    assert page.value.count("<li") == 2 and "A16" in page.value
    verdict.value = "wrong"
    assert "None of this group" in page.value
