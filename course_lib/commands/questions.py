"""What `course questions` does: draws questions of a lesson and writes them for a quiz, for cards
or for paper."""

from __future__ import annotations

import sys
from pathlib import Path

from course_lib.authoring.places import write_whole
from course_lib.classroom.questions import bank, draw_set
from course_lib.classroom.questions.exports import FORMATS, title
from course_lib.errors import CallError

__all__ = ["run_questions"]


def run_questions(lesson: str, seed: int, count: int, to: str, output: Path | None) -> int:
    """Draw and write; the exit code.

    Raises:
        CallError: an unknown lesson or format, or a package without a file to write it to.
        CourseError: the lesson has fewer different questions.
    """
    if to not in FORMATS:
        raise CallError(f"--to must be one of {', '.join(FORMATS)}, got {to!r}")
    name = bank.resolve(lesson)
    if to == "qti" and output is None:
        raise CallError("a QTI package is a zip file: name it with --output FILE.zip")
    made = FORMATS[to](draw_set(name, seed, count), title(name))
    if output is None:
        # written as bytes: a console's own encoding may lack a thin space or a raised digit
        data = made if isinstance(made, bytes) else made.encode("utf-8")
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
    else:
        write_whole(output, made)
        print(f"{count} questions of {name} (seed {seed}) are in {output}")
    return 0
