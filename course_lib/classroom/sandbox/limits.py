"""What a student's process may use: memory, processes, file sizes, processor time.

Design choices: limits that the process sets on itself hold for all it starts, and cannot be raised
again. The number of processes is another matter: for root the kernel does not count them, so there
`cgroup` does. On a system without such limits (Windows) nothing is bound, and only `--unsafe` gets
here.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

try:
    import resource
except ImportError:  # Windows has none
    resource = None  # type: ignore[assignment]

__all__ = ["LIMITS", "Limits", "bind"]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one student's process and all it starts may use."""

    memory_bytes: int = 2 << 30
    """Memory of its own, in each process; with a cgroup, in all of them."""
    processes: int = 64
    """Processes and threads."""
    file_bytes: int = 64 << 20
    """One file; the temporary folder as a whole holds as much."""
    cpu_seconds: int = 120
    """Processor time of one process."""
    reply_bytes: int = 32 << 20
    """One reply."""
    start_seconds: float = 60
    """Until Python has started, on a busy machine."""
    run_seconds: float = 20
    """One answer cell, or all calls of one task."""

    def numbers(self) -> dict[str, int]:
        """What the process binds itself by."""
        names = ("memory_bytes", "processes", "file_bytes", "cpu_seconds")
        return {name: asdict(self)[name] for name in names}


LIMITS = Limits()
"""The limits unless the marker sets others."""


def bind(memory_bytes: int, processes: int, file_bytes: int, cpu_seconds: int) -> None:
    """Bind this process and all it starts."""
    if resource is None:
        return
    # DATA counts what is written to; AS also counts what is only mapped, which torch does a lot
    _lower(resource.RLIMIT_DATA, memory_bytes)
    _lower(resource.RLIMIT_AS, 4 * memory_bytes)
    _lower(resource.RLIMIT_FSIZE, file_bytes)
    _lower(resource.RLIMIT_CPU, cpu_seconds)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NPROC, processes)


def _lower(which: int, value: int) -> None:
    """Set a limit, unless a lower one stands already."""
    _, hard = resource.getrlimit(which)
    bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (bound, bound))
