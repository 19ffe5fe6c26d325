"""`course gradebook`, called as a person calls it."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook

from course_lib import cli
from course_lib.classroom.grading.rows import Row
from course_lib.classroom.submissions import assignment as assignments
from course_lib.classroom.submissions import work
from course_lib.classroom.submissions.assignment import Assignment
from course_lib.classroom.submissions.folders import handed_in

ROOT = Path(__file__).parents[3]
NAME, TEXT = "14_access", "charity_plan"
Rows = Callable[..., list[Row]]
Call = Callable[..., int]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, quick: None) -> Call:
    """Calls the command; its exit code."""

    def run(*words: object) -> int:
        monkeypatch.setattr(sys, "argv", ["course", "gradebook", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        return int(stop.value.code or 0)

    return run


def works(course: Path, assignment: Assignment) -> dict[str, str]:
    found = handed_in(course / "submitted", NAME)
    return {each.student: work.read(each, assignment).fingerprint for each in found}


def test_scores_go_in_and_tables_come_out(
    tmp_path: Path, url: str, call: Call, rows: Rows, record: Any, capsys: Any
) -> None:
    path = record(rows("ada", "budget_trains_check"), rows("bob", status="missing"))
    assert call(path, "--course", tmp_path, "--db", url) == 0
    said = capsys.readouterr().out
    assert f"{NAME}: 2 students in the gradebook, 2 of them new." in said
    assert "formgrader can show no answers" in said
    moodle = tmp_path / "moodle.csv"
    tables = ("--assignment", "14", "--db", url, "--moodle", moodle)
    assert call(*tables) == 2
    assert "ada (charity_plan)" in capsys.readouterr().err and not moodle.exists()
    assert call(*tables, "--partial") == 0
    assert "left out: ada (charity_plan)" in capsys.readouterr().out
    lines = moodle.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2 and lines[1].startswith("bob,0,")


def test_the_courses_own_settings_name_the_gradebook(
    tmp_path: Path, call: Call, rows: Rows, record: Any
) -> None:
    path = record(rows("ada"))
    assert call(path, "--course", tmp_path) == 0
    assert (tmp_path / "gradebook.db").is_file()
    config = f"c = get_config()\nc.CourseDirectory.db_url = 'sqlite:///{tmp_path / 'own.db'}'\n"
    (tmp_path / "nbgrader_config.py").write_text(config, encoding="utf-8")
    assert call(path, "--course", tmp_path) == 0
    with Gradebook(f"sqlite:///{tmp_path / 'own.db'}") as book:
        assert book.find_submission(NAME, "ada").score == 18


def test_what_formgrader_shows(
    tmp_path: Path, call: Call, rows: Rows, record: Any, assignment: Assignment, capsys: Any
) -> None:
    folder = tmp_path / "submitted" / "ada" / NAME
    folder.mkdir(parents=True)
    notebook = nbformat.read(ROOT / "exercises" / f"{NAME}.ipynb", as_version=4)
    for node in notebook.cells:
        if node.id == TEXT:  # plain words, as many a student types them
            node.source = 'We call.\nIt\'s "cheaper".'
        if node.id == "budget_trains":
            node.source = "def budget_trains(*_):\n    return '<script>\ud800'"
    text = json.dumps(notebook)  # a half of a letter, which a browser can save, is spelled out
    (folder / "mine.ipynb").write_text(text, encoding="ascii")
    (folder / "timestamp.txt").write_text("2026-03-01 12:30:00.5 UTC", encoding="utf-8")
    mine = rows("ada", "budget_trains_check", "budget_trains_hidden")
    path = record(mine, works=works(tmp_path, assignment))
    assert call(path, "--course", tmp_path) == 0
    page = tmp_path / "autograded" / "ada" / NAME / f"{NAME}.ipynb"
    cells = {cell.id: cell for cell in nbformat.read(page, as_version=4).cells}
    assert cells[TEXT].source == f'{TEXT} = """\nWe call.\nIt\'s "cheaper".\n"""'
    assert "\\ud800" in cells["budget_trains"].source
    assert cells["budget_trains_check"].outputs[0].text == "budget_trains_check fails\n"
    assert cells["adapter_states_check"].outputs[0].text == "It passes: 4 of 4 points.\n"
    assert cells["budget_trains_hidden"].source == "# More checks run here once this is handed in."
    assert "### BEGIN SOLUTION" not in page.read_text(encoding="utf-8")
    assert page.with_name("timestamp.txt").read_text(encoding="utf-8").startswith("2026-03-01")
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as book:
        assert (
            book.find_submission(NAME, "ada").timestamp.isoformat() == "2026-03-01T12:30:00.500000"
        )

    other = json.dumps(notebook).replace("We call.", "We rent.")
    (folder / "mine.ipynb").write_text(other, encoding="ascii")
    assert call(path, "--course", tmp_path) == 1
    assert "ada: handed in anew since it was graded" in capsys.readouterr().out


def test_a_name_that_the_gradebook_cannot_hold_stops_nobody_else(
    tmp_path: Path, url: str, call: Call, rows: Rows, record: Any, capsys: Any
) -> None:
    too_long = "x" * 200
    path = record(rows(too_long), rows("zoe"), rows("\udcff"))
    code = call(path, "--course", tmp_path, "--db", url)
    said = capsys.readouterr().out
    assert code == 1 and "\\udcff: the folder's name is no proper text" in said
    assert ("value too long" in said) == url.startswith("postgresql")
    with Gradebook(url) as book:
        assert "zoe" in [student.id for student in book.students]


def test_a_record_of_another_version_is_refused(
    tmp_path: Path, call: Call, rows: Rows, record: Any, capsys: Any
) -> None:
    path = record(rows("ada"), exercise="old")
    assert call(path, "--course", tmp_path) == 2
    assert "another version of 14_access" in capsys.readouterr().err
    assert not (tmp_path / "gradebook.db").exists()


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ((), "name a record"),
        (("--assignment", "14"), "name a record"),
        (("no.jsonl",), "no record of `course grade`"),
        (("x.jsonl", "--assignment", "14"), "the record says"),
        (("x.jsonl", "--roster", "r.csv"), "--roster is for"),
        (("x.jsonl", "--canvas-column", "r"), "--canvas-column is for"),
        (("x.jsonl", "--moodle", "r.txt"), "must end in .csv"),
    ],
)
def test_calls_that_cannot_be_meant(
    call: Call, capsys: Any, words: tuple[str, ...], fault: str
) -> None:
    assert call(*words) == 2
    assert fault in capsys.readouterr().err


def test_an_exercise_without_scores(tmp_path: Path, call: Call, capsys: Any) -> None:
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    assert call("--assignment", "1", "--db", url, "--canvas", tmp_path / "c.csv") == 2
    assert "knows no exercise 01_parameters" in capsys.readouterr().err


def test_every_exercise_fits_the_gradebook(tmp_path: Path, quick: None) -> None:
    """All of them, so that no name is too long and no cell is forgotten."""
    from course_lib.classroom.gradebook import cells, database

    folder = ROOT / "source" / "exercises"
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with database.opened(url) as book:
        for path in sorted(folder.glob("[0-9]*.py")):
            cells.save(book, url, path.stem, cells.handed_out(path.stem, folder))
            tasks = assignments.read(path.stem, folder)
            assert book.find_assignment(path.stem).max_score == sum(
                map(tasks.max_points, tasks.tasks)
            )
