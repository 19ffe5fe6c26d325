"""Questions as files: Moodle XML, a QTI package, text for Anki, a page for paper.

`FORMATS` names each, as `course questions --to` does.
"""

from collections.abc import Callable, Mapping, Sequence

from course_lib.classroom.questions.exports import anki, moodle, page, qti
from course_lib.classroom.questions.exports.titles import title
from course_lib.classroom.questions.question import Question

Export = Callable[[Sequence[Question], str], str | bytes]

FORMATS: Mapping[str, Export] = {
    "moodle": moodle.export,
    "qti": qti.export,
    "anki": anki.export,
    "html": page.export,
}
"""From questions and a title to a file's text, or its bytes where it is no text."""

__all__ = ["FORMATS", "Export", "title"]
