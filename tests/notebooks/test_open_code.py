"""Open code alone is the computation: a lesson runs with its folded cells taken out.

That no open cell uses a name of a folded one is read off the code of every lesson (the contract's
`form`). Here two lessons are run that way, as the proof that reading it off is enough.
"""

from pathlib import Path
from typing import Any

import nbformat
import pytest

from course_lib.authoring.contract.form import is_folded

LESSONS = Path(__file__).resolve().parents[2] / "lessons"


@pytest.mark.parametrize("name", ["01_parameters", "13_cost"])
def test_a_lesson_runs_without_its_narration(name: str) -> None:
    notebook = nbformat.read(LESSONS / f"{name}.ipynb", as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and not is_folded(cell)]
    assert len(cells) > 10
    namespace: dict[str, Any] = {"__name__": "lesson"}
    for cell in cells:
        exec(compile(cell.source, f"<{cell.id}>", "exec"), namespace)
