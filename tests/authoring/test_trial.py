"""An exercise is tried without a kernel: what passes, what fails, and with which words."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from course_lib.authoring import trial
from course_lib.authoring.cell import Cell
from course_lib.authoring.source import read
from course_lib.errors import TrialError


@pytest.fixture
def cells(write_source: Callable[..., Path], exercise_text: str) -> list[Cell]:
    return read(write_source(exercise_text, "exercises"))


def named(cells: list[Cell], name: str) -> Cell:
    return next(cell for cell in cells if cell.name == name)


def changed(cells: list[Cell], name: str, text: str) -> list[Cell]:
    return [replace(cell, text=text) if cell.name == name else cell for cell in cells]


@pytest.mark.parametrize("seed", range(5))
def test_the_solution_passes(cells: list[Cell], seed: int) -> None:
    assert trial.run(cells, seeds=[seed]) == {
        "kv_bytes_check": None,
        "kv_bytes_hidden": None,
        "why_check": None,
    }


def test_the_stub_is_not_answered_yet(cells: list[Cell]) -> None:
    outcome = trial.run(cells, "stub")
    assert outcome["kv_bytes_check"] == outcome["why_check"] == "not answered yet"
    assert outcome["kv_bytes_hidden"]


def test_a_wrong_answer_is_tried_by_its_own_task_only(cells: list[Cell]) -> None:
    outcome = trial.run(cells, "wrong", named(cells, "kv_bytes_wrong_keys_only"))
    assert "keys and values" in str(outcome["kv_bytes_check"])
    assert set(outcome) == {"kv_bytes_check", "kv_bytes_hidden"}


def test_a_hard_coded_answer_meets_fresh_numbers(cells: list[Cell]) -> None:
    outcome = trial.run(cells, "wrong", named(cells, "kv_bytes_wrong_fixed"))
    assert outcome["kv_bytes_check"] is None
    assert outcome["kv_bytes_hidden"] == "it must hold for any size"


def test_an_error_in_a_check_is_a_failure(cells: list[Cell]) -> None:
    assert trial.run(changed(cells, "kv_bytes_check", "nowhere"))["kv_bytes_check"] == (
        "NameError: name 'nowhere' is not defined"
    )


def test_hidden_checks_see_answers_and_rng_only(cells: list[Cell]) -> None:
    outcome = trial.run(changed(cells, "kv_bytes_hidden", "kv_bytes, rng, why; np"))
    assert outcome["kv_bytes_hidden"] == "NameError: name 'why' is not defined"
    outcome = trial.run(changed(cells, "kv_bytes_hidden", "kv_bytes, rng; np"))
    assert outcome["kv_bytes_hidden"] == "NameError: name 'np' is not defined"


def test_a_broken_plain_cell_is_named(cells: list[Cell]) -> None:
    with pytest.raises(TrialError, match="cell setup fails: ModuleNotFoundError"):
        trial.run(changed(cells, "setup", "import no_such_module"))


def test_wrong_needs_its_cell(cells: list[Cell]) -> None:
    with pytest.raises(ValueError, match="wrong"):
        trial.run(cells, "wrong")
