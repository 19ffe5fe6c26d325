"""How fast a class is graded: `python benchmarks/grading.py [EXERCISE] [OPTIONS]`.

A class is made of the exercise's own answers: each student hands in the solution with three of the
seeded wrong answers or variants (`--students N`). It is graded by `course grade` on all cores, with
the memory of all its processes beside it; with `--nbgrader` by nbgrader's autograde too, on the
same files. Nothing here is a test: a busy machine makes a bad figure.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from course_lib.authoring import markers, source
from course_lib.authoring.cell import OWNERS, TRIED
from course_lib.authoring.places import find_root, names, resolve

CHANGED = 3
"""Answers of each student that are not the solution's."""
LOOK_SECONDS = 0.5
"""Between two looks at memory."""
LIMIT_SECONDS = 60.0
"""What 100 submissions should stay below on two cores."""


def make_class(folder: Path, exercise: str, students: int) -> None:
    """Write the notebooks of a class into `folder`, as DIR/STUDENT/EXERCISE."""
    root, draw = find_root(), random.Random(1)
    cells = source.read(root / "source" / "exercises" / f"{exercise}.py")
    right = {cell.name: markers.strip(cell.text) for cell in cells if cell.role in OWNERS}
    tried = [cell for cell in cells if cell.role in TRIED]
    handed_out = (root / "exercises" / f"{exercise}.ipynb").read_text(encoding="utf-8")
    for number in range(students):
        other = {str(cell.replaces): cell.text for cell in draw.sample(tried, CHANGED)}
        notebook = json.loads(handed_out)
        for cell in notebook["cells"]:
            cell["source"] = {**right, **other}.get(cell["id"], cell["source"])
        own = folder / f"student{number:04d}" / exercise
        own.mkdir(parents=True)
        (own / f"{exercise}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def watched(command: Sequence[str], folder: Path) -> tuple[float, list[float]]:
    """Run a command: its seconds, and the memory of it and all below it, in MB, look by look."""
    begun, memory = time.perf_counter(), []
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.poll() is None:
        memory.append(_megabytes(process.pid))
        time.sleep(LOOK_SECONDS)
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return time.perf_counter() - begun, memory


def _megabytes(process: int) -> float:
    """Memory of a process and all below it, pages that they share counted once."""
    total = 0.0
    try:
        parent = psutil.Process(process)
        for each in [parent, *parent.children(recursive=True)]:
            facts = each.memory_full_info()
            total += getattr(facts, "pss", facts.rss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        pass
    return total / 1e6


def ours(submitted: Path, exercise: str, folder: Path) -> None:
    """Time `course grade` and print what it took."""
    call = [sys.executable, "-m", "course_lib.cli", "grade", str(submitted)]
    call += ["--assignment", exercise, "--output", str(folder / "grades.csv")]
    seconds, memory = watched(call, find_root())
    students = len(list(submitted.iterdir()))
    middle = memory[len(memory) // 4 : -1] or memory
    half = len(middle) // 2
    print(
        f"course grade: {students} submissions in {seconds:.1f} s on {os.cpu_count()} cores, "
        f"{seconds / students:.2f} s each (limit for 100: {LIMIT_SECONDS:.0f} s). "
        f"Memory of all its processes: at most {max(memory):.0f} MB; on average "
        f"{sum(middle[:half]) / max(half, 1):.0f} MB in the first half, "
        f"{sum(middle[half:]) / max(len(middle) - half, 1):.0f} MB in the second."
    )


def nbgraders(submitted: Path, exercise: str, folder: Path) -> None:
    """Time nbgrader's autograde on the same files and print what it took."""
    masters = [sys.executable, "-m", "course_lib.cli", "build", "--masters", str(folder)]
    watched(masters, find_root())
    (folder / "submitted").symlink_to(submitted)
    nbgrader = str(Path(sys.executable).with_name("nbgrader"))
    watched([nbgrader, "generate_assignment", exercise, "--force"], folder)
    seconds, _ = watched([nbgrader, "autograde", exercise], folder)
    students = len(list(submitted.iterdir()))
    print(
        f"nbgrader autograde: {students} submissions in {seconds:.1f} s, one after another, "
        f"{seconds / students:.2f} s each."
    )


def main() -> None:
    """Make a class, grade it and say what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exercise", nargs="?", default="01")
    parser.add_argument("--students", type=int, default=100)
    parser.add_argument("--nbgrader", action="store_true", help="time nbgrader's autograde too")
    given = parser.parse_args()
    exercise = resolve(given.exercise, names(find_root() / "exercises"))
    with tempfile.TemporaryDirectory(prefix="course-grading-") as folder:
        submitted = Path(folder) / "class"
        make_class(submitted, exercise, given.students)
        ours(submitted, exercise, Path(folder))
        if given.nbgrader:
            course = Path(folder) / "nbgrader"
            course.mkdir()
            nbgraders(submitted, exercise, course)


if __name__ == "__main__":
    main()
