"""How long each part of a lesson takes in a room.

A lesson's first line records its minutes in a room, and its table of exercises those of each task.
What neither records is how the minutes divide among the parts. They are derived here, by one rule:

- predict: 2 minutes for each guess that is asked for, 5 for the ten guesses;
- measure: the words to read at 200 a minute, half a minute for each figure, and the seconds that
  slow cells take on a quiet machine of two cores;
- discuss: 3 minutes for each idea, 1 more for each quick check and for each claim that is judged;
  2 minutes to open the lesson and 1 to close it; elsewhere only the minute for each quick check;
- where a section has people write something of their own, the minutes named in `texts/guide/`.

These minutes say how a lesson divides. They are then stretched or shrunk alike, so that the parts
of a lesson add up to the minutes on its first line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from course_lib.classroom.lesson.hand import ByHand
from course_lib.classroom.lesson.records import Lesson, Section

PREDICT = 2.0
TEN_GUESSES = 5.0
WORDS_A_MINUTE = 200
FIGURE = 0.5
DISCUSS_IDEA = 3.0
DISCUSS_CHECK = 1.0
TALK = {"The question": 2.0, "Key points": 1.0}
"""Minutes to open a lesson, and to close it."""
SETTLED = ("The question", "You will be able to", "How this course works", "Set up")
"""Headings of the opening, which is one part."""
LEFT_OUT = ("Exercises", "Sources")
"""Headings of which nothing is done in a room: tasks are parts of their own."""
STEPS = ("predict", "measure", "discuss")
"""What is done in a part, in order; a lesson's opening begins with talk, which is called "open"."""

__all__ = ["Part", "parts"]


@dataclass(frozen=True, kw_only=True)
class Part:
    """Something that is done in one go, or cut as a whole."""

    lesson: str
    """The lesson's name, such as "05_inference"."""
    kind: str
    """"opening", "recall", "idea", "own", "full size", "breaks", "bill", "exercise", "closing"."""
    heading: str
    """The section's heading, or the task's name."""
    minutes: tuple[tuple[str, int], ...]
    """(step, minutes) of each step, in order; none of zero."""
    carries: int = 0
    """For an idea and an own section: how much of the lesson's question it carries, 1 to 3."""
    because: str = ""
    """Why it may be cut, or may not."""

    @property
    def total(self) -> int:
        """Its minutes."""
        return sum(minutes for _, minutes in self.minutes)

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from all others."""
        return self.lesson, self.heading


def parts(lesson: Lesson, texts: ByHand) -> list[Part]:
    """The parts of a lesson in order, then the tasks of its exercise. Those of the lesson add up to
    its minutes in a room; tasks come on top, behind the answer: they can be left to home."""
    sections = [each for each in lesson.sections if each.heading not in LEFT_OUT]
    opening = [each for each in sections if each.heading in SETTLED]
    rest = [each for each in sections if each.heading not in SETTLED]
    groups = [("The question", opening), *((each.heading, [each]) for each in rest)]
    practice = {each.heading: each.practice for each in texts.own}
    rules = [_steps(own, practice.get(heading, 0)) for heading, own in groups]
    shared = _stretched(rules, lesson.room_minutes)
    found = [
        _part(lesson, texts, heading, own[0], minutes)
        for (heading, own), minutes in zip(groups, shared, strict=True)
    ]
    tasks = [
        Part(
            lesson=lesson.name,
            kind="exercise",
            heading=task.id,
            minutes=(("exercise", task.minutes),),
        )
        for task in lesson.tasks
    ]
    return [*found, *tasks]


def _part(
    lesson: Lesson, texts: ByHand, heading: str, section: Section, minutes: Sequence[int]
) -> Part:
    """One part with its kind, and how much it carries."""
    by_hand = None
    if section.is_idea:
        kind, by_hand = "idea", texts.ideas[lesson.ideas.index(section)]
    elif own := [each for each in texts.own if each.heading == heading]:
        kind, by_hand = "own", own[0]
    else:
        kind = _kind(heading)
    steps = list(zip(STEPS, minutes, strict=True))
    if kind == "opening":
        steps = [("open", steps[-1][1]), *steps[:-1]]
    return Part(
        lesson=lesson.name,
        kind=kind,
        heading=heading,
        minutes=tuple((step, count) for step, count in steps if count),
        carries=by_hand.carries if by_hand else 0,
        because=by_hand.because if by_hand else "",
    )


def _kind(heading: str) -> str:
    """What a section is, by its heading."""
    if heading.startswith("Where this"):
        return "breaks"
    if heading.startswith("Your bill"):
        return "bill"
    fixed = {"The question": "opening", "Recall": "recall", "Key points": "closing"}
    return fixed.get(heading, "full size")


def _steps(sections: Sequence[Section], practice: float) -> tuple[float, float, float]:
    """Minutes of each step by the rule, not stretched yet; practice is discussion."""
    guesses = [each for section in sections for each in section.predictions]
    predict = sum(TEN_GUESSES if each.kind == "ten guesses" else PREDICT for each in guesses)
    measure = sum(
        section.words / WORDS_A_MINUTE + section.pictures * FIGURE + section.seconds / 60
        for section in sections
    )
    discuss = sum(
        DISCUSS_IDEA * section.is_idea
        + TALK.get(section.heading, 0)
        + DISCUSS_CHECK * len(section.checks)
        + DISCUSS_CHECK * section.verdicts * section.is_idea
        for section in sections
    )
    return predict, measure, discuss + practice


def _stretched(
    rules: Sequence[tuple[float, float, float]], total: int
) -> list[tuple[int, int, int]]:
    """Whole minutes in the proportion of the rule that add up to a total.

    Whoever is owed most of a minute gets it; what has any minutes gets at least one.
    """
    exact = [minutes for part in rules for minutes in part]
    factor = total / sum(exact)
    whole = [max(int(each * factor), int(each > 0)) for each in exact]
    owed = sorted(range(len(exact)), key=lambda place: whole[place] - exact[place] * factor)
    for place in owed[: max(0, total - sum(whole))]:
        whole[place] += 1
    while sum(whole) > total:  # many small parts were given a whole minute: the largest pay
        whole[whole.index(max(whole))] -= 1
    rows = iter(whole)
    return [(next(rows), next(rows), next(rows)) for _ in rules]
