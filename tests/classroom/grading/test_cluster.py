"""Grading on a Dask cluster: a worker that is killed half-way loses nobody's points."""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from course_lib.authoring import markers, source
from course_lib.authoring.cell import OWNERS, owners
from course_lib.classroom.grading.cluster import cluster
from course_lib.classroom.submissions import assignment as assignments
from course_lib.classroom.submissions.folders import handed_in
from course_lib.classroom.submissions.work import read
from course_lib.commands.grade import Options, run_grade
from course_lib.errors import CallError
from tests.classroom.walls import needs_walls

EXERCISE = "14_access"
ROOT = Path(__file__).parents[3]
STUDENTS = 14
pytestmark = needs_walls
LATEST = 120
"""Seconds until the test gives up."""


@pytest.fixture
def submissions(tmp_path: Path) -> Path:
    """A class in which student n answers the first n % 5 tasks rightly."""
    cells = source.read(ROOT / "source" / "exercises" / f"{EXERCISE}.py")
    tasks = [task.name for task in owners(cells)]
    right = {cell.name: markers.strip(cell.text) for cell in cells if cell.role in OWNERS}
    blank = json.loads((ROOT / "exercises" / f"{EXERCISE}.ipynb").read_text(encoding="utf-8"))
    for number in range(STUDENTS):
        for cell in blank["cells"]:
            if cell["id"] in tasks[: number % 5]:
                cell["source"] = right[cell["id"]]
            elif cell["id"] in right:
                cell["source"] = "# nothing yet"
        folder = tmp_path / "class" / f"student {number:02d}" / EXERCISE
        folder.mkdir(parents=True)
        (folder / f"{EXERCISE}.ipynb").write_text(json.dumps(blank), encoding="utf-8")
    return tmp_path / "class"


@pytest.fixture
def two_workers() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    before = dict(os.environ)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as found:
        yield found
    # it leaves the settings of its workers in this process, among them how texts are hashed
    os.environ.clear()
    os.environ.update(before)


def options(folder: Path, output: Path, scheduler: str) -> Options:
    return Options(
        folder=folder,
        assignment=EXERCISE,
        output=output,
        workers=0,
        scheduler=scheduler,
        seed=1,
        seconds=20,
        memory_gib=2,
        unsafe=False,
        fresh=False,
        feedback=None,
        report=None,
        names=False,
    )


def kill_one_when_some_are_graded(cluster: Any, record: Path, killed: list[int]) -> None:
    """End a worker without a word as soon as two students stand in the record."""
    deadline = time.monotonic() + LATEST
    while time.monotonic() < deadline:
        if record.is_file() and record.read_bytes().count(b"\n") > 2:
            process = next(iter(cluster.workers.values())).process.pid
            os.kill(process, signal.SIGKILL)
            killed.append(process)
            return
        time.sleep(0.01)


def test_a_worker_killed_half_way_loses_nothing(
    submissions: Path, two_workers: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output, killed = tmp_path / "grades.csv", list[int]()
    watch = threading.Thread(
        target=kill_one_when_some_are_graded,
        args=(two_workers, output.with_suffix(".jsonl"), killed),
    )
    watch.start()
    assert run_grade(options(submissions, output, two_workers.scheduler_address)) == 0
    watch.join()
    assert killed
    exercise = assignments.read(EXERCISE, ROOT / "source" / "exercises")
    points = [exercise.max_points(task) for task in exercise.tasks]
    # the last task is in words, of which the check's own point is all that needs no person
    points[-1] = sum(cell.points or 0 for cell in exercise.belonging(exercise.tasks[-1], "check"))
    lines = output.read_text(encoding="utf-8").splitlines()[1:]
    found = [line.split(",")[3] for line in lines]
    assert len(lines) == STUDENTS * len(points)
    for number in range(STUDENTS):
        mine = found[number * len(points) :][: len(points)]
        assert [int(each) for each in mine] == [
            worth if place < number % 5 else 0 for place, worth in enumerate(points)
        ]
    record = output.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()[1:]
    assert sorted(json.loads(line)["student"] for line in record) == sorted(
        each.student for each in handed_in(submissions, EXERCISE)
    )


def test_an_address_where_nobody_answers_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("course_lib.classroom.grading.cluster.SECONDS", 0.5)
    with pytest.raises(CallError, match=r"tcp://127\.0\.0\.1:9: no scheduler answers"):
        cluster("tcp://127.0.0.1:9")


def test_a_work_can_travel_to_another_machine(submissions: Path) -> None:
    # nothing of it may be a path that only this machine has
    exercise = assignments.read(EXERCISE, ROOT / "source" / "exercises")
    (first, *_) = handed_in(submissions, EXERCISE)
    assert str(submissions) not in repr(read(first, exercise))
    assert str(ROOT) not in repr(exercise)
