"""Ranks answer in order; one that raises, dies, hangs or freezes is named, and no process is
left."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from course_lib.demos.parallelism import launch, worker
from tests.demos.parallelism import failing_ranks as work

ROOT = Path(__file__).parents[3]
COUNT = 3


@pytest.fixture
def ranks() -> Iterator[launch.Ranks]:
    with launch.Ranks(COUNT) as made:
        yield made


def assert_gone(ranks: launch.Ranks, ids: list[int]) -> None:
    """None of the processes runs, and the folder is gone. (A process is gone, or a zombie that
    waits to be reaped.)"""
    for id in ids:
        with contextlib.suppress(psutil.NoSuchProcess):
            assert psutil.Process(id).status() == psutil.STATUS_ZOMBIE
    assert not Path(ranks._folder.name).exists()


def failure(ranks: launch.Ranks, what: Any, *arguments: Any, deadline_seconds: float = 60) -> str:
    """The message of a run that must fail, after a look at the processes."""
    ids = ranks.run(work.pids)
    assert len(set(ids)) == COUNT and all(psutil.pid_exists(id) for id in ids)
    with pytest.raises(launch.RankFailure) as problem:
        ranks.run(what, *arguments, deadline_seconds=deadline_seconds)
    assert_gone(ranks, ids)
    with pytest.raises(ValueError, match="these ranks have ended"):
        ranks.run(work.pids)
    return str(problem.value)


def test_answers_come_by_rank_and_the_set_is_used_again(ranks: launch.Ranks) -> None:
    assert ranks.run(work.add, 1, 2) == [3, 4, 5]
    assert ranks.run(work.summed) == [6.0, 6.0, 6.0]
    ids = ranks.run(work.pids)
    ranks.close()
    ranks.close()
    assert_gone(ranks, ids)


def test_a_rank_that_raises_is_named_with_what_it_said(ranks: launch.Ranks) -> None:
    said = failure(ranks, work.raises, 1)
    assert said.startswith(
        "rank 1 of 3 raised ValueError: rank 1 has had enough (failing_ranks.py, line "
    )
    assert (
        said.endswith("in 'raises'.\nEvery process of the set has been ended.") or "\nrank" in said
    )


def test_a_rank_that_leaves_is_named_with_its_last_words(ranks: launch.Ranks) -> None:
    said = failure(ranks, work.leaves, 2)
    assert said.startswith(
        "rank 2 of 3 ended with exit code 7 in 'leaves'. Its last words: goodbye from 2"
    )


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_killed_rank_is_named(ranks: launch.Ranks) -> None:
    assert failure(ranks, work.killed, 0).startswith(
        "rank 0 of 3 was killed by SIGKILL in 'killed'."
    )


def test_a_hung_rank_is_named_and_so_is_the_line_it_stood_at(ranks: launch.Ranks) -> None:
    said = failure(ranks, work.hangs, 1, deadline_seconds=0.5)
    lines = said.splitlines()
    assert len(lines) == COUNT + 1  # the others wait for it, and say where
    assert (
        "rank 1 of 3 gave no answer to 'hangs' within 0.5 s. It stood at failing_ranks.py, line "
        in lines[1]
    )
    assert lines[1].endswith("in hangs: time.sleep(300)")
    assert lines[0].endswith("in hangs: dist.barrier()")


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system has no SIGSTOP")
def test_a_frozen_rank_is_ended_by_the_launcher(
    ranks: launch.Ranks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "MARGIN_SECONDS", 0.3)
    said = failure(ranks, work.stopped, 2, deadline_seconds=0.3)
    assert said.startswith("rank 2 of 3 gave no answer to 'stopped' within 0.3 s.")


def test_a_rank_killed_between_two_orders_is_named(ranks: launch.Ranks) -> None:
    psutil.Process(ranks.run(work.pids)[1]).kill()
    time.sleep(0.1)
    with pytest.raises(
        launch.RankFailure, match=r"rank 1 of 3 (was killed by SIGKILL|ended with exit code)"
    ):
        ranks.run(work.summed)


def test_a_result_that_cannot_travel_is_an_error(ranks: launch.Ranks) -> None:
    assert "ranks 0, 1, 2 of 3 raised" in failure(ranks, work.unpicklable)


def test_ctrl_c_ends_the_set(ranks: launch.Ranks, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = ranks.run(work.pids)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ranks, "_ready", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ranks.run(work.hangs, 0)
    assert_gone(ranks, ids)


def test_ranks_end_with_a_launcher_that_is_killed(tmp_path: Path) -> None:
    """Nobody is there to tidy up: idle ranks see the end of their pipe, a busy one has its own
    watch."""
    code = (
        "import time; from course_lib.demos.parallelism import launch\n"
        "from tests.demos.parallelism import failing_ranks as work\n"
        "if __name__ == '__main__':\n"
        "    ranks = launch.Ranks(2); print(*ranks.run(work.pids), flush=True); "
        "ranks.run(work.hangs, 1, deadline_seconds=0.3)\n"
    )
    script = tmp_path / "script.py"
    script.write_text(code, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        ids = [int(id) for id in process.stdout.readline().split()]
        process.kill()
    assert len(ids) == 2
    end = time.monotonic() + 20
    while any(psutil.pid_exists(id) for id in ids) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(psutil.pid_exists(id) for id in ids)


@pytest.mark.parametrize("what", [lambda: 1, print.__call__])
def test_work_must_be_importable(what: Any) -> None:
    with pytest.raises(
        ValueError, match="work must be a function of a module, which another process can import"
    ):
        launch._importable(what)


def test_the_way_without_a_fork_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows: every rank starts empty."""
    monkeypatch.setattr(launch.multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert launch._context().get_start_method() == "spawn"
    assert launch.run(work.add, 1, 1, 1) == [2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"count": 0}, "count must be at least 1, got 0"),
        ({"count": 1, "backend": "mpi"}, "backend must be one of gloo, nccl, got 'mpi'"),
        ({"count": 1, "start_seconds": 0}, "start_seconds must be above zero, got 0"),
    ],
)
def test_bad_arguments_are_named(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        launch.Ranks(**arguments)


def test_a_start_that_takes_too_long_leaves_nothing() -> None:
    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(launch.RankFailure, match=r"gave no answer to 'starting' within 0\.001 s"):
        launch.Ranks(2, start_seconds=0.001)
    left = set(psutil.Process().children(recursive=True)) - before
    assert not [child for child in left if child.status() != psutil.STATUS_ZOMBIE]


def test_last_words(tmp_path: Path) -> None:
    (tmp_path / "rank-0.log").write_text("first\n\n  second  \n", encoding="utf-8")
    assert worker.last_words(tmp_path, 0) == worker.LastWords(late=False, text="second")
    assert worker.last_words(tmp_path, 1).quoted() == ""
    trace = (
        "Timeout (0:00:01)!\nThread 0x1 (most recent call first):\n"
        '  File "/x/site-packages/torch/a.py", line 3 in go\n'
    )
    (tmp_path / "rank-2.log").write_text(
        trace + '  File "/y/mine.py", line 9 in step\n', encoding="utf-8"
    )
    assert worker.last_words(tmp_path, 2).quoted() == " It stood at mine.py, line 9, in step"
