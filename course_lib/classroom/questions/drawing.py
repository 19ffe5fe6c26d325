"""Drawing: from a family, a seed and a number to one question, the same on every machine.

Design choices:
- `random.Random` is seeded by a text, and only its `random()` is used: Python promises the same
  numbers from it on every machine and in every version.
- A draw is refused, and drawn again, where two choices lie too near each other, where a wrong
  formula gives no sensible number, or where somebody who works with the rounded numbers of the
  text would get another answer.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from course_lib.classroom.questions import bank
from course_lib.classroom.questions.family import Family
from course_lib.classroom.questions.question import Choice, Question
from course_lib.classroom.questions.rounding import Scale, rounded, scale
from course_lib.display.fmt import fmt
from course_lib.errors import CourseError
from course_lib.teaching.quizzes import misconceptions

TRIES = 200
"""Draws of one question before the family is given up."""
MOST_WRONG = 3
"""Wrong choices of a question, where the family has as many."""
LEAST_WRONG = 2
TOLERANCE = 0.02
"""How far, as a share, a typed number may lie off: hand-worked, from rounded numbers."""

__all__ = ["draw", "draw_set"]


def draw(family: Family, seed: int, number: int) -> Question:
    """One question of a family.

    Raises:
        CourseError: no draw of many gave choices that lie apart; the family is at fault.

    >>> family = bank.of_lesson("05_inference")[0]
    >>> draw(family, 7, 1).text == draw(family, 7, 1).text
    True
    """
    rng = random.Random(f"{family.id}-{seed}-{number}")
    for _ in range(TRIES):
        drawn = {
            name: _one(given.choices, rng)
            for name, given in family.given.items()
            if given.follows is None
        }
        question = _question(family, drawn, rng, f"{family.id}-{seed}-{number}")
        if question:
            return question
    raise CourseError(
        f"family {family.id}: none of {TRIES} draws gave an answer and choices that lie "
        f"{family.apart} times apart; widen what it draws from"
    )


def draw_set(lesson: str, seed: int, count: int) -> list[Question]:
    """Questions of a lesson, all different, its families in turn.

    Raises:
        CourseError: the lesson does not have so many different questions.
    """
    every = bank.of_lesson(lesson)
    found: dict[str, Question] = {}
    for number in range(max(count, 1) * 10):
        if len(found) == count:
            break
        question = draw(every[number % len(every)], seed, number)
        found.setdefault(question.text, question)
    if len(found) < count:
        raise CourseError(
            f"{lesson} gives only {len(found)} different questions with seed {seed}: "
            "ask for fewer, or draw some with another seed"
        )
    return list(found.values())


def _one(choices: Sequence[Any], rng: random.Random) -> Any:
    """One of some, by `random()` alone."""
    return choices[int(rng.random() * len(choices))]


def _shuffled(items: Sequence[Any], rng: random.Random) -> list[Any]:
    """The items in a drawn order, by `random()` alone."""
    order = sorted(range(len(items)), key=[rng.random() for _ in items].__getitem__)
    return [items[place] for place in order]


def _question(
    family: Family, drawn: dict[str, Any], rng: random.Random, id: str
) -> Question | None:
    """The question of one draw; None where the draw is to be refused."""
    q = family.values(drawn)
    if not family.sensible(q):
        return None
    answer = family.answer(q)
    unit = None if isinstance(answer, str) else _unit(family, answer)
    if unit and not _stands(family, drawn, answer, unit):
        return None
    wrong = _apart(family, q, answer, rng)
    if len(wrong) < min(LEAST_WRONG, len(family.wrong)):
        return None
    shown = {name: given.show(getattr(q, name)) for name, given in family.given.items()}
    choices = [_choice(family, answer, unit, family.why.format(**shown))]
    for id_, value in wrong.items():
        choices.append(_choice(family, value, unit, misconceptions.get(id_).remedy, id_))
    if len({choice.text for choice in choices}) < len(choices):
        return None
    number = choices[0].number
    return Question(
        id=id,
        lesson=_lesson(family),
        family=family.id,
        text=f"{family.text.format(**shown)} {_asked(family, unit)}",
        unit=unit.unit if unit else "",
        choices=tuple(_shuffled(choices, rng)),
        tolerance=None if number is None else 0.0 if family.whole else TOLERANCE * number,
        values=q,
    )


def _unit(family: Family, answer: float) -> Scale:
    """The unit of all choices: that of the answer's size; whole numbers as they are."""
    return Scale(size=1.0, unit=family.unit) if family.whole else scale(answer, family.unit)


def _lesson(family: Family) -> str:
    """The lesson whose number begins the family's name."""
    return bank.resolve(family.id.partition("-")[0])


def _asked(family: Family, unit: Scale | None) -> str:
    """The last sentence of a question: unit and rounding."""
    if unit is None:
        return "Choose one."
    if family.whole:
        return f"Answer with a whole number{unit.unit and f' of {unit.unit}'}."
    return f"Answer {unit.told}, rounded to three significant digits."


def _choice(family: Family, value: Any, unit: Scale | None, feedback: str, id: str = "") -> Choice:
    """A choice, rounded and worded."""
    if unit is None:
        number, text = None, str(value)
    elif family.whole:
        number = float(value)
        text = fmt(int(number), unit.unit, exact=True)
    else:
        number = rounded(value / unit.size)
        text = unit.text(number)
    return Choice(text=text, number=number, right=not id, feedback=feedback, misconception=id)


def _apart(family: Family, q: SimpleNamespace, answer: Any, rng: random.Random) -> dict[str, Any]:
    """Wrong answers, a few of them in a drawn order, that differ enough from the right one and from
    each other."""
    kept: dict[str, Any] = {}
    for id in _shuffled(list(family.wrong), rng):
        value = family.wrong[id](q)
        if all(_differ(value, other, family) for other in (answer, *kept.values())):
            kept[id] = value
    return dict(list(kept.items())[:MOST_WRONG])


def _differ(one: Any, other: Any, family: Family) -> bool:
    """Whether two choices lie apart; a number that is none, or not above zero, is refused."""
    if isinstance(one, str):
        return bool(one != other)
    if not (math.isfinite(one) and one > 0) or (family.whole and one != int(one)):
        return False
    return max(one / other, other / one) >= family.apart


def _stands(family: Family, drawn: dict[str, Any], answer: float, unit: Scale) -> bool:
    """Whether the answer is a number above zero, and stays with the rounded numbers of the text."""
    if not (math.isfinite(answer) and answer > 0):
        return False
    as_shown = SimpleNamespace()
    for name, given in family.given.items():
        value = given.follows(as_shown) if given.follows else drawn[name]
        if given.rounded and isinstance(value, int | float):
            value = rounded(value)
        setattr(as_shown, name, value)
    by_hand = family.answer(as_shown)
    if family.whole:
        return bool(by_hand == answer)
    return bool(abs(by_hand / answer - 1) <= TOLERANCE / 2)
