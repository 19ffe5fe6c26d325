"""The worker processes of the small data loader: started together, fed one by one, ended in order.

Design choices:
- Each worker has a line (pipe) of its own and gets its batches in turn, as in PyTorch's DataLoader:
  batch n is made by worker n modulo their number, so that answers come in order. Nothing is shared
  between workers. A pool's shared queues have locks, and a worker that is ended while it holds one
  leaves the others waiting for good; that is how an earlier version of this loader once stood still
  for ten minutes.
- Leaving drains first: what is under way is waited for, then each worker is told to end, then each
  is waited for. Only a worker that stands still is killed, and the error says so.
- Every wait has a deadline. When it passes, an error names it, and no process is left behind.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Self

from course_lib import checks
from course_lib.demos import loader_work

PREFETCH = 2
"""Batches in the making or ready, for each worker."""
DEADLINE_SECONDS = 20.0
"""The longest wait for a batch, and for all workers to end."""


class Workers:
    """Worker processes, to be used in a `with` statement.

    Workers start empty on every system ("spawn"), so that they behave alike on all of them.

    >>> with Workers(1) as workers:
    ...     batches = workers.load(abs)
    ...     print(next(batches), next(batches))
    0 1
    """

    def __init__(self, number: int, deadline_seconds: float | None = None) -> None:
        """Start the processes.

        Args:
            number: how many.
            deadline_seconds: the longest wait; `DEADLINE_SECONDS` if None.

        Raises:
            ValueError: no worker, or a deadline that is not above zero.
        """
        self.number = checks.whole("number", number)
        asked = DEADLINE_SECONDS if deadline_seconds is None else deadline_seconds
        self.deadline_seconds = float(checks.positive("deadline_seconds", asked))
        self.processes: list[BaseProcess] = []
        self.lines: list[Connection] = []
        self.under_way: deque[int] = deque()
        """Numbers of the workers that owe a batch, in the order of the batches."""
        try:
            for _ in range(self.number):
                self._start()
        except BaseException:  # a system that is out of processes, or Ctrl-C
            self.kill()
            raise

    def _start(self) -> None:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        # a daemon: it is ended with this process, should that end without leaving the `with`
        process = context.Process(target=loader_work.serve, args=(theirs,), daemon=True)
        process.start()
        theirs.close()  # else the line would never be seen cut when the worker dies
        self.processes.append(process)
        self.lines.append(ours)

    def load(self, work: Callable[[int], object]) -> Iterator[object]:
        """Batches without end, in order, `PREFETCH` under way for each worker.

        What an earlier call left under way is waited for first and thrown away.

        Raises:
            TimeoutError: no batch came within the deadline.
            RuntimeError: a worker has died.
            Exception: what the work itself raised.
        """
        self.drain()
        numbers = count()
        for _ in range(PREFETCH * self.number):
            self._ask(work, next(numbers))
        while True:
            batch = self._next()
            # before the batch is handed over: the worker goes on while the caller uses it
            self._ask(work, next(numbers))
            yield batch

    def drain(self) -> None:
        """Wait for every batch under way, all within one deadline, and throw it away."""
        ends = time.monotonic() + self.deadline_seconds
        while self.under_way:
            # what a thrown-away batch raised is thrown away with it; a deadline or a death is not
            self._receive(max(0.0, ends - time.monotonic()))

    def kill(self) -> None:
        """End every process at once."""
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.join(self.deadline_seconds)
        for line in self.lines:
            line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            # after an error nobody waits for the rest; the lines are private, so a kill is safe
            if kind is None:
                self._close()
        finally:
            self.kill()

    def _close(self) -> None:
        """Drain, tell every worker to end, and wait until it has; at most two deadlines."""
        self.drain()
        for line in self.lines:
            with suppress(OSError):  # it has ended already
                line.send(None)
        ends = time.monotonic() + self.deadline_seconds
        for process in self.processes:
            process.join(max(0.0, ends - time.monotonic()))
        late = sum(process.is_alive() for process in self.processes)
        if late:
            raise TimeoutError(
                f"{late} of {self.number} workers did not end within {self.deadline_seconds:g} s; "
                "they were killed"
            )

    def _ask(self, work: Callable[[int], object], number: int) -> None:
        worker = number % self.number
        try:
            self.lines[worker].send((work, number))
        except OSError as error:
            raise self._died(worker) from error
        self.under_way.append(worker)

    def _next(self) -> object:
        batch, error = self._receive(self.deadline_seconds)
        if error is not None:
            raise error
        return batch

    def _receive(self, seconds: float) -> tuple[object, Exception | None]:
        """The next answer, in order."""
        worker = self.under_way[0]
        try:
            if not self.lines[worker].poll(seconds):
                raise TimeoutError(
                    f"no batch came within {self.deadline_seconds:g} s from worker {worker + 1} of "
                    f"{self.number}"
                )
            answer = self.lines[worker].recv()
        except EOFError as error:
            raise self._died(worker) from error
        except ConnectionError as error:  # how Windows and a killed worker tell the same
            raise self._died(worker) from error
        self.under_way.popleft()
        return answer

    def _died(self, worker: int) -> RuntimeError:
        process = self.processes[worker]
        process.join(1.0)  # its exit code comes a moment after its line is cut
        return RuntimeError(
            f"worker {worker + 1} of {self.number} has died (exit code {process.exitcode})"
        )
