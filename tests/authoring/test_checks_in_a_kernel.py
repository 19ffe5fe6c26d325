"""An exercise in a real kernel: a right answer is met with its points, a wrong one with one short
message, and the learner's file holds the points."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from course_lib.authoring import derive, execute
from course_lib.authoring.source import read
from course_lib.teaching.progress.progress import collect

RIGHT = "def kv_bytes(layers, heads):\n    return 4 * layers * heads"
CRASH = "def kv_bytes(layers, heads):\n    if layers:\n        return heads / (layers - 1)"


def outputs(notebook: Any, folder: Path, learner_file: Path) -> dict[str, list[Any]]:
    """Run every cell and give what each put out."""
    environment = os.environ | execute.kernel_environment(folder)
    environment["COURSE_STATE"] = str(learner_file)
    with (folder / "kernel.log").open("wb") as log:
        client = execute.started(notebook, "try", env=environment, cwd=str(folder), stderr=log)
        with client.setup_kernel():
            for index, cell in enumerate(notebook.cells):
                if cell.cell_type == "code":
                    client.execute_cell(cell, index)
    return {cell.id: cell.get("outputs", []) for cell in notebook.cells}


@pytest.fixture
def exercise(write_source: Callable[..., Path], exercise_text: str) -> Any:
    """The small exercise as it is handed out."""
    return derive.exercise(read(write_source(exercise_text, "exercises")))


def answer(notebook: Any, name: str, text: str) -> None:
    next(cell for cell in notebook.cells if cell.id == name).source = text


def error_in(found: list[Any]) -> str:
    (output,) = found
    assert output.output_type == "error"
    assert output.ename == "CheckFailed"
    return "\n".join(output.traceback)


def test_a_right_answer_shows_and_keeps_its_points(
    exercise: Any, tmp_path: Path, learner_file: Path
) -> None:
    answer(exercise, "kv_bytes", RIGHT)
    answer(exercise, "why", 'why = "each layer keeps its own"')
    found = outputs(exercise, tmp_path, learner_file)
    (shown,) = found["kv_bytes_check"]
    assert shown.data["text/plain"] == (
        "Right: 5 of 10 points for kv_bytes (the other 5 come with the hidden checks)."
    )
    assert "Right: 5 of 10 points for kv_bytes" in shown.data["text/html"]
    (shown,) = found["why_check"]
    assert "the other 9 are for a person to mark" in shown.data["text/plain"]
    tasks = json.loads(learner_file.read_text(encoding="utf-8"))["points"]["01_try"]["tasks"]
    assert {name: (kept["points"], kept["of"]) for name, kept in tasks.items()} == {
        "kv_bytes": (5, 10),
        "why": (1, 10),
    }
    assert [lesson.points for lesson in collect(None).lessons] == [(6, 20)]


def test_a_wrong_answer_is_met_with_one_short_message(
    exercise: Any, tmp_path: Path, learner_file: Path
) -> None:
    answer(exercise, "kv_bytes", RIGHT.replace("4", "2"))
    found = outputs(exercise, tmp_path, learner_file)
    assert error_in(found["kv_bytes_check"]) == "a cache holds keys and values: is the 2 there?"
    assert error_in(found["why_check"]).startswith("`why` is not answered yet.")
    assert not learner_file.exists()


def test_an_error_in_the_answer_names_its_line(
    exercise: Any, tmp_path: Path, learner_file: Path
) -> None:
    answer(exercise, "kv_bytes", CRASH)
    said = error_in(outputs(exercise, tmp_path, learner_file)["kv_bytes_check"])
    assert " ".join(said.split()).startswith(
        "ZeroDivisionError (division by zero) in line 3 of your `kv_bytes`, "
        "`return heads / (layers - 1)`."
    )
    assert max(map(len, said.splitlines())) <= 80
