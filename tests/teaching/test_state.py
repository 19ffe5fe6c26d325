"""The learner's file: what it remembers, and what it survives."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.teaching import state


def guess(key: str, value: float, now: str = "t") -> state.Notes:
    return state.change(lambda old: state.with_guess(old, key, value, now))


def test_a_guess_is_kept(learner_file: Path) -> None:
    guess("share", 0.6)
    assert state.load(learner_file)["predictions"]["share"]["guess"] == 0.6
    assert state.read() == state.load(learner_file)


def test_the_first_guess_stays_beside_the_latest() -> None:
    kept = state.with_guess(state.with_guess(state.empty(), "a", 1, "t1"), "a", 2, "t2")[
        "predictions"
    ]["a"]
    assert (kept["first"], kept["guess"], kept["time"]) == (1, 2, "t1")


def test_a_guess_after_the_result_is_marked() -> None:
    late = state.with_guess(state.with_result(state.empty(), "a", 3, "t1"), "a", 3, "t2")[
        "predictions"
    ]["a"]
    assert late["after_result"]


def test_a_guess_after_the_result_replaces_none_made_before() -> None:
    told = state.with_result(state.with_guess(state.empty(), "a", 1, "t1"), "a", 3, "t2")
    kept = state.with_guess(told, "a", 3, "t3")["predictions"]["a"]
    assert (kept["guess"], kept["late"], kept["after_result"]) == (1, 3, False)


def test_changes_leave_the_old_state_alone() -> None:
    before = state.empty()
    state.with_verdict(state.with_answer(before, "q", "a", True, "t"), "A07", "wrong", {}, "t")
    assert before == state.empty()


@pytest.mark.parametrize("write", [1, 2])
def test_a_crash_in_the_middle_of_a_write_leaves_the_old_file(
    write: int, learner_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first write of a change is the backup's, the second the file's."""
    guess("share", 0.6)
    before = learner_file.read_bytes()
    left = iter(range(write - 1, -1, -1))

    def crash(handle: int) -> None:
        if next(left) == 0:
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(KeyboardInterrupt):
        guess("share", 0.1)
    monkeypatch.undo()
    assert learner_file.read_bytes() == before
    monkeypatch.setenv("COURSE_STATE", str(learner_file))
    assert guess("share", 0.2)["predictions"]["share"]["first"] == 0.6


@pytest.mark.parametrize(
    "broken",
    [
        *("", "{", "[]", "\x00\xff"),
        *('{"version": 3}', '{"version": true}', '{"version": 1, "quiz": [1]}'),
    ],
)
def test_a_broken_file_is_set_aside_and_the_backup_goes_on(learner_file: Path, broken: str) -> None:
    guess("a", 1)
    guess("b", 2)  # now the backup holds a
    learner_file.write_text(broken, encoding="latin-1")
    notes = guess("c", 3)
    assert "kept as learner.broken-1.json" in notes.note and not notes.problem
    assert set(notes["predictions"]) == {"a", "c"}
    assert learner_file.with_name("learner.broken-1.json").read_text(encoding="latin-1") == broken
    assert not guess("d", 4).note


def test_every_broken_file_is_kept(learner_file: Path) -> None:
    for _ in range(2):
        guess("a", 1)
        learner_file.write_text("{", encoding="utf-8")
        guess("a", 1)
    assert {file.name for file in learner_file.parent.glob("*broken*")} == {
        "learner.broken-1.json",
        "learner.broken-2.json",
    }


def test_reading_touches_nothing(learner_file: Path) -> None:
    assert state.read() == state.empty()
    assert not learner_file.parent.exists()


def test_a_place_that_cannot_be_written_stops_no_lesson(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "file" / "learner.json"))
    notes = guess("a", 1)
    assert notes.problem.startswith("learner.json cannot be written (")
    assert notes["predictions"]["a"]["guess"] == 1 == state.read()["predictions"]["a"]["guess"]


def test_what_could_not_be_written_is_written_with_the_next_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setenv("COURSE_STATE", str(blocked / "learner.json"))
    guess("a", 1)
    guess("b", 2)
    blocked.unlink()
    # meanwhile another notebook writes
    blocked.mkdir()
    elsewhere = state.with_guess(state.empty(), "c", 3, "t")
    state.save(blocked / "learner.json", elsewhere)
    assert not guess("d", 4).problem
    assert set(state.load(blocked / "learner.json")["predictions"]) == {"a", "b", "c", "d"}
    state.change(lambda old: old | {"predictions": {}})
    assert state.read()["predictions"] == {}  # what was written waits no more


def test_what_waits_belongs_to_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "file" / "learner.json"))
    guess("a", 1)
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "other.json"))
    assert state.read() == state.empty()


def test_two_processes_at_once_lose_nothing(learner_file: Path) -> None:
    code = (
        "import sys; from course_lib.teaching import state\n"
        "for n in range(40):\n"
        "    state.change(lambda old: state.with_guess(old, f'{sys.argv[1]}{n}', n, 't'))"
    )
    started = [subprocess.Popen([sys.executable, "-c", code, name]) for name in "ab"]
    assert [process.wait(60) for process in started] == [0, 0]
    assert len(json.loads(learner_file.read_text(encoding="utf-8"))["predictions"]) == 80


def test_a_lock_held_elsewhere_ends_in_a_timeout(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with (
        state.locked(lock),
        pytest.raises(TimeoutError, match="another notebook"),
        state.locked(lock, seconds=0.05),
    ):
        pass
    with state.locked(lock, seconds=0.05):
        pass


def test_the_file_lies_where_it_is_told_or_at_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert state.path() == Path(os.environ["COURSE_STATE"])
    monkeypatch.delenv("COURSE_STATE")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert state.path() == tmp_path / ".where-the-compute-goes" / "learner.json"


def test_the_lesson_is_the_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "/somewhere/01_parameters.ipynb")
    assert state.lesson() == "01_parameters"
    monkeypatch.delenv("JPY_SESSION_NAME")
    assert state.lesson() == ""
