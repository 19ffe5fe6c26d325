"""Starts a set of real processes that talk over torch.distributed, gives them work, and never waits
for ever.

Design choices:
- A set of ranks is started once and given one function after another: starting is what costs time.
  The functions stand in modules, because a process cannot import what a notebook's cell defines.
- Every wait has a deadline, on both sides. A rank that overruns writes down where it stands and
  ends itself, even if the notebook is gone meanwhile; the launcher waits a little longer and then
  kills.
- One rank that fails ends the set: the others would wait for it in a collective operation. The
  error names the rank that failed first, says what it said, and comes after every process of the
  set has ended.
- Where there is a fork server (Linux, macOS), torch is loaded once and every further rank starts in
  a fraction of a second. Elsewhere (Windows) each rank starts empty and loads torch itself: there,
  a script needs the usual `if __name__ == "__main__":`.
- The fork server stays when a set ends, so that the next one starts at once. It ends with Python.
- Ranks meet through a file in a temporary folder, so there is no port to fight for.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import pickle
import signal
import tempfile
import time
import weakref
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from course_lib import checks
from course_lib.demos.parallelism import worker
from course_lib.demos.parallelism.worker import BACKENDS

START_SECONDS = 120.0
"""Time to start in: on a slow machine without a fork server each rank loads torch by itself."""
WORK_SECONDS = 60.0
"""Deadline of a piece of work, unless told otherwise."""
MARGIN_SECONDS = 2.0
"""What the launcher waits beyond a deadline, so that a rank can say where it stands."""
GRACE_SECONDS = 0.5
"""What it waits after the first failure, so that it sees which rank was the cause and which the
victims."""
PRELOADED = (
    "course_lib.demos.parallelism.standins",
    "course_lib.demos.parallelism.pipeline",
    "torch.distributed.fsdp",
    "torch.distributed.optim",
    "torch.distributed.tensor.parallel",
)
"""What the fork server loads once, so that no rank has to."""


class RankFailure(RuntimeError):
    """A rank died, raised an error or gave no answer. Every process of its set has ended."""


class Ranks:
    """A set of processes, ranks 0 to count - 1, ready for work. Use it in a `with`, or close it.

    Args:
        count: how many processes.
        backend: one of `BACKENDS`; None takes nccl where each rank can have a GPU of its own, else
            gloo.
        start_seconds: deadline of the start.

    Raises:
        RankFailure: a rank did not start.

    >>> from course_lib.demos.parallelism import case
    >>> with Ranks(2) as ranks:
    ...     ranks.run(case.greet)
    ['rank 0 of 2', 'rank 1 of 2']
    """

    def __init__(
        self, count: int, backend: str | None = None, start_seconds: float = START_SECONDS
    ) -> None:
        self.count = checks.whole("count", count)
        if backend is not None:
            checks.one_of("backend", backend, BACKENDS)
        start_seconds = checks.positive("start_seconds", start_seconds)
        # Windows cannot delete a log that a killed process still holds open for a moment
        self._folder = tempfile.TemporaryDirectory(prefix="ranks-", ignore_cleanup_errors=True)
        self._pipes: list[Connection] = []
        self.processes: list[Any] = []
        # also run when the set is forgotten, or when Python ends; it gets the lists and not `self`,
        # for a reference to `self` would keep the set alive
        self._end = weakref.finalize(self, _end, self.processes, self._pipes, self._folder)
        try:
            for rank in range(self.count):
                self._start(rank, (rank, self.count, self._folder.name, backend, start_seconds))
            self._answers("starting", start_seconds)
        except BaseException:
            self._kill()
            self.close()
            raise

    def run(
        self, work: Callable[..., Any], *arguments: Any, deadline_seconds: float = WORK_SECONDS
    ) -> list[Any]:
        """Let every rank do `work(*arguments)`. Returns what each one returned, by rank.

        Raises:
            ValueError: `work` is no function of a module, or the set has ended.
            RankFailure: a rank failed or was late; the set has ended.
        """
        deadline_seconds = checks.positive("deadline_seconds", deadline_seconds)
        # once for all, and before anything is sent: what cannot be pickled leaves the set whole
        order = pickle.dumps((_importable(work), arguments, deadline_seconds))
        if not self._end.alive:
            raise ValueError("these ranks have ended: start a new set")
        try:
            for pipe in self._pipes:
                _send(pipe, order)
            return self._answers(work.__name__, deadline_seconds)
        except BaseException:  # Ctrl-C too: a set in the middle of something is of no use
            self._kill()
            self.close()
            raise

    def close(self) -> None:
        """End every process of the set, by force where needed. May be called again."""
        self._end()

    def __enter__(self) -> Ranks:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _start(self, rank: int, arguments: tuple[Any, ...]) -> None:
        context = _context()
        ours, theirs = context.Pipe()
        self._pipes.append(ours)
        process = context.Process(target=worker.main, args=(theirs, *arguments), daemon=True)
        process.start()
        self.processes.append(process)
        theirs.close()  # so that a rank's end is seen as the end of its pipe

    def _answers(self, doing: str, seconds: float) -> list[Any]:
        """Wait for the answer of every rank."""
        end = time.monotonic() + seconds + MARGIN_SECONDS
        answers: dict[int, Any] = {}
        failed: dict[int, str] = {}
        while len(answers) + len(failed) < self.count and time.monotonic() < end:
            for rank in self._ready(
                [each for each in range(self.count) if each not in answers | failed], end
            ):
                said, value = self._receive(rank)
                (answers if said == "done" else failed)[rank] = value
            if failed:  # the minimum: further failures do not put the end off
                end = min(end, time.monotonic() + GRACE_SECONDS)
        if len(answers) == self.count:
            return [answers[rank] for rank in range(self.count)]
        silent = [rank for rank in range(self.count) if rank not in answers | failed]
        self._kill()
        raise RankFailure(self._report(doing, seconds, failed, silent))

    def _ready(self, ranks: list[int], end: float) -> list[int]:
        """The ranks of `ranks` that have answered or ended."""
        heard = wait(
            [self._pipes[rank] for rank in ranks], timeout=max(0.0, end - time.monotonic())
        )
        return [rank for rank in ranks if self._pipes[rank] in heard]

    def _receive(self, rank: int) -> tuple[str, Any]:
        try:
            return pickle.loads(self._pipes[rank].recv_bytes())
        except (EOFError, OSError):  # the pipe ends with its process
            self.processes[rank].join(MARGIN_SECONDS)  # only then is the exit code known
            return "ended", _ending(self.processes[rank].exitcode)

    def _kill(self) -> None:
        for process in self.processes:  # all before the first wait: they end side by side
            process.kill()
        for process in self.processes:
            process.join()

    def _report(self, doing: str, seconds: float, failed: dict[int, str], silent: list[int]) -> str:
        """What happened, the cause first."""
        last_words = {
            rank: worker.last_words(Path(self._folder.name), rank) for rank in range(self.count)
        }
        # beside a failure a silent rank is a victim: it waits for the one that failed
        late = [
            rank
            for rank in range(self.count)
            if last_words[rank].late or (rank in silent and not failed)
        ]
        lines = []
        for words in sorted(set(failed.values()), key=_blame):
            ranks = [rank for rank in failed if failed[rank] == words and rank not in late]
            if ranks:  # the words of an error say what was wrong; those of a signal do not
                quoted = "" if words.startswith("raised") else last_words[ranks[0]].quoted()
                lines.append(f"{_named(ranks, self.count)} {words} in {doing!r}.{quoted}")
        for rank in late:
            answer = f"gave no answer to {doing!r} within {seconds:g} s.{last_words[rank].quoted()}"
            lines.append(f"{_named([rank], self.count)} {answer}")
        return "\n".join([*lines, "Every process of the set has been ended."])


def run(
    work: Callable[..., Any], count: int, *arguments: Any, deadline_seconds: float = WORK_SECONDS
) -> list[Any]:
    """Let `count` new processes do `work(*arguments)`, end them, and return what each returned.

    >>> from course_lib.demos.parallelism import case
    >>> run(case.greet, 1)
    ['rank 0 of 1']
    """
    with Ranks(count) as ranks:
        return ranks.run(work, *arguments, deadline_seconds=deadline_seconds)


def _context() -> Any:
    """How processes are started here."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    # without effect on a server that runs already: the first set of a Python decides
    context.set_forkserver_preload(list(PRELOADED))
    return context


def _importable(work: Callable[..., Any]) -> Callable[..., Any]:
    name = getattr(work, "__qualname__", repr(work))  # "<lambda>" or "outer.<locals>.inner"
    if getattr(work, "__module__", "__main__") == "__main__" or "<" in name:
        raise ValueError(
            f"work must be a function of a module, which another process can import, got {name}"
        )
    return work


def _send(pipe: Connection, order: bytes) -> None:
    # the rank may have ended: its silence is reported with the answers
    with contextlib.suppress(OSError):
        pipe.send_bytes(order)


def _named(ranks: list[int], count: int) -> str:
    numbers = ", ".join(map(str, sorted(ranks)))
    return f"rank{'s' * (len(ranks) > 1)} {numbers} of {count}"


def _ending(code: int | None) -> str:
    if code is not None and code < 0:  # minus the number of the signal that ended it
        try:
            return f"was killed by {signal.Signals(-code).name}"
        except ValueError:  # a signal without a name
            return f"was killed by signal {-code}"
    return f"ended with exit code {code}"


def _blame(words: str) -> int:
    """Causes before victims: a rank that ended, one that raised, one that lost its connection to
    another."""
    if not words.startswith("raised"):
        return 0
    # how gloo and NCCL word it when the other end of a connection is gone
    return 2 if "gloo" in words or "DistBackendError" in words or "Connection" in words else 1


def _end(
    processes: list[Any], pipes: list[Connection], folder: tempfile.TemporaryDirectory[str]
) -> None:
    """Ask every process to end, kill those that do not, and take the folder away."""
    for pipe in pipes:
        _send(pipe, worker.STOP)
    end = time.monotonic() + MARGIN_SECONDS  # one deadline for all, not one for each
    for process in processes:
        process.join(max(0.0, end - time.monotonic()))
    for process in processes:
        process.kill()
        process.join()
        process.close()
    for pipe in pipes:
        pipe.close()
    folder.cleanup()
