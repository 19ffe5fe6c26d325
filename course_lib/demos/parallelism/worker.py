"""What one process of a set of ranks does: join the group, take orders, answer, end in time.

Design choices:
- The rank has a watch of its own (`faulthandler`): past the deadline it writes down the line it
  stands at and ends the process, whether or not anybody still waits for it, and even inside a
  collective operation.
- What a rank prints goes to its own file: eight ranks in one notebook cell would be unreadable.
- On one machine all talk over the loopback interface: a laptop's VPN or a missing host name cannot
  get in the way.
"""

from __future__ import annotations

import faulthandler
import linecache
import os
import pickle
import re
import signal
import socket
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

BACKENDS = ("gloo", "nccl")
STOP = b"stop"
# a line of a stack as `faulthandler` writes it: file, number, function
FRAME = re.compile(r'File "(.+)", line (\d+) in (\w+)')
HERE = Path(__file__).name


@dataclass(frozen=True, kw_only=True)
class LastWords:
    """What the file of a rank that failed says."""

    late: bool
    """Whether it ended itself at its deadline."""
    text: str
    """The line it stood at, or the last line it printed; may be empty."""

    def quoted(self) -> str:
        """The text as the end of a message."""
        word = "It stood at" if self.late else "Its last words:"
        return f" {word} {self.text}" if self.text else ""


def main(
    pipe: Connection, rank: int, count: int, folder: str, backend: str | None, start_seconds: float
) -> None:
    """Be rank `rank`: work off orders from the pipe until it says stop or ends."""
    # Ctrl-C goes to all processes of a terminal; the launcher ends its ranks itself
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with _log_path(Path(folder), rank).open("w", encoding="utf-8", buffering=1) as log:
        for stream in (1, 2):  # below `sys.stdout`: what gloo or NCCL write in C++ lands here too
            os.dup2(log.fileno(), stream)
        with watch(start_seconds):
            _answer(pipe, lambda: join(Path(folder), rank, count, backend))
        while (order := _receive(pipe)) != STOP:
            work, arguments, seconds = pickle.loads(order)
            with watch(seconds):
                _answer(pipe, lambda: work(*arguments))  # noqa: B023  (called at once)
        with watch(start_seconds):
            leave()
        sys.stdout.flush()
        # nothing is left to tidy up, and the threads of a backend can hold up an ordinary end
        os._exit(0)


def join(folder: Path, rank: int, count: int, backend: str | None = None) -> None:
    """Make the default group of torch.distributed, among processes of this machine."""
    # imported here: so the watch over the start covers the slow loading of torch as well
    import torch
    import torch.distributed as dist

    torch.set_num_threads(1)  # several ranks share the cores
    _use_loopback()
    on_gpu = (
        torch.cuda.is_available()
        and dist.is_nccl_available()
        and torch.cuda.device_count() >= count
    )
    backend = backend or ("nccl" if on_gpu else "gloo")
    if backend == "nccl":
        torch.cuda.set_device(rank)
    store = dist.FileStore(str(folder / "store"), count)
    dist.init_process_group(backend, store=store, rank=rank, world_size=count)


def leave() -> None:
    """Leave the group, if there is one."""
    import torch.distributed as dist

    if dist.is_initialized():
        dist.destroy_process_group()


@contextmanager
def watch(seconds: float) -> Iterator[None]:
    """End this process if the block takes over `seconds`, after writing to stderr where it is."""
    # a thread in C, so it fires even where Python is stuck in a library's call
    faulthandler.dump_traceback_later(seconds, exit=True, file=2)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def last_words(folder: Path, rank: int) -> LastWords:
    """Read a rank's file: where it stood when its time ran out, else the last line it printed."""
    file = _log_path(folder, rank)
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    printed, late, trace = text.partition("Timeout (")  # how `faulthandler` begins
    if late:
        return LastWords(late=True, text=_standing(trace))
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    return LastWords(late=False, text=lines[-1][:200] if lines else "")


def _standing(trace: str) -> str:
    """The innermost line of the course or of the caller in a trace; those of libraries say less."""
    frames = [match.groups() for match in FRAME.finditer(trace)]  # `faulthandler`: innermost first
    own = [
        frame
        for frame in frames
        if "site-packages" not in frame[0] and "multiprocessing" not in frame[0]
    ]
    own = [
        frame
        for frame in own
        if Path(frame[0]).name != HERE and Path(sys.prefix) not in Path(frame[0]).parents
    ]
    for file, line, name in own or frames[:1]:  # at most once: returns at the first
        code = linecache.getline(file, int(line)).strip()  # empty where there is no source
        return f"{Path(file).name}, line {line}, in {name}: {code}".removesuffix(": ")
    return ""


def _answer(pipe: Connection, work: Any) -> None:
    """Do it, and send back the result or what went wrong."""
    try:
        answer = pickle.dumps(("done", work()))  # a result that cannot be pickled is a failure too
    except Exception as problem:
        traceback.print_exc()
        place = traceback.extract_tb(problem.__traceback__)[-1]
        first = str(problem).strip().partition("\n")[0]
        where = f"{Path(place.filename).name}, line {place.lineno}"
        sentence = f"raised {type(problem).__name__}: {first} ({where})"
        answer = pickle.dumps(("raised", sentence))
    try:
        pipe.send_bytes(answer)
    except OSError:  # nobody waits any more
        os._exit(1)


def _receive(pipe: Connection) -> bytes:
    try:
        return pipe.recv_bytes()
    except (EOFError, OSError):  # the launcher is gone
        return STOP


def _log_path(folder: Path, rank: int) -> Path:
    return folder / f"rank-{rank}.log"


def _use_loopback() -> None:
    """Let gloo use the loopback interface, unless the user has chosen one."""
    if not hasattr(socket, "if_nameindex"):  # not on every system
        return
    names = [name for _, name in socket.if_nameindex() if name in ("lo", "lo0")]
    if names:
        os.environ.setdefault("GLOO_SOCKET_IFNAME", names[0])
