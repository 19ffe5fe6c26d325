"""What `course lab` does: a workbook for the learner, and JupyterLab opened on it.

Design choices: the Jupyter of this very Python is started, whatever `jupyter` is first on the path,
and its options are passed through untouched. On POSIX this process becomes JupyterLab, so that
Ctrl-C, a signal from a container and the exit code need no forwarding; Windows has no such call, so
there it waits.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from course_lib.authoring import workbook
from course_lib.authoring.places import find_root, names, resolve
from course_lib.errors import CourseError


def run_lab(words: Sequence[str], fresh: bool) -> NoReturn:
    """Bring the workbook up to date and start JupyterLab on one lesson.

    `words` are the command line's: a lesson first, if any, then options for JupyterLab. `fresh`
    restores that lesson.
    Raises `UnknownLesson`, or `CourseError` where there is nothing to open.
    """
    root = find_root()
    known = names(root / "lessons")
    if not known:
        raise CourseError(
            f"no lesson in {root / 'lessons'}: get the course's notebooks, or run `course build`"
        )
    asked, options = split_words(words)
    if fresh and asked is None:
        raise CourseError("--fresh restores one lesson: name it, as in `course lab 01 --fresh`")
    lesson = resolve(asked, known) if asked is not None else known[0]
    for message in workbook.update(root, lesson if fresh else None):
        print(message)
    become(lab_command(root / workbook.FOLDER, lesson, options))


def split_words(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """The lesson, which stands first and is no option, and the rest.

    >>> split_words(["01", "--no-browser"])
    ('01', ['--no-browser'])
    >>> split_words(["--port", "9000"])
    (None, ['--port', '9000'])
    """
    if words and not words[0].startswith("-"):
        return words[0], list(words[1:])
    return None, list(words)


def lab_command(book: Path, lesson: str, options: Sequence[str]) -> list[str]:
    """The command that opens a lesson of the workbook `book` in JupyterLab, with the learner's own
    options last."""
    command = [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={book}",
        f"--LabApp.default_url=/lab/tree/lessons/{lesson}.ipynb",
    ]
    if is_superuser() and "--allow-root" not in options:
        print("running as root, as in a container: adding --allow-root")
        command.append("--allow-root")
    return [*command, *options]


def is_superuser() -> bool:
    """Whether this process runs as root, which JupyterLab refuses unless told; never so on
    Windows."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def become(command: Sequence[str]) -> NoReturn:
    """Run a command in place of this process, and end with its exit code."""
    # `execv` throws away what Python has not written yet
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.execv(command[0], list(command))
    process = subprocess.Popen(list(command))
    while True:
        try:
            sys.exit(process.wait())
        except KeyboardInterrupt:
            # The console sends Ctrl-C to JupyterLab too, which asks its question and then ends.
            continue
