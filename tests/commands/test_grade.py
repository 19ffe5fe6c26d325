"""`course grade` as a marker calls it: interrupted, repeated, refused, with pages."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from course_lib import cli
from course_lib.authoring import markers, source
from course_lib.authoring.cell import OWNERS
from course_lib.classroom.sandbox import walls
from tests.classroom.walls import needs_walls

EXERCISE = "14_access"
ROOT = Path(__file__).parents[2]
STUDENTS = 12
Call = Callable[..., tuple[object, str, str]]


def a_class(folder: Path, first_lines: str = "") -> Path:
    """A class that all handed in the solution, with something in front of its first answer."""
    cells = source.read(ROOT / "source" / "exercises" / f"{EXERCISE}.py")
    right = {cell.name: markers.strip(cell.text) for cell in cells if cell.role in OWNERS}
    notebook = json.loads((ROOT / "exercises" / f"{EXERCISE}.ipynb").read_text(encoding="utf-8"))
    first, *_ = right
    for cell in notebook["cells"]:
        if cell["id"] in right:
            before = first_lines if cell["id"] == first else ""
            cell["source"] = before + right[cell["id"]]
    for number in range(STUDENTS):
        own = folder / f"s{number:02d}" / EXERCISE
        own.mkdir(parents=True)
        (own / f"{EXERCISE}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def submissions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_class(tmp_path_factory.mktemp("class"))


def command(folder: Path, output: Path, *more: str) -> list[str]:
    call = [sys.executable, "-m", "course_lib.cli", "grade", str(folder), "--assignment", "14"]
    return [*call, "--output", str(output), *more]


@pytest.fixture
def course(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """`course grade` in this process: exit code, what it printed, what it complained of."""

    def call(folder: Path, output: Path, *more: str) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["course", *command(folder, output, *more)[3:]])
        with pytest.raises(SystemExit) as end:
            cli.main()
        return end.value.code or 0, *capsys.readouterr()

    return call


def graded(record: Path) -> list[str]:
    """Students in a record, as often as they were graded."""
    lines = record.read_text(encoding="utf-8").splitlines()[1:]
    return [json.loads(line)["student"] for line in lines]


@needs_walls
@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a signal")
def test_after_ctrl_c_the_same_command_goes_on_and_grades_nobody_twice(
    course: Call, tmp_path: Path
) -> None:
    # slow, so that the signal comes before the end on any machine
    submissions = a_class(tmp_path / "class", "import time\ntime.sleep(1)\n")
    output = tmp_path / "grades.csv"
    record = output.with_suffix(".jsonl")
    first = subprocess.Popen(
        command(submissions, output, "--workers", "1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        # where the tests run in a shell's background, Ctrl-C is ignored, and children inherit that
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 100
    while not (record.is_file() and record.read_bytes().count(b"\n") > 2):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.killpg(first.pid, signal.SIGINT)  # to the workers too, as a terminal sends it
    said, _ = first.communicate(timeout=60)
    before = graded(record)
    assert first.returncode == 130
    assert "Nothing is lost" in said
    assert 2 <= len(before) < STUDENTS
    assert not output.exists()
    code, *_ = course(submissions, output, "--workers", "1")
    assert code == 0
    assert graded(record)[: len(before)] == before
    assert sorted(graded(record)) == sorted(path.name for path in submissions.iterdir())


@needs_walls
def test_pages_and_table_are_written_and_a_second_run_grades_nobody(
    course: Call, submissions: Path, tmp_path: Path
) -> None:
    output = tmp_path / "grades.csv"
    more = ("--feedback", str(tmp_path / "pages"), "--class", str(tmp_path / "again.html"))
    code, said, _ = course(submissions, output, "--workers", "1", "--seed", "5", *more)
    assert code == 0
    assert f"{STUDENTS} students, 18.0 of 20 points" in said
    assert len(list((tmp_path / "pages").glob("*.html"))) == STUDENTS
    assert "What to teach again: 14 Access" in (tmp_path / "again.html").read_text("utf-8")
    with output.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 5 * STUDENTS
    assert {row["status"] for row in rows} == {"ok", "needs-review"}
    before = graded(output.with_suffix(".jsonl"))
    assert course(submissions, output)[0] == 0
    assert graded(output.with_suffix(".jsonl")) == before


@pytest.fixture
def no_walls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without bubblewrap."""
    monkeypatch.setenv("PATH", str(tmp_path))
    walls.require.cache_clear()
    yield
    walls.require.cache_clear()


@pytest.mark.usefixtures("no_walls")
def test_without_bubblewrap_it_refuses_and_says_what_to_install(
    course: Call, submissions: Path, tmp_path: Path
) -> None:
    code, _, said = course(submissions, tmp_path / "grades.csv")
    assert code == 2
    assert "apt install bubblewrap" in said
    assert "--unsafe" in said
    assert not list(tmp_path.glob("grades*"))


@pytest.mark.usefixtures("no_walls")
def test_unsafe_is_explicit_and_works_without_walls(
    course: Call, submissions: Path, tmp_path: Path
) -> None:
    code, said, _ = course(submissions, tmp_path / "grades.csv", "--unsafe", "--workers", "1")
    assert code == 0
    assert f"{STUDENTS} students, 18.0 of 20 points" in said


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--workers", "-1"], "--workers -1: must be 0"),
        (["--workers", "2", "--scheduler", "tcp://h:1"], "exclude each other"),
        (["--seconds", "0"], "--seconds 0: must be from 0.1 to 3600"),
        (["--memory", "0"], "--memory 0: must be from 0.25"),
        (["--output", "grades.xlsx"], "must end in .csv"),
        (["--assignment", "no_such"], "no lesson is called 'no_such'"),
    ],
)
def test_a_call_that_cannot_be_meant_is_refused(
    course: Call, submissions: Path, tmp_path: Path, more: list[str], said: str
) -> None:
    code, _, complaint = course(submissions, tmp_path / "grades.csv", *more)
    assert code == 2
    assert said in complaint


@pytest.mark.parametrize(("folder", "said"), [("none", "no such folder"), ("", "no folder of a")])
def test_a_folder_without_students_is_refused(
    course: Call, tmp_path: Path, folder: str, said: str
) -> None:
    code, _, complaint = course(tmp_path / folder, tmp_path / "grades.csv", "--unsafe")
    assert code == 2
    assert said in complaint
