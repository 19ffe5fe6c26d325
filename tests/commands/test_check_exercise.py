"""`course check-exercise`: a learner's exercise run from top to bottom, points kept, file left
alone."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from course_lib.authoring import markers, source
from course_lib.authoring.cell import OWNERS
from course_lib.commands.check_exercise import run_check_exercise
from course_lib.errors import CourseError, UnknownLesson
from course_lib.teaching import state
from course_lib.teaching.progress.points import earned

EXERCISE = "14_access"
ROOT = Path(__file__).parents[2]
CELLS = source.read(ROOT / "source" / "exercises" / f"{EXERCISE}.py")
RIGHT = {cell.name: markers.strip(cell.text) for cell in CELLS if cell.role in OWNERS}


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with one exercise, as it was handed out, and the learner's copy of it."""
    (tmp_path / "source").mkdir()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for folder in ("exercises", "workbook/exercises"):
        (tmp_path / folder).mkdir(parents=True)
        shutil.copy(ROOT / "exercises" / f"{EXERCISE}.ipynb", tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "learner.json"))
    return tmp_path


def change(course: Path, sources: dict[str, str | None]) -> Path:
    """Type into the learner's cells; None takes a cell away."""
    path = course / "workbook" / "exercises" / f"{EXERCISE}.ipynb"
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"] = [
        cell for cell in notebook["cells"] if sources.get(cell["id"], "") is not None
    ]
    for cell in notebook["cells"]:
        cell["source"] = sources.get(cell["id"], cell["source"])
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def test_points_are_told_and_kept_and_the_file_is_left_alone(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = next(cell for cell in CELLS if cell.role == "wrong" and cell.owner == "adapter_states")
    answers = {
        "budget_trains": RIGHT["budget_trains"],
        "adapter_states": wrong.text,
        "year_of_upkeep": "raise RuntimeError('an experiment of mine')",
        "adapters_on_card_check": None,
        "budget_trains_check": "assert False  # a check that the learner changed",
    }
    path = change(course, {**answers})
    before = path.read_bytes()
    assert run_check_exercise("14") == 0
    said = capsys.readouterr().out
    points = next(cell.points for cell in CELLS if cell.name == "budget_trains_check")
    assert f"budget_trains: {points} of " in said
    assert wrong.expected_message().split()[0] in said
    assert "adapter_states: not right yet" in said
    assert "charity_plan: not answered yet" in said
    assert "Its check is gone" in said
    assert f"{points} of the 12 points" in said
    assert path.read_bytes() == before
    assert earned(state.read(), EXERCISE) == (points, 20.0)


def test_what_is_not_there_or_broken_is_said_in_one_line(course: Path) -> None:
    path = change(course, {})
    path.write_text("{broken", encoding="utf-8")
    with pytest.raises(CourseError, match="no whole notebook"):
        run_check_exercise("access")
    path.unlink()
    with pytest.raises(CourseError, match="course lab 14"):
        run_check_exercise("access")
    with pytest.raises(UnknownLesson):
        run_check_exercise("99")


def test_a_cell_that_ends_python_is_named(course: Path) -> None:
    change(course, {"budget_trains": "import os\nos._exit(3)"})
    with pytest.raises(CourseError, match=r"cell \d+ of 14_access.ipynb ends Python"):
        run_check_exercise("14")
