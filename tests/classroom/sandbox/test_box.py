"""One sandbox from the trusted side: replies in time, or an end that leaves nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace

import psutil
import pytest

from course_lib.classroom.sandbox import box as boxes
from course_lib.classroom.sandbox import cgroup, walls
from course_lib.classroom.sandbox.box import Box, Ended
from course_lib.classroom.sandbox.limits import LIMITS
from course_lib.errors import CallError
from tests.classroom.walls import needs_walls

PATIENT = replace(LIMITS, memory_bytes=512 << 20)
QUICK = replace(PATIENT, run_seconds=0.5)
"""For what never answers."""


@pytest.fixture
def box() -> Iterator[Box]:
    with Box(QUICK) as opened:
        opened.ask("set_up", "import math", frozenset({"math"}))
        yield opened


@needs_walls
def test_answers_with_plain_data() -> None:
    with Box(PATIENT) as box:
        box.ask("set_up", "import math", frozenset({"math"}))
        answers(box)


def answers(box: Box) -> None:
    assert box.ask("run", "f", "def f(x, y=1):\n    x.append(y)\n    return math.pi") == ["done"]
    assert box.ask("look", ["f", "g"]) == ["values", {"f": ["callable"], "g": ["absent"]}]
    pi, one = ["float", "0x1.921fb54442d18p+1"], ["list", [["int", "0x1"]]]
    assert box.ask("call", "f", ([],), {}) == ["plain", pi, [[0, one]]]
    assert box.ask("call", "f", (7,), {})[:2] == ["error", "AttributeError"]


@needs_walls
@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("while True: pass", "timeout"),
        ("import time; time.sleep(60)", "timeout"),
        ("import os; os._exit(0)", "crash"),
        ("import os; os.kill(os.getpid(), 9)", "crash"),
    ],
)
def test_what_does_not_answer_is_ended(box: Box, source: str, status: str) -> None:
    with pytest.raises(Ended) as end:
        box.ask("run", "f", source)
    assert end.value.status == status
    assert box.process.returncode is not None
    box.close()
    with pytest.raises(Ended):
        box.ask("run", "f", "x = 1")


@needs_walls
def test_a_request_that_is_not_read_is_no_wait_for_ever(box: Box) -> None:
    stop = "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"
    with pytest.raises(Ended) as end:
        box.ask("run", "f", f"{stop}\n# {'x' * 10**6}")
    assert end.value.status == "timeout"
    with Box(PATIENT) as other:
        other.ask("set_up", "", frozenset())
        held = "import threading, os\nthreading.Timer(0.1, os.kill, (os.getpid(), 19)).start()"
        other.ask("run", "f", held)
        time.sleep(0.4)
        with pytest.raises(Ended) as end:
            other.ask("run", "f", f"# {'x' * 10**6}", seconds=0.5)
        assert end.value.status == "timeout"


@needs_walls
def test_closing_ends_all_and_may_be_done_twice(box: Box) -> None:
    forks = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(600)"
    box.ask("run", "f", forks, seconds=20)
    below = psutil.Process(box.process.pid).children(recursive=True)
    assert len(below) >= 3
    group = box.group
    box.close()
    box.close()
    deadline = time.monotonic() + 10
    while any(each.is_running() for each in below) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [each for each in below if each.is_running()] == []
    assert group is None or not any(folder.exists() for folder in group.folders)


@needs_walls
def test_closing_again_kills_nobody(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    box.close()
    killed: list[int] = []
    monkeypatch.setattr(os, "killpg", lambda number, _: killed.append(number))
    box.close()
    assert killed == []


@needs_walls
def test_nothing_of_the_environment_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COURSE_TEST_SECRET", "a password")
    with Box(PATIENT) as box:
        box.ask("run", "f", "import os\nnames = sorted(os.environ)")
        _, found = box.ask("look", ["names"])
    names = {each[1] for each in found["names"][1][1]}
    assert names <= {*walls.ENVIRONMENT, "GROUP", "PWD", "SHLVL", "_", "OLDPWD"}


def test_without_bubblewrap_it_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    walls.require.cache_clear()
    monkeypatch.setattr(walls.shutil, "which", lambda name: None)
    try:
        with pytest.raises(CallError, match="apt install bubblewrap"):
            Box(PATIENT)
    finally:
        walls.require.cache_clear()


@needs_walls
def test_root_without_control_groups_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boxes, "_is_root", lambda: True)
    monkeypatch.setattr(cgroup, "make", lambda limits: None)
    with pytest.raises(CallError, match="ordinary user"):
        Box(PATIENT)


def test_unsafe_runs_without_walls() -> None:
    with Box(QUICK, walled=False) as box:
        assert box.ask("run", "f", "x = 7") == ["done"]
        assert box.ask("look", ["x"]) == ["values", {"x": ["plain", ["int", "0x7"]]}]
