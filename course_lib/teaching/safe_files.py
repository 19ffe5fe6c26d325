"""Files that survive a crash and two writers at once: replaced in one step, under a lock."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

LOCK_SECONDS = 10.0

__all__ = ["LOCK_SECONDS", "locked", "replace"]


def replace(file: Path, text: str) -> None:
    """Put text in place of a file in one step. Windows refuses while another program reads it: try
    for a second."""
    # in the same folder, because a file cannot be moved in one step from one disk to another; with
    # the process's number, so that two notebooks do not write into one
    temporary = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8", newline="\n") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())  # else, after a power cut, the new name may stand over nothing
    for attempt in range(20):
        try:
            temporary.replace(file)
            return
        except PermissionError:
            if attempt == 19:
                raise
            time.sleep(0.05)


@contextmanager
def locked(file: Path, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the lock file; the system frees it when a process dies, so none is ever stale.

    Raises:
        TimeoutError: somebody else held it for `seconds`.
    """
    deadline = time.monotonic() + seconds
    # "a+" makes the file where there is none and empties none
    with file.open("a+", encoding="utf-8") as handle:
        while not _try_lock(handle):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{file.name} was held by another notebook for {seconds:g} s")
            time.sleep(0.02)
        try:
            yield
        finally:
            _unlock(handle)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: IO[str]) -> bool:
        handle.seek(0)  # Windows locks bytes from where the file stands: always the first one
        try:
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(handle: IO[str]) -> None:
        handle.seek(0)
        msvcrt.locking(handle.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(handle: IO[str]) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(handle: IO[str]) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)
