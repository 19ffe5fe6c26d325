"""Every exercise accepts its solution and its variants, says of its stub that it is not answered,
and refuses its wrong answers with the right words."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from numbers import Real
from pathlib import Path

import pytest

from course_lib.authoring import rubric, trial
from course_lib.authoring.cell import Cell, owned, owners
from course_lib.authoring.contract.fuller import HELD
from course_lib.authoring.places import names
from course_lib.authoring.source import read
from course_lib.teaching.quizzes import misconceptions

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "source" / "exercises"
EXERCISES = {name: read(FOLDER / f"{name}.py") for name in names(FOLDER, ".py")}
SEEDS = (0, 1, 2)
REMEDIES = [entry.remedy for entry in misconceptions.load(misconceptions.FOLDER).values()]


def tried(role: str) -> dict[str, Cell]:
    """The answers of one role in all exercises, by a name for each."""
    return {
        f"{name}-{cell.name}": cell
        for name, cells in EXERCISES.items()
        for cell in cells
        if cell.role == role
    }


WRONG = tried("wrong")
VARIANTS = tried("variant")
RUBRICS = [name for name in HELD if name in EXERCISES]


@cache  # two tests ask for the same trial
def outcome_of(instead: Cell) -> trial.Outcome:
    """What each check of its task says of an answer that stands in for another.

    A check lets both readings of a measurement pass where it was not clear. So a wrong answer that
    passes is tried once more, with measurements made anew.
    """
    kind = "variant" if instead.role == "variant" else "wrong"
    outcome = trial.run(EXERCISES[instead.home], kind, instead, seeds=SEEDS)
    if kind == "wrong" and not any(outcome.values()):
        trial.forget_measurements()
        outcome = trial.run(EXERCISES[instead.home], kind, instead, seeds=SEEDS)
    return outcome


def messages(instead: Cell, role: str | None = None) -> list[str]:
    """What the checks of its task say of an answer that stands in for another; of one role, if
    given."""
    cells, outcome = EXERCISES[instead.home], outcome_of(instead)
    roles = ("check", "hidden") if role is None else (role,)
    mine = [cell.name for cell in cells if cell.name in outcome and cell.role in roles]
    return [message for name in mine if (message := outcome[name]) is not None]


@pytest.fixture(scope="module", autouse=True)
def learner_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A learner's file of its own: a trial keeps nothing, and if it did, not in the tester's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_STATE", str(tmp_path_factory.mktemp("state") / "learner.json"))
        yield


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


@pytest.mark.parametrize("case", [case for case, cell in WRONG.items() if not cell.neutral])
def test_a_wrong_answer_is_refused_by_name(case: str) -> None:
    said = messages(WRONG[case])
    assert any(WRONG[case].expected_message() in message for message in said), said


@pytest.mark.parametrize("case", [case for case, cell in WRONG.items() if cell.neutral])
def test_a_further_wrong_answer_is_refused_without_a_cause(case: str) -> None:
    """The message is neither a remedy of the catalogue nor that of another wrong answer."""
    others = [cell.says for cell in EXERCISES[WRONG[case].home] if cell.says is not None]
    said = messages(WRONG[case])
    assert said
    assert [cause for cause in REMEDIES + others for message in said if cause in message] == []


@pytest.mark.parametrize("case", [case for case, cell in WRONG.items() if cell.home in HELD])
def test_a_wrong_answer_does_not_wait_for_the_hidden_check(case: str) -> None:
    assert messages(WRONG[case], "check")


@pytest.mark.parametrize("case", VARIANTS)
def test_an_honest_variant_passes_every_check(case: str) -> None:
    assert messages(VARIANTS[case]) == []


@pytest.mark.parametrize("name", [name for name in EXERCISES if name in HELD])
def test_no_visible_check_holds_a_number_that_is_asked_for(name: str) -> None:
    """No sum of typed numbers in a check is the value of an answer that is no function."""
    values = trial.values(EXERCISES[name])
    for cell in EXERCISES[name]:
        if cell.role == "check":
            typed = list(typed_numbers(cell.text))
            for answer in answers_of(name, str(cell.owner)):
                value = values[answer]
                if isinstance(value, Real) and abs(value) > 20:
                    near = [number for number in typed if abs(number / value - 1) < 0.02]
                    assert near == [], f"{cell.name} holds {answer}"


def answers_of(name: str, task: str) -> Iterator[str]:
    """The names that the answers of one task give a value, functions left out."""
    for cell in EXERCISES[name]:
        if cell.role == "answer" and task in (cell.name, cell.part_of):
            for node in ast.parse(cell.text).body:
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    yield node.targets[0].id


def typed_numbers(text: str) -> Iterator[float]:
    """The value of every expression of a code that is made of typed numbers alone."""
    for node in ast.walk(ast.parse(text)):
        plain = (ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop)
        if isinstance(node, ast.expr) and all(isinstance(part, plain) for part in ast.walk(node)):
            try:
                value = eval(compile(ast.Expression(node), "<typed>", "eval"), {})
            except (TypeError, ZeroDivisionError):  # texts among them
                continue
            if isinstance(value, int | float):
                yield value


@pytest.mark.parametrize("name", RUBRICS)
def test_the_samples_of_its_rubric_can_be_marked(name: str) -> None:
    """Whatever deserves points passes the check, so that a person reads it."""
    found = rubric.read(ROOT / "docs" / "rubrics" / f"{name}.md")
    (task,) = [task for task in owners(EXERCISES[name]) if task.role == "free_text"]
    assert found.task == task.name
    cells = EXERCISES[name]
    for sample in found.samples:
        assert sample.of == sum(
            cell.points or 0 for cell in cells if task.name in (cell.name, cell.owner)
        )
        text = f'{task.name} = """{sample.text}"""'
        instead = replace(task, role="variant", text=text, owner=task.name, replaces=task.name)
        if sample.points >= 1:
            assert messages(instead) == [], sample.kind
