"""Chooses what a workshop does, and says of everything else why it is cut.

The rule, in a teacher's words:
1. No lesson goes without its question, the ideas that carry the question, and its answer.
2. Then come, one kind after the other and lesson after lesson, as far as they fit: the ideas that
   complete the answer; the first task of each exercise; where the estimate breaks; the other ideas;
   the same at full size, and the bill; recall, and what serves the whole course; the other tasks.
3. What does not fit is named, with its reason. A later thing that is short may still fit.
Where no lessons are asked for, a workshop of 90 minutes takes two, and one more for every 75
minutes after that, in the order given in `texts/guide/`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from course_lib.classroom.lesson.hand import ByHand
from course_lib.classroom.lesson.records import Lesson
from course_lib.classroom.schedule.minutes import Part, parts
from course_lib.classroom.schedule.sheet import Session, lay_out
from course_lib.errors import CourseError

TWO_LESSONS = 90
"""Minutes for which two lessons are taken."""
ONE_MORE = 75
"""Minutes for each lesson more."""
FIRST_TASK, OTHER_TASKS = 2, 7
TIERS = {"breaks": 3, "full size": 5, "bill": 5, "recall": 6}
"""When parts that are no ideas come, by their kind; 0 is never cut."""
CARRYING = {3: 0, 2: 1, 1: 4}
OWN = {3: 0, 2: 1, 1: 6}
"""When ideas, and sections that are a lesson's own, come by what they carry."""
REASONS = {
    "exercise": "Practice can go on at home: an exercise has hints and checks of its own.",
    "breaks": "It says how far off the estimate is; give it to read at home.",
    "full size": "It is the same estimate at another size; the answer does not hang on it.",
    "bill": "A row of the bill is for whoever takes the whole course.",
    "recall": "It asks what earlier lessons taught.",
}

__all__ = ["Cut", "Plan", "plan"]


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Something that is left out."""

    part: Part
    """What."""
    reason: str
    """Why this and not something else."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A workshop."""

    minutes: int
    """How long each session is."""
    sessions: tuple[Session, ...]
    """The sessions, in order."""
    lessons: tuple[Lesson, ...]
    """The lessons it takes, in the course's order."""
    texts: tuple[ByHand, ...]
    """What was written by hand for each of them."""
    cut: tuple[Cut, ...]
    """What of these lessons is left out, in their order."""
    chosen: bool
    """Whether the lessons were chosen by the rule, not asked for."""

    @property
    def taken(self) -> tuple[Part, ...]:
        """The parts that are done, in order."""
        rows = [row for session in self.sessions for row in session.rows]
        return tuple(dict.fromkeys(row.part for row in rows if row.part is not None))

    @property
    def left_over(self) -> int:
        """Minutes that nothing fills."""
        return sum(self.minutes - session.minutes for session in self.sessions)


def plan(
    course: Sequence[tuple[Lesson, ByHand]],
    minutes: int,
    *,
    sessions: int = 1,
    asked: Sequence[str] = (),
) -> Plan:
    """The workshop of some length.

    Args:
        course: all lessons with their texts, in order.
        minutes: how long each session is, breaks included.
        sessions: how many sessions there are.
        asked: names of lessons; without any the rule chooses.

    Raises:
        CourseError: the time is too short; the shortest that makes sense is named.
    """
    if minutes < 1 or sessions < 1:
        raise CourseError("--minutes and --sessions must be 1 or more")
    taken = [each for each in course if each[0].name in asked]
    if not asked:
        taken = _by_path(course, minutes, sessions)
    every = [part for lesson, texts in taken for part in parts(lesson, texts)]
    tiers = _tiers(every)
    chosen = {part.key for part in every if tiers[part.key] == 0}
    if _laid(every, chosen, minutes, sessions) is None:
        raise CourseError(_too_short(every, chosen, taken, minutes, sessions))
    for part in sorted(every, key=lambda part: tiers[part.key]):
        if part.key not in chosen and _laid(every, chosen | {part.key}, minutes, sessions):
            chosen.add(part.key)
    cut = [Cut(part=part, reason=_reason(part)) for part in every if part.key not in chosen]
    return Plan(
        minutes=minutes,
        sessions=tuple(_laid(every, chosen, minutes, sessions) or ()),
        lessons=tuple(lesson for lesson, _ in taken),
        texts=tuple(texts for _, texts in taken),
        cut=tuple(cut),
        chosen=not asked,
    )


def _by_path(
    course: Sequence[tuple[Lesson, ByHand]], minutes: int, sessions: int
) -> list[tuple[Lesson, ByHand]]:
    """The lessons of a workshop for which none are asked, in the course's order."""
    path = sorted(course, key=lambda each: each[1].path)
    count = max(1, 2 + (minutes * sessions - TWO_LESSONS) // ONE_MORE)
    while count > 1 and not _musts_fit(path[:count], minutes, sessions):
        count -= 1
    names = {lesson.name for lesson, _ in path[:count]}
    return [each for each in course if each[0].name in names]


def _musts_fit(taken: Sequence[tuple[Lesson, ByHand]], minutes: int, sessions: int) -> bool:
    every = [part for lesson, texts in sorted(taken, key=_name) for part in parts(lesson, texts)]
    tiers = _tiers(every)
    chosen = {part.key for part in every if tiers[part.key] == 0}
    return _laid(every, chosen, minutes, sessions) is not None


def _name(each: tuple[Lesson, ByHand]) -> str:
    return each[0].name


def _laid(
    every: Sequence[Part], chosen: set[tuple[str, str]], minutes: int, sessions: int
) -> list[Session] | None:
    return lay_out([part for part in every if part.key in chosen], minutes, sessions)


def _tiers(every: Sequence[Part]) -> dict[tuple[str, str], float]:
    """When each part comes; further tasks of all lessons take turns."""
    found: dict[tuple[str, str], float] = {}
    tasks: dict[str, int] = {}
    for part in every:
        if part.kind == "exercise":
            place = tasks[part.lesson] = tasks.get(part.lesson, 0) + 1
            found[part.key] = FIRST_TASK if place == 1 else OTHER_TASKS + place / 100
        elif part.kind == "idea":
            found[part.key] = CARRYING[part.carries]
        elif part.kind == "own":
            found[part.key] = OWN[part.carries]
        else:
            found[part.key] = TIERS.get(part.kind, 0)
    return found


def _reason(part: Part) -> str:
    """Why a part is cut: an idea's own reason, or that of its kind."""
    return part.because or REASONS[part.kind]


def _too_short(
    every: Sequence[Part],
    chosen: set[tuple[str, str]],
    taken: Sequence[tuple[Lesson, ByHand]],
    minutes: int,
    sessions: int,
) -> str:
    """The message for a time that is too short, with the shortest that is enough."""
    musts = [part for part in every if part.key in chosen]
    enough = minutes
    while lay_out(musts, enough, sessions) is None:
        enough += 1
    names = ", ".join(lesson.number for lesson, _ in taken)
    many = (
        f"{sessions} sessions of {minutes} minutes are"
        if sessions > 1
        else f"{minutes} minutes are"
    )
    least = f"{sessions} sessions of {enough}" if sessions > 1 else f"{enough}"
    one = "lesson" if len(taken) == 1 else "lessons"
    fewer = " or fewer lessons" if len(taken) > 1 else ""
    return (
        f"{many} too short for {one} {names}: question, carrying ideas and answer, with set-up, "
        f"breaks and closing, take {least}. Ask for {least} minutes{fewer}"
    )
