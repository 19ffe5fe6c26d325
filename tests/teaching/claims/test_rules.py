"""Rules: parsed, decided and read aloud, against Python's own comparisons."""

import operator
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.teaching.claims.rules import COMPARISON, VERDICTS, Number, Rule, decide, parse

SIGNS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


@pytest.mark.parametrize(
    "bad", ["", "0.5", "> ", "=> 3", ">= 0.5 and < 1", "__import__('os')", ">= x", ">= 0.5,"]
)
def test_a_condition_is_comparisons_only(bad: str) -> None:
    with pytest.raises(ValueError, match="must be comparisons"):
        parse(bad)


@pytest.mark.parametrize(
    ("condition", "yes", "no"),
    [
        (">= 0.5", 0.5, 0.49),
        ("> 100", 101, 100),
        ("<= 2", 2, 2.01),
        ("< 2", 1.99, 2),
        ("== 3", 3, 4),
        ("!= 0", 1, 0),
        (">= 1.9, <= 2.1", 2.0, 2.2),
        ("<1e12", 5, 1e12),
    ],
)
def test_a_condition_means_what_it_says(condition: str, yes: float, no: float) -> None:
    rule = Rule(verdict="holds", conditions={"n": condition})
    assert rule.holds({"n": yes}) and not rule.holds({"n": no})
    assert COMPARISON.search(condition)


def test_rules_can_be_read_aloud() -> None:
    numbers = {
        "ratio": Number(name="ratio", unit="x", means="the ratio"),
        "n": Number(name="n", unit="", means="n"),
    }
    rule = Rule(verdict="holds", conditions={"ratio": ">= 1.9, <= 2.1", "n": "== 3"})
    assert (
        rule.words(numbers) == "if the ratio is at least 1.9x and at most 2.1x, and n is exactly 3"
    )
    assert Rule(verdict="wrong").words(numbers) == "otherwise"


@given(st.sampled_from(sorted(SIGNS)), st.integers(-50, 50), st.integers(-50, 50))
def test_every_sign_compares_as_python_does(sign: str, limit: int, value: int) -> None:
    assert Rule(verdict="holds", conditions={"n": f"{sign} {limit}"}).holds({"n": value}) == SIGNS[
        sign
    ](value, limit)


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(SIGNS)), st.floats(-1e6, 1e6).map(lambda x: round(x, 3))),
        min_size=1,
    )
)
def test_what_is_written_is_parsed(comparisons: list[tuple[str, float]]) -> None:
    assert parse(", ".join(f"{sign} {limit!r}" for sign, limit in comparisons)) == comparisons


def test_the_first_rule_that_holds_decides() -> None:
    rules = [
        Rule(verdict="holds", conditions={"a": ">= 2", "b": ">= 2"}),
        Rule(verdict="holds with limits", conditions={"a": ">= 2"}),
        Rule(verdict="wrong"),
    ]
    decided = [decide(rules, {"a": a, "b": b}).verdict for a, b in ((2, 2), (2, 1), (1, 2), (3, 3))]
    assert decided == ["holds", "holds with limits", "wrong", "holds"]


def test_the_verdicts_are_five() -> None:
    assert VERDICTS == ("holds", "holds with limits", "outdated", "wrong", "not decidable")
