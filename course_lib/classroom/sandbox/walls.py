"""The walls of the sandbox: how bubblewrap is called.

Design choices:
- Nothing is there unless it is named: the system's programs, this Python, its packages and the
  course's library, all read-only. No home, no submissions, no gradebook, no `source/` with the
  hidden checks, no network, no other processes.
- Where bubblewrap is missing or may not work, grading refuses, with what to install.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from course_lib.classroom.sandbox.limits import Limits
from course_lib.errors import CallError

PACKAGE = Path(__file__).resolve().parents[2]
"""The course's library."""
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SETTINGS = ("/etc/ld.so.cache", "/etc/alternatives")
"""What the loader of shared libraries reads."""
READ_ONLY = tuple(part for place in ("/proc", "/dev", "/") for part in ("--remount-ro", place))
"""Where bubblewrap leaves room to write. `/proc` counts most: where the grader is root, the kernel
would let this process set the machine's own settings by way of `/proc/sys`."""
START = (
    "import sys; sys.path.insert(0, {root!r}); "
    "from course_lib.classroom.sandbox.inside import main; main()"
)
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/tmp",
    "TMPDIR": "/tmp",
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "MPLBACKEND": "Agg",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "CUDA_VISIBLE_DEVICES": "",
}
"""All that a student's code sees of the environment."""
INSTALL = (
    "Grading runs students' code behind the walls of bubblewrap, and {problem}. "
    "Install it (Debian, Ubuntu: `apt install bubblewrap`; Fedora: `dnf install bubblewrap`; "
    "Windows: inside WSL), or grade with --unsafe on a machine that holds nothing of value."
)

__all__ = ["ENVIRONMENT", "command", "program", "require"]


def program(limits: Limits) -> list[str]:
    """The program inside, without walls."""
    numbers = str(list(limits.numbers().values()))
    return [
        sys.executable,
        "-I",
        "-X",
        "utf8",
        "-c",
        START.format(root=str(PACKAGE.parent)),
        numbers,
    ]


def command(limits: Limits, inner: list[str]) -> list[str]:
    """The call of bubblewrap that runs `inner` behind walls."""
    return [
        "bwrap",
        *("--unshare-all", "--unshare-user", "--uid", "65534", "--gid", "65534"),
        *("--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "sandbox"),
        *(["--disable-userns"] if "--disable-userns" in _options() else []),
        *(["--size", str(limits.file_bytes)] if "--size" in _options() else []),
        *("--tmpfs", "/tmp"),  # first: this Python may lie there
        *_system(),
        *(part for folder in _folders() for part in ("--ro-bind", folder, folder)),
        *("--proc", "/proc", "--dev", "/dev", "--chdir", "/tmp", *READ_ONLY),
        "--",
        *inner,
    ]


def _system() -> Iterator[str]:
    """The system's folders: bound, or linked where they are links (`/bin` to `usr/bin`)."""
    for folder in SYSTEM:
        if Path(folder).is_symlink():
            yield from ("--symlink", str(Path(folder).readlink()), folder)
        elif Path(folder).is_dir():
            yield from ("--ro-bind", folder, folder)
    for file in SETTINGS:
        yield from ("--ro-bind-try", file, file)


def _folders() -> list[str]:
    """This Python, its packages, and the course's library, each once and outside the system's."""
    packages = [each for each in sys.path if each.endswith(("site-packages", "dist-packages"))]
    found = {sys.prefix, sys.base_prefix, sys.exec_prefix, *packages, str(PACKAGE)}
    shown = (*SYSTEM, *sorted(found))
    return sorted(
        folder
        for folder in found
        if Path(folder).is_dir()
        and not any(folder != other and Path(folder).is_relative_to(other) for other in shown)
    )


@cache
def _options() -> str:
    """What this bubblewrap says it can do: old ones lack some options."""
    return subprocess.run(
        ["bwrap", "--help"], capture_output=True, text=True, check=False, encoding="utf-8"
    ).stdout


@cache
def require() -> None:
    """Go on only where the walls stand.

    Raises:
        CallError: there is no bubblewrap, or it may not make its walls here; with what to do.
    """
    if shutil.which("bwrap") is None:
        raise CallError(INSTALL.format(problem="there is none"))
    tried = subprocess.run(
        command(Limits(), ["/usr/bin/env", "true"]),
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    if tried.returncode != 0:
        said = tried.stderr.strip().splitlines()
        raise CallError(INSTALL.format(problem=f"it fails here ({said[-1] if said else 'silent'})"))
