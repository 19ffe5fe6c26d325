"""Control groups are made with their limits, and taken away, those of killed graders too."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from course_lib.classroom.sandbox import cgroup
from course_lib.classroom.sandbox.limits import LIMITS


@pytest.fixture(params=["version 1", "version 2"])
def root(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the kernel's."""
    if request.param == "version 2":
        (tmp_path / "cgroup.controllers").touch()
    else:
        (tmp_path / "pids").mkdir()
        (tmp_path / "memory").mkdir()
    monkeypatch.setattr(cgroup, "ROOT", tmp_path)
    cgroup._tidy.cache_clear()
    return tmp_path


def made(root: Path) -> list[Path]:
    return sorted(root.glob("**/course-grade-*"))


def test_a_group_has_limits(root: Path) -> None:
    group = cgroup.make(LIMITS)
    assert group is not None
    assert sorted(group.folders) == made(root)
    limits = {file.name: file.read_text("ascii") for each in made(root) for file in each.iterdir()}
    assert limits["pids.max"] == str(LIMITS.processes)
    memory = limits.get("memory.max") or limits.get("memory.limit_in_bytes")
    assert memory == str(LIMITS.memory_bytes)
    assert all(Path(each).name == "cgroup.procs" for each in group.entries())


def test_none_where_none_may_be_made(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *given: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "write_text", refuse)
    assert cgroup.make(LIMITS) is None
    assert made(root) == []


def test_what_a_killed_grader_left_is_taken_away(root: Path) -> None:
    place = root if (root / "cgroup.controllers").exists() else root / "pids"
    ended, running = place / "course-grade-999999999-ab", place / f"course-grade-{os.getpid()}-ab"
    other = place / "user.slice"
    for each in (ended, running, other):
        each.mkdir()
    cgroup.make(LIMITS)
    assert not ended.exists()
    assert running.exists() and other.exists()
