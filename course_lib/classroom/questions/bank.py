"""Which families there are, by lesson."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pathlib import Path

from course_lib.authoring import places
from course_lib.classroom.questions.family import Family
from course_lib.teaching.quizzes import misconceptions

FOLDER = Path(__file__).parent / "families"

__all__ = ["lessons", "of_lesson", "resolve"]


@cache
def lessons() -> tuple[str, ...]:
    """Every lesson that has families, in the course's order.

    >>> lessons()[5]
    '05_inference'
    """
    # misconceptions have a file a lesson, named like it; a clone's notebooks are not needed
    named = (path.stem for path in misconceptions.FOLDER.glob("*.toml"))
    return tuple(sorted(name for name in named if _module(name).is_file()))


def resolve(asked: str) -> str:
    """The lesson meant by `5`, `05`, `inference` or `05_inference`.

    Raises:
        UnknownLesson: there is none; the nearest are named.
    """
    return places.resolve(asked, lessons())


@cache
def of_lesson(lesson: str) -> tuple[Family, ...]:
    """The families of a lesson, in the order of its ideas.

    >>> of_lesson("05_inference")[0].id[:3]
    '05-'
    """
    module = import_module(f"{__package__}.families.{_module(lesson).stem}")
    return tuple(module.FAMILIES)


def _module(lesson: str) -> Path:
    """The file of a lesson's families: a topic has one name everywhere."""
    return FOLDER / f"{re.sub(r'^[0-9]+_', '', lesson)}.py"
