"""A folder becomes a course of nbgrader, and stays the teacher's own."""

from pathlib import Path

import nbformat
import pytest

from course_lib.authoring.masters import write_masters
from course_lib.errors import UnknownLesson

SOURCE = """# %% [markdown] intro
# # A small exercise

# %% doubled role="answer"
def doubled(number):
    ### BEGIN SOLUTION
    return 2 * number
    ### END SOLUTION

# %% doubled_check role="check" points=10
assert doubled(2) == 4

# %% doubled_hidden role="hidden" points=10
assert doubled(7) == 14
"""
RUBRIC = "# Rubric for `doubled`, exercise 01\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A course with one exercise and its rubric."""
    root = tmp_path / "project"
    (root / "source" / "exercises").mkdir(parents=True)
    (root / "source" / "exercises" / "01_small.py").write_text(SOURCE, encoding="utf-8")
    (root / "docs" / "rubrics").mkdir(parents=True)
    (root / "docs" / "rubrics" / "01_small.md").write_text(RUBRIC, encoding="utf-8")
    return root


def test_a_folder_becomes_a_course(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "class"
    written = write_masters(project, folder, ["1"])
    assert [str(path.relative_to(folder)) for path in written] == [
        "source/01_small/01_small.ipynb",
        "rubrics/01_small.md",
        "nbgrader_config.py",
        "README.md",
    ]
    cells = {cell.id: cell for cell in nbformat.read(written[0], as_version=4).cells}
    assert cells["doubled_hidden"].source.startswith("# More checks run here")
    assert "### BEGIN HIDDEN TESTS" in cells["doubled_hidden"].source
    # whatever lies beside a master is handed out
    assert [path.name for path in (folder / "source" / "01_small").iterdir()] == ["01_small.ipynb"]


def test_a_teachers_own_settings_stay(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "class"
    write_masters(project, folder)
    (folder / "nbgrader_config.py").write_text("# mine\n", encoding="utf-8")
    master = folder / "source" / "01_small" / "01_small.ipynb"
    master.write_text("old", encoding="utf-8")
    written = write_masters(project, folder)
    assert folder / "nbgrader_config.py" not in written
    assert (folder / "nbgrader_config.py").read_text(encoding="utf-8") == "# mine\n"
    assert master.read_text(encoding="utf-8") != "old"


def test_an_unknown_exercise_is_refused(project: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownLesson):
        write_masters(project, tmp_path / "class", ["99"])
