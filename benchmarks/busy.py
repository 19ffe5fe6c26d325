"""Lessons on a busy machine: `python benchmarks/busy.py [LESSON ...] [--busy 2]`.

Runs each built lesson as a learner's kernel would, with some processes beside it that do nothing
but keep the cores busy, and prints a line for each: seconds, the slowest cell and its seconds, and
every cell that failed. LESSON is the beginning of a name, such as 02; all of them without one.

- Unlike a build, the kernel has as many threads as torch takes by itself, for that is what a
  learner has, and Python's hash seed is free, so that long loops show their progress.
- A cell that fails or takes longer than `--limit` seconds is told, and the lesson goes on.
- The busy processes are this script's own and are ended at its end, whatever ends it. Should it be
  killed, they notice that it is gone and end by themselves.

Nothing here is a test: it says where a learner on such a machine would wait.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from course_lib.demos import measure

ROOT = Path(__file__).resolve().parent.parent
LIMIT_SECONDS = 300
BUSY = 2
BURN = (
    "import os, sys\nparent = int(sys.argv[1])\n"
    "while os.getppid() == parent:\n    sum(range(100_000))\n"
)
"""What a busy process does: add numbers until the process that started it is gone."""


@dataclass
class Ran:
    """One lesson, run to its end."""

    name: str
    seconds: dict[str, float] = field(default_factory=dict)
    """Seconds of each code cell, by its name."""
    errors: dict[str, str] = field(default_factory=dict)
    """What went wrong, by the cell's name."""
    outputs: list[dict[str, Any]] = field(default_factory=list)
    """Everything shown, by format."""
    kept: dict[str, Any] = field(default_factory=dict)
    """What the learner's file holds at the end; empty where there is none."""

    @property
    def line(self) -> str:
        """The result in one line, and one for each error.

        >>> print(Ran("02", {"a": 1.0, "b": 3.0}, {"b": "ValueError: no"}).line)
        02: 4.0 s, slowest cell b 3.0 s, 1 of 2 cells failed
            b: ValueError: no
        """
        slowest = max(self.seconds, key=lambda cell: self.seconds[cell], default="none")
        text = f"{self.name}: {sum(self.seconds.values()):.1f} s, slowest cell {slowest} "
        text += f"{self.seconds.get(slowest, 0.0):.1f} s, "
        text += f"{len(self.errors) or 'none'} of {len(self.seconds)} cells failed"
        return text + "".join(f"\n    {cell}: {said}" for cell, said in self.errors.items())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the lessons that were asked for, a line each; 1 where a cell failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lessons", nargs="*", help="beginnings of names; all lessons without one")
    parser.add_argument("--busy", type=int, default=BUSY, help="busy processes beside them")
    parser.add_argument(
        "--limit", type=float, default=LIMIT_SECONDS, help="seconds a cell may take"
    )
    given = parser.parse_args(arguments)
    failed = False
    with busy(given.busy):
        print(f"this machine is {measure.quiet().words}", flush=True)
        for path in lessons(given.lessons):
            ran = run(path, given.limit)
            failed |= bool(ran.errors)
            print(ran.line, flush=True)
    return int(failed)


def lessons(beginnings: Sequence[str], folder: Path = ROOT / "lessons") -> list[Path]:
    """The built lessons whose names begin so, in order.

    Raises:
        SystemExit: none does.
    """
    found = sorted(folder.glob("*.ipynb"))
    chosen = [path for path in found if path.name.startswith(tuple(beginnings) or "")]
    if not chosen:
        raise SystemExit(
            f"no lesson in {folder} begins with {' or '.join(beginnings) or 'anything'}"
        )
    return chosen


@contextmanager
def busy(count: int) -> Iterator[list[int]]:
    """So many busy processes inside a `with` statement; their ids."""
    command = [sys.executable, "-c", BURN, str(os.getpid())]
    burning: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(count):
            burning.append(subprocess.Popen(command))
        yield [process.pid for process in burning]
    finally:
        for process in burning:
            process.kill()
        for process in burning:
            process.wait()


def run(path: Path, limit_seconds: float = LIMIT_SECONDS) -> Ran:
    """Run a built lesson in a kernel of its own, in its folder; the file itself is left alone."""
    notebook, ran = nbformat.read(path, as_version=4), Ran(path.stem)
    with tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as state:
        client = _client(notebook, limit_seconds)
        surroundings: dict[str, Any] = {
            "env": _environment(Path(state)),
            "cwd": str(path.parent),
        }
        # what a kernel itself says on stderr is no cell's output
        with client.setup_kernel(**surroundings, stderr=subprocess.DEVNULL):
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type == "code":
                    start = time.perf_counter()
                    if error := _run_cell(client, cell, index):
                        ran.errors[cell.id] = error
                    ran.seconds[cell.id] = time.perf_counter() - start
                    ran.outputs += [output.get("data", {}) for output in cell.outputs]
        file = Path(surroundings["env"]["COURSE_STATE"])
        ran.kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return ran


def _client(notebook: Any, limit_seconds: float) -> Any:
    """nbclient with a kernel of this Python; a cell that takes too long is interrupted."""
    from ipykernel.kernelspec import RESOURCES, get_kernel_dict
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    class ThisPython(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> Any:
            return self.kernel_spec_class(resource_dir=RESOURCES, **get_kernel_dict())

    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=ThisPython())
    return NotebookClient(
        notebook,
        km=manager,
        timeout=limit_seconds,
        interrupt_on_timeout=True,
        allow_errors=True,
        record_timing=False,
    )


def _environment(state: Path) -> dict[str, str]:
    """The user's own surroundings without what pins threads or hashes, and a learner's file of its
    own."""
    pinned = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "PYTHONHASHSEED")
    own = {name: value for name, value in os.environ.items() if name not in pinned}
    paths = [str(ROOT), *filter(None, [own.get("PYTHONPATH")])]
    return own | {
        "PYTHONPATH": os.pathsep.join(paths),
        "COURSE_STATE": str(state / "learner.json"),
        "IPYTHONDIR": str(state / "ipython"),
    }


def _run_cell(client: Any, cell: Any, index: int) -> str:
    """Run one cell; what went wrong in a line, or nothing."""
    from nbclient.exceptions import DeadKernelError

    try:
        client.execute_cell(cell, index)
    except DeadKernelError:
        return "the kernel died"
    for output in cell.outputs:
        if output.output_type == "error":
            return f"{output.ename}: {output.evalue}"
    return ""


if __name__ == "__main__":
    sys.exit(main())
