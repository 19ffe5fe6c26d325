"""The claims the course puts to the test: their words, test sentence, numbers and rules.

Design choices:
- All claims stand in `texts/claims/` from the start; a claim gets its test with the lesson that
  decides it.
- The rules are data and stand on the claim's card, folded, before the lesson shows any number.
- Some claims stand in their article only to be refuted. The card then asks whether the article is
  right to call it a myth; the verdict is on the sentence itself, as everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from course_lib import toml_files
from course_lib.display.cards import card, paragraph
from course_lib.display.fmt import fmt
from course_lib.display.show import Shown, bullets, inline, marked, show
from course_lib.teaching.claims.rules import VERDICTS, Number, Rule, parse
from course_lib.toml_files import Entry

FILE = Path(__file__).parents[1] / "texts" / "claims"
ID = re.compile(r"[ABCD]\d\d[a-z]?")
LESSON = re.compile(r"\d\d_[a-z_]+")
TESTED = ("test", "numbers", "rules")
"""Fields that a claim has from the lesson on that decides it."""
QUOTED = ("", "myth")
"""How an article gives a claim: as its own sentence, or as a myth that it refutes."""
ASKED_OF_A_MYTH = "The article calls this a myth. Is it right?"

__all__ = ["Claim", "claim", "get", "load"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Claim(Shown):
    """A claim and how it is decided."""

    id: str
    """A letter for the article it comes from (D: none, but said today), and a number: "A07"."""
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
    quoted: str = ""
    """One of `QUOTED`: "myth" where the article states it only to refute it."""

    @property
    def is_myth(self) -> bool:
        """Whether the article calls it a myth."""
        return self.quoted == "myth"


def claim(id: str) -> Claim:
    """Show a claim's card: its words and its test sentence; how each verdict would come about is
    folded.

    Raises:
        KeyError: there is no such claim; the nearest are named.
        ValueError: the claim has no test yet.
    """
    found = decidable(id)
    asked = [ASKED_OF_A_MYTH] if found.is_myth else []
    plain = [f"Claim {id}: “{found.text}”", *asked, f"Test: {found.test}"]
    lines = [f"“{inline(found.text)}”", *(f"<strong>{line}</strong>" for line in asked)]
    lines.append(f"<strong>Test:</strong> {marked(found.test)}")
    body = "".join(map(paragraph, lines))
    html = card("claim", f"Claim {id}", body, _ways(found), "How each verdict comes about")
    show("\n".join(plain), html=html)
    return found


def _ways(found: Claim) -> str:
    """Every rule in words, in order, as HTML."""
    ways = [
        f"<strong>{rule.verdict}</strong> {inline(rule.words(found.numbers))}."
        for rule in found.rules
    ]
    first = paragraph("Fixed before any number is shown; the first line that applies decides:")
    return first + bullets(ways, ordered=True)


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
        raise entry.error("an id must be A, B, C or D, two digits, and a letter for a part")
    entry.only(("text", "lessons", "quoted", *TESTED))
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
        "quoted": _quoted(entry),
    }
    # none of the three: the claim waits for its lesson; only some of them is refused below
    if not set(TESTED) & set(entry.fields):
        return Claim(**fields, numbers={})
    test, units = entry.text("test"), entry.part("numbers")
    numbers = {name: _number(name, units.part(name)) for name in units.fields}
    return Claim(**fields, test=test, numbers=numbers, rules=_rules(entry, numbers))


def _quoted(entry: Entry) -> str:
    quoted = entry.fields.get("quoted", "")
    if quoted not in QUOTED:
        raise entry.error(f"must be 'myth' or left out, got {quoted!r}", "quoted")
    return str(quoted)


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
