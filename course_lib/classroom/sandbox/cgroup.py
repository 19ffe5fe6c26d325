"""A control group for one sandbox: it counts processes and memory where the kernel's limits do not
bind, for root.

Design choices: both versions of control groups are known, for each is the one that some machine
has. A group is made where this process may make one, and taken away when the sandbox ends. Its name
holds the number of the grader's process, so that a later grader takes away what one that was killed
has left.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

from course_lib.classroom.sandbox.limits import Limits

ROOT = Path("/sys/fs/cgroup")
PREFIX = "course-grade-"
PATIENCE = 2.0
"""Seconds to wait until the kernel lets go of a group whose processes were ended."""

__all__ = ["Group", "make"]


@dataclass(frozen=True, kw_only=True)
class Group:
    """One sandbox's folders, one for each controller in version 1."""

    folders: tuple[Path, ...]
    """Where the kernel keeps it."""

    def entries(self) -> list[str]:
        """The files that a process writes its id into to become a member."""
        return [str(folder / "cgroup.procs") for folder in self.folders]

    def remove(self) -> None:
        """End whatever still runs in it, and take it away."""
        deadline = time.monotonic() + PATIENCE
        for folder in self.folders:
            while folder.exists() and time.monotonic() < deadline:
                for member in _members(folder):
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.kill(member, 9)
                with contextlib.suppress(OSError):
                    folder.rmdir()
                if folder.exists():
                    time.sleep(0.01)


def _members(folder: Path) -> list[int]:
    try:
        return [int(each) for each in (folder / "cgroup.procs").read_text("ascii").split()]
    except OSError:
        return []


@cache
def _tidy() -> None:
    """Take away the groups of graders that are no more; none with a process in it can be."""
    for folder in [*ROOT.glob(f"{PREFIX}*"), *ROOT.glob(f"*/{PREFIX}*")]:
        grader = folder.name.removeprefix(PREFIX).partition("-")[0]
        if not (grader.isdecimal() and psutil.pid_exists(int(grader))):
            with contextlib.suppress(OSError):
                folder.rmdir()


def make(limits: Limits) -> Group | None:
    """A new group with these limits, or None where this process may make none."""
    _tidy()
    name = f"{PREFIX}{os.getpid()}-{secrets.token_hex(8)}"
    memory, processes = str(limits.memory_bytes), str(limits.processes)
    if (ROOT / "cgroup.controllers").exists():
        wanted = {ROOT / name: {"pids.max": processes, "memory.max": memory}}
    else:
        wanted = {
            ROOT / "pids" / name: {"pids.max": processes},
            ROOT / "memory" / name: {"memory.limit_in_bytes": memory},
        }
    made: list[Path] = []
    try:
        for folder, values in wanted.items():
            folder.mkdir()
            made.append(folder)
            for file, value in values.items():
                (folder / file).write_text(value, "ascii")
    except OSError:
        Group(folders=tuple(made)).remove()
        return None
    return Group(folders=tuple(made))
