"""Reasons: which number carries a verdict and which one is missing, on claims made up for it."""

import pytest

from course_lib.teaching.claims.reasons import Reason, asked, carried, decisive, met, missed
from course_lib.teaching.claims.rules import Number, Rule

NUMBERS = {
    name: Number(name=name, unit="x", means=f"the {name}") for name in ("first", "second", "third")
}
RULES = (
    Rule(verdict="holds", conditions={"first": ">= 2", "second": ">= 2"}),
    Rule(verdict="holds with limits", conditions={"first": ">= 2"}),
    Rule(verdict="holds with limits", conditions={"third": "> 8"}),
    Rule(verdict="wrong"),
)


def named(reason: Reason | None) -> tuple[str, str] | None:
    """The number of a reason and the verdict that asked for it."""
    return None if reason is None else (reason.number.name, reason.verdict)


@pytest.mark.parametrize(
    ("values", "carries", "lacks"),
    [
        ((3, 4, 0), ("first", "holds"), None),  # 3 is nearer to 2 than 4 is
        ((4, 3, 0), ("second", "holds"), None),
        ((3, 1, 0), ("first", "holds with limits"), ("second", "holds")),
        ((1, 1, 9), ("third", "holds with limits"), ("first", "holds")),
        (
            (1.9, 1, 9),
            ("third", "holds with limits"),
            ("second", "holds"),
        ),  # both missed, the second by more
        ((1, 1, 7), None, ("third", "holds with limits")),  # 7 of 8 is nearer than 1 of 2
        ((1.9, 1, 1), None, ("first", "holds with limits")),
    ],
)
def test_what_carries_and_what_is_missing(
    values: tuple[float, ...], carries: object, lacks: object
) -> None:
    held = dict(zip(NUMBERS, values, strict=True))
    assert named(carried(RULES, NUMBERS, held)) == carries
    assert named(missed(RULES, NUMBERS, held)) == lacks
    assert named(decisive(RULES, NUMBERS, held)) == (lacks or carries)


def test_a_rule_of_the_same_verdict_is_no_better_one() -> None:
    held = {"first": 1, "second": 1, "third": 9}
    found = missed(RULES, NUMBERS, held)
    assert found is not None and found.verdict == "holds"


def test_an_exact_count_carries_only_where_nothing_else_does() -> None:
    rules = (
        Rule(verdict="holds", conditions={"first": "== 1", "second": ">= 0.1"}),
        Rule(verdict="wrong"),
    )
    assert named(carried(rules, NUMBERS, {"first": 1, "second": 900, "third": 0})) == (
        "second",
        "holds",
    )
    alone = Rule(verdict="holds", conditions={"first": "== 1"}), Rule(verdict="wrong")
    assert named(carried(alone, NUMBERS, {"first": 1, "second": 0, "third": 0})) == (
        "first",
        "holds",
    )


@pytest.mark.parametrize(
    ("condition", "value", "distance"),
    [
        (">= 2", 4, 0.5),
        (">= 2", 1, 0.5),
        (">= 1, <= 4", 2, 0.5),
        (">= 1, <= 4", 8, 0.5),
        ("< 0", -3, 1),
        ("== 3", 3, 1),
    ],
)
def test_distances_are_to_the_limit_that_matters(
    condition: str, value: float, distance: float
) -> None:
    it = Reason(
        number=NUMBERS["first"],
        value=value,
        condition=condition,
        met=met(condition, value),
        verdict="holds",
    )
    assert it.distance == distance


def test_words_say_the_condition_in_its_unit() -> None:
    assert asked(">= 1.9, <= 2.1", "x") == "at least 1.9x and at most 2.1x"
    assert asked("< 604800", "s") == "less than 7 days"
    number = Number(name="cost", unit="FLOP", means="the cost of a weight,")
    reason = Reason(number=number, value=2, condition="== 2", met=True, verdict="holds")
    assert reason.words() == ("the cost of a weight", "2 FLOP", "exactly 2 FLOP")
