"""A small course in a temporary folder: one lesson with every kind of output, and its exercise."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parent / "data"


@pytest.fixture(autouse=True)
def learner_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's file that no other test sees."""
    file = tmp_path / "notes" / "learner.json"
    monkeypatch.setenv("COURSE_STATE", str(file))
    return file


@pytest.fixture
def lesson_text() -> str:
    """Source of the small lesson."""
    return (DATA / "lesson.txt").read_text(encoding="utf-8")


@pytest.fixture
def exercise_text() -> str:
    """Source of the small exercise."""
    return (DATA / "exercise.txt").read_text(encoding="utf-8")


@pytest.fixture
def course(tmp_path: Path, lesson_text: str, exercise_text: str) -> Path:
    """Root of a course with both sources and no notebook."""
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "where-the-compute-goes"\n', encoding="utf-8"
    )
    for folder, text in (("lessons", lesson_text), ("exercises", exercise_text)):
        (tmp_path / "source" / folder).mkdir(parents=True)
        (tmp_path / "source" / folder / "01_small.py").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def write_source(tmp_path: Path) -> Callable[..., Path]:
    """Writes a text as a lesson or exercise and gives its path."""

    def write(text: str, folder: str = "lessons") -> Path:
        path = tmp_path / folder / "01_try.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def without_measured() -> Callable[[Any], Any]:
    """Takes the outputs of measured cells out of a notebook read as JSON."""

    def strip(notebook: Any) -> Any:
        for cell in notebook["cells"]:
            if "measured" in cell["metadata"].get("tags", []):
                cell["outputs"] = []
        return notebook

    return strip
