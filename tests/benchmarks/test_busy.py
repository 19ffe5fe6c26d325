"""Lessons on a busy machine: cells are timed and errors told, and no busy process is left."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from benchmarks import busy


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    sources = {
        "sleep": "import time; time.sleep(0.3)",
        "threads": "import os; assert 'OMP_NUM_THREADS' not in os.environ",
        "wrong": "1 / 0",
        "after": "print('goes on')",
        "slow": "time.sleep(60)",
        "library": "import course_lib",
    }
    cells = [new_code_cell(source, id=name) for name, source in sources.items()]
    path = tmp_path / "99_made_up.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def test_cells_are_timed_and_errors_told_and_the_file_stays(
    lesson: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    before = lesson.read_bytes()
    ran = busy.run(lesson, limit_seconds=5)
    assert list(ran.seconds) == ["sleep", "threads", "wrong", "after", "slow", "library"]
    assert ran.seconds["sleep"] >= 0.3
    assert ran.errors["wrong"] == "ZeroDivisionError: division by zero"
    assert ran.errors["slow"].startswith("KeyboardInterrupt")
    assert set(ran.errors) == {"wrong", "slow"}
    assert lesson.read_bytes() == before


def test_busy_processes_end_with_the_block_even_after_an_error() -> None:
    with pytest.raises(KeyError), busy.busy(2) as ids:
        assert len(ids) == 2 and all(psutil.pid_exists(pid) for pid in ids)
        raise KeyError
    assert not any(psutil.pid_exists(pid) for pid in ids)


def test_busy_processes_end_when_their_parent_is_killed() -> None:
    code = "from benchmarks import busy; import time\nwith busy.busy(1) as ids:\n"
    code += "    print(*ids, flush=True); time.sleep(60)"
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=busy.ROOT
    )
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 60
    while child.is_running() and child.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the busy process outlives its parent"
        time.sleep(0.1)


def test_lessons_are_chosen_by_the_beginning_of_their_names(tmp_path: Path) -> None:
    for name in ("00_a", "02_b", "12_c"):
        (tmp_path / f"{name}.ipynb").touch()
    assert [path.stem for path in busy.lessons([], tmp_path)] == ["00_a", "02_b", "12_c"]
    assert [path.stem for path in busy.lessons(["02", "1"], tmp_path)] == ["02_b", "12_c"]
    with pytest.raises(SystemExit, match=r"no lesson in .* begins with 7"):
        busy.lessons(["7"], tmp_path)


def test_the_surroundings_are_a_learners(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    found = busy._environment(tmp_path)
    assert "PYTHONHASHSEED" not in found and found["COURSE_STATE"] == str(tmp_path / "learner.json")
    assert str(busy.ROOT) in found["PYTHONPATH"].split(os.pathsep)
