"""What `course pack` does: makes a course on a stick, and says how large it is and what laptops
need."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from course_lib.authoring.places import find_root
from course_lib.classroom.pack import pack, platforms
from course_lib.display.fmt import fmt
from course_lib.errors import CallError

__all__ = ["run_pack"]


def run_pack(
    folder: Path, platform_names: Sequence[str], pythons: Sequence[str], torch_index: str
) -> int:
    """Make the stick and print what it holds; 0.

    Raises:
        CallError: an unknown platform or Python, or a folder that holds something else.
        CourseError: a package cannot be had.
    """
    chosen, versions = platforms.chosen(platform_names), platforms.versions(pythons)
    if folder.exists() and any(folder.iterdir()) and not (folder / "wheels").is_dir():
        raise CallError(f"{folder}: holds something else; name a new or empty folder")
    made = pack.make(find_root(), folder, chosen, versions, torch_index, _told)
    print(
        f"{made.folder}: {made.wheels} wheels of {fmt(made.wheel_bytes, 'B')}, the course itself "
        f"{fmt(made.course_bytes, 'B')}."
    )
    for platform in chosen:
        needs = platform.needs.format(python=" or ".join(versions))
        print(f"{platform.name}: {platform.script} starts it. There must be: {needs}.")
    return 0


def _told(words: str) -> None:
    """A step, on one line of the terminal."""
    if sys.stderr.isatty():
        print(f"\r{words:<70.70}", end="", file=sys.stderr, flush=True)
