"""What is refused before anything is written, and in which words."""

import sqlite3
from pathlib import Path

import pytest

from course_lib.classroom.gradebook import database
from course_lib.errors import CallError


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("gradebook.db", "no URL of a database"),
        ("", "no URL of a database"),
        ("postgres://a:secret@b/c", "postgres"),
        ("oracle+none://a:secret@b/c", "none"),
        ("sqlite:////no/such/folder/gradebook.db", "no folder /no/such/folder"),
        ("postgresql+psycopg2://me:secret@127.0.0.1:9/x", "refused"),
    ],
)
def test_a_url_that_leads_nowhere(url: str, fault: str) -> None:
    with pytest.raises(CallError, match=fault) as stop, database.opened(url):
        pass
    assert "secret" not in str(stop.value) and "\n" not in str(stop.value)


def test_no_database_at_all(tmp_path: Path) -> None:
    path = tmp_path / "gradebook.db"
    path.write_text("student,points\n" * 100, encoding="utf-8")
    with pytest.raises(CallError, match="not a database"), database.opened(f"sqlite:///{path}"):
        pass
    assert path.read_text(encoding="utf-8") == "student,points\n" * 100


def test_someone_elses_database_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE invoices (id INTEGER)")
    with pytest.raises(CallError, match=r"other tables \(invoices\)"):
        database.opened(f"sqlite:///{path}").__enter__()
    with sqlite3.connect(path) as other:
        tables = other.execute("SELECT name FROM sqlite_master").fetchall()
    assert tables == [("invoices",)]


def test_the_gradebook_of_an_older_nbgrader(tmp_path: Path, quick: None) -> None:
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with database.opened(url):
        pass
    with sqlite3.connect(tmp_path / "gradebook.db") as old:
        old.execute("ALTER TABLE grade DROP COLUMN extra_credit")
    with pytest.raises(CallError, match="nbgrader db upgrade"), database.opened(url):
        pass


def test_a_new_gradebook_is_made_without_a_path(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    with database.opened(url) as book:
        assert book.students == []
        version = book.db.connection().exec_driver_sql("SELECT * FROM alembic_version").scalar()
    assert version
