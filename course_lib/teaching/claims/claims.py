"""The claims the course puts to the test: their words, test sentence, numbers and rules.

Design choices:
- All claims stand in `texts/claims.toml` from the start; a claim gets its test with the lesson that
  decides it.
- The rules are data and are shown on the claim's card before the lesson shows any number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from course_lib.teaching import entries
from course_lib.teaching.claims.rules import VERDICTS, Number, Rule, parse
from course_lib.teaching.say.fmt import fmt
from course_lib.teaching.say.show import Shown, bullets, inline, show

FILE = Path(__file__).parents[1] / "texts" / "claims.toml"
ID = re.compile(r"[ABC]\d\d[a-z]?")
LESSON = re.compile(r"\d\d_[a-z_]+")

__all__ = ["Claim", "claim", "get", "load"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Claim(Shown):
    """A claim and how it is decided."""

    id: str
    """A letter for the article it comes from, and a number: "A07"."""
    text: str
    """The claim, in our words."""
    lessons: tuple[str, ...]
    """The lessons that decide it, such as "01_parameters"."""
    test: str = ""
    """The test sentence with its threshold; empty as long as no lesson decides the claim."""
    numbers: Mapping[str, Number]
    """The numbers a verdict needs, by name."""
    rules: tuple[Rule, ...] = ()
    """How the verdict comes about; the first rule that applies decides."""


def claim(id: str) -> Claim:
    """Show a claim's card: its words, its test sentence, and how each verdict would come about.

    Raises:
        KeyError: there is no such claim; the nearest are named.
        ValueError: the claim has no test yet.
    """
    card = decidable(id)
    ways = [(rule.verdict, f"{rule.words(card.numbers)}.") for rule in card.rules]
    plain = [
        f"Claim {id}: “{card.text}”",
        f"Test: {card.test}",
        "The verdict, fixed before any number is shown:",
    ]
    html = [
        f"<p><strong>Claim {id}:</strong> “{inline(card.text)}”</p><p><strong>Test:</strong> {inline(card.test)}</p>"
    ]
    html.append(
        "<p>The verdict, fixed before any number is shown; the first line that applies decides:</p>"
    )
    html.append(
        bullets(
            [f"<strong>{verdict}</strong> {inline(way)}" for verdict, way in ways], ordered=True
        )
    )
    show("\n".join(plain + [f"- {verdict} {way}" for verdict, way in ways]), html="".join(html))
    return card


def get(id: str) -> Claim:
    """The claim of that id, with or without a test.

    Raises:
        KeyError: there is none; the nearest are named.

    >>> get("A07").lessons
    ('01_parameters',)
    """
    catalogue = load(FILE)
    if id not in catalogue:
        raise entries.unknown("claim", id, catalogue)
    return catalogue[id]


def decidable(id: str) -> Claim:
    """The claim of that id, if it can be decided.

    Raises:
        KeyError: there is no such claim.
        ValueError: the claim has no test yet.
    """
    found = get(id)
    if not found.rules:
        raise ValueError(
            f"claim {id} has no test yet: it gets one with lesson {' and '.join(found.lessons)}"
        )
    return found


@cache
def load(file: Path) -> dict[str, Claim]:
    """Every claim of a file, by id.

    Raises:
        ValueError: an entry that breaks a rule, with file, entry, field and rule.
    """
    return {id: _claim(file.name, id, fields) for id, fields in entries.read(file).items()}


def _claim(file: str, id: str, fields: dict[str, Any]) -> Claim:
    if not ID.fullmatch(id):
        raise ValueError(
            f"{file}, [{id}]: an id must be A, B or C, two digits, and a letter for a part"
        )
    entries.only(file, id, fields, ("text", "lessons", "test", "numbers", "rules"))
    lessons = fields.get("lessons")
    if (
        not isinstance(lessons, list)
        or not lessons
        or not all(LESSON.fullmatch(str(name)) for name in lessons)
    ):
        raise ValueError(
            f"{file}, [{id}], lessons={lessons!r}: must list lessons such as '01_parameters'"
        )
    words = entries.text(file, id, fields, "text")
    if not {"test", "numbers", "rules"} & set(fields):
        return Claim(id=id, text=words, lessons=tuple(lessons), numbers={})
    test = entries.text(file, id, fields, "test")
    numbers = {
        name: _number(file, id, name, told) for name, told in fields.get("numbers", {}).items()
    }
    rules = _rules(file, id, fields.get("rules", []), numbers)
    return Claim(id=id, text=words, lessons=tuple(lessons), test=test, numbers=numbers, rules=rules)


def _number(file: str, id: str, name: str, fields: dict[str, Any]) -> Number:
    where = f"{id}.numbers.{name}"
    entries.only(file, where, fields, ("unit", "means"))
    unit = fields.get("unit", "")
    try:
        fmt(1, unit)
    except (ValueError, AttributeError) as problem:
        raise ValueError(f"{file}, [{where}], unit={unit!r}: must be a unit of fmt") from problem
    return Number(name=name, unit=unit, means=entries.text(file, where, fields, "means"))


def _rules(
    file: str, id: str, told: list[dict[str, Any]], numbers: Mapping[str, Number]
) -> tuple[Rule, ...]:
    """The rules in order, each checked; only the last may, and must, be without conditions."""
    rules = tuple(
        _rule(file, f"{id}.rules {place}", fields, numbers) for place, fields in enumerate(told, 1)
    )
    if not rules or rules[-1].conditions or not all(rule.conditions for rule in rules[:-1]):
        raise ValueError(
            f"{file}, [{id}], rules: the last rule, and no other, must have no conditions"
        )
    return rules


def _rule(file: str, where: str, fields: dict[str, Any], numbers: Mapping[str, Number]) -> Rule:
    conditions = {
        name: value for name, value in fields.items() if name not in {"verdict", "because"}
    }
    if fields.get("verdict") not in VERDICTS:
        raise ValueError(
            f"{file}, [{where}], verdict={fields.get('verdict')!r}: must be one of {', '.join(VERDICTS)}"
        )
    entries.only(file, where, conditions, numbers)
    for name, condition in conditions.items():
        try:
            parse(str(condition))
        except ValueError as problem:
            raise ValueError(f"{file}, [{where}], {name}: {problem}") from problem
    return Rule(verdict=fields["verdict"], conditions=conditions, because=fields.get("because", ""))
