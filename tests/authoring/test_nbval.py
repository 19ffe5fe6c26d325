"""The test command itself can fail: it accepts a lesson as built, and refuses one whose stored
output is wrong."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from course_lib.authoring import build
from course_lib.authoring.contract import solution_faults

ROOT = Path(__file__).resolve().parents[2]


def run_tests(course: Path) -> subprocess.CompletedProcess[str]:
    """The repository's own pytest settings on one lesson of another course."""
    options = [
        "-c",
        str(ROOT / "pyproject.toml"),
        "--numprocesses=0",
        "-p",
        "no:cacheprovider",
        "-q",
    ]
    command = [sys.executable, "-m", "pytest", *options, str(course / "lessons")]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )


def test_stored_outputs_are_compared(course: Path) -> None:
    (course / "source" / "exercises" / "01_small.py").unlink()
    assert len(list(build.build(course, progress=False))) == 1
    path = course / "lessons" / "01_small.ipynb"
    wrong = path.read_text(encoding="utf-8").replace('"42"', '"43"')
    path.with_name("02_wrong.ipynb").write_text(wrong, encoding="utf-8")
    both = run_tests(course)
    assert both.returncode == 1
    assert "1 failed, 9 passed" in both.stdout
    assert "FAILED" in both.stdout and "01_small" not in both.stdout.partition("FAILED")[2]


def strip(notebook: Any) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)


@pytest.mark.parametrize(
    "change", [strip, lambda notebook: notebook.cells[2].update(execution_count=9)]
)
def test_a_stripped_notebook_is_refused_without_running(
    change: Callable[[Any], None], course: Path
) -> None:
    import nbformat

    list(build.build(course, progress=False))
    notebook = nbformat.read(course / "solutions" / "01_small.ipynb", as_version=4)
    assert list(solution_faults(notebook, "01_small")) == []
    change(notebook)
    assert [fault for fault in solution_faults(notebook, "01_small") if fault.severity == "error"]
    assert json.dumps(notebook)
