"""What `course hand-in` does: hands a learner's exercise in through nbgrader's exchange.

Design choices: nbgrader hands in a folder that is named like the assignment and lies where it is
called. A learner's exercises lie in the workbook, so the notebook is copied into such a folder
first. The copy is what counts; what the learner types later is not in it, until it is handed in
again.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from course_lib.commands.workbook import own_exercise
from course_lib.errors import CourseError

LAST_WORDS = 3

__all__ = ["run_hand_in"]


def run_hand_in(asked: str, course: str) -> int:
    """Hand in an exercise as it was last saved, and say when it arrived; 0.

    Args:
        asked: any name of the exercise.
        course: nbgrader's name for the course; empty for what its settings say.

    Raises:
        UnknownLesson: no exercise is called that.
        CourseError: there is no such exercise in the workbook, nbgrader is not installed, or it
            refuses, with its last words.
    """
    path = own_exercise(asked)
    name = path.stem
    with tempfile.TemporaryDirectory(prefix="course-hand-in-") as folder:
        (Path(folder) / name).mkdir()
        shutil.copy(path, Path(folder) / name)
        command = [sys.executable, "-m", "nbgrader", "submit", name]
        done = subprocess.run(
            [*command, *(["--course", course] if course else [])],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )
    said = [line for line in done.stderr.splitlines() if line.strip()]
    if "No module named nbgrader" in done.stderr:
        raise CourseError("nbgrader is not installed here: ask whoever set this machine up")
    if done.returncode:
        raise CourseError(f"{name} was not handed in: {' '.join(said[-LAST_WORDS:])}")
    print(next((line for line in reversed(said) if "Submitted as" in line), f"{name} handed in."))
    return 0
