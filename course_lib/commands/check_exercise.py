"""What `course check-exercise` does: runs a learner's exercise from top to bottom in a fresh kernel
and says what its visible checks give.

Design choices:
- The notebook is run as it was last saved and is not changed; cells that fail are passed over, as
  Run All does there.
- Checks are those that were handed out, whatever became of them in the learner's copy.
- Points are kept in the learner's file by the checks themselves, so that `course progress` shows
  them.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_lib.authoring import places
from course_lib.authoring.execute import started
from course_lib.commands.workbook import own_exercise
from course_lib.errors import BuildError, CourseError
from course_lib.teaching.checks.checking import RESTS, WIDTH
from course_lib.teaching.checks.failures import NOT_ANSWERED
from course_lib.teaching.progress.points import CHECK

CHECK_ENDED = "CheckFailed"

__all__ = ["run_check_exercise"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one visible check gave."""

    task: str
    """The task."""
    points: int
    """What the check is worth."""
    of: int
    """What the task is worth."""
    rest: str
    """Where the other points come from."""
    message: str | None
    """None where it passed."""


def run_check_exercise(asked: str) -> int:
    """Run an exercise of the workbook and print its points so far; 0, also where checks fail.

    Raises:
        UnknownLesson: no exercise is called that.
        CourseError: the workbook has no such exercise yet, or its file is broken.
        BuildError: the kernel does not start, or dies on the way.
    """
    path = own_exercise(asked)
    print(f"Exercise {path.stem}, as it was last saved.")
    outcomes = list(_outcomes(path, places.find_root() / "exercises" / path.name))
    for outcome in outcomes:
        print("\n".join(_lines(outcome)))
    print(_sum(outcomes))
    return 0


def _read(path: Path) -> Any:
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises many kinds
        raise CourseError(
            f"{path} is no whole notebook ({error}); `course lab --fresh` restores one and keeps "
            "yours"
        ) from error


def _outcomes(path: Path, handed_out: Path) -> Iterator[Outcome]:
    """Run the learner's notebook, and give what each check says as soon as it is known."""
    notebook = _read(path)
    original = {cell.id: cell.source for cell in _read(handed_out).cells}
    for cell in notebook.cells:
        if CHECK.match(original.get(cell.get("id", ""), "")):
            cell.source = original[cell.id]
    seen = set()
    for cell in _run(notebook, path):
        call = CHECK.match(cell.source)
        if call is not None and cell.get("id") in original and cell.id not in seen:
            seen.add(cell.id)
            yield _outcome(call, _error(cell))
    for id, source in original.items():
        if (call := CHECK.match(source)) and id not in seen:
            yield _outcome(call, "Its check is gone from your notebook.")


def _run(notebook: Any, path: Path) -> Iterator[Any]:
    """Each code cell after it was run; one that fails stops nothing."""
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    # a kernel that is about to end may hold its log for a moment, which Windows does not forgive
    with (
        tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as folder,
        (Path(folder) / "kernel.log").open("wb") as log,
    ):
        client = started(
            notebook, path.name, env=dict(os.environ), cwd=str(path.parent), stderr=log
        )
        with client.setup_kernel():
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type != "code":
                    continue
                _show_progress(index, len(notebook.cells))
                try:
                    client.execute_cell(cell, index)
                except CellExecutionError:
                    pass
                except CellTimeoutError as error:
                    raise BuildError(f"cell {index + 1} of {path.name} does not end") from error
                except DeadKernelError as error:
                    raise BuildError(f"cell {index + 1} of {path.name} ends Python") from error
                _show_progress(None, 0)
                yield cell


def _show_progress(done: int | None, of: int) -> None:
    """How far the run is, on a terminal; None takes it away again."""
    if sys.stderr.isatty():
        words = " " * 30 if done is None else f"cell {done + 1} of {of} ..."
        print(f"\r{words}", end="\r", file=sys.stderr, flush=True)


def _error(cell: Any) -> str | None:
    """The message of a check that failed."""
    for output in cell.outputs:
        if output.output_type == "error":
            plain = (
                output.evalue if output.ename == CHECK_ENDED else f"{output.ename}: {output.evalue}"
            )
            return str(plain)
    return None


def _outcome(call: re.Match[str], message: str | None) -> Outcome:
    return Outcome(
        task=call["task"],
        points=int(call["points"]),
        of=int(call["of"]),
        rest=call["rest"] or "hidden checks",
        message=message,
    )


def _lines(outcome: Outcome) -> Iterator[str]:
    """What to print of one check."""
    if outcome.message is None:
        others = outcome.of - outcome.points
        rest = RESTS[outcome.rest][others != 1]
        more = f" ({others} more {rest})" if others else ""
        yield f"  {outcome.task}: {outcome.points} of {outcome.of} points{more}"
    elif NOT_ANSWERED in outcome.message:
        yield f"  {outcome.task}: {NOT_ANSWERED}"
    else:
        yield f"  {outcome.task}: not right yet"
        for paragraph in outcome.message.splitlines():
            yield textwrap.fill(paragraph, WIDTH, initial_indent="    ", subsequent_indent="    ")


def _sum(outcomes: list[Outcome]) -> str:
    """The points of this run."""
    got = sum(each.points for each in outcomes if each.message is None)
    visible, of = (sum(getattr(each, name) for each in outcomes) for name in ("points", "of"))
    return (
        f"{got} of the {visible} points that visible checks give, {of} in all. "
        "`course progress` shows them."
    )
