"""A run that was ended goes on where it stopped, and grades again what is not the same any more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from course_lib.classroom.grading.rows import CheckResult, Row
from course_lib.classroom.records.journal import Header, opened, read_rows
from course_lib.errors import CallError

HEADER = Header(assignment="14_access", exercise="abc", seeds=(1, 2, 3), walled=True)
CHECK = CheckResult(name="t_check", points=2, message="a ‹word› and \ud800", hidden=True)


def row(student: str, points: int = 2) -> Row:
    return Row(
        student=student,
        assignment="14_access",
        task="t",
        points=points,
        max_points=4,
        status="wrong",
        message='x\n"y"',
        checks=(CHECK,),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "grades.jsonl"


def write(path: Path, *students: str, header: Header = HEADER) -> None:
    with opened(path, header) as kept:
        for student in students:
            kept.add(student, f"work of {student}", [row(student)])


def test_rows_come_back_as_they_were(path: Path) -> None:
    write(path, "b", "a", "broken \udcff")
    header, rows = read_rows(path)
    assert header == HEADER
    assert rows == [row("a"), row("b"), row("broken \udcff")]
    with opened(path, HEADER) as kept:
        assert kept.rows("a", "work of a") == [row("a")]
        assert kept.rows("a", "other work") is None
        assert kept.rows("c", "work of c") is None


def test_the_last_grading_counts(path: Path) -> None:
    write(path, "a")
    with opened(path, HEADER) as kept:
        kept.add("a", "new work", [row("a", points=4)])
        assert kept.rows("a", "work of a") is None
    assert read_rows(path)[1] == [row("a", points=4)]


@pytest.mark.parametrize("lost", [1, 2, 20, 100])
def test_a_line_that_was_cut_short_is_graded_again_and_spoils_none(path: Path, lost: int) -> None:
    write(path, "a", "b")
    path.write_bytes(path.read_bytes()[:-lost])
    with opened(path, HEADER) as kept:
        assert kept.rows("a", "work of a") == [row("a")]
        assert kept.rows("b", "work of b") is None
        kept.add("b", "work of b", [row("b")])
        kept.add("c", "work of c", [row("c")])
    assert [each.student for each in read_rows(path)[1]] == ["a", "b", "c"]


def test_a_cut_header_begins_anew(path: Path) -> None:
    write(path, "a")
    path.write_bytes(path.read_bytes()[:20])
    with opened(path, HEADER) as kept:
        assert kept.rows("a", "work of a") is None
        kept.add("a", "work of a", [row("a")])
    assert read_rows(path)[1] == [row("a")]


@pytest.mark.parametrize(
    "rubbish", [b"\xff\xfe\n", b"\0\0\0\n", b"[]\n", b"7\n", b'{"student": 1}\n']
)
def test_rubbish_between_lines_is_left_out(path: Path, rubbish: bytes) -> None:
    write(path, "a")
    path.write_bytes(path.read_bytes() + rubbish)
    write(path, "b")
    assert [each.student for each in read_rows(path)[1]] == ["a", "b"]


@pytest.mark.parametrize("header", [replace(HEADER, exercise="b"), replace(HEADER, walled=False)])
def test_another_exercise_begins_anew_and_keeps_the_old(path: Path, header: Header) -> None:
    write(path, "a")
    old = path.read_bytes()
    with opened(path, header) as kept:
        assert kept.rows("a", "work of a") is None
    assert path.with_name("grades.jsonl.old").read_bytes() == old


def test_other_seeds_do_not_begin_anew(path: Path) -> None:
    write(path, "a")
    with opened(path, replace(HEADER, seeds=(7, 8, 9))) as kept:
        assert kept.header.seeds == (1, 2, 3)
        assert kept.rows("a", "work of a") == [row("a")]
    with opened(path, replace(HEADER, seeds=(7, 8, 9)), fresh=True) as kept:
        assert kept.header.seeds == (7, 8, 9)
        assert kept.rows("a", "work of a") is None


def test_one_run_at_a_time(path: Path) -> None:
    expected = pytest.raises(CallError, match="another run")
    with opened(path, HEADER), expected, opened(path, HEADER):
        pass
    write(path, "a")


def test_no_record_is_said_to_be_none(path: Path) -> None:
    path.parent.mkdir()
    for text in ("", "rubbish\n", "[]\n", "\0"):
        path.write_text(text, "utf-8")
        with pytest.raises(CallError, match="no record"):
            read_rows(path)


WRITER = """
import sys
from pathlib import Path
from tests.classroom.records.test_journal import HEADER, row
from course_lib.classroom.records.journal import opened
with opened(Path(sys.argv[1]), HEADER) as kept:
    for number in range(10**6):
        kept.add(f"{number:07}", "work", [row(f"{number:07}")] * 5)
        print(number, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills by a signal")
def test_a_kill_loses_nobody_who_was_done(path: Path) -> None:
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        stdout=subprocess.PIPE,
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        for _ in range(20):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        told = 20 + len(process.stdout.readlines())
    with opened(path, HEADER) as kept:
        assert all(kept.rows(f"{number:07}", "work") for number in range(told))
