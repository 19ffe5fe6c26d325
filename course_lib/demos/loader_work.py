"""What a loader's worker does for one batch: wait for a disk, or compute.

These functions stand in a module of their own that imports nothing heavy. A worker process on
Windows and macOS starts empty and imports the module of its task: with torch in it, each worker
would take seconds to start.
"""

from __future__ import annotations

import time
import zlib
from functools import cache

WAIT_SECONDS = 0.02
BATCH_BYTES = 1_000_000
TIMES = 4


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
