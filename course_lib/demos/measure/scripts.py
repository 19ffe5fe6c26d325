"""The frame of a program that makes a dated record of longer runs: what a record says of the
machine, and the command line."""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Callable
from pathlib import Path

import torch

__all__ = ["made_here", "run_script"]


def made_here(machine: str) -> dict[str, str]:
    """Date, machine and versions, as a record names them.

    Args:
        machine: the machine in words.

    >>> list(made_here("a laptop"))
    ['date', 'machine', 'versions']
    """
    return {
        "date": time.strftime("%Y-%m-%d"),
        "machine": f"{machine}, {torch.get_num_threads()} thread",
        "versions": f"Python {platform.python_version()}, PyTorch {torch.__version__}",
    }


def run_script(
    words: str | None, output: Path, make: Callable[[Path, str], None], *, resumes: bool = True
) -> None:
    """Read `--output` and `--machine`, and make the record on one thread.

    Args:
        words: what the program says of itself.
        output: the record's file, if no other is named.
        make: makes the record, from a file and the machine in words.
        resumes: whether a program that was stopped goes on where it was; then Ctrl-C ends it
            with a word.
    """
    parser = argparse.ArgumentParser(description=words)
    parser.add_argument("--output", type=Path, default=output)
    parser.add_argument("--machine", default=platform.processor() or platform.machine())
    given = parser.parse_args()
    torch.set_num_threads(1)  # the same sums on every machine, however many cores it has
    try:
        make(given.output, given.machine)
    except KeyboardInterrupt:
        if not resumes:
            raise
        print("stopped; started again, it goes on from here")
