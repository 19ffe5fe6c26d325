"""Makes the stick: wheels, the course for learners, the teacher's folder, scripts, and how large it
is.

Design choices:
- Learners get no solutions and no `source/`, which holds hidden checks; the teacher's folder, which
  stays at home, holds the solutions and the guide.
- The course is installed into a folder on the laptop, never run from the stick: sticks are slow,
  and their file systems know no links.
- `pack.json` names every wheel with its size and SHA-256, so that a copied stick can be checked.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from course_lib.authoring.places import write_whole
from course_lib.classroom.learner_copy import copy_for_learner
from course_lib.classroom.pack import wheels
from course_lib.classroom.pack.platforms import Platform

SCRIPTS = Path(__file__).parent / "scripts"
FOR_TEACHERS = {"solutions": "solutions", "docs/rubrics": "rubrics", "docs/teaching": "guide"}

__all__ = ["Pack", "make"]


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A finished stick."""

    folder: Path
    """Where it lies."""
    wheel_bytes: int
    """Size of all wheels, in bytes."""
    course_bytes: int
    """Size of what learners get beside them, in bytes."""
    wheels: int
    """How many wheels there are."""


def make(
    root: Path,
    folder: Path,
    platforms: Sequence[Platform],
    pythons: Sequence[str],
    torch_index: str = wheels.TORCH_INDEX,
    on_step: Callable[[str], None] = lambda words: None,
) -> Pack:
    """Make a stick in `folder`, or bring the one that is there up to date.

    Args:
        root: the course's folder.
        folder: the stick.
        platforms: the systems that it is for.
        pythons: the versions of Python that it is for.
        torch_index: see `wheels.download`.
        on_step: told each step before it is done.

    Raises:
        CourseError: a package cannot be had.
    """
    store = folder / "wheels"
    wanted: dict[str, None] = {}
    for platform in platforms:
        for python in pythons:
            on_step(f"resolving for {platform.name}, Python {python}")
            pins = wheels.resolved(root, platform, python)
            wanted |= dict.fromkeys(pins)
            wheels.download(pins, platform, python, store, torch_index, on_step)
    on_step("the course itself")
    for old in store.glob("where_the_compute_goes-*.whl"):
        old.unlink()
    wheels.build_own(root, store)
    _renew(folder / "course")
    copy_for_learner(root, folder / "course")
    _copy_for_teacher(root, folder / "teacher")
    for platform in platforms:
        _write_script(folder, platform, pythons)
    write_whole(folder / "README.txt", _readme(platforms, pythons))
    found = sorted(store.glob("*.whl"))
    write_whole(folder / "pack.json", json.dumps(_manifest(found, platforms, pythons), indent=1))
    return Pack(
        folder=folder,
        wheel_bytes=sum(path.stat().st_size for path in found),
        course_bytes=_size(folder / "course"),
        wheels=len(found),
    )


def _copy_for_teacher(root: Path, folder: Path) -> None:
    """What stays with the teacher: solutions, rubrics, the guide."""
    _renew(folder)
    for name, called in FOR_TEACHERS.items():
        if (root / name).is_dir():
            shutil.copytree(root / name, folder / called)


def _renew(folder: Path) -> None:
    """Take away what an earlier pack left, so that no old lesson stays."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _write_script(folder: Path, platform: Platform, pythons: Sequence[str]) -> None:
    """The script of one platform, with the versions of Python it may use, the newest first."""
    path = folder / platform.script
    text = (SCRIPTS / platform.script).read_text(encoding="utf-8")
    if path.suffix == ".bat":
        text = text.replace("\n", "\r\n")  # cmd loses its place at `goto` without
    newest_first = sorted(pythons, key=_as_numbers, reverse=True)
    write_whole(path, text.replace("@PYTHONS@", " ".join(newest_first)).encode("utf-8"))
    path.chmod(0o755)


def _as_numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def _readme(platforms: Sequence[Platform], pythons: Sequence[str]) -> str:
    """What somebody reads who opens the stick."""
    python = " or ".join(sorted(pythons, key=_as_numbers))
    return "\n".join(_lines(platforms, python)) + "\n"


def _lines(platforms: Sequence[Platform], python: str) -> Iterator[str]:
    yield "Where the Compute Goes: the course on a stick. No network is needed."
    yield ""
    for platform in platforms:
        yield f"{platform.name}: start {platform.script}"
        yield f"    There must be: {platform.needs.format(python=python)}."
    yield ""
    yield "A laptop without that Python? Put its installer on this stick beforehand, from"
    yield "https://www.python.org/downloads/, and run it first."
    yield ""
    yield "The script copies the course into a folder of your own and installs it there (about 2 GB"
    yield "of disk, a few minutes). Start it again later to go on with your work."
    yield "teacher/ holds solutions, rubrics and the guide: leave it out of what you hand round."


def _manifest(
    found: Sequence[Path], platforms: Sequence[Platform], pythons: Sequence[str]
) -> dict[str, object]:
    """What `pack.json` says."""
    return {
        "platforms": [platform.name for platform in platforms],
        "pythons": list(pythons),
        "wheels": [
            {"file": path.name, "bytes": path.stat().st_size, "sha256": _digest(path)}
            for path in found
        ],
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
