"""Makes slides from a built lesson: question, predictions without their answers, claims, figures,
and what it comes to in short.

Design choices:
- One HTML file holds everything, pictures too. It asks for nothing else, and that is checked.
- What stands on a slide is what the lesson shows, in its order; a slide holds one thing.
- Without a script all slides stand below one another, and on paper each has a page of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from course_lib.classroom.lesson import cards, cells
from course_lib.classroom.lesson.records import Lesson, Section
from course_lib.classroom.rendering import rendered
from course_lib.errors import CourseError

TEMPLATE = Path(__file__).parent / "templates" / "slides.html"
IMAGE = re.compile(r'<img alt="([^"]*)"[^>]* src="(data:image/[^"]+)"')
OUTSIDE = re.compile(
    r"""(?:\b(?:src|href|srcset|data|action)\s*=\s*["']?|url\(\s*["']?|@import\s+["']?)"""
    r"""(?!data:|\#)([^"'\s>)]+)""",
    flags=re.IGNORECASE,
)
LONG, LONGER = 140, 280
"""Characters from which on a slide's type gets smaller."""
MANY = 4
"""Items from which on a slide counts as long."""
SKIPPED = (
    "You will be able to",
    "How this course works",
    "Set up",
    "Recall",
    "Sources",
    "Exercises",
)
KEY_POINT = re.compile(r"^\d\. (.+(?:\n {2,}.+)*)", flags=re.MULTILINE)

__all__ = ["Slide", "outside", "page", "slides"]


@dataclass(frozen=True, kw_only=True)
class Slide:
    """One thing to look at."""

    kind: str
    """"title", "question", "predict", "figure", "claim", "verdict", "in short", "explore" or
    "answer"."""
    label: str
    """What stands small above it."""
    text: str
    """What stands large."""
    items: tuple[str, ...] = ()
    """Options, or sentences below."""
    image: str = ""
    """A picture as a data address."""
    alt: str = ""
    """What the picture says."""

    @property
    def size(self) -> str:
        """The class of its type, by how much there is to read."""
        count = len(self.text) + sum(map(len, self.items))
        if count > LONGER:
            return "longer"
        return "long" if count > LONG or len(self.items) >= MANY else "short"


def page(lesson: Lesson) -> str:
    """The slides of a lesson as a page.

    Raises:
        CourseError: the page would ask for something outside itself.
    """
    made = rendered(TEMPLATE, {"lesson": lesson, "slides": list(slides(lesson))})
    if wanted := outside(made):
        raise CourseError(f"the slides of {lesson.name} ask for {wanted[0]}: they must hold it")
    return made


def outside(html: str) -> list[str]:
    """Every address that a page would load or lead to, outside itself.

    >>> outside('<img src="data:image/png;base64,AA"><a href="#2">2</a><p>see https://a.b</p>')
    []
    >>> outside('<script src="https://a.b/c.js"></script>')
    ['https://a.b/c.js']
    """
    return OUTSIDE.findall(html)


def slides(lesson: Lesson) -> Iterator[Slide]:
    """The slides of a lesson, in order."""
    yield Slide(
        kind="title", label="Where the Compute Goes", text=lesson.label, items=(lesson.promise,)
    )
    yield Slide(kind="question", label="The question", text=lesson.question)
    for section in lesson.sections:
        if section.heading in SKIPPED:
            continue
        if section.is_idea:
            number, _, asked = section.heading.partition(": ")
            yield Slide(kind="question", label=number, text=asked[:1].upper() + asked[1:])
        yield from _section(section)
    yield from _answer(lesson)


def _section(section: Section) -> Iterator[Slide]:
    """The slides of one section, in the order of its cells."""
    label = section.heading.partition(":")[0]
    asked = {each.id: each for each in section.predictions}
    for cell in section.cells:
        for data in cells.data(cell):
            shown = "".join(data.get("text/html", ""))
            told = "".join(data.get("text/plain", ""))
            yield from _pictures(shown, label, section)
            yield from _predictions(data, asked)
            if told.startswith(("Claim ", "Verdict on ")):
                yield _judged(told)
            elif told.startswith("In short: "):
                yield Slide(kind="in short", label="In short", text=told.partition(": ")[2])


def _predictions(data: dict[str, Any], asked: dict[str, cards.Prediction]) -> Iterator[Slide]:
    """A slide for each guess that an output asks for; the answer is not on it."""
    for found in cards.predictions({"outputs": [{"data": data}]}):
        prediction = asked[found.id]
        if prediction.kind != "ten guesses":
            yield Slide(
                kind="predict",
                label="Predict the order" if prediction.kind == "an order" else "Predict",
                text=prediction.question,
                items=prediction.options,
            )


def _pictures(shown: str, label: str, section: Section) -> Iterator[Slide]:
    """A slide for each picture; that of the explorer asks its question."""
    for alt, source in IMAGE.findall(shown):
        said = unescape(alt)
        explorer = section.explorer if "<strong>Explore: " in shown else None
        yield Slide(
            kind="explore" if explorer else "figure",
            label="Explore" if explorer else label,
            text=explorer.question if explorer else said,
            image=source,
            alt=said,
        )


def _judged(told: str) -> Slide:
    """A claim with its test, or a verdict with what to say instead."""
    head, *lines = told.split("\n")
    if told.startswith("Claim "):
        label, _, text = head.partition(": ")
        return Slide(kind="claim", label=label, text=text, items=tuple(lines))
    instead = next((line for line in lines if line.startswith("Say instead: ")), "")
    verdict = head.partition(": ")[2]
    return Slide(
        kind="verdict",
        label=f"{head.partition(':')[0]}: {verdict}",
        text=instead or lines[0],
        items=(lines[0],) if instead else (),
    )


def _answer(lesson: Lesson) -> Iterator[Slide]:
    """The answer to the question, and the key points."""
    if lesson.answer:
        yield Slide(kind="answer", label="The answer", text=lesson.answer)
    section = lesson.section("Key points")
    told = next(iter(section.texts), "") if section else ""
    points = tuple(cards.one_line(each) for each in KEY_POINT.findall(told))
    if points:
        yield Slide(kind="answer", label="Key points", text="", items=points)
