"""Writes the pages of the teacher's guide from the built lessons, and finds what has drifted.

Design choices:
- A page says nothing that it does not take from somewhere: the built lesson, the catalogue of
  misconceptions, the rubric, or the texts written for teachers by hand.
- Nobody edits a page. `course build` writes it anew, `course build --check` compares.
- What rooms usually guess is not known: nobody has counted. Each prediction has a line to fill in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from course_lib.authoring.places import names, write_whole
from course_lib.classroom.lesson import hand
from course_lib.classroom.lesson.built import lessons
from course_lib.classroom.lesson.cards import Check
from course_lib.classroom.lesson.hand import ByHand, Idea, read
from course_lib.classroom.lesson.records import Lesson, Section
from course_lib.classroom.rendering import rendered
from course_lib.classroom.schedule import minutes, plans, words
from course_lib.classroom.schedule.minutes import Part
from course_lib.teaching.quizzes import misconceptions

FOLDER = Path("docs") / "teaching"
MADE = ("[0-9][0-9]_*.md", "plan_*.md")
"""Names of pages that are made; others in that folder are written by hand."""
TEMPLATES = Path(__file__).parent / "templates"
RUBRICS = Path("docs") / "rubrics"
HEADING = re.compile(r"^(#+) ", flags=re.MULTILINE)

__all__ = ["FOLDER", "course", "covers", "drift", "pages", "write"]


def covers(root: Path) -> bool:
    """Whether texts for teachers are there for any lesson of a course; a course of other lessons
    has no guide."""
    return any(
        (hand.FOLDER / f"{name}.toml").is_file() for name in names(root / "source/lessons", ".py")
    )


def course(root: Path) -> list[tuple[Lesson, ByHand]]:
    """All lessons with what was written for their teachers, in order.

    Raises:
        CourseError: a lesson is not built, or its texts lack something.
    """
    return [(lesson, read(lesson)) for lesson in lessons(root)]


def pages(root: Path) -> dict[Path, str]:
    """Every page, by its path in the course."""
    every = course(root)
    found = {f"{lesson.name}.md": _lesson_page(root, lesson, texts) for lesson, texts in every}
    found["guide.md"] = _front_page(every)
    found |= plans.pages(every)
    return {FOLDER / name: page for name, page in found.items()}


def drift(root: Path) -> list[str]:
    """What differs between the pages and what they are made from, as messages."""
    wanted = pages(root)
    told = [
        f"{path.as_posix()}: {'differs from' if (root / path).is_file() else 'missing, made from'} "
        "the lessons and their texts"
        for path, page in wanted.items()
        if not (root / path).is_file() or (root / path).read_text(encoding="utf-8") != page
    ]
    found = (path for kind in MADE for path in (root / FOLDER).glob(kind))
    there = {path.relative_to(root) for path in found}
    return told + [
        f"{path.as_posix()}: nothing makes this page" for path in sorted(there - set(wanted))
    ]


def write(root: Path) -> list[Path]:
    """Write the pages that have drifted; their paths in the course."""
    changed = []
    for path, page in pages(root).items():
        file = root / path
        if not file.is_file() or file.read_text(encoding="utf-8") != page:
            write_whole(file, page)
            changed.append(path)
    return changed


def _front_page(every: Sequence[tuple[Lesson, ByHand]]) -> str:
    """The page that leads to all others."""
    rows = [
        {
            "lesson": lesson,
            "exercise": sum(task.minutes for task in lesson.tasks),
            "outcome": texts.outcome,
        }
        for lesson, texts in every
    ]
    path = [lesson.number for lesson, texts in sorted(every, key=lambda each: each[1].path)]
    facts = {"rows": rows, "path": path, "ready": plans.READY, "rule": _words_of_rule()}
    return rendered(TEMPLATES / "guide.md", facts)


def _words_of_rule() -> str:
    """The rule by which minutes divide, as the module that applies it tells it."""
    text = minutes.__doc__ or ""
    return text.split("\n\n", 1)[1].strip()


def _lesson_page(root: Path, lesson: Lesson, texts: ByHand) -> str:
    """One lesson's page."""
    every = minutes.parts(lesson, texts)
    by_heading = {part.heading: part for part in every}
    first = next(task.id for task in lesson.tasks) if lesson.tasks else ""
    facts = {
        "lesson": lesson,
        "texts": texts,
        "question": lesson.section("The question"),
        "explorer": next(each.explorer for each in lesson.sections if each.explorer),
        "sections": [
            _section(each, texts, lesson, by_heading.get(each.heading))
            for each in _told(lesson, texts)
        ],
        "parts": [part for part in every if part.kind != "exercise"],
        "first_task": first,
        "cut": sorted(
            (part for part in every if part.carries in (1, 2)), key=lambda part: part.carries
        ),
        "needs": [name[:2] for name in lesson.needs],
        "rubric": _rubric(root / RUBRICS / f"{lesson.name}.md"),
        "steps": words.STEPS,
        "measured": words.MEASURED,
    }
    return rendered(TEMPLATES / "lesson.md", facts)


def _told(lesson: Lesson, texts: ByHand) -> Iterator[Section]:
    """The sections that ask something, or that a text was written for."""
    own = {each.heading for each in texts.own}
    for section in lesson.sections:
        if section.predictions or section.checks or section.is_idea or section.heading in own:
            yield section


def _section(section: Section, texts: ByHand, lesson: Lesson, part: Part | None) -> dict[str, Any]:
    """What a page says of one section."""
    return {
        "section": section,
        "idea": _by_hand(section, texts, lesson),
        "minutes": part.minutes if part else (),
        "predictions": [(each, texts.predictions[each.id]) for each in section.predictions],
        "checks": [_check(each, texts.probes[each.id]) for each in section.checks],
    }


def _by_hand(section: Section, texts: ByHand, lesson: Lesson) -> Idea | None:
    if section.is_idea:
        return texts.ideas[lesson.ideas.index(section)]
    return next((each for each in texts.own if each.heading == section.heading), None)


def _check(check: Check, probes: Sequence[str]) -> dict[str, Any]:
    """A quick check with what each wrong choice comes from, and a question that probes it."""
    wrong = [
        {
            "text": choice.text,
            "belief": misconceptions.get(choice.misconception).belief
            if choice.misconception
            else "",
            "id": choice.misconception,
            "feedback": choice.feedback,
            "probe": probe,
        }
        for choice, probe in zip(check.wrong, probes, strict=True)
    ]
    right = next(choice for choice in check.choices if choice.right)
    return {"id": check.id, "question": check.question, "right": right, "wrong": wrong}


def _rubric(path: Path) -> str:
    """A rubric as a part of a page, its headings two levels lower. Its links hold: the folders lie
    side by side."""
    if not path.is_file():
        return ""
    page = path.read_text(encoding="utf-8").strip()
    return HEADING.sub(r"##\1 ", page)
