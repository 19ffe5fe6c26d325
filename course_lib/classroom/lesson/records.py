"""A lesson as records: its head, its sections, and what each of them asks and answers.

A section is all that stands under one heading of level 2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from course_lib.authoring.contract.reading import words
from course_lib.classroom.lesson import cards, cells

HEADING = re.compile(r"^## (.+)$", flags=re.MULTILINE)
TASK = re.compile(r"^\| `(\w+)` \| (\d+) \| (\w+) \| (\d+) \|$", flags=re.MULTILINE)
OBJECTIVE = re.compile(r"^\d\. (.+(?:\n {2,}.+)*)", flags=re.MULTILINE)
EXPLORED = re.compile(r"<strong>Explore: .*?<p><strong>(.*?)</strong></p>", flags=re.DOTALL)
COMPARE = re.compile(r"<summary>Compare your answer</summary>(.*?)</details>", flags=re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->\s*", flags=re.DOTALL)
LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
IN_SHORT = "In short: "

__all__ = ["HEADING", "Explorer", "Lesson", "Section", "Task", "prose"]


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task of the exercise, as the lesson announces it."""

    id: str
    """The task's name."""
    minutes: int
    """How long it takes."""
    difficulty: str
    """easy, medium or hard."""
    objective: int
    """Which objective it practises, from 1."""


@dataclass(frozen=True, kw_only=True)
class Explorer:
    """The panel that people move."""

    question: str
    """What it asks."""
    answer: str
    """The answer folded below it; empty where it has none."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """All that stands under one heading."""

    heading: str
    """The heading's words."""
    cells: tuple[dict[str, Any], ...]
    """The cells, as the file has them."""
    seconds: int
    """What its slow cells take on a quiet machine of two cores."""
    predictions: tuple[cards.Prediction, ...] = field(default=())
    """The guesses it asks for."""

    @property
    def is_idea(self) -> bool:
        """Whether it is one of the lesson's ideas."""
        return self.heading.startswith("Idea ")

    @cached_property
    def checks(self) -> tuple[cards.Check, ...]:
        """Its quick checks."""
        return tuple(check for cell in self.cells for check in cards.checks(cell))

    @cached_property
    def in_short(self) -> str:
        """Its answer in one sentence, or nothing."""
        return next((text[len(IN_SHORT) :] for text in self.texts if text.startswith(IN_SHORT)), "")

    @cached_property
    def explorer(self) -> Explorer | None:
        """Its panel, if it has one."""
        pages = (page for cell in self.cells for page in cells.pages(cell))
        page = next((page for page in pages if "<strong>Explore: " in page), "")
        question, answer = EXPLORED.search(page), COMPARE.search(page)
        if question is None:
            return None
        return Explorer(
            question=cards.plain(question[1]), answer=cards.plain(answer[1]) if answer else ""
        )

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """What its code cells show, as plain text."""
        return tuple(text for cell in self.cells for text in cells.texts(cell))

    @property
    def pictures(self) -> int:
        """How many figures it has."""
        return sum("image/png" in data for cell in self.cells for data in cells.data(cell))

    @property
    def verdicts(self) -> int:
        """How many claims it judges."""
        return sum(text.startswith("Verdict on") for text in self.texts)

    @property
    def words(self) -> int:
        """Words to read, typed and shown; folded text, data of figures and sources left out."""
        typed = sum(
            words(cells.source(cell)) for cell in self.cells if cell["cell_type"] == "markdown"
        )
        shown = sum(words(text) for cell in self.cells for text in cells.unfolded(cell))
        return typed + shown


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One lesson of the course."""

    name: str
    """Such as "05_inference"."""
    title: str
    """Such as "Inference"."""
    promise: str
    """The line under the title."""
    alone_minutes: int
    """How long it takes alone, its exercise left out."""
    room_minutes: int
    """How long it takes in a room, its exercise left out."""
    needs: tuple[str, ...]
    """Names of the lessons that it builds on, by its first lines."""
    sections: tuple[Section, ...]
    """Its sections, in order."""

    @property
    def number(self) -> str:
        """Such as "05"."""
        return self.name[:2]

    @property
    def label(self) -> str:
        """Number and title, as pages show it."""
        return f"{self.number} · {self.title}"

    @property
    def ideas(self) -> tuple[Section, ...]:
        """Its ideas."""
        return tuple(section for section in self.sections if section.is_idea)

    @property
    def predictions(self) -> tuple[cards.Prediction, ...]:
        """Every guess that it asks for."""
        return tuple(each for section in self.sections for each in section.predictions)

    @property
    def checks(self) -> tuple[cards.Check, ...]:
        """Every quick check."""
        return tuple(each for section in self.sections for each in section.checks)

    @cached_property
    def question(self) -> str:
        """The question that the lesson asks."""
        return self._prose("The question")

    @cached_property
    def objectives(self) -> tuple[str, ...]:
        """What a learner will be able to do."""
        section = self.section("You will be able to")
        text = "\n".join(cells.source(cell) for cell in section.cells) if section else ""
        return tuple(prose(each) for each in OBJECTIVE.findall(text))

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks of its exercise; none where it has no exercise."""
        section = self.section("Exercises")
        text = "\n".join(cells.source(cell) for cell in section.cells) if section else ""
        return tuple(
            Task(id=id, minutes=int(minutes), difficulty=level, objective=int(objective))
            for id, minutes, level, objective in TASK.findall(text)
        )

    @cached_property
    def answer(self) -> str:
        """Its question's answer: the first key point."""
        section = self.section("Key points")
        text = next(iter(section.texts), "") if section else ""
        return cards.one_line(text.split("**")[1]) if "**" in text else ""

    def section(self, heading: str) -> Section | None:
        """The section of that heading, if there is one."""
        return next((each for each in self.sections if each.heading == heading), None)

    def _prose(self, heading: str) -> str:
        section = self.section(heading)
        typed = (
            [each for each in section.cells if each["cell_type"] == "markdown"] if section else []
        )
        return prose(" ".join(HEADING.sub("", cells.source(cell)) for cell in typed))


def prose(text: str) -> str:
    """Markdown as one line: comments out, links as their words.

    >>> prose("A <!-- typed: definition -->[token](../docs/glossary.md#token)\\nis a piece.")
    'A token is a piece.'
    """
    return cards.one_line(LINK.sub(r"\1", COMMENT.sub("", text)))
