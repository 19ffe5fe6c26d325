"""A claim rewritten: it holds exactly if every condition is met, and bad conditions are named."""

from dataclasses import replace
from typing import Any

import pytest

from course_lib.teaching.claims import claims
from course_lib.teaching.court.rewrite import judge, rewrite
from course_lib.teaching.court.rulings import Place, Ruling

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]
RULING = Ruling(
    claim=claims.get("B05"),
    verdict="holds with limits",
    numbers={"average": 0.54, "best": 0.03},
    source="a count",
    place=Place(lesson="01_parameters", cell="cell", section=""),
    measured=False,
)


@pytest.mark.parametrize(
    ("conditions", "holds"),
    [
        ({"average": "> 0.5"}, True),
        ({"average": "> 0.5", "best": "<= 0.1"}, True),
        ({"average": "> 0.5", "best": ">= 0.1"}, False),
        ({"best": ">= 0.02, <= 0.04"}, True),
        ({"average": "== 0.54"}, True),
        ({"average": "> 0.54"}, False),
    ],
)
def test_it_holds_if_every_condition_is_met(conditions: dict[str, str], holds: bool) -> None:
    assert judge(RULING, "Some add much.", **conditions).holds is holds


def test_the_failed_condition_is_named(shown: Bundles) -> None:
    said = rewrite(RULING, "All add much.", best=">= 0.5", average="> 0.1").says
    assert (
        said.startswith("It does not hold yet: what the best fleet in the catalog adds")
        and "3.00 %" in said
        and "50 %" in said
    )
    bundle = shown[0][0]
    assert said in bundle["text/plain"] and "Verdict: holds with limits." in bundle["text/plain"]
    assert "All add much." in bundle["text/html"]


def test_the_tightest_condition_is_named(shown: Bundles) -> None:
    said = rewrite(RULING, "The best add little.", best="< 0.1", average="> 0.5").says
    assert said == (
        "It holds. The tightest condition has 7.4 % of room: "
        "what the average building adds to the energy of its machines."
    )


def test_an_exact_count_has_no_room(shown: Bundles) -> None:
    exact = rewrite(RULING, "Just so much.", average="== 0.54", best=">= 0.0001")
    assert exact.room == 0 and "has no room" in exact.says
    assert "exact" in shown[0][0]["text/plain"]
    assert "refutes hardly anything" not in shown[0][0]["text/plain"]


@pytest.mark.parametrize(
    ("words", "conditions", "problem", "said"),
    [
        (" ", {"best": "< 1"}, ValueError, "words="),
        ("Much.", {}, ValueError, "conditions: .*average, best"),
        (
            "Much.",
            {"averages": "> 1"},
            KeyError,
            "no number of claim B05 called 'averages'; nearest: average",
        ),
        ("Much.", {"best": "half"}, ValueError, "best: condition 'half'"),
        ("Much.", {"best": 0.5}, ValueError, "best=0.5: must be a text"),
    ],
)
def test_what_is_no_rewriting_is_refused(
    words: str, conditions: Any, problem: type[Exception], said: str
) -> None:
    with pytest.raises(problem, match=said):
        judge(RULING, words, **conditions)


def test_an_open_rewriting_says_what_there_is_to_write_with(shown: Bundles) -> None:
    assert rewrite(RULING, ...) is None
    ((data, _),) = shown
    assert "Not rewritten yet" in data["text/plain"]
    for name, number in RULING.claim.numbers.items():
        assert name in data["text/plain"] and number.means[1:] in data["text/plain"]


def test_an_open_rewriting_names_the_unit_of_a_condition(shown: Bundles) -> None:
    energy = claims.get("A16")
    rewrite(replace(RULING, claim=energy, numbers=dict.fromkeys(energy.numbers, 1.04e8)), ...)
    assert "='>= 1.04e+08' (in Wh, without a prefix)" in shown[0][0]["text/plain"]
    rewrite(RULING, ...)
    assert "='>= 0.5' (a share of 50 % is 0.5)" in shown[1][0]["text/plain"]


def test_a_condition_that_refutes_hardly_anything_is_told_so() -> None:
    wide = judge(RULING, "It adds something.", average=">= 0.001")
    assert wide.holds and "refutes hardly anything" in wide.says
    assert "refutes hardly anything" not in judge(RULING, "Much.", average=">= 0.3").says


def test_the_room_is_that_of_the_tightest_condition() -> None:
    assert judge(RULING, "It.", average=">= 0.27").room == pytest.approx(0.5)
    assert judge(RULING, "It.", average=">= 0.27", best="<= 0.04").room == pytest.approx(0.25)
    assert judge(RULING, "It.", average=">= 0.6").room == 0
