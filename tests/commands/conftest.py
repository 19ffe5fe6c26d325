"""The small course of the authoring tests, for the commands that work on a course."""

from tests.authoring.conftest import course, exercise_text, lesson_text

__all__ = ["course", "exercise_text", "lesson_text"]
