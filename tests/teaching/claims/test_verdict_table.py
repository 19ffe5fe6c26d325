"""Several verdicts in one table: decided as cards are, kept, and left as records."""

from typing import Any

import pytest

from course_lib.teaching import case, state, verdicts
from course_lib.teaching.claims.verdict import MIME, judge


def two() -> list[Any]:
    """One claim that holds and one that is wrong."""
    deep = case("A07", deepest=126, source="counted", instead="One has **126** layers.")
    pictures = case("A03b", images=5.85e9, source="counted", instead="Billions.")
    return [deep, pictures]


def test_a_case_is_decided_like_a_card() -> None:
    deep, pictures = two()
    assert deep.verdict == judge("A07", deepest=126, source="x").verdict == "holds"
    assert pictures.verdict == "wrong"


def test_the_table_keeps_each_verdict_and_leaves_its_record(shown: list[Any]) -> None:
    verdicts(*two())
    kept = state.read()["verdicts"]
    assert {id: entry["verdict"] for id, entry in kept.items()} == {"A07": "holds", "A03b": "wrong"}
    (bundle, _), *rest = shown
    assert rest == []
    assert [record["claim"] for record in bundle[MIME]] == ["A07", "A03b"]
    assert "Say instead: One has 126 layers." in bundle["text/plain"]
    assert "<strong>126</strong>" in bundle["text/html"]


def test_no_case_and_one_claim_twice_are_refused() -> None:
    deep, _ = two()
    for cases in ([], [deep, deep]):
        with pytest.raises(ValueError, match="each on a claim of its own"):
            verdicts(*cases)
