"""What `course progress` does: prints what a learner has done, as text or as JSON."""

import json
import sys

from course_lib.authoring.places import find_root
from course_lib.errors import CourseError
from course_lib.teaching.progress.progress import collect
from course_lib.teaching.progress.text import as_data, lines, printable


def run_progress(as_json: bool) -> int:
    """Print the learner's progress; 0 always, since there is nothing to fail."""
    try:
        root = find_root()
    except CourseError:
        root = None
    progress = collect(root)
    text = json.dumps(as_data(progress), indent=1) if as_json else "\n".join(lines(progress))
    # a console that lacks a character would stop with an error; a stream without an encoding is a
    # stand-in, such as a test's
    print(printable(text, sys.stdout.encoding or "ascii"))
    return 0
