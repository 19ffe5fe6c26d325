"""What a loader's worker does for one batch: wait for a disk, or compute; and how it takes orders.

These functions stand in a module of their own that imports nothing heavy. A worker process on
Windows and macOS starts empty and imports the module of its task: with torch in it, each worker
would take seconds to start.
"""

from __future__ import annotations

import pickle
import signal
import time
import zlib
from functools import cache
from multiprocessing.connection import Connection

WAIT_SECONDS = 0.02
BATCH_BYTES = 1_000_000
TIMES = 4


def serve(orders: Connection) -> None:
    """What a worker process does: answer each order in turn, until None comes or the line is cut.

    An order is a function and the number of a batch; an answer is what it returned, or the error
    that it raised.
    """
    # Ctrl-C reaches every process of a terminal: the reader of the batches is the one to react
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        while (order := orders.recv()) is not None:
            orders.send(_answer(*order))
    except (EOFError, OSError):  # the reader is gone, and nobody waits for an answer
        return


def _answer(work: object, number: int) -> tuple[object, Exception | None]:
    try:
        batch = work(number)  # type: ignore[operator]
        pickle.dumps(batch)  # what cannot be sent must be told as an error, not end the worker
        return batch, None
    except Exception as error:
        return None, _sendable(error)


def _sendable(error: Exception) -> Exception:
    """The error, or its words where it cannot travel to another process."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def wait(number: int) -> int:
    """A batch that has to be fetched: a sleep stands for a disk or a network."""
    time.sleep(WAIT_SECONDS)
    return number


def compute(number: int) -> int:
    """A batch that has to be worked on: unpack a megabyte a few times, as picture decoders do."""
    for _ in range(TIMES):
        zlib.decompress(packed())
    return number


@cache
def packed(size: int = BATCH_BYTES) -> bytes:
    """`size` bytes in compressed form, the same in every process; packed once a process.

    >>> len(zlib.decompress(packed(1000)))
    1000
    """
    return zlib.compress(
        b"".join(b"%d %d\n" % (n, n * n % 99_991) for n in range(size // 4))[:size]
    )


WORK = {"waiting": wait, "computing": compute}
