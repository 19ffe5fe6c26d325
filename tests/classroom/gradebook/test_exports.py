"""Tables for Moodle and Canvas, read back as a platform would."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from course_lib.classroom.gradebook import exports, roster, write
from course_lib.classroom.gradebook.entries import entry
from course_lib.classroom.gradebook.totals import Total, totals
from course_lib.classroom.grading.rows import Row
from course_lib.classroom.submissions.assignment import Assignment
from course_lib.errors import CallError

NAME, TEXT = "14_access", "charity_plan"
Rows = Callable[..., list[Row]]


def total(student: str = "ada", **facts: Any) -> Total:
    given = {"name": "", "points": 17.5, "max_points": 20, "unmarked": (), "feedback": "fine"}
    return Total(student=student, **(given | facts))


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_totals_count_what_a_person_gave(book: Any, assignment: Assignment, rows: Rows) -> None:
    for student in ("bob", "ada"):
        write.put(book, NAME, entry(assignment, rows(student, "budget_trains_check")))
    grade = book.find_grade(TEXT, NAME, NAME, "ada")
    grade.manual_score, grade.needs_manual_grade = 0.5, False
    comment = book.find_comment(TEXT, NAME, NAME, "ada")
    comment.manual_comment = "Two\nlines"
    student = book.find_student("ada")
    student.last_name, student.first_name = "Lovelace", "Ada"
    submission = book.find_submission(NAME, "bob")
    submission.notebooks[0].late_submission_penalty = 100
    book.db.commit()
    ada, bob = totals(book, assignment)
    assert (ada.student, ada.name, ada.points, ada.max_points) == ("ada", "Lovelace, Ada", 16.5, 20)
    assert ada.unmarked == () and bob.unmarked == (TEXT,)
    assert bob.points == 0
    assert (
        "budget_trains: 2 of 4. budget_trains_check fails adapter_states: 4 of 4." in ada.feedback
    )
    assert ada.feedback.endswith(f"{TEXT}: 1.5 of 3. Two lines")


def test_who_is_not_marked_never_gets_a_score() -> None:
    both = [total(), total("bob", unmarked=(TEXT,))]
    with pytest.raises(CallError, match=r"1 of 2 .* bob \(charity_plan\)"):
        exports.ready(both, partial=False)
    done, waiting = exports.ready(both, partial=True)
    assert ([each.student for each in done], [each.student for each in waiting]) == (
        ["ada"],
        ["bob"],
    )
    with pytest.raises(CallError, match="no student"):
        exports.ready(both[1:], partial=True)


def test_without_a_roster_folders_are_accounts() -> None:
    found = [total(), total("zoë.x@uni", name="X, Zoë", points=0)]
    assert table(exports.moodle(found, NAME, None)) == [
        ["Username", NAME, f"{NAME} feedback"],
        ["ada", "17.5", "fine"],
        ["zoë.x@uni", "0", "fine"],
    ]
    assert table(exports.canvas(found, "Exercise 14 (4711)", None)) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Exercise 14 (4711)"],
        ["    Points Possible", "", "", "", "", "20"],
        ["ada", "", "", "ada", "", "17.5"],
        ["X, Zoë", "", "", "zoë.x@uni", "", "0"],
    ]


def test_a_roster_gives_the_schools_numbers(tmp_path: Path) -> None:
    path = tmp_path / "students.csv"
    path.write_text(
        '\ufeffstudent,id,name,section,canvas_id\nada,0042,"Lovelace, Ada",A,9\nbob,7,,,\n',
        encoding="utf-8",
    )
    people = roster.read(path)
    assert table(exports.moodle([total()], NAME, people)) == [
        ["ID number", NAME, f"{NAME} feedback"],
        ["0042", "17.5", "fine"],
    ]
    rows = table(exports.canvas([total(), total("bob")], NAME, people))
    assert rows[2:] == [
        ["Lovelace, Ada", "9", "0042", "", "A", "17.5"],
        ["bob", "", "7", "", "", "17.5"],
    ]
    with pytest.raises(CallError, match="not in the roster: eve"):
        exports.moodle([total("eve")], NAME, people)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "columns student and id"),
        ("student;id\nada;1\n", "columns student and id"),
        ("student,id\nada,1\nada,2\n", "ada was there before"),
        ("student,id\nada,1\nbob,1\n", "one id for two students: 1"),
        ("student,id\nada,\n", "row 2: student or id is empty"),
    ],
)
def test_a_roster_that_cannot_be_meant(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "students.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CallError, match=fault):
        roster.read(path)
    with pytest.raises(CallError, match="No such file"):
        roster.read(tmp_path / "none.csv")


FORMULAS = ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_is_a_formula(formula: str) -> None:
    with pytest.raises(CallError, match="formulas"):
        exports.moodle([total(formula)], NAME, None)
    with pytest.raises(CallError, match="formulas"):
        exports.canvas([total(formula)], NAME, None)
    nasty = total(name=formula, feedback=formula + '"a"\n,b')
    (_, row) = table(exports.moodle([nasty], NAME, None))
    kept = "'" + formula.replace("\r", "\\r")
    assert row[2] == kept + '"a"\n,b'
    cells = table(exports.canvas([nasty], formula, None))
    assert cells[0][5] == cells[2][0] == kept
    for name in ("-ada", "@ada.b"):  # accounts may be called so
        assert table(exports.moodle([total(name)], NAME, None))[1][0] == name


def test_words_that_a_table_could_not_hold() -> None:
    (_, row) = table(exports.moodle([total(feedback="a\0\ud800b")], NAME, None))
    assert row[2] == "a\\0\\ud800b"
