"""Rules that turn numbers into a verdict: data, fixed before any number is shown.

Design choices:
- A condition is a text such as ">= 0.5" or ">= 1.9, <= 2.1"; a comma means "and". It is parsed,
  never run as code.
- The first rule whose conditions all hold decides. The last rule has none, so there is always a
  verdict.
- A rule can be read aloud: `words` tells how its verdict comes about.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from course_lib.display.cards import VERDICTS
from course_lib.display.fmt import short

COMPARISON = re.compile(r"(>=|<=|==|!=|>|<)\s*(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)")
OPERATORS: dict[str, tuple[Callable[[float, float], bool], str]] = {
    ">=": (operator.ge, "at least"),
    "<=": (operator.le, "at most"),
    "==": (operator.eq, "exactly"),
    "!=": (operator.ne, "not"),
    ">": (operator.gt, "more than"),
    "<": (operator.lt, "less than"),
}

__all__ = ["OPERATORS", "VERDICTS", "Number", "Rule", "decide", "parse"]


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number that a claim is decided on."""

    name: str
    """The name under which a lesson gives it."""
    unit: str
    """Its unit, as `fmt` takes it."""
    means: str
    """What it is, in words that follow "if"."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A verdict and when it is reached."""

    verdict: str
    """One of the five verdicts."""
    conditions: Mapping[str, str] = field(default_factory=dict)
    """Condition by the name of its number; empty: always."""
    because: str = ""
    """What limits or decides the verdict, in a sentence; may be empty."""

    def holds(self, numbers: Mapping[str, float]) -> bool:
        """Whether every condition is met.

        >>> Rule(verdict="holds", conditions={"share": ">= 0.5"}).holds({"share": 0.5})
        True
        """
        return all(_met(condition, numbers[name]) for name, condition in self.conditions.items())

    def words(self, numbers: Mapping[str, Number]) -> str:
        """When this rule applies, in words.

        >>> share = Number(name="share", unit="%", means="the share of deep models")
        >>> Rule(verdict="holds", conditions={"share": ">= 0.5"}).words({"share": share})
        'if the share of deep models is at least 50 %'
        """
        if not self.conditions:
            return "otherwise"
        said = [
            f"{numbers[name].means} is {_words(text, numbers[name].unit)}"
            for name, text in self.conditions.items()
        ]
        return "if " + ", and ".join(said)


def decide(rules: Sequence[Rule], numbers: Mapping[str, float]) -> Rule:
    """The first rule whose conditions all hold.

    >>> rules = [Rule(verdict="holds", conditions={"n": "> 1"}), Rule(verdict="wrong")]
    >>> decide(rules, {"n": 1}).verdict
    'wrong'
    """
    return next(rule for rule in rules if rule.holds(numbers))


def parse(condition: str) -> list[tuple[str, float]]:
    """The comparisons of a condition.

    Raises:
        ValueError: it is anything but comparisons with a number, joined by commas.

    >>> parse(">= 1.9, <= 2.1")
    [('>=', 1.9), ('<=', 2.1)]
    """
    matches = [COMPARISON.fullmatch(part.strip()) for part in condition.split(",")]
    if not all(matches):
        raise ValueError(
            f"condition {condition!r}: must be comparisons such as '>= 0.5', joined by commas"
        )
    # `if match` leaves nothing out here: it tells the type checker what was checked above
    return [(match[1], float(match[2])) for match in matches if match]


def _met(condition: str, value: float) -> bool:
    return all(OPERATORS[sign][0](value, limit) for sign, limit in parse(condition))


def _words(condition: str, unit: str) -> str:
    """A condition in words; limits are round, so they are shown without trailing zeros."""
    return " and ".join(
        f"{OPERATORS[sign][1]} {short(limit, unit)}" for sign, limit in parse(condition)
    )
