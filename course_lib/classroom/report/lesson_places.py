"""Where a lesson speaks of a misconception: the section of the question that asks for it, or else
the section that shares most of its rarer words."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from course_lib.teaching.quizzes import misconceptions, questions

WORD = re.compile(r"[a-z]{4,}")
HEADING = re.compile(r"^#{1,3} (.+)$", flags=re.MULTILINE)

__all__ = ["Section", "section"]


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a lesson under one heading."""

    lesson: str
    """Such as "01_parameters"."""
    cell: str
    """Id of the cell that holds the heading."""
    heading: str
    """The heading's words."""
    text: str
    """All that stands in it."""


def section(misconception: str, folder: Path) -> Section | None:
    """The section of its lesson that speaks of a misconception.

    Args:
        misconception: an id of the catalogue.
        folder: the course's `source/lessons`.

    Raises:
        KeyError: there is no such misconception.
    """
    about = misconceptions.get(misconception)
    sections = _sections(folder / f"{about.lesson}.py")
    asked = [name for name, wrong in _questions().items() if misconception in wrong]
    for each in sections:
        if any(f'quiz("{name}"' in each.text for name in asked):
            return each
    return max(sections, key=lambda each: _shared(about, each, sections), default=None)


def _questions() -> dict[str, set[str]]:
    """All questions, each with the misconceptions of its wrong choices."""
    found: dict[str, set[str]] = {}
    for name, facts in questions.load(questions.FOLDER).items():
        wrong: list[dict[str, str]] = facts["wrong"]
        found[name] = {each["why"] for each in wrong}  # an id, or words of its own
    return found


def _shared(about: misconceptions.Misconception, one: Section, all_: tuple[Section, ...]) -> float:
    """How much a section shares with a misconception: its words, the rarer the more."""
    wanted = set(WORD.findall(f"{about.belief} {about.remedy}".lower()))
    found = Counter(WORD.findall(one.text.lower()))
    total = 0.0
    for word in wanted & set(found):
        holding = sum(word in each.text.lower() for each in all_)
        total += math.log(1 + found[word]) * math.log((1 + len(all_)) / holding)
    return total


@lru_cache(maxsize=32)
def _sections(path: Path) -> tuple[Section, ...]:
    """A lesson's sections, in order."""
    from course_lib.authoring import source

    found: list[Section] = []
    for cell in source.read(path):
        heading = HEADING.search(cell.text) if cell.kind == "markdown" else None
        if heading is not None:
            found.append(
                Section(lesson=path.stem, cell=cell.name, heading=heading[1], text=cell.text)
            )
        elif found:
            last = found.pop()
            text = f"{last.text}\n{cell.text}"
            found.append(
                Section(lesson=last.lesson, cell=last.cell, heading=last.heading, text=text)
            )
    return tuple(found)
