"""Many submissions at once: the grader over any executor of `concurrent.futures`.

Design choices:
- A few more submissions are on their way than there are workers, so that a thousand need no more
  memory than ten.
- A worker that dies takes its submissions with it. They are tried once more, one at a time; whoever
  ends a worker twice gets rows that say so, and nobody else loses anything.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context

from course_lib.classroom.grading.grade import graded, unread
from course_lib.classroom.grading.rows import Row
from course_lib.classroom.grading.session import Stopped
from course_lib.classroom.grading.trusted import Trusted
from course_lib.classroom.sandbox.limits import LIMITS, Limits
from course_lib.classroom.submissions.assignment import Assignment
from course_lib.classroom.submissions.work import Work
from course_lib.errors import CallError

AHEAD = 2
"""Submissions on their way for each worker."""
LONGEST_ERROR = 200
FAILED = "The grader itself failed on this work ({error}): a person should look."
ENDED = "The grader's own process ended twice while it graded this work: a person should look."

__all__ = ["Crowd", "Settings", "local"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What each submission is graded with."""

    assignment: Assignment
    """The exercise."""
    seeds: tuple[int, ...]
    """What hidden checks draw their numbers from."""
    limits: Limits = LIMITS
    """What a student's process may use."""
    walled: bool = True
    """False runs students' code without walls."""


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """Workers, however they are reached."""

    make: Callable[[], Executor]
    """Gives an executor; called again where the last one broke."""
    workers: int
    """How many submissions are graded at once."""
    broken: tuple[type[BaseException], ...] = (BrokenProcessPool,)
    """What a future raises whose worker died."""
    leave: Callable[[], object] = lambda: None
    """Lets go of the workers."""

    def close(self) -> None:
        """Let go of the workers; none of them is asked again."""
        self.leave()

    def grade(self, works: Iterable[Work], settings: Settings) -> Iterator[tuple[Work, list[Row]]]:
        """Each work with its rows, in the order in which they are done.

        Raises:
            CallError: a worker has no walls for students' code.
        """
        again: list[Work] = []
        for work, rows in self._pass(iter(works), settings, self.workers * AHEAD):
            if rows is None:
                again.append(work)
            else:
                yield work, rows
        # alone, so that only the one that ends its worker is charged with it
        for work in again:
            for one, rows in self._pass(iter([work]), settings, 1):
                yield one, _given_up(one, settings) if rows is None else rows

    def _pass(
        self, works: Iterator[Work], settings: Settings, most: int
    ) -> Iterator[tuple[Work, list[Row] | None]]:
        """Each work with its rows, or with None where its worker died."""
        executor = self.make()
        pending: dict[Future[list[Row]], Work] = {}
        try:
            while True:
                while len(pending) < most and (work := next(works, None)) is not None:
                    try:
                        pending[executor.submit(_one, work, settings)] = work
                    except self.broken:
                        executor = self.make()
                        pending[executor.submit(_one, work, settings)] = work
                if not pending:
                    return
                done, _ = wait(pending, return_when=FIRST_COMPLETED)
                for future in done:
                    yield pending.pop(future), self._result(future)
        finally:
            # not by `shutdown`: Dask's executor knows no `cancel_futures`
            for future in pending:
                future.cancel()
            executor.shutdown(wait=False)

    def _result(self, future: Future[list[Row]]) -> list[Row] | None:
        try:
            return future.result()
        except self.broken:
            return None


def _one(work: Work, settings: Settings) -> list[Row]:
    """What a worker does; a fault of the grader's own costs nobody else anything."""
    try:
        return graded(
            work,
            settings.assignment,
            settings.seeds,
            limits=settings.limits,
            walled=settings.walled,
        )
    except CallError:
        raise
    except (Exception, Stopped) as error:
        message = FAILED.format(error=repr(error)[:LONGEST_ERROR])
        return unread(work, settings.assignment, "needs-review", message)


def _given_up(work: Work, settings: Settings) -> list[Row]:
    return unread(work, settings.assignment, "crash", ENDED)


def local(workers: int, assignment: Assignment) -> Crowd:
    """Workers on this machine, each a process that is set up once."""
    return Crowd(
        make=lambda: ProcessPoolExecutor(
            workers,
            # not forked: torch's threads do not survive that
            mp_context=get_context("spawn"),
            initializer=_set_up,
            initargs=(assignment,),
        ),
        workers=workers,
    )


def _set_up(assignment: Assignment) -> None:
    """Prepare a worker; Ctrl-C is for the one who started it to take."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Trusted.of(assignment)
