"""A claim rewritten: it holds exactly if every condition is met, and bad conditions are named."""

from typing import Any

import pytest

from course_lib.teaching.claims import claims
from course_lib.teaching.court.rewrite import judge, rewrite
from course_lib.teaching.court.rulings import Place, Ruling

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]
RULING = Ruling(
    claim=claims.get("A07"),
    verdict="holds with limits",
    numbers={"share": 0.03, "deepest": 126},
    source="a count",
    place=Place(lesson="01_parameters", cell="cell", section=""),
    measured=False,
)


@pytest.mark.parametrize(
    ("conditions", "holds"),
    [
        ({"deepest": "> 100"}, True),
        ({"deepest": "> 100", "share": "<= 0.1"}, True),
        ({"deepest": "> 100", "share": ">= 0.1"}, False),
        ({"share": ">= 0.02, <= 0.04"}, True),
        ({"deepest": "== 126"}, True),
        ({"deepest": "> 126"}, False),
    ],
)
def test_it_holds_if_every_condition_is_met(conditions: dict[str, str], holds: bool) -> None:
    assert judge(RULING, "Some are deep.", **conditions).holds is holds


def test_the_failed_condition_is_named(shown: Bundles) -> None:
    said = rewrite(RULING, "Most are deep.", share=">= 0.5", deepest="> 100").says
    assert (
        said.startswith("It does not hold yet: the share of catalog decoders")
        and "3.00 %" in said
        and "50 %" in said
    )
    bundle = shown[0][0]
    assert said in bundle["text/plain"] and "Verdict: holds with limits." in bundle["text/plain"]
    assert "Most are deep." in bundle["text/html"]


def test_the_tightest_condition_is_named(shown: Bundles) -> None:
    said = rewrite(RULING, "Few are deep.", share="< 0.1", deepest="> 120").says
    assert said == (
        "It holds. The tightest condition has 4.8 % of room: "
        "the depth of the deepest catalog decoder."
    )


def test_an_exact_count_has_no_room(shown: Bundles) -> None:
    rewrite(RULING, "One is deep.", deepest="== 126")
    assert "exact" in shown[0][0]["text/plain"]


@pytest.mark.parametrize(
    ("words", "conditions", "problem", "said"),
    [
        (" ", {"share": "< 1"}, ValueError, "words="),
        ("Deep.", {}, ValueError, "conditions: .*share, deepest"),
        (
            "Deep.",
            {"depth": "> 1"},
            KeyError,
            "no number of claim A07 called 'depth'; nearest: deepest",
        ),
        ("Deep.", {"share": "half"}, ValueError, "share: condition 'half'"),
        ("Deep.", {"share": 0.5}, ValueError, "share=0.5: must be a text"),
    ],
)
def test_what_is_no_rewriting_is_refused(
    words: str, conditions: Any, problem: type[Exception], said: str
) -> None:
    with pytest.raises(problem, match=said):
        judge(RULING, words, **conditions)
