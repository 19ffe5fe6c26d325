"""A room in a file: nothing that was answered is lost, and a server that starts again goes on."""

import contextlib
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest

from course_lib.classroom.room import kept
from course_lib.classroom.room.kept import as_data, from_data, opened
from course_lib.classroom.room.state import Room
from course_lib.errors import CallError
from tests.classroom.room.rooms import QUESTIONS, SHARE, room, token
from tests.classroom.room.test_server import RECORD

ROOT = Path(__file__).parents[3]


def filled() -> Room:
    """A room with guesses of each kind, one answer shown."""
    held = room()
    held.guess("share", token(1), "10 %")
    held.guess("share", token(2), 0)
    held.guess("colour", token(1), "blue")
    held.guess("rank", token(2), ["three", "two", "one"])
    held.guess("hours", token(3), ["100", "200"])
    held.reveal()
    held.go(2)
    return held


def test_a_room_comes_back_as_it_was() -> None:
    held = filled()
    text = json.dumps(as_data(held))
    back = from_data(json.loads(text), held.lesson, held.title, QUESTIONS)
    assert back.guesses == held.guesses and back.shown == held.shown and back.at == 2
    assert back.own("share", token(1)) == 0.1  # and its guesser can still change the next one
    assert json.dumps(as_data(back)) == text


def test_the_file_holds_no_token() -> None:
    text = json.dumps(as_data(filled()))
    assert not any(token(who) in text for who in range(1, 4))


def test_a_lesson_that_was_rewritten_keeps_what_still_fits() -> None:
    data = as_data(filled())
    back = from_data(data, "99_all", "99 · All", [SHARE])
    assert back.guesses.keys() == {"share"} and len(back.guesses["share"]) == 2
    assert back.now is SHARE


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"form": "other"}, "must be a saved room"),
        ({"version": 2}, "must be a saved room"),
        ({"lesson": "05_inference"}, "must be a room of 99_all"),
        ({"guesses": [1]}, "damaged"),
        ({"shown": None}, "damaged"),
        ({"records": {"x": "no record"}}, "damaged"),
        ({"guesses": {"share": {"x": "much"}}}, None),
    ],
)
def test_what_is_no_room_of_this_lesson(change: dict[str, Any], told: str | None) -> None:
    data = as_data(filled()) | change
    if told is None:
        assert from_data(data, "99_all", "", QUESTIONS).guesses["share"] == {}
    else:
        with pytest.raises(ValueError, match=told):
            from_data(data, "99_all", "", QUESTIONS)


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.json"
    for content in ("my notes", "[]", "{"):
        file.write_text(content, encoding="utf-8")
        with (
            pytest.raises(CallError, match=r"notes\.json"),
            opened(file, "99_all", "", QUESTIONS),
        ):
            pass
        assert file.read_text(encoding="utf-8") == content


def test_one_server_at_a_time_keeps_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "LOCK_SECONDS", 0.05)
    file = tmp_path / "room.json"
    (tmp_path / "room.json.123.tmp").write_text("left by a kill", encoding="utf-8")
    with (
        opened(file, "99_all", "", QUESTIONS),
        pytest.raises(CallError, match="just now"),
        opened(file, "99_all", "", QUESTIONS),
    ):
        pass
    assert {path.name for path in tmp_path.iterdir()} == {"room.json", ".room.json.lock"}


def test_no_folder_is_told_before_anyone_guesses(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="no folder"), opened(tmp_path / "a/b", "x", "", QUESTIONS):
        pass


def test_records_come_back(tmp_path: Path) -> None:
    from course_lib.classroom.room.machines import record_of

    file = tmp_path / "room.json"
    with opened(file, "99_all", "", QUESTIONS) as keeper:
        keeper.room.put_record("who", RECORD, record_of(RECORD))
        file.write_text(keeper.text(), encoding="utf-8")
    with opened(file, "99_all", "", QUESTIONS) as keeper:
        assert keeper.room.records["who"][1].peak() == record_of(RECORD).peak()


@contextlib.contextmanager
def command(file: Path) -> Iterator[tuple[subprocess.Popen[str], str, int]]:
    """`course room 05 --save FILE` in a process of its own; killed at the end."""
    call = [
        sys.executable,
        "-m",
        "course_lib.cli",
        "room",
        "05",
        "--port",
        "0",
        "--save",
        str(file),
    ]
    surroundings = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        call, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if found := re.search(r"the room:\s+http://127\.0\.0\.1:(\d+)/(\w+)", line):
                    break
            else:
                raise AssertionError("the server did not start")
            yield process, found[2], int(found[1])
        finally:
            process.kill()


def guess(port: int, code: str, who: int, share: float) -> bool:
    """Whether the server said that it keeps a guess."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    data = {"token": token(who), "prediction": "prompt_share", "guess": share}
    try:
        connection.request(
            "POST", f"/{code}/guess", json.dumps(data), {"Content-Type": "application/json"}
        )
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def test_a_killed_server_loses_no_guess_that_it_answered(tmp_path: Path) -> None:
    file = tmp_path / "room.json"
    answered: set[int] = set()
    with command(file) as (process, code, port):

        def guesser(first: int) -> None:
            for who in range(first, 1000, 4):
                if not guess(port, code, who % 50, who / 1000 + 0.001):
                    return
                answered.add(who)

        threads = [threading.Thread(target=guesser, args=(first,)) for first in range(4)]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 60
        while len(answered) < 40 and time.monotonic() < deadline:
            time.sleep(0.005)
        process.kill()  # in the midst of guesses
        for thread in threads:
            thread.join(30)
    assert len(answered) >= 40
    saved = json.loads(file.read_text(encoding="utf-8"))  # whole, whenever the kill came
    values = saved["guesses"]["prompt_share"].values()
    lasts = {who % 50: who for who in sorted(answered)}
    # of each token the last guess that was answered, or one that was on its way
    for by, who in lasts.items():
        own = {round(value, 9) for value in values if round(value * 1000 - 1) % 50 == by}
        assert own & {round(later / 1000 + 0.001, 9) for later in range(who, 1000, 50)}
    assert len(values) >= len(lasts)

    # and a server with the same file goes on: same room, same guesses, same tokens
    with command(file) as (_, again, port):
        assert again == code
        assert guess(port, again, 1, 0.9) and guess(port, again, 77, 0.8)
    after = json.loads(file.read_text(encoding="utf-8"))["guesses"]["prompt_share"]
    assert 0.9 in after.values() and len(after) == len(values) + 1
