"""A gradebook in SQLite and one in a real PostgreSQL, and records of students who never were."""

import json
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from course_lib.classroom.gradebook import cells, database
from course_lib.classroom.grading.rows import CheckResult, Row
from course_lib.classroom.records.journal import Header
from course_lib.classroom.submissions import assignment as assignments
from course_lib.classroom.submissions.assignment import Assignment

ROOT = Path(__file__).parents[3]
EXERCISES = ROOT / "source" / "exercises"
NAME = "14_access"


def _as_postgres() -> list[str]:
    """How a server is started here: it refuses to run as root."""
    if os.geteuid() != 0:
        return []
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")
    return ["runuser", "-u", "postgres", "--"]


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """URL of a throw-away PostgreSQL server without the name of a database."""
    pytest.importorskip("psycopg2")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    control = str(found[-1]) if found else shutil.which("pg_ctl")
    if not control:
        pytest.skip("no PostgreSQL server is installed")
    prefix = _as_postgres()
    # short: a socket's path has room for some 100 characters
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    data = str(folder / "data")
    if prefix:
        shutil.chown(folder, "postgres")
    initdb = str(Path(control).with_name("initdb"))
    call = [*prefix, initdb, "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"]
    subprocess.run(call, check=True, capture_output=True, timeout=60, cwd="/")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    start = [*prefix, control, "-D", data, "-w", "-t", "30", "-o", options, "-l", f"{data}/log"]
    subprocess.run([*start, "start"], check=True, timeout=60, cwd="/", stdout=subprocess.DEVNULL)
    try:
        yield f"postgresql+psycopg2://postgres@/{{}}?host={folder}"
    finally:
        stop = [*prefix, control, "-D", data, "-m", "immediate", "stop"]
        subprocess.run(stop, check=False, capture_output=True, timeout=60, cwd="/")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def version() -> str:
    """What nbgrader asks a program for, at each new gradebook."""
    import nbgrader.api

    with database._programs_found():
        return str(nbgrader.api.get_alembic_version())


@pytest.fixture
def quick(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new gradebook without a second for that program."""
    monkeypatch.setattr("nbgrader.api.get_alembic_version", lambda: version)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'gradebook.db'}"
    server = request.getfixturevalue("server")
    name = f"t{abs(hash(str(tmp_path)))}"
    from sqlalchemy import create_engine

    engine = create_engine(server.format("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return str(server.format(name))


@pytest.fixture(scope="session")
def assignment() -> Assignment:
    """Exercise 14: five tasks, 20 points, one answer in words."""
    return assignments.read(NAME, EXERCISES)


@pytest.fixture(scope="session")
def exercise() -> Any:
    """Its notebook as nbgrader stores it."""
    return cells.handed_out(NAME, EXERCISES)


@pytest.fixture
def book(url: str, exercise: Any, quick: None) -> Iterator[Any]:
    """A gradebook that knows the exercise and no student."""
    with database.opened(url) as opened:
        cells.save(opened, url, NAME, exercise)
        yield opened


Rows = Callable[..., list[Row]]


@pytest.fixture
def rows(assignment: Assignment) -> Rows:
    """Makes the rows of a student who got all checks right but those that are named."""

    def make(student: str, *wrong: str, status: str = "", answer: str = "words") -> list[Row]:
        found = []
        for task in assignment.tasks:
            checks = tuple(
                CheckResult(
                    name=cell.name,
                    points=cell.points or 0,
                    message=f"{cell.name} fails" if cell.name in wrong else None,
                    hidden=cell.role == "hidden",
                )
                for cell in assignment.belonging(task, "check", "hidden")
            )
            failed = [check.message for check in checks if check.message]
            is_text = task.role == "free_text"
            own = status or ("needs-review" if is_text else "wrong" if failed else "ok")
            found.append(
                Row(
                    student=student,
                    assignment=assignment.name,
                    task=task.name,
                    points=0 if status else sum(check.earned for check in checks),
                    max_points=assignment.max_points(task),
                    status=own,
                    message=status or (failed[0] if failed else ""),
                    checks=() if status else checks,
                    answer="" if status else answer,
                )
            )
        return found

    return make


@pytest.fixture
def record(assignment: Assignment, tmp_path: Path) -> Callable[..., Path]:
    """Writes a record as `course grade` does."""

    def write(*students: list[Row], works: dict[str, str] | None = None, **facts: Any) -> Path:
        header = Header(
            assignment=assignment.name, exercise=assignment.fingerprint, seeds=(1,), walled=True
        )
        path = tmp_path / "grades.jsonl"
        lines = [asdict(header) | facts]
        for mine in students:
            who = mine[0].student
            work = (works or {}).get(who, "x")
            lines.append({"student": who, "work": work, "rows": [asdict(row) for row in mine]})
        path.write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
        return path

    return write
