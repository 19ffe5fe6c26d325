"""What `course check` says: the facts of this machine, and whether the lessons run on it.

Design choices: every result is one line that starts with ok, slow or FAIL, and each FAIL says what
to do. Limits set on a container count as the machine's own, because a lesson that is killed for
memory gives no message.
"""

from __future__ import annotations

import importlib
import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from course_lib.units import GIB

if TYPE_CHECKING:  # torch stands behind these, and may be what is missing here
    from course_lib.demos.measure import Quiet, Threads

PYTHON = (3, 11)
TORCH = ((2, 6), (2, 14))
"""Versions of torch the course is tested with: from the first, below the second. As in
pyproject.toml."""
SLOW_CORES = 2
SLOW_MEMORY_BYTES = 4 * GIB
LEAST_MEMORY_BYTES = 2 * GIB
LEAST_DISK_BYTES = GIB // 4
NEEDED = ("numpy", "matplotlib", "ipywidgets", "jupyterlab", "psutil")


@dataclass(frozen=True)
class Line:
    """One line of the report."""

    level: Literal["ok", "slow", "FAIL"]
    """ok; slow: lessons run, but take longer; FAIL: a lesson cannot run."""
    text: str
    """What was found and, for FAIL, what to do."""


def run_check() -> int:
    """Print what this machine has; 1 where a lesson cannot run, else 0."""
    lines = list(report())
    for line in lines:
        print(f"{line.level:<5}{line.text}")
    failed = sum(line.level == "FAIL" for line in lines)
    print(
        f"{failed} to mend before every lesson runs"
        if failed
        else "every lesson runs here: `course lab` opens the course"
    )
    return 1 if failed else 0


def report() -> Iterator[Line]:
    """Every line, in the order a reader would look."""
    yield python_line(sys.version_info[:2])
    yield torch_line(_version("torch"))
    for package in NEEDED:
        yield package_line(package, _version(package))
    lessons = _lessons()
    measuring = [
        path.stem for path in lessons if "course_lib.demos" in path.read_text(encoding="utf-8")
    ]
    yield cores_line(cores(), measuring)
    if _version("psutil"):
        yield memory_line(memory_bytes(), measuring)
    yield disk_line(shutil.disk_usage(Path.cwd()).free)
    yield Line("ok", f"accelerator: {accelerator()}")
    yield from measuring_lines()
    yield notebooks_line(len(lessons))


def python_line(found: tuple[int, ...]) -> Line:
    """Whether this Python is new enough."""
    shown = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    if found < PYTHON:
        return Line(
            "FAIL",
            f"{shown}: install Python {PYTHON[0]}.{PYTHON[1]} or newer "
            "and make the environment anew",
        )
    return Line("ok", shown)


def torch_line(found: str | None) -> Line:
    """Whether torch is there and of a version the course is tested with."""
    low, high = (".".join(map(str, bound)) for bound in TORCH)
    cure = f'run `pip install "torch>={low},<{high}"{_index()}`'
    if found is None:
        return Line("FAIL", f"torch is missing: {cure}")
    numbers = re.match(r"(\d+)\.(\d+)", found)
    version = tuple(map(int, numbers.groups())) if numbers else (0, 0)
    # a newer one of the same first number is likely to do, and belongs to whoever installed it
    newer = TORCH[1] <= version < (TORCH[1][0] + 1, 0)
    if not newer and not TORCH[0] <= version < TORCH[1]:
        return Line("FAIL", f"torch {found} is outside {low} up to {high}: {cure}")
    try:
        importlib.import_module("torch")
    except Exception as error:  # a broken library raises OSError, RuntimeError, ImportError ...
        return Line("FAIL", f"torch {found} cannot be imported ({error}): reinstall it, {cure}")
    if newer:
        return Line("ok", f"torch {found}, untested: the course was tested below {high}")
    return Line("ok", f"torch {found}")


def _index() -> str:
    """The option that spares a Linux machine without an NVIDIA GPU several GB of GPU packages."""
    spare = sys.platform == "linux" and shutil.which("nvidia-smi") is None
    return " --index-url https://download.pytorch.org/whl/cpu" if spare else ""


def package_line(package: str, found: str | None) -> Line:
    """Whether a package that every lesson needs is installed."""
    if found is None:
        return Line("FAIL", f"{package} is missing: run `pip install -e .` in the course's folder")
    return Line("ok", f"{package} {found}")


def cores_line(count: int, measuring: list[str]) -> Line:
    """Whether there are as many cores as the lessons were timed with."""
    shown = f"{count} CPU core{'s' * (count != 1)}"
    return Line("slow", f"{shown}: {_slow(measuring)}") if count < SLOW_CORES else Line("ok", shown)


def memory_line(total: int, measuring: list[str]) -> Line:
    """Whether memory suffices, in bytes."""
    shown = f"memory {total / GIB:.1f} GiB"
    if total < LEAST_MEMORY_BYTES:
        return Line(
            "FAIL",
            f"{shown}: lessons need {LEAST_MEMORY_BYTES // GIB} GiB; "
            "raise the container's limit or change machines",
        )
    return (
        Line("slow", f"{shown}: {_slow(measuring)}")
        if total < SLOW_MEMORY_BYTES
        else Line("ok", shown)
    )


def disk_line(free: int) -> Line:
    """Whether the workbook fits on the disk, in free bytes."""
    shown = f"disk {free / GIB:.1f} GiB free"
    if free < LEAST_DISK_BYTES:
        return Line("FAIL", f"{shown}: free {LEAST_DISK_BYTES // 2**20} MiB for the workbook")
    return Line("ok", shown)


def measuring_lines() -> Iterator[Line]:
    """How well this machine can be measured: busy or quiet, threads of the tiny GPT, energy."""
    try:
        from course_lib.demos import measure, meters, tiny_gpt
    except Exception:  # without torch, or a library of its own: reported by the lines above
        return
    yield quiet_line(measure.quiet())
    yield threads_line(tiny_gpt.pick_threads())
    found = meters.find(codecarbon=False)  # its start takes seconds
    yield Line("ok", f"energy: {found.meters[0].method}")
    for problem in found.problems:
        yield Line("slow", problem)


def quiet_line(found: Quiet) -> Line:
    """Whether times measured now can be trusted."""
    if found.quiet:
        return Line("ok", f"for measuring {found.words}")
    return Line("slow", f"for measuring {found.words}; close what you can before lessons that time")


def threads_line(trial: Threads) -> Line:
    """With how many threads the tiny GPT trains quickest."""
    count = trial.chosen
    shown = f"tiny GPT: quickest with {count} thread{'s' * (count != 1)}"
    if count == trial.present:
        return Line("ok", f"{shown}, as torch chooses itself")
    return Line(
        "ok",
        f"{shown}, {trial.gain:.1f} times as fast as with torch's own {trial.present}; "
        "`tiny_gpt.pick_threads()` does it in a notebook",
    )


def notebooks_line(count: int) -> Line:
    """Whether there are lessons to open."""
    if not count:
        return Line(
            "FAIL",
            "no lessons found: change into the course's folder, the one with pyproject.toml, "
            "and try again",
        )
    return Line("ok", f"{count} lesson{'s' * (count != 1)}")


def _slow(measuring: list[str]) -> str:
    """Which lessons take longer on a small machine: those that run PyTorch and not formulas
    alone."""
    return (
        f"slower than the minutes given: {', '.join(measuring)}"
        if measuring
        else "no lesson here will be slow for it"
    )


def _lessons() -> list[Path]:
    """The course's lessons, none where its folder is not found."""
    from course_lib.authoring.places import find_root, names
    from course_lib.errors import CourseError

    try:
        folder = find_root() / "lessons"
    except CourseError:
        return []
    return [folder / f"{name}.ipynb" for name in names(folder)]


def _version(package: str) -> str | None:
    """A package's installed version, without importing it."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def cores() -> int:
    """CPU cores this process may use, a container's quota included."""
    count = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    # microseconds of a core's time in a period of so many; "max" where there is no limit
    quota = re.match(r"(\d+) (\d+)", _container_limit("cpu.max"))
    return max(1, min(count, round(int(quota.group(1)) / int(quota.group(2))))) if quota else count


def memory_bytes() -> int:
    """Memory this process may use, in bytes, a container's limit included."""
    import psutil

    total = int(psutil.virtual_memory().total)
    limit = _container_limit("memory.max")
    return min(total, int(limit)) if limit.isdigit() else total  # "max" where there is no limit


def _container_limit(name: str) -> str:
    """One limit of this process's control group (Linux); empty where there is none."""
    try:
        return (Path("/sys/fs/cgroup") / name).read_text(encoding="ascii").strip()
    except OSError:
        return ""


def accelerator() -> str:
    """The accelerator that torch sees, in words."""
    try:
        import torch
    except Exception:  # reported by torch_line
        return "unknown without torch"
    if torch.cuda.is_available():
        # AMD's GPUs answer to `torch.cuda` as well
        kind = f"ROCm {torch.version.hip}" if torch.version.hip else f"CUDA {torch.version.cuda}"
        return f"{torch.cuda.device_count()} x {torch.cuda.get_device_name(0)} ({kind})"
    if torch.backends.mps.is_available():
        return "Apple GPU (mps)"
    if hasattr(torch, "xpu") and torch.xpu.is_available():
        return f"{torch.xpu.get_device_name(0)} (xpu)"
    return "none; the lessons need none"
