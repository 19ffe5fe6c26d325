"""Guesses that go to a room too: they arrive, or it is said why not, and no lesson waits."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from course_lib.teaching import predict, predict_choice, predict_ranking, replay, room, state
from course_lib.teaching.predictions import room as sending
from course_lib.teaching.predictions.orders import FILE, load
from course_lib.teaching.predictions.orders_form import ask_orders
from tests.classroom.room.rooms import CODE, COLOUR, HOURS, RANK, SHARE, serving
from tests.classroom.room.rooms import room as a_room

ASKED: dict[str, Callable[[], Any]] = {
    "share": lambda: predict("share", SHARE.text, "%"),
    "colour": lambda: predict_choice("colour", COLOUR.text, list(COLOUR.options)),
    "rank": lambda: predict_ranking("rank", RANK.text, list(RANK.options)),
    "hours": lambda: replay.predict_range("hours", HOURS.text, "card hours"),
}


def fill(form: Any, key: str) -> Any:
    """Fill a form in, and what it should send."""
    if key == "share":
        form.box.value = "17 %"
        return 0.17
    if key == "colour":
        form.radio.value = "blue"
        return "blue"
    if key == "rank":
        for box, item in zip(form.boxes, ("two", "three", "one"), strict=True):
            box.value = item
        return ["two", "three", "one"]
    form.boxes[0].value, form.boxes[1].value = "100", "2k"
    return [100.0, 2000.0]


def says(form: Any, text: str, seconds: float = 30) -> str:
    """The status line, once it holds a text."""
    deadline = time.monotonic() + seconds
    while text not in form.status.value:
        assert time.monotonic() < deadline, form.status.value
        time.sleep(0.01)
    return str(form.status.value)


@contextmanager
def answering(status: int, body: bytes, wait: threading.Event | None = None) -> Iterator[str]:
    """A server that is no room; its address as a room's."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if wait is not None:
                wait.wait(30)
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{CODE}"
        if wait is not None:
            wait.set()
        server.shutdown()


@pytest.fixture(autouse=True)
def no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """No room is named by the surroundings."""
    monkeypatch.delenv("COURSE_ROOM", raising=False)


@pytest.mark.parametrize("key", ASKED)
@pytest.mark.parametrize("setting", ["environment", "line"])
def test_a_guess_arrives_as_the_form_keeps_it(
    key: str, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(a_room()) as client:
        address = f"http://127.0.0.1:{client.port}/{CODE}"
        if setting == "line":
            room.join(address)
        else:
            monkeypatch.setenv("COURSE_ROOM", address)
        form = ASKED[key]()
        expected = fill(form, key)
        form.button.click()
        line = says(form, "The room has it.")
        assert "Kept" in line
        assert list(client.room.guesses[key].values()) == [expected]
        form.button.click()  # the same token: changed, not counted twice
        says(form, "The room has it.")
        assert len(client.room.guesses[key]) == 1


def test_the_ten_guesses_arrive_together(monkeypatch: pytest.MonkeyPatch) -> None:
    from course_lib.classroom.room.questions import ten_questions

    with serving(a_room(questions=ten_questions("start"))) as client:
        monkeypatch.setenv("COURSE_ROOM", f"http://127.0.0.1:{client.port}/{CODE}")
        form = ask_orders()
        for box in form.boxes:
            box.value = "1e9"
        form.button.click()
        says(form, "The room has it.")
        assert sum(len(each) for each in client.room.guesses.values()) == len(load(FILE)) == 10


def test_off_unless_a_room_was_joined(monkeypatch: pytest.MonkeyPatch, learner_file: Path) -> None:
    monkeypatch.setattr(threading.Thread, "start", lambda _: pytest.fail("something is sent"))
    form = ASKED["share"]()
    fill(form, "share")
    form.button.click()
    assert "room" not in form.status.value
    assert "room" not in json.loads(learner_file.read_text(encoding="utf-8"))


def test_leave_sends_nothing_any_more(capsys: pytest.CaptureFixture[str]) -> None:
    room.join("http://127.0.0.1:9/ABCDE")
    assert "go to the room at 127.0.0.1:9" in capsys.readouterr().out
    room.leave()
    assert sending.Messenger(lambda _: None).send({"share": 0.1}, "") is None


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (lambda: f"http://127.0.0.1:{free_port()}/{CODE}", "nobody answers at 127.0.0.1"),
        (lambda: "http://no-such-host.invalid:8640/ABCDE", "nobody answers at no-such-host"),
        (lambda: "the room", "is no address of a room"),
        (lambda: "http://127.0.0.1:8640", "is no address of a room"),
        (lambda: "file:///etc/ABCDE", "is no address of a room"),
        (lambda: "http://127.0.0.1:notaport/ABCDE", "is no address of a room"),
        (lambda: "http://me:secret@127.0.0.1/ABCDE", "is no address of a room"),
        (lambda: "<script>", "&lt;script&gt;"),
    ],
)
def test_no_server_is_said_and_the_guess_is_kept(
    address: Callable[[], str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_ROOM", address())
    form = ASKED["share"]()
    fill(form, "share")
    form.button.click()
    assert "Kept: <strong>17 %</strong>" in says(form, told)
    assert "<script>" not in form.status.value
    assert state.read()["predictions"]["share"]["guess"] == 0.17


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (404, b"<html>not here</html>", "what answers there is no room"),
        (302, b"", "what answers there is no room"),
        (500, b"[" * 9000, "what answers there is no room"),
        (409, b'{"error": "Too late: <b>x</b>."}', "Too late: &lt;b&gt;x&lt;/b&gt;."),
    ],
)
def test_what_answers_and_is_no_room(
    status: int, body: bytes, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(status, body) as address:
        monkeypatch.setenv("COURSE_ROOM", address)
        form = ASKED["share"]()
        fill(form, "share")
        form.button.click()
        assert "did not take it" in says(form, told)


def test_a_wrong_code_a_late_guess_and_another_lesson(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(a_room()) as client:
        base = f"http://127.0.0.1:{client.port}"
        monkeypatch.setenv("COURSE_ROOM", f"{base}/QQQQQ")
        form = ASKED["share"]()
        fill(form, "share")
        form.button.click()
        says(form, "no room with this code")
        monkeypatch.setenv("COURSE_ROOM", f"{base}/{CODE}")
        client.room.reveal()
        form.button.click()
        says(form, "Too late")
        other = predict("elsewhere", "How many?", "")
        other.box.value = "3"
        other.button.click()
        says(other, "asks no such question")
        assert client.room.guesses["share"] == {}


def test_a_slow_server_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The press is over while the server has not even answered."""
    monkeypatch.setattr(sending, "DEADLINE_SECONDS", 0.2)
    wait = threading.Event()
    with answering(200, b"{}", wait) as address:
        monkeypatch.setenv("COURSE_ROOM", address)
        form = ASKED["share"]()
        fill(form, "share")
        form.button.click()
        assert "Kept" in form.status.value and not wait.is_set()
        says(form, "it is too slow")
        assert not wait.is_set()


def test_the_answer_to_an_earlier_guess_does_not_stand_behind_a_later_one() -> None:
    told: list[str] = []
    messenger = sending.Messenger(told.append)
    wait = threading.Event()
    with answering(200, b"{}", wait) as address:
        room.join(address)
        first = messenger.send({"share": 0.1}, "first")
        second = messenger.send({"share": 0.2}, "second")
        wait.set()
        for thread in (first, second):
            assert thread is not None
            thread.join(30)
    assert told == ["second The room has it."]


def test_a_file_that_cannot_be_written_keeps_its_token_in_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "file" / "learner.json"))
    with serving(a_room()) as client:
        monkeypatch.setenv("COURSE_ROOM", f"http://127.0.0.1:{client.port}/{CODE}")
        form = ASKED["share"]()
        fill(form, "share")
        for _ in range(2):
            form.button.click()
            says(form, "The room has it.")
        assert len(client.room.guesses["share"]) == 1
