"""What `course lab` does: a workbook for the learner, and JupyterLab opened on it.

Design choices:
- The Jupyter of this very Python is started, whatever `jupyter` is first on the path, and its
  options are passed through untouched.
- The course's settings and styles (`lab_look`) reach it by two variables of its environment. They
  are defaults: a learner's own configuration, settings and options win, and none is written to.
- The layout (tabs, folded sidebars) lives in the workbook, so that the learner's other projects
  keep theirs.
- On POSIX this process becomes JupyterLab, so that Ctrl-C, a signal from a container and the exit
  code need no forwarding; Windows has no such call, so there it waits.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from course_lib.commands.workbook import prepare

LOOK = Path(__file__).parent / "lab_look"
LAYOUT = ".jupyter"
"""Folder of the workbook that holds JupyterLab's layout."""


def run_lab(words: Sequence[str], fresh: bool) -> NoReturn:
    """Bring the workbook up to date and start JupyterLab on one lesson.

    `words` are the command line's: a lesson first, if any, then options for JupyterLab. `fresh`
    restores that lesson.
    Raises `UnknownLesson`, or `CourseError` where there is nothing to open.
    """
    asked, options = split_words(words)
    book, lesson, messages = prepare(asked, fresh)
    for message in messages:
        print(message)
    become(lab_command(book, lesson, options), lab_environment(book))


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
        # The file browser begins where it will be: a browser that moves later writes its folder
        # into the page's address, and a reload then shows no lesson (JupyterLab 4.6).
        f"--ContentsManager.preferred_dir={book / 'lessons'}",
        f"--LabApp.default_url=/lab/tree/lessons/{lesson}.ipynb",
    ]
    if is_superuser() and "--allow-root" not in options:
        print("running as root, as in a container: adding --allow-root")
        command.append("--allow-root")
    return [*command, *options]


def lab_environment(book: Path) -> dict[str, str]:
    """This process's environment, in which JupyterLab finds the course's look, too, and keeps its
    layout in the workbook `book`."""
    from jupyter_core.paths import jupyter_config_path

    # What comes first wins: all that the learner has, named here once more, then the course's.
    paths = [path for path in jupyter_config_path() if Path(path) != LOOK]
    look = {"JUPYTER_CONFIG_PATH": os.pathsep.join(dict.fromkeys([*paths, str(LOOK)]))}
    layout = book / LAYOUT / "workspaces"
    if "JUPYTERLAB_WORKSPACES_DIR" not in os.environ and make_layout(layout):
        look["JUPYTERLAB_WORKSPACES_DIR"] = str(layout)
    return {**os.environ, **look}


def make_layout(folder: Path) -> bool:
    """Make the first layout, with folded sidebars, where there is none yet; whether the folder can
    be used."""
    from jupyterlab_server.workspaces_handler import WorkspacesManager

    try:
        if not folder.is_dir():
            folder.mkdir(parents=True)
            text = (LOOK / "workspace.json").read_text(encoding="utf-8")
            WorkspacesManager(str(folder)).save("default", text)
    except OSError:  # a workbook that can only be read: JupyterLab keeps its layout elsewhere
        return False
    return os.access(folder, os.W_OK)


def is_superuser() -> bool:
    """Whether this process runs as root, which JupyterLab refuses unless told; never so on
    Windows."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def become(command: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Run a command in place of this process, and end with its exit code."""
    # `execve` throws away what Python has not written yet
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.execve(command[0], list(command), dict(environment))
    process = subprocess.Popen(list(command), env=dict(environment))
    while True:
        try:
            sys.exit(process.wait())
        except KeyboardInterrupt:
            # The console sends Ctrl-C to JupyterLab too, which asks its question and then ends.
            continue
