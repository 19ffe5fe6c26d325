"""Scores in the gradebook, read back by nbgrader's own API, in SQLite and in PostgreSQL."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from nbgrader.api import Comment, Grade, SubmittedAssignment

from course_lib.classroom.gradebook import cells, database, write
from course_lib.classroom.gradebook.entries import entry
from course_lib.classroom.grading.rows import Row
from course_lib.classroom.submissions.assignment import Assignment

NAME = "14_access"
TEXT = "charity_plan"
Rows = Callable[..., list[Row]]


def put(book: Any, assignment: Assignment, rows: list[Row], **more: Any) -> bool:
    return write.put(book, NAME, entry(assignment, rows), **more)


def mark(book: Any, student: str, points: float) -> None:
    """What formgrader does when a person types a score."""
    grade = book.find_grade(TEXT, NAME, NAME, student)
    grade.manual_score, grade.needs_manual_grade = points, False
    book.db.commit()


def test_the_exercise_is_there_with_its_points(book: Any, assignment: Assignment) -> None:
    found = book.find_assignment(NAME)
    assert (found.max_score, found.max_written_score) == (20, 0)
    (notebook,) = found.notebooks
    points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    graded = [c for c in assignment.parts if c.role in ("check", "hidden", "free_text")]
    assert points == {cell.name: cell.points for cell in graded}
    assert {cell.name for cell in notebook.solution_cells} == {t.name for t in assignment.tasks}


def test_scores_and_comments(book: Any, assignment: Assignment, rows: Rows) -> None:
    when = datetime(2026, 3, 1, 12, 30)
    assert put(book, assignment, rows("ada", "budget_trains_hidden"), handed_in=when)
    submission = book.find_submission(NAME, "ada")
    assert (submission.score, submission.max_score) == (16, 20)  # 20 - 2 hidden - 2 for a person
    assert submission.needs_manual_grade and submission.timestamp == when
    words = book.find_grade(TEXT, NAME, NAME, "ada")
    assert (words.auto_score, words.needs_manual_grade) == (None, True)
    failed = book.find_grade("budget_trains_hidden", NAME, NAME, "ada")
    assert (failed.auto_score, failed.failed_tests) == (0, True)
    comment = book.find_comment("budget_trains", NAME, NAME, "ada")
    assert comment.comment == "budget_trains_hidden fails"
    assert book.find_comment("year_of_upkeep", NAME, NAME, "ada").comment is None


def test_again_it_updates_and_keeps_what_a_person_gave(
    book: Any, assignment: Assignment, rows: Rows
) -> None:
    put(book, assignment, rows("ada", "budget_trains_check"))
    mark(book, "ada", 1.5)
    comment = book.find_comment(TEXT, NAME, NAME, "ada")
    comment.manual_comment = "Which card?"
    book.db.commit()
    counts = [book.db.query(each).count() for each in (SubmittedAssignment, Grade, Comment)]
    assert not put(book, assignment, rows("ada"))
    assert [book.db.query(each).count() for each in (SubmittedAssignment, Grade, Comment)] == counts
    submission = book.find_submission(NAME, "ada")
    assert (submission.score, submission.needs_manual_grade) == (19.5, False)
    assert book.find_comment(TEXT, NAME, NAME, "ada").comment == "Which card?"
    assert book.find_comment("budget_trains", NAME, NAME, "ada").comment is None


def test_new_words_wait_again_and_keep_their_mark(
    book: Any, assignment: Assignment, rows: Rows
) -> None:
    put(book, assignment, rows("ada"))
    mark(book, "ada", 2)
    put(book, assignment, rows("ada"), new_words={TEXT})
    grade = book.find_grade(TEXT, NAME, NAME, "ada")
    assert (grade.manual_score, grade.needs_manual_grade) == (2, True)


def test_a_score_that_a_person_overruled_waits_where_it_changes(
    book: Any, assignment: Assignment, rows: Rows
) -> None:
    put(book, assignment, rows("ada", "adapter_states_check"))
    grade = book.find_grade("adapter_states_check", NAME, NAME, "ada")
    grade.manual_score, grade.needs_manual_grade = 3, False
    book.db.commit()
    put(book, assignment, rows("ada", "adapter_states_check"))
    assert not book.find_grade("adapter_states_check", NAME, NAME, "ada").needs_manual_grade
    put(book, assignment, rows("ada"))
    grade = book.find_grade("adapter_states_check", NAME, NAME, "ada")
    assert (grade.auto_score, grade.score, grade.needs_manual_grade) == (4, 3, True)


@pytest.mark.parametrize(("status", "waits"), [("missing", False), ("unreadable", True)])
def test_nothing_is_0_and_an_unreadable_file_is_not(
    book: Any, assignment: Assignment, rows: Rows, status: str, waits: bool
) -> None:
    put(book, assignment, rows("ada", status=status))
    submission = book.find_submission(NAME, "ada")
    assert (submission.score, submission.needs_manual_grade) == (0, waits)
    assert book.find_comment(TEXT, NAME, NAME, "ada").comment == f"({status}) {status}"


def test_a_doubtful_reading_waits_for_a_person(
    book: Any, assignment: Assignment, rows: Rows
) -> None:
    mine = rows("ada", "budget_trains_check")
    mine[0] = Row(**{**vars(mine[0]), "status": "needs-review"})
    put(book, assignment, mine)
    waiting = [g.name for g in book.find_submission(NAME, "ada").notebooks[0].grades]
    waiting = [n for n in waiting if book.find_grade(n, NAME, NAME, "ada").needs_manual_grade]
    assert sorted(waiting) == ["budget_trains_check", TEXT]


def test_all_of_a_student_or_nothing(
    book: Any, assignment: Assignment, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(book, assignment, rows("ada", "budget_trains_check"))

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(book.db.registry(), "commit", fail)
        with pytest.raises(KeyboardInterrupt):
            put(book, assignment, rows("ada"))
        with pytest.raises(KeyboardInterrupt):
            put(book, assignment, rows("bob"))
    assert book.find_submission(NAME, "ada").score == 16
    assert [student.id for student in book.students] == ["ada"]


def test_odd_words_are_kept(book: Any, assignment: Assignment, rows: Rows) -> None:
    mine = rows("Zoë O'Neil; drop table", "budget_trains_check")
    mine[0] = Row(**{**vars(mine[0]), "message": "a\0b \ud800 'quoted' 漢"})
    put(book, assignment, mine)
    comment = book.find_comment("budget_trains", NAME, NAME, "Zoë O'Neil; drop table")
    assert comment.comment == "a\\0b \\ud800 'quoted' 漢"


def test_the_exercise_may_get_other_points_but_no_other_cells(
    book: Any, url: str, exercise: Any, assignment: Assignment, rows: Rows
) -> None:
    import copy

    from course_lib.errors import CallError

    put(book, assignment, rows("ada"))
    other = copy.deepcopy(exercise)
    check = next(node for node in other.cells if node.id == "budget_trains_check")
    check.metadata.nbgrader["points"] = 7
    cells.save(book, url, NAME, other)
    assert book.find_assignment(NAME).max_score == 25
    other.cells.remove(check)
    with pytest.raises(CallError, match="other cells"):
        cells.save(book, url, NAME, other)
    assert book.find_submission(NAME, "ada").score == 18


def test_while_another_writes_it_waits_or_says_so(
    tmp_path: Any, exercise: Any, assignment: Assignment, rows: Rows
) -> None:
    from course_lib.errors import CallError

    path = tmp_path / "gradebook.db"
    url = f"sqlite:///{path}?timeout=0.1"
    with database.opened(url) as book:
        cells.save(book, url, NAME, exercise)
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(CallError, match="locked"), database.opened(url) as book:
        pass
    other.rollback()
    with pytest.raises(CallError, match="locked"), database.opened(url) as book:
        other.execute("BEGIN IMMEDIATE")
        put(book, assignment, rows("ada"))
    other.rollback()
    with database.opened(url) as book:
        assert put(book, assignment, rows("ada"))
