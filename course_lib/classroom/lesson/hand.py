"""What is written for teachers by hand, a file a lesson in `texts/guide/`: what no notebook tells.

Which idea carries the lesson's question, what to discuss, what a prediction is for, which question
probes the belief behind a wrong choice, what people ask. No figure that a lesson computes is typed
there; a text may hold {prediction_id}, which stands for that prediction's answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from course_lib import toml_files
from course_lib.classroom.lesson.records import Lesson
from course_lib.errors import CourseError
from course_lib.toml_files import Entry

FOLDER = Path(__file__).parents[1] / "texts" / "guide"
ANSWER = re.compile(r"\{(\w+)\}")
CARRIES = (1, 2, 3)
LESSON_FIELDS = ("path", "outcome", "opening", "cut")
IDEA_FIELDS = ("carries", "because", "discuss", "listen")
OWN_FIELDS = ("heading", "practice", "carries", "because", "discuss", "listen")

__all__ = ["ByHand", "Idea", "Question", "faults", "read"]


@dataclass(frozen=True, kw_only=True)
class Idea:
    """What a teacher needs for one idea, or for a section that is a lesson's own."""

    heading: str
    """The section's heading; blank for an idea, which its number tells."""
    carries: int
    """3: the lesson's question is not answered without it; 2: it completes the answer; 1: the
    answer stands without it."""
    because: str
    """Why so, in a sentence: the reason told where it is cut."""
    discuss: str
    """A prompt for the room."""
    listen: str
    """What to listen for."""
    practice: int = 0
    """For a section that is the lesson's own: minutes in which people write something."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """Something that people ask."""

    asked: str
    """The question."""
    answer: str
    """What to say."""


@dataclass(frozen=True, kw_only=True)
class ByHand:
    """The texts of one lesson."""

    path: int
    """Its place in the order in which workshops take lessons, from 1."""
    outcome: str
    """What people can do afterwards, behind "You can"."""
    opening: str
    """How to begin."""
    cut: str
    """What to leave out where time is short, and what never."""
    ideas: tuple[Idea, ...]
    """One for each idea, in order."""
    own: tuple[Idea, ...]
    """One for each section that only this lesson has."""
    predictions: Mapping[str, str]
    """What each prediction is for, by its id."""
    probes: Mapping[str, tuple[str, ...]]
    """For each quick check a question for each wrong choice, in the order of `texts/questions/`."""
    questions: tuple[Question, ...]
    """What people ask."""


def read(lesson: Lesson, folder: Path = FOLDER) -> ByHand:
    """The texts of one lesson, with the answers of predictions put in.

    Raises:
        EntryError: a file that breaks a rule.
        CourseError: a text is missing that the lesson needs, or names what it has not.
    """
    entries = toml_files.read(folder / f"{lesson.name}.toml")
    answers = {each.id: each.answer for each in lesson.predictions}
    found = _by_hand(entries, answers)
    if wrong := list(faults(lesson, found)):
        raise CourseError(f"texts/guide/{lesson.name}.toml: {'; '.join(wrong)}")
    return found


def faults(lesson: Lesson, texts: ByHand) -> Iterator[str]:
    """What a lesson asks for and its texts lack, or the other way round."""
    if len(texts.ideas) != len(lesson.ideas):
        yield f"{len(texts.ideas)} ideas, the lesson has {len(lesson.ideas)}"
    for own in texts.own:
        if lesson.section(own.heading) is None:
            yield f"the lesson has no section {own.heading!r}"
    yield from _differ("predictions", {each.id for each in lesson.predictions}, texts.predictions)
    yield from _differ("checks", {each.id for each in lesson.checks}, texts.probes)
    for check in lesson.checks:
        probes = texts.probes.get(check.id, ())
        if probes and len(probes) != len(check.wrong):
            yield f"{len(probes)} probes of {check.id}, it has {len(check.wrong)} wrong choices"


def _differ(what: str, wanted: set[str], there: Mapping[str, object]) -> Iterator[str]:
    """Words for two sets of ids that should be one."""
    if missing := sorted(wanted - there.keys()):
        yield f"{what} without a text: {', '.join(missing)}"
    if extra := sorted(there.keys() - wanted):
        yield f"{what} that the lesson has not: {', '.join(extra)}"


def _by_hand(entries: Mapping[str, Entry], answers: Mapping[str, str]) -> ByHand:
    """The record of a file's entries."""
    for needed in ("lesson", "predictions", "probes"):
        if needed not in entries:
            raise CourseError(f"texts/guide: an entry [{needed}] is missing")
    head = entries["lesson"]
    head.only(LESSON_FIELDS, "[lesson]")
    texts = {field: _filled(head, field, answers) for field in LESSON_FIELDS[1:]}
    return ByHand(
        path=int(head.get("path")),
        ideas=tuple(_idea(each, answers) for each in _series(entries, "idea")),
        own=tuple(_idea(each, answers) for each in _series(entries, "own")),
        predictions={
            id: _filled(entries["predictions"], id, answers) for id in entries["predictions"].fields
        },
        probes={id: _probes(entries["probes"], id) for id in entries["probes"].fields},
        questions=tuple(
            Question(asked=_filled(each, "asked", answers), answer=_filled(each, "answer", answers))
            for each in _series(entries, "question")
        ),
        **texts,
    )


def _series(entries: Mapping[str, Entry], word: str) -> list[Entry]:
    """The entries word_1, word_2 ... in order, without a gap."""
    found: list[Entry] = []
    while (name := f"{word}_{len(found) + 1}") in entries:
        found.append(entries[name])
    return found


def _idea(entry: Entry, answers: Mapping[str, str]) -> Idea:
    own = entry.name.startswith("own")
    entry.only(OWN_FIELDS if own else IDEA_FIELDS)
    carries = entry.get("carries")
    if carries not in CARRIES:
        raise entry.error(f"must be 1, 2 or 3, got {carries!r}", "carries")
    texts = {field: _filled(entry, field, answers) for field in IDEA_FIELDS[1:]}
    practice = entry.fields.get("practice", 0)
    if not isinstance(practice, int):
        raise entry.error(f"must be whole minutes, got {practice!r}", "practice")
    heading = entry.text("heading") if own else ""
    return Idea(heading=heading, carries=carries, practice=practice, **texts)


def _probes(entry: Entry, id: str) -> tuple[str, ...]:
    probes = entry.get(id)
    if not isinstance(probes, list) or not all(isinstance(each, str) and each for each in probes):
        raise entry.error(f"must be a list of texts, got {probes!r}", id)
    return tuple(probes)


def _filled(entry: Entry, field: str, answers: Mapping[str, str]) -> str:
    """A text with the answers of predictions in it."""
    text = entry.text(field)
    for name in ANSWER.findall(text):
        if not answers.get(name):
            raise entry.error(f"{{{name}}} is no prediction with an answer", field)
    return ANSWER.sub(lambda found: answers[found[1]], text)
