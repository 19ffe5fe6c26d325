"""The workers of a Dask cluster, on as many machines as it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course_lib.classroom.grading.crowd import Crowd
from course_lib.errors import CallError

if TYPE_CHECKING:
    from concurrent.futures import Executor

SECONDS = 30
"""Until a scheduler must have answered."""

__all__ = ["cluster"]


def cluster(address: str) -> Crowd:
    """The workers of the cluster whose scheduler has this address (`tcp://...`).

    Raises:
        CallError: Dask is not installed, nobody answers, or the cluster has no workers.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError as error:
        raise CallError(
            '--scheduler needs Dask: `pip install -e ".[classroom]"` here and on all its machines'
        ) from error
    try:
        client = Client(address, timeout=SECONDS)
    except (OSError, ValueError) as error:
        raise CallError(f"--scheduler {address}: no scheduler answers ({error})") from error
    workers = len(client.scheduler_info(n_workers=-1)["workers"])
    if not workers:
        raise CallError(f"--scheduler {address}: the cluster has no workers yet")

    def make() -> Executor:
        # pure=False: the same work is a new task each time
        executor: Executor = client.get_executor(pure=False)
        return executor

    return Crowd(make=make, workers=workers, broken=(KilledWorker,), leave=client.close)
