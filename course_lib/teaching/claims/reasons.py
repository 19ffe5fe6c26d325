"""Why a verdict is what it is: the number that carries it, and the number that keeps it from a
better one.

Design choices:
- A rule decides by its conditions. The one met most narrowly carries the verdict: it would give way
  first.
- A verdict that is not the first rule's also has a number that was missing: in each better rule the
  condition missed most widely stands in the way, and of these obstacles the nearest one is told.
- Distances are relative: |limit - value| over the larger of the two. 0 is on the limit, one half is
  a factor of two, and 1 is out of reach of any factor (from or to zero).
- An equality that is met asks for an exact count. It has no room to measure, so it carries a
  verdict only where nothing else does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from course_lib.display.fmt import fmt
from course_lib.teaching.claims.rules import Number, Rule, parse

__all__ = ["Reason", "apart", "asked", "carried", "decisive", "met", "missed", "reasons"]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One condition on one number."""

    number: Number
    """The number."""
    value: float
    """Its value, in its base unit."""
    condition: str
    """What was asked of it, such as ">= 0.5"."""
    met: bool
    """Whether it is so."""
    verdict: str
    """The verdict whose rule asked."""

    @property
    def distance(self) -> float:
        """How far the value lies from the limit, relative to the larger of the two: 0 to 1, or more
        past zero."""
        if self.met:
            return min(
                1.0 if sign == "==" else apart(self.value, limit)
                for sign, limit in parse(self.condition)
            )
        broken = [
            limit for sign, limit in parse(self.condition) if not met(f"{sign} {limit}", self.value)
        ]
        return max(apart(self.value, limit) for limit in broken)

    def words(self) -> tuple[str, str, str]:
        """What the number means, its value, and what was asked.

        >>> share = Number(name="share", unit="%", means="the share of deep models")
        >>> Reason(number=share, value=0.03, condition=">= 0.5", met=False, verdict="holds").words()
        ('the share of deep models', '3.00 %', 'at least 50 %')
        """
        unit = self.number.unit
        return self.number.means.rstrip(","), fmt(self.value, unit), asked(self.condition, unit)


def apart(value: float, limit: float) -> float:
    """|limit - value| over the larger of the two sizes.

    >>> apart(1, 2), apart(0, 3), apart(5, 5)
    (0.5, 1.0, 0.0)
    """
    largest = max(abs(value), abs(limit))
    return abs(limit - value) / largest if largest else 0.0


def met(condition: str, value: float) -> bool:
    """Whether a number meets a condition.

    >>> met(">= 1.9, <= 2.1", 2.0)
    True
    """
    return Rule(verdict="", conditions={"it": condition}).holds({"it": value})


def asked(condition: str, unit: str) -> str:
    """A condition in words.

    >>> asked(">= 0.5", "%")
    'at least 50 %'
    """
    # worded by a rule of its own, so that a condition reads the same wherever it stands
    it = Number(name="it", unit=unit, means="it")
    return (
        Rule(verdict="", conditions={"it": condition}).words({"it": it}).removeprefix("if it is ")
    )


def reasons(rule: Rule, numbers: Mapping[str, Number], values: Mapping[str, float]) -> list[Reason]:
    """Each condition of a rule, and whether the values meet it."""
    return [
        Reason(
            number=numbers[name],
            value=values[name],
            condition=condition,
            met=met(condition, values[name]),
            verdict=rule.verdict,
        )
        for name, condition in rule.conditions.items()
    ]


def carried(
    rules: tuple[Rule, ...], numbers: Mapping[str, Number], values: Mapping[str, float]
) -> Reason | None:
    """The condition that carries the verdict; None for a verdict reached because no other rule
    applies."""
    rule = next(rule for rule in rules if rule.holds(values))
    return min(reasons(rule, numbers, values), key=lambda reason: reason.distance, default=None)


def missed(
    rules: tuple[Rule, ...], numbers: Mapping[str, Number], values: Mapping[str, float]
) -> Reason | None:
    """The condition that keeps the verdict from a better one; None where the first rule decided.

    >>> deep = {"deepest": Number(name="deepest", unit="layers", means="the depth")}
    >>> rules = Rule(verdict="holds", conditions={"deepest": "> 100"}), Rule(verdict="wrong")
    >>> missed(rules, deep, {"deepest": 96}).condition
    '> 100'
    """
    place = next(place for place, rule in enumerate(rules) if rule.holds(values))
    better = [rule for rule in rules[:place] if rule.verdict != rules[place].verdict]
    # a better rule did not decide, so at least one of its conditions is missed: `max` has something
    hurdles = [
        max(
            (reason for reason in reasons(rule, numbers, values) if not reason.met),
            key=lambda reason: reason.distance,
        )
        for rule in better
    ]
    return min(hurdles, key=lambda reason: reason.distance, default=None)


def decisive(
    rules: tuple[Rule, ...], numbers: Mapping[str, Number], values: Mapping[str, float]
) -> Reason | None:
    """The one condition to tell of a verdict: what keeps it from a better one, or, for the best,
    what carries it. None where there is no condition at all.

    >>> deep = {"deepest": Number(name="deepest", unit="layers", means="the depth")}
    >>> rules = Rule(verdict="holds", conditions={"deepest": "> 100"}), Rule(verdict="wrong")
    >>> [decisive(rules, deep, {"deepest": depth}).met for depth in (96, 126)]
    [False, True]
    """
    return missed(rules, numbers, values) or carried(rules, numbers, values)
