"""A class of hostile and clumsy students, graded beside honest ones by the command itself: each
task gets the points and the status that it deserves, and nothing outside is touched."""

from __future__ import annotations

import contextlib
import csv
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from course_lib.classroom.records.table import storable
from course_lib.classroom.sandbox import cgroup
from course_lib.commands.grade import Options, run_grade
from tests.classroom.grading.hostile.clumsy import CLUMSY
from tests.classroom.grading.hostile.endings import ENDLESS, KILLS
from tests.classroom.grading.hostile.files import FILES, NAMES
from tests.classroom.grading.hostile.greed import GREEDY
from tests.classroom.grading.hostile.notebooks import NOTEBOOKS
from tests.classroom.grading.hostile.objects import OBJECTS
from tests.classroom.grading.hostile.patches import PATCHES
from tests.classroom.grading.hostile.pipes import PIPES
from tests.classroom.grading.hostile.prying import PRYING
from tests.classroom.grading.hostile.submission import EXERCISE, FULL, Submission
from tests.classroom.walls import needs_walls

pytestmark = needs_walls
HONEST = Submission(name="honest")
LAST = Submission(name="zz honest too")
"""Graded last, after whatever the others did."""
PATIENT = [
    *(HONEST, *KILLS, *GREEDY, *OBJECTS, *PATCHES, *PRYING, *PIPES),
    *(*NOTEBOOKS, *FILES, *NAMES, *CLUMSY, LAST),
]
"""Who is graded with the time that a real class has."""
HURRIED = [HONEST, *ENDLESS, LAST]
"""Who is graded with a second for each task, because they take whatever they get."""
SECRET = "COURSE_TEST_SECRET"
PATIENCE = 10.0
"""Seconds until what was killed must be gone, on a busy machine."""
Grades = dict[str, list[dict[str, str]]]


@dataclass(frozen=True, kw_only=True)
class Outside:
    """What lies around the grader and must stay as it is."""

    home: Path
    submissions: Path
    output: Path
    listeners: tuple[socket.socket, ...]
    """What a student's code must not reach."""
    before: frozenset[str]
    """Processes and groups that others had left behind."""

    @property
    def canaries(self) -> list[Path]:
        """Files that nobody may read or change."""
        return [place / "canary.txt" for place in (self.home, self.submissions, self.output)]

    def words(self) -> dict[str, str]:
        """What stands for `@WORD@` in an answer."""
        tcp, udp, abstract, _ = self.listeners
        return {
            "HOME": str(self.home),
            "FOLDER": str(self.submissions),
            "OUTPUT": str(self.output),
            "ROOT": str(Path(__file__).parents[3]),
            "CANARY": str(self.canaries[1]),
            "TCP": str(tcp.getsockname()[1]),
            "UDP": str(udp.getsockname()[1]),
            "ABSTRACT": abstract.getsockname()[1:].decode("ascii"),
        }

    def heard(self) -> list[Any]:
        """What arrived at the listeners."""
        found: list[Any] = []
        for each in self.listeners:
            each.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                found.append(each.accept() if each.type == socket.SOCK_STREAM else each.recv(99))
        return found


def listeners(folder: Path) -> Iterator[socket.socket]:
    """Sockets that hear whoever calls: TCP, UDP, abstract Unix, Unix."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        plug = socket.socket(socket.AF_INET, kind)
        plug.bind(("127.0.0.1", 0))
        yield plug
    for name in (f"\0course-test-{os.getpid()}", "socket"):
        plug = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)  # a socket's name may not be long
            plug.bind(name)
        yield plug


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    """A machine with something to lose."""
    base = tmp_path_factory.mktemp("outside")
    places = [base / name for name in ("home", "class", "grades")]
    for place in places:
        place.mkdir()
        (place / "canary.txt").write_text("sings", "ascii")
    open_sockets = tuple(listeners(places[1]))
    for each in open_sockets:
        if each.type == socket.SOCK_STREAM:
            each.listen()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(places[0]))
        patch.setenv(SECRET, "a password")
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
        yield Outside(
            home=places[0],
            submissions=places[1],
            output=places[2],
            listeners=open_sockets,
            before=frozenset([*processes(), *groups()]),
        )
    for each in open_sockets:
        each.close()
    # deeper than Python's own way to take folders away can go
    subprocess.run(["rm", "-rf", base], check=True)


def grade(outside: Outside, students: Sequence[Submission], seconds: float) -> Grades:
    """Hand in, run the command, and read its table: student -> rows."""
    folder = outside.submissions / f"within {seconds:g} seconds"
    for each in students:
        each.hand_in(folder / each.folder / EXERCISE, outside.words())
    output = outside.output / f"{seconds:g}.csv"
    options = Options(
        folder=folder,
        assignment=EXERCISE,
        output=output,
        workers=2,
        scheduler="",
        seed=None,
        seconds=seconds,
        memory_gib=0.75,
        unsafe=False,
        fresh=False,
        feedback=outside.output / f"{seconds:g} pages",
        report=outside.output / f"{seconds:g}.html",
        names=False,
    )
    assert run_grade(options) == 0
    assert len(list((outside.output / f"{seconds:g} pages").iterdir())) == len(students)
    found: Grades = {}
    with output.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["student"], []).append(row)
    return found


@pytest.fixture(scope="module")
def patient(outside: Outside) -> Grades:
    return grade(outside, PATIENT, 20)


@pytest.fixture(scope="module")
def hurried(outside: Outside) -> Grades:
    return grade(outside, HURRIED, 1)


def rows_of(grades: Grades, student: str) -> list[dict[str, str]]:
    """A student's rows; what a table cannot hold of a name is spelled out in it."""
    return grades[storable(student)]


def compare(grades: Grades, submission: Submission) -> None:
    """Hold one student's rows against what they deserve."""
    rows = rows_of(grades, submission.folder)
    fates = {row["task"]: (int(row["points"]), row["status"]) for row in rows}
    expected = (submission.deserves, submission.deserves | dict(submission.or_else))
    assert fates in expected, [row["message"] for row in rows]
    assert [row["max_points"] for row in rows] == ["4", "4", "5", "4", "3"]
    lost = [row["message"] for row in rows if row["task"] in submission.fates]
    assert submission.says in "".join(lost[:1])
    assert all(len(row["message"]) < 1500 for row in rows)


@pytest.mark.parametrize("submission", PATIENT, ids=lambda each: each.name)
def test_each_student_gets_what_they_deserve(patient: Grades, submission: Submission) -> None:
    compare(patient, submission)


@pytest.mark.parametrize("submission", HURRIED, ids=lambda each: each.name)
def test_whoever_takes_all_the_time_loses_one_task(hurried: Grades, submission: Submission) -> None:
    compare(hurried, submission)


def test_no_two_are_called_the_same() -> None:
    for students in (PATIENT, HURRIED):
        folders = [each.folder for each in students]
        assert len(folders) == len(set(folders))
    assert len(PATIENT) + len(HURRIED) > 200


def test_nothing_outside_was_touched(outside: Outside, patient: Grades, hurried: Grades) -> None:
    assert len(patient) == len(PATIENT) and len(hurried) == len(HURRIED)
    assert [each.read_text("ascii") for each in outside.canaries] == ["sings"] * 3
    assert [each.name for each in outside.home.iterdir()] == ["canary.txt"]
    kinds = ("{}.csv", "{}.jsonl", ".{}.jsonl.lock", "{}.html", "{} pages")
    written = {kind.format(seconds) for kind in kinds for seconds in (1, 20)}
    assert {each.name for each in outside.output.iterdir()} == {"canary.txt"} | written
    assert outside.heard() == []


def test_nothing_goes_on(outside: Outside, patient: Grades, hurried: Grades) -> None:
    deadline = time.monotonic() + PATIENCE
    while (left := {*processes(), *groups()} - outside.before) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == set()


def processes() -> Iterator[str]:
    """Students' processes that still run: below this one, or below none, whose grader is gone."""
    for process in psutil.process_iter(["cmdline"]):
        words = " ".join(process.info["cmdline"] or [])
        if "sandbox.inside" not in words:
            continue
        with contextlib.suppress(psutil.Error):
            above = process.parents()
            graders = [each for each in above if "sandbox.inside" not in " ".join(each.cmdline())]
            if psutil.Process() in above or [each.pid for each in graders] == [1]:
                yield f"{process.pid}: {words[-80:]}"


def groups() -> Iterator[str]:
    """Control groups whose grader is gone."""
    for folder in [*cgroup.ROOT.glob("course-grade-*"), *cgroup.ROOT.glob("*/course-grade-*")]:
        grader = folder.name.removeprefix(cgroup.PREFIX).partition("-")[0]
        if not grader.isdecimal() or not psutil.pid_exists(int(grader)):
            yield str(folder)


FULL_POINTS = sum(points for points, _ in FULL.values())


def test_the_honest_lose_nothing(patient: Grades, hurried: Grades) -> None:
    for grades in (patient, hurried):
        for student in (HONEST, LAST):
            rows = rows_of(grades, student.folder)
            assert sum(int(row["points"]) for row in rows) == FULL_POINTS
            assert {row["message"] for row in rows[:-1]} == {""}
