"""What `course build` does, apart from reading its options."""

import sys
from collections.abc import Sequence
from pathlib import Path

from course_lib.authoring.build import Built, build, check, jobs, orphans
from course_lib.authoring.masters import write_masters
from course_lib.authoring.places import find_root
from course_lib.authoring.predictions import listing
from course_lib.classroom.guide import pages as guide

NOTEBOOK_SECONDS = 30
CELL_SECONDS = 10
"""What the lesson contract allows an unattended notebook, and one cell, in seconds."""


def run_build(
    asked: Sequence[str],
    everything: bool,
    only_check: bool,
    masters: Path | None,
    only_predictions: bool = False,
) -> int:
    """Do one of: report drift, list predictions, write masters, build. Returns the exit code."""
    root = find_root()
    if only_predictions:
        wanted = {job.source.stem for job in jobs(root, asked)}
        for text in listing(root / "lessons", wanted):
            print(text)
        return 0
    if only_check:
        return _report_drift(root)
    if masters is not None:
        for path in write_masters(root, masters, asked):
            print(path)
        return 0
    count = 0
    try:
        for done in build(root, asked, everything=everything):
            count += 1
            print(_line(done))
    except KeyboardInterrupt:
        print(f"stopped after {count} notebooks; every notebook on disk is whole", file=sys.stderr)
        return 130  # what a shell reports after Ctrl-C: 128 and the signal's number, 2
    print(f"{count} built" if count else "nothing to build: every notebook agrees with its source")
    if guide.covers(root):
        for path in guide.write(root):
            print(path.as_posix())
    for message in orphans(root):
        print(f"warning: {message}", file=sys.stderr)
    return 0


def _report_drift(root: Path) -> int:
    """Print what differs; 1 if anything does."""
    messages = check(root)
    if not messages and guide.covers(root):  # pages are made from notebooks: those come first
        messages = guide.drift(root)
    for message in messages:
        print(message, file=sys.stderr)
    if messages:
        print(
            f"{len(messages)} drifted: run `course build` and commit what it writes",
            file=sys.stderr,
        )
        return 1
    print("every notebook agrees with its source, and the guide with both")
    return 0


def _line(done: Built) -> str:
    """One built notebook, its time, and whether the contract allows that."""
    if done.timing is None:
        return done.label
    timing = done.timing
    line = (
        f"{done.label}  {timing.seconds:.1f} s, "
        f"slowest cell {timing.slowest} {timing.slowest_seconds:.1f} s"
    )
    over = timing.seconds > NOTEBOOK_SECONDS or timing.slowest_seconds > CELL_SECONDS
    return (
        f"{line} (over the contract's {NOTEBOOK_SECONDS} s, or {CELL_SECONDS} s a cell)"
        if over
        else line
    )
