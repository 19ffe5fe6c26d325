"""One sandbox, seen from the trusted side: a process that is asked, with a deadline, and ended.

Design choices: a reply that comes late, is too long or is no reply ends the process, and so does a
request that is not read in time. Whoever holds the box then starts a new one, for nothing of the
old can be trusted to go on.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import select
import signal
import subprocess
import time
from typing import IO, Any, Literal, Self

import psutil

from course_lib.classroom.sandbox import cgroup, walls
from course_lib.classroom.sandbox.framing import LENGTH, framed
from course_lib.classroom.sandbox.limits import LIMITS, Limits
from course_lib.errors import CallError

PART = 1 << 16
"""Bytes that are read or written at once."""
TICK = 0.25
"""Seconds between two looks at the memory of all processes, where no control group counts it."""
ENTER = 'for file in $GROUP; do echo $$ > "$file" || exit 9; done; exec "$@"'
"""The shell line by which a process becomes a member of its groups before it is anything else."""
TOO_MUCH = "the answer takes more memory than it may have"
GONE = "the answer ends Python, or takes more memory than it may have"
"""What is known of a process that is gone."""
TOO_LONG = "the answer gives more data than any task asks for"

__all__ = ["Box", "Ended"]


class Ended(Exception):
    """The process is gone: it took too long, or it ended itself."""

    def __init__(self, status: Literal["timeout", "crash"], words: str) -> None:
        """Keep what to tell the student."""
        super().__init__(words)
        self.status = status
        self.words = words


class Box:
    """A process for one submission."""

    def __init__(self, limits: Limits = LIMITS, *, walled: bool = True) -> None:
        """Start it.

        Args:
            limits: what it may use.
            walled: False runs it without walls, as `--unsafe` asks.

        Raises:
            CallError: there are no walls to be had.
        """
        self.limits = limits
        self.group: cgroup.Group | None = None
        inner = walls.program(limits)
        environment = dict(walls.ENVIRONMENT)
        if walled:
            walls.require()
            inner = walls.command(limits, inner)
            self.group = cgroup.make(limits) if _is_root() else None
            if _is_root() and self.group is None:
                raise CallError(
                    "Grading as root needs a control group to count processes, and none can be "
                    "made under /sys/fs/cgroup: grade as an ordinary user."
                )
        if self.group is not None:
            environment["GROUP"] = " ".join(self.group.entries())
            inner = ["/bin/sh", "-c", ENTER, "sh", *inner]
        self.process = subprocess.Popen(
            inner,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment if walled else os.environ | environment,
            start_new_session=os.name == "posix",
            bufsize=0,
        )
        assert self.process.stdin is not None
        # a student's code that reads no more must not keep the grader waiting
        os.set_blocking(self.process.stdin.fileno(), False)
        self.started = False

    def __enter__(self) -> Self:
        """The box itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, whatever it does."""
        self.close()

    def ask(self, what: str, *given: Any, seconds: float | None = None) -> list[Any]:
        """Send one request and wait for its reply.

        Raises:
            Ended: there is no reply in time, or the process is gone; it is ended then.
        """
        wait = self.limits.run_seconds if seconds is None else seconds
        # the first request also waits for Python's start
        wait += 0 if self.started else self.limits.start_seconds
        request, deadline = pickle.dumps((what, *given)), time.monotonic() + wait
        try:
            self._write(framed(request), deadline)
            reply = json.loads(self._reply(deadline))
        except (OSError, ValueError, RecursionError, MemoryError) as error:
            self.close()
            raise Ended("crash", GONE) from error
        except Ended:
            self.close()
            raise
        self.started = True
        if not isinstance(reply, list) or not reply or not isinstance(reply[0], str):
            self.close()
            raise Ended("crash", "the answer writes into the grader's pipe")
        return reply

    def _write(self, message: bytes, deadline: float) -> None:
        """One request, taken by its deadline."""
        assert self.process.stdin is not None
        view = memoryview(message)
        while view:
            self._wait(deadline, writes=self.process.stdin)
            with contextlib.suppress(BlockingIOError):
                view = view[os.write(self.process.stdin.fileno(), view[:PART]) :]

    def _reply(self, deadline: float) -> bytes:
        """One reply, read by its deadline."""
        (length,) = LENGTH.unpack(self._read(LENGTH.size, deadline))
        if length > self.limits.reply_bytes:
            raise Ended("crash", TOO_LONG)
        return self._read(length, deadline)

    def _read(self, count: int, deadline: float) -> bytes:
        assert self.process.stdout is not None
        parts: list[bytes] = []
        while count:
            self._wait(deadline, reads=self.process.stdout)
            part = os.read(self.process.stdout.fileno(), min(count, PART))
            if not part:
                raise OSError("the process is gone")
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def _wait(
        self, deadline: float, *, reads: IO[bytes] | None = None, writes: IO[bytes] | None = None
    ) -> None:
        """Until something can be read or written; memory is looked at meanwhile."""
        read, write = ([each] if each is not None else [] for each in (reads, writes))
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Ended("timeout", f"no result within {self.limits.run_seconds:g} seconds")
            if any(select.select(read, write, [], min(left, TICK))):
                return
            if self.group is None and _memory(self.process.pid) > self.limits.memory_bytes:
                raise Ended("crash", TOO_MUCH)

    def close(self) -> None:
        """End the process and all that it started."""
        if self.process.returncode is None:  # else its number may be another's by now
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if os.name == "posix":
                    os.killpg(self.process.pid, signal.SIGKILL)
            with contextlib.suppress(OSError):
                self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        if self.group is not None:
            self.group.remove()


def _is_root() -> bool:
    return os.name == "posix" and os.geteuid() == 0


def _memory(process: int) -> int:
    """Bytes of memory that a process and all below it hold."""
    total = 0
    with contextlib.suppress(psutil.Error):
        parent = psutil.Process(process)
        for each in [parent, *parent.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                total += each.memory_info().rss
    return total
