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

from course_lib import toml_files
from course_lib.teaching.claims.rules import VERDICTS, Number, Rule, parse
from course_lib.teaching.say.fmt import fmt
from course_lib.teaching.say.show import Shown, bullets, inline, show
from course_lib.toml_files import Entry

FILE = Path(__file__).parents[1] / "texts" / "claims.toml"
ID = re.compile(r"[ABC]\d\d[a-z]?")
LESSON = re.compile(r"\d\d_[a-z_]+")
TESTED = ("test", "numbers", "rules")
"""Fields that a claim has from the lesson on that decides it."""

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
        f"<p><strong>Claim {id}:</strong> “{inline(card.text)}”</p>"
        f"<p><strong>Test:</strong> {inline(card.test)}</p>"
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
        raise toml_files.unknown("claim", id, catalogue)
    return catalogue[id]


def decidable(id: str) -> Claim:
    """The claim of that id, if it can be decided.

    Raises:
        KeyError: there is no such claim.
        ValueError: the claim has no test yet.
    """
    card = get(id)
    if not card.rules:
        raise ValueError(
            f"claim {id} has no test yet: it gets one with lesson {' and '.join(card.lessons)}"
        )
    return card


@cache
def load(file: Path) -> dict[str, Claim]:
    """Every claim of a file, by id.

    Raises:
        EntryError: an entry that breaks a rule, with file, entry, field and rule.
    """
    return {id: _claim(entry) for id, entry in toml_files.read(file).items()}


def _claim(entry: Entry) -> Claim:
    if not ID.fullmatch(entry.name):
        raise entry.error("an id must be A, B or C, two digits, and a letter for a part")
    entry.only(("text", "lessons", *TESTED))
    lessons = entry.get("lessons")
    if (
        not isinstance(lessons, list)
        or not lessons
        or not all(LESSON.fullmatch(str(name)) for name in lessons)
    ):
        rule = f"must list lessons such as '01_parameters', got {lessons!r}"
        raise entry.error(rule, "lessons")
    fields: dict[str, Any] = {
        "id": entry.name,
        "text": entry.text("text"),
        "lessons": tuple(lessons),
    }
    # none of the three: the claim waits for its lesson; only some of them is refused below
    if not set(TESTED) & set(entry.fields):
        return Claim(**fields, numbers={})
    test, units = entry.text("test"), entry.part("numbers")
    numbers = {name: _number(name, units.part(name)) for name in units.fields}
    return Claim(**fields, test=test, numbers=numbers, rules=_rules(entry, numbers))


def _number(name: str, entry: Entry) -> Number:
    entry.only(("unit", "means"), "a number")
    unit = entry.fields.get("unit", "")
    try:
        fmt(1, unit)  # a trial: only `fmt` knows which units there are
    except (ValueError, AttributeError) as problem:
        raise entry.error(f"must be a unit of fmt, got {unit!r}", "unit") from problem
    return Number(name=name, unit=unit, means=entry.text("means"))


def _rules(entry: Entry, numbers: Mapping[str, Number]) -> tuple[Rule, ...]:
    """The rules in order, each checked; only the last may, and must, be without conditions."""
    rules = tuple(_rule(part, numbers) for part in entry.parts("rules"))
    if rules[-1].conditions or not all(rule.conditions for rule in rules[:-1]):
        raise entry.error("the last rule, and no other, must have no conditions", "rules")
    return rules


def _rule(entry: Entry, numbers: Mapping[str, Number]) -> Rule:
    entry.only(("verdict", "because", *numbers), "a rule of this claim")
    verdict, because = entry.get("verdict"), entry.fields.get("because", "")
    if verdict not in VERDICTS:
        raise entry.error(f"must be one of {', '.join(VERDICTS)}, got {verdict!r}", "verdict")
    conditions = {name: entry.fields[name] for name in entry.fields if name in numbers}
    for name, condition in conditions.items():
        try:
            parse(str(condition))
        except ValueError as problem:
            raise entry.error(str(problem), name) from problem
    return Rule(verdict=verdict, conditions=conditions, because=because)
