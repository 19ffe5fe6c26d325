"""Every exercise accepts its solution, says of its stub that it is not answered, and refuses its
wrong answers."""

from pathlib import Path

import pytest

from course_lib.authoring import trial
from course_lib.authoring.cell import Cell, owned, owners
from course_lib.authoring.places import names
from course_lib.authoring.source import read

FOLDER = Path(__file__).resolve().parents[2] / "source" / "exercises"
EXERCISES = {name: read(FOLDER / f"{name}.py") for name in names(FOLDER, ".py")}
WRONG = {
    f"{name}-{cell.name}": (name, cell)
    for name, cells in EXERCISES.items()
    for cell in cells
    if cell.role == "wrong"
}
SEEDS = (0, 1, 2)


def messages(cells: list[Cell], outcome: trial.Outcome, owner: str | None) -> list[str]:
    """What the checks of one task said."""
    mine = [cell.name for cell in cells if cell.owner == owner and cell.role in ("check", "hidden")]
    return [message for name in mine if (message := outcome[name]) is not None]


@pytest.mark.parametrize("name", EXERCISES)
def test_the_solution_passes_every_check(name: str) -> None:
    outcome = trial.run(EXERCISES[name], seeds=SEEDS)
    assert {check: message for check, message in outcome.items() if message is not None} == {}


@pytest.mark.parametrize("name", EXERCISES)
def test_every_visible_check_says_not_answered_yet(name: str) -> None:
    outcome = trial.run(EXERCISES[name], "stub")
    for cell in EXERCISES[name]:
        if cell.role == "check":
            assert trial.NOT_ANSWERED in str(outcome[cell.name]), cell.name
        elif cell.role == "hidden":
            assert outcome[cell.name], f"{cell.name} accepts an untouched stub"


@pytest.mark.parametrize("name", EXERCISES)
def test_every_task_has_wrong_answers(name: str) -> None:
    for task in owners(EXERCISES[name]):
        assert len(owned(EXERCISES[name], task.name, "wrong")) >= 3, task.name


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_answer_is_refused_by_name(case: str) -> None:
    name, wrong = WRONG[case]
    said = messages(EXERCISES[name], trial.run(EXERCISES[name], "wrong", wrong), wrong.owner)
    assert any(wrong.expected_message() in message for message in said), said
