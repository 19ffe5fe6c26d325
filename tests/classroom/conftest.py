"""What tests of the classroom share: the course as its teacher reads it."""

from pathlib import Path

import pytest

from course_lib.classroom.guide.pages import course
from course_lib.classroom.lesson.hand import ByHand
from course_lib.classroom.lesson.records import Lesson

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def taught() -> list[tuple[Lesson, ByHand]]:
    """All lessons with their texts."""
    return course(ROOT)
