"""What a student's server does before it starts: it gives the student a copy of the course.

JupyterHub runs this as the student, in place of `jupyterhub-singleuser`, which it then becomes. The
copy lies in the student's home, where nobody else may look; what the student changed in it stays.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from course_lib.authoring import workbook
from course_lib.authoring.places import find_root
from course_lib.classroom.learner_copy import copy_for_learner
from course_lib.errors import CourseError

FOLDER = "where-the-compute-goes"
"""Of the copy, in the student's home."""
SOURCE = "COURSE_ROOT"
"""Environment variable that says where the course lies on the hub's machine."""

__all__ = ["main", "prepare"]


def prepare(home: Path, root: Path) -> Path:
    """Give a student a copy of the course at `root`, or bring the one that is there up to date.

    Returns:
        The workbook, in which the student works.

    Raises:
        CourseError: the copy cannot be written.
    """
    copy = home / FOLDER
    copy.mkdir(exist_ok=True)
    copy.chmod(0o700)  # homes may be open to be read, as Debian makes them
    copy_for_learner(root, copy)
    workbook.update(copy)
    return copy / workbook.FOLDER


def main() -> None:
    """Prepare the copy and become the student's server."""
    try:
        book = prepare(Path.home(), find_root(Path(os.environ.get(SOURCE, "."))))
    except (CourseError, OSError) as problem:
        sys.exit(f"no copy of the course can be made: {problem}")
    os.chdir(book)
    server = shutil.which("jupyterhub-singleuser", path=str(Path(sys.executable).parent))
    if server is None:
        sys.exit("jupyterhub is not installed beside the course: pip install jupyterhub")
    os.execv(server, [server, *sys.argv[1:]])


if __name__ == "__main__":
    main()
