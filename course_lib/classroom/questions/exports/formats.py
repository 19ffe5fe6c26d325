"""The formats by name, as `course questions --to` takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from course_lib.classroom.questions.exports import anki, moodle, page, qti
from course_lib.classroom.questions.question import Question

Export = Callable[[Sequence[Question], str], str | bytes]

__all__ = ["FORMATS", "Export"]

FORMATS: Mapping[str, Export] = {
    "moodle": moodle.export,
    "qti": qti.export,
    "anki": anki.export,
    "html": page.export,
}
"""From questions and a title to a file's text, or its bytes where it is no text."""
