"""What each notebook holds, and what never reaches a learner."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.preprocessors import CheckCellMetadata
from nbgrader.utils import compute_checksum

from course_lib.authoring import derive
from course_lib.authoring.cell import Cell
from course_lib.authoring.source import read
from course_lib.errors import SourceError


@pytest.fixture
def cells(write_source: Callable[..., Path], exercise_text: str) -> list[Cell]:
    return read(write_source(exercise_text, "exercises"))


def by_id(notebook: Any) -> dict[str, Any]:
    return {cell.id: cell for cell in notebook.cells}


@pytest.mark.parametrize("make", [derive.lesson, derive.solution, derive.exercise, derive.master])
def test_every_notebook_is_valid_and_minimal(make: Callable[..., Any], cells: list[Cell]) -> None:
    notebook = make(cells)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags", "nbgrader", "deletable", "editable"}


def test_a_solution_has_answers_and_visible_checks_only(cells: list[Cell]) -> None:
    solution = by_id(derive.solution(cells))
    assert "return 4 * layers * heads" in solution["kv_bytes"].source
    assert "kv_bytes_check" in solution
    assert not any(word in name for name in solution for word in ("hidden", "wrong", "variant"))
    assert "SOLUTION" not in nbformat.writes(derive.solution(cells))


def test_an_exercise_gives_nothing_away(cells: list[Cell]) -> None:
    text = nbformat.writes(derive.exercise(cells))
    for secret in (
        "4 * layers",
        "any size",
        "keys_only",
        "every layer keeps",
        "SOLUTION",
        "HIDDEN",
    ):
        assert secret not in text


def test_stubs_are_code_for_code_and_words_for_words(cells: list[Cell]) -> None:
    exercise = by_id(derive.exercise(cells))
    assert exercise["kv_bytes"].source.endswith("    ...  # your code here")
    assert exercise["why"].source == 'why = """\n(your answer here)\n"""'
    assert exercise["setup"].source.startswith("import numpy as np")


def test_a_markdown_free_text_is_replaced_too(write_source: Callable[..., Path]) -> None:
    text = (
        '# %% why [markdown] role="free_text" points=20\n'
        "# ### BEGIN SOLUTION\n# words\n# ### END SOLUTION\n"
    )
    exercise = derive.exercise(read(write_source(text, "exercises")))
    assert exercise.cells[0].source == "(your answer here)"


def test_checks_report_and_only_those_of_an_exercise_keep_points(cells: list[Cell]) -> None:
    line = 'with checking("kv_bytes_check", points=5, of=10{}):\n    seen = kv_bytes(1, 1)\n'
    kept = line.format(', exercise="01_try"')
    assert by_id(derive.exercise(cells))["kv_bytes_check"].source.startswith(kept)
    assert by_id(derive.master(cells))["kv_bytes_check"].source.startswith(kept)
    solution = by_id(derive.solution(cells))
    assert solution["kv_bytes_check"].source.startswith(line.format(""))
    assert solution["why_check"].source.startswith(
        'with checking("why_check", points=1, of=10, rest="a person"):'
    )


def test_only_an_exercises_checks_may_raise(cells: list[Cell]) -> None:
    tagged = {
        cell.id
        for cell in derive.exercise(cells).cells
        if "raises-exception" in cell.metadata.get("tags", [])
    }
    assert tagged == {"kv_bytes_check", "why_check"}
    assert "raises-exception" not in nbformat.writes(derive.solution(cells))


def test_nbgrader_agrees_with_its_metadata(cells: list[Cell]) -> None:
    exercise = derive.exercise(cells)
    CheckCellMetadata().preprocess(exercise, {})
    graded = {
        cell.id: cell.metadata.nbgrader for cell in exercise.cells if "nbgrader" in cell.metadata
    }
    assert {name: facts.get("points") for name, facts in graded.items()} == {
        "kv_bytes": None,
        "kv_bytes_check": 5,
        "why": 9,
        "why_check": 1,
    }
    for cell in exercise.cells:
        if cell.id in graded:
            assert cell.metadata.nbgrader.checksum == compute_checksum(cell)
            assert cell.metadata.deletable is False
    assert by_id(exercise)["kv_bytes_check"].metadata.editable is False
    assert "editable" not in by_id(exercise)["kv_bytes"].metadata


def test_a_free_text_is_marked_by_hand(cells: list[Cell]) -> None:
    facts = by_id(derive.exercise(cells))["why"].metadata.nbgrader
    assert facts.grade and facts.solution


def test_a_master_keeps_markers_and_hides_hidden_tests(cells: list[Cell]) -> None:
    master = by_id(derive.master(cells))
    assert "### BEGIN SOLUTION" in master["kv_bytes"].source
    hidden = master["kv_bytes_hidden"].source.splitlines()
    assert (hidden[1], hidden[-1]) == ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")
    namespace: dict[str, Any] = {"kv_bytes": lambda layers, heads: 4 * layers * heads}
    exec("\n".join(hidden), namespace)  # runs by itself: rng is defined inside
    assert not any("wrong" in name or "variant" in name for name in master)


def test_measured_cells_are_tagged(write_source: Callable[..., Path], lesson_text: str) -> None:
    lesson = by_id(derive.lesson(read(write_source(lesson_text))))
    assert lesson["clock"].metadata == {"tags": ["measured", "nbval-ignore-output"]}
    assert lesson["doubled"].metadata == {}


NARRATED = """# %% [markdown]
# # 03 · Try

# %% work
x = 1

# %% tell role="narration"
print(x)

# %% slow role="measured" seconds=8
y = 2

# %% tell_slow role="measured_narration"
print(y)
"""


def test_narration_is_folded_and_what_is_slow_says_so(write_source: Callable[..., Path]) -> None:
    lesson = by_id(derive.lesson(read(write_source(NARRATED, "lessons"))))
    assert lesson["work"].metadata == {}
    # what JupyterLab honours, and the site
    assert lesson["tell"].metadata == {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}
    assert lesson["slow"].metadata == {"tags": ["measured", "nbval-ignore-output"]}
    assert lesson["slow"].source.startswith("# takes about 8 seconds")
    assert set(lesson["tell_slow"].metadata["tags"]) == {
        "measured",
        "nbval-ignore-output",
        "hide-input",
    }
    assert lesson["tell_slow"].metadata["jupyter"] == {"source_hidden": True}


@pytest.mark.parametrize(
    ("marker", "rule"),
    [
        ('work role="narration" seconds=3', "what is slow is measured"),
        ('work role="measured" seconds=0', "seconds must be a positive integer"),
        ('work role="measured" seconds="3"', "seconds must be a positive integer"),
    ],
)
def test_seconds_belong_on_measured_cells(
    write_source: Callable[..., Path], marker: str, rule: str
) -> None:
    with pytest.raises(SourceError, match=rule):
        read(write_source(f"# %% {marker}\nx = 1\n", "lessons"))
