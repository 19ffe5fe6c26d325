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
    for check in ("kv_bytes_check", "why_check"):
        assert trial.NOT_ANSWERED in str(outcome[check])
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
    said = trial.run(changed(cells, "kv_bytes_check", "nowhere"))["kv_bytes_check"]
    assert str(said).startswith("`nowhere` has no value")


def test_a_variant_is_tried_like_a_wrong_answer(cells: list[Cell]) -> None:
    outcome = trial.run(cells, "variant", named(cells, "kv_bytes_variant_float"))
    assert outcome == {"kv_bytes_check": None, "kv_bytes_hidden": None}


def test_a_part_is_replaced_and_judged_by_its_tasks_check(
    write_source: Callable[..., Path],
) -> None:
    part = '# %% kept role="answer" part_of="task"\n### BEGIN SOLUTION\nkept = 1\n'
    said = "assert kept == 1, 'read it again'"
    text = (
        "# %% setup\nfrom course_lib.teaching import checking\n"
        '# %% task role="answer"\n### BEGIN SOLUTION\ntask = 1\n### END SOLUTION\n'
        f'{part}### END SOLUTION\n# %% task_check role="check" points=20\n{said}\n'
        '# %% kept_wrong role="wrong" says="read it again"\nkept = 2\n'
    )
    with_part = read(write_source(text, "exercises"))
    assert (with_part[-1].owner, with_part[-1].replaces) == ("task", "kept")
    assert trial.run(with_part, "wrong", with_part[-1]) == {"task_check": "read it again"}
    assert trial.run(with_part) == {"task_check": None}


def test_values_are_what_the_answers_define(cells: list[Cell]) -> None:
    values = trial.values(cells)
    assert set(values) == {"kv_bytes", "why"}
    assert values["kv_bytes"](2, 3) == 24


def test_hidden_checks_see_answers_and_rng_only(cells: list[Cell]) -> None:
    outcome = trial.run(changed(cells, "kv_bytes_hidden", "kv_bytes, rng, why; np"))
    assert outcome["kv_bytes_hidden"] == "NameError: name 'why' is not defined"
    outcome = trial.run(changed(cells, "kv_bytes_hidden", "kv_bytes, rng; np"))
    assert outcome["kv_bytes_hidden"] == "NameError: name 'np' is not defined"


def test_a_broken_plain_cell_is_named(cells: list[Cell]) -> None:
    with pytest.raises(TrialError, match="cell setup fails: ModuleNotFoundError"):
        trial.run(changed(cells, "setup", "import no_such_module"))


def test_wrong_needs_its_cell(cells: list[Cell]) -> None:
    with pytest.raises(ValueError, match="instead=None"):
        trial.run(cells, "wrong")


def test_a_trial_keeps_no_points(cells: list[Cell], learner_file: Path) -> None:
    trial.run(cells)
    trial.run(cells, "stub")
    assert not learner_file.exists()


def test_a_measuring_cell_runs_once_for_all_answers(
    write_source: Callable[..., Path], tmp_path: Path
) -> None:
    """And what one answer does to what was measured, no other sees."""
    log = tmp_path / "log"
    log.write_text("")
    text = (
        "# %% setup\nfrom pathlib import Path\nfrom course_lib.teaching import checking\n"
        f'# %% clock role="measured"\nlog = Path({str(log)!r})\n'
        'log.write_text(log.read_text() + "x")\nmeasured = [1, 2, 3]\n'
        '# %% task role="answer"\n### BEGIN SOLUTION\ntask = sum(measured)\n### END SOLUTION\n'
        '# %% own role="measured"\nmine = task + len(measured)\n'
        '# %% task_check role="check" points=20\n'
        "assert mine == 9 and measured == [1, 2, 3], f'not {mine}: look again'\n"
        '# %% task_wrong role="wrong" says="not 3"\nmeasured.clear()\ntask = 3\n'
    )
    cells = read(write_source(text, "exercises"))
    for _ in range(3):
        assert trial.run(cells) == {"task_check": None}
        assert trial.run(cells, "wrong", cells[-1]) == {"task_check": "not 3: look again"}
    assert log.read_text() == "x"
