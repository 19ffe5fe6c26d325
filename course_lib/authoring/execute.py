"""Runs a notebook in a kernel, in the surroundings that builds and tests share.

Design choices: the kernel is this very Python (a kernel of that name may be installed for another
one), it imports the checkout it is run from, it has one thread, no GPU and a learner's file of its
own, so that outputs repeat. No time is recorded. What a learner must not see (an error, a warning
on stderr) is refused here, with file and cell.
"""

import os
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from course_lib.authoring.derive import NOTEBOOK_METADATA
from course_lib.authoring.widgets import renumber
from course_lib.errors import BuildError

CELL_TIMEOUT_SECONDS = 120
"""A cell still running after this is stopped. The contract allows 10 s; slow machines get room."""

KERNEL_STARTS = 3
"""How often a kernel is started before its absence is an error."""

# colours in a terminal: escape, bracket, numbers, m
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How long one notebook took; said to the author, never stored."""

    seconds: float
    """All cells together, in seconds."""
    slowest: str
    """Name of the slowest cell."""
    slowest_seconds: float
    """Its time, in seconds."""


def kernel_environment(state_dir: Path) -> dict[str, str]:
    """Environment variables that a notebook's kernel is started with, on top of the user's own.

    `state_dir` is a temporary folder: the learner's file and IPython's history go there, so that no
    stored prediction and no start-up script of the user changes an output. Matplotlib's backend is
    left to IPython (inline).
    """
    course = Path(__file__).resolve().parents[2]
    paths = [
        path
        for path in os.environ.get("PYTHONPATH", "").split(os.pathsep)
        if path and path != str(course)
    ]
    if (course / "pyproject.toml").is_file():
        paths.insert(0, str(course))
    return {
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",  # else sets of texts come in another order in each process
        "CUDA_VISIBLE_DEVICES": "",
        "COURSE_STATE": str(state_dir / "learner.json"),
        "IPYTHONDIR": str(state_dir / "ipython"),
        **({"PYTHONPATH": os.pathsep.join(paths)} if paths else {}),
    }


def run(
    notebook: Any, label: str, folder: Path, on_cell: Callable[[str], None] = lambda name: None
) -> Timing:
    """Run every cell of a notebook, in place, in `folder`; `label` names it in errors.

    Raises `BuildError` at the first cell that fails, times out or writes to stderr. The kernel is
    always shut down.
    """
    folder.mkdir(parents=True, exist_ok=True)
    times: dict[str, float] = {}
    with (
        tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as state,
        _log(state) as log,
    ):
        environment = os.environ | kernel_environment(Path(state))
        # The kernel's own stderr would break the progress bar; it is read only if the kernel dies.
        client = started(notebook, label, env=environment, cwd=str(folder), stderr=log)
        # The plain context manager, not execute(): the latter takes over Ctrl-C and turns it into a
        # dead kernel.
        with client.setup_kernel():
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type == "code":
                    on_cell(cell.id)
                    start = time.perf_counter()
                    _run_cell(client, cell, index, f"{label}, cell {cell.id}", Path(log.name))
                    times[cell.id] = time.perf_counter() - start
            client.set_widgets_metadata()
    _tidy(notebook)
    slowest = max(times, key=lambda name: times[name], default="")
    return Timing(
        seconds=sum(times.values()), slowest=slowest, slowest_seconds=times.get(slowest, 0.0)
    )


def started(notebook: Any, label: str, *, env: dict[str, str], cwd: str, stderr: BinaryIO) -> Any:
    """A client whose kernel answers. One that does not start is tried again: nothing has been run
    yet.

    Jupyter picks free ports for a kernel before it starts, and another program may take one in
    between.

    Args:
        notebook: what is to be run.
        label: names it in errors.
        env: environment variables of the kernel.
        cwd: the folder it runs in.
        stderr: an open file with a name, for what the kernel's process itself complains of.

    Raises:
        BuildError: no kernel starts; `label` names the notebook.
    """
    for attempt in range(1, KERNEL_STARTS + 1):
        client = _client(notebook)
        try:
            client.start_new_kernel(env=env, cwd=cwd, stderr=stderr)
            client.start_new_kernel_client()
        except RuntimeError as error:
            if attempt == KERNEL_STARTS:
                last_words = _end_of(
                    Path(stderr.name).read_text(encoding="utf-8", errors="replace")
                )
                raise BuildError(f"{label}: no kernel starts: {error}{last_words}") from error
        else:
            break
    return client


def _client(notebook: Any) -> Any:
    """nbclient with a kernel of this Python, whatever `python3` means on this machine."""
    from ipykernel.kernelspec import RESOURCES, get_kernel_dict
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    class ThisPython(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> Any:
            return self.kernel_spec_class(resource_dir=RESOURCES, **get_kernel_dict())

    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=ThisPython())
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=CELL_TIMEOUT_SECONDS,
        record_timing=False,
        coalesce_streams=True,
        store_widget_state=True,
    )
    client.owns_km = True  # it was made for this run alone, so it goes when the run ends
    client.reset_execution_trackers()  # what `execute` would do, which is not called here
    return client


def _log(state: str) -> BinaryIO:
    """A file for what the kernel's process writes to stderr, beside the cells' own output."""
    return (Path(state) / "kernel.log").open("wb")


def _run_cell(client: Any, cell: Any, index: int, where: str, log: Path) -> None:
    """Run one cell; every way to fail names the cell."""
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    try:
        client.execute_cell(cell, index)
    except CellTimeoutError as error:
        raise BuildError(f"{where}: still running after {CELL_TIMEOUT_SECONDS} seconds") from error
    except DeadKernelError as error:
        last_words = _end_of(log.read_text(encoding="utf-8", errors="replace"))
        raise BuildError(f"{where}: the kernel died (out of memory?){last_words}") from error
    except CellExecutionError as error:
        raise BuildError(
            f"{where}: {error.ename}: {error.evalue}{_end_of(error.traceback)}"
        ) from error
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            raise BuildError(f"{where}: writes to stderr:{_end_of(output.text)}")


def _end_of(text: str) -> str:
    """The last lines of a text, without colours, indented below a message."""
    lines = [line for line in ANSI.sub("", text).splitlines() if line.strip()]
    return "".join(f"\n    {line}" for line in lines[-6:])


def _tidy(notebook: Any) -> None:
    """Take out what differs from run to run or machine to machine: widget ids, timings, the
    kernel's version."""
    from nbformat import from_dict

    renumber(notebook)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    widgets = {"widgets": notebook.metadata["widgets"]} if "widgets" in notebook.metadata else {}
    notebook.metadata = from_dict(NOTEBOOK_METADATA | widgets)
