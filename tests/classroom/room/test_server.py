"""A room's server as its pages use it."""

import json
from pathlib import Path

import pytest

from course_lib.catalog import machines
from course_lib.classroom.room.addresses import allowed, is_loopback, outward
from course_lib.classroom.room.answering import HEADERS
from tests.classroom.room.rooms import CODE, QUESTIONS, room, serving, token

RECORD = sorted(machines.FOLDER.glob("*.toml"))[0].read_text(encoding="utf-8")


def test_a_lesson_in_a_room_from_the_first_guess_to_the_last_answer() -> None:
    with serving() as client:
        at = client.get(f"/{CODE}/now").data["at"]
        assert client.guess("10 %", who=1).data["kept"].startswith("Kept: 10 %.")
        assert client.guess("60 %", who=2).status == 200
        assert client.guess("30 %", who=1).status == 200
        seen = client.teach("now").data
        assert (seen["count"], seen["shown"], seen["answer"]) == (2, False, "")
        assert "20.0 %" not in client.get(f"/{CODE}/now").data["html"]

        shown = client.teach("reveal", at=0).data
        assert "One of five." in shown["answer"] and "1 of 2 lie within" in shown["picture"]
        late = client.guess("25 %", who=3)
        assert late.status == 409 and "Too late" in late.data["error"]
        mine = client.get(f"/{CODE}/now?at={at}".replace(" ", "%20"), X_Room_Token=token(1)).data
        assert "You said <strong>30 %</strong>" in mine["html"] and "One of five." in mine["html"]
        other = client.get(f"/{CODE}/now", X_Room_Token=token(9)).data
        assert "You did not guess." in other["html"] and other["at"] == mine["at"] != at

        assert client.teach("go", at=1).data["text"] == QUESTIONS[1].text
        assert client.guess("blue", "colour", who=1).status == 200
        again = client.get(f"/{CODE}/now", X_Room_Token=token(1)).data["html"]
        assert 'value="blue" checked' in again and "Which &lt;colour&gt;?" in again
        assert client.teach("now").data["count"] == 1


def test_a_page_that_shows_it_already_is_sent_nothing() -> None:
    with serving() as client:
        at = client.get(f"/{CODE}/now").data["at"].replace(" ", "%20")
        assert client.get(f"/{CODE}/now?at={at}").data.keys() == {"at"}
        version = client.teach("now").data["version"]
        assert client.teach(f"now?seen={version}").data.keys() == {"version", "problem"}


def test_counts_to_keep_hold_no_trace_of_who_guessed() -> None:
    with serving() as client:
        client.guess("10 %", who=1)
        client.guess("10 %", who=2)
        client.guess("blue", "colour", who=2)
        counts = client.teach("counts")
    share = counts.data["counts"]["share"]
    assert share["count"] == {"10 %": 2} and share["answer"] is None
    held = client.room.fingerprint(token(1)).encode()
    assert token(1).encode() not in counts.body and held not in counts.body


def test_a_record_draws_the_roofline_of_the_room() -> None:
    with serving() as client:
        assert client.teach("now").data["machines"] == ""
        sent = client.send(
            "POST",
            f"/{CODE}/record",
            RECORD.encode(),
            {"Content-Type": "application/toml", "X-Room-Token": token(1)},
        )
        assert sent.status == 200
        drawn = client.teach("now").data["machines"]
    record = machines.recorded()[0]
    assert record.machine.name in drawn and drawn.count("<polyline") == 1


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/teacher",
        f"/{CODE}",
        f"/{CODE}/now",
        "/static/room.css",
        "/ZZZZZ",
        "/a/b/c",
        "/teacher/now",
    ],
)
def test_every_answer_lets_a_browser_run_only_our_own(path: str) -> None:
    with serving() as client:
        answer = client.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert b" style=" not in answer.body and b" onload" not in answer.body


def test_pages_ask_for_nothing_from_elsewhere() -> None:
    with serving() as client:
        bodies = [
            client.get(path).body
            for path in (
                "/",
                "/teacher",
                f"/{CODE}",
                "/static/room.css",
                "/static/guess.js",
                "/static/teacher.js",
            )
        ]
        bodies.append(json.dumps(client.teach("now").data["door"]).encode())
    for body in bodies:
        text = body.decode().replace("http://www.w3.org/2000/svg", "")
        assert client.server.address in text or "http" not in text.replace("http-equiv", "")


def test_a_code_is_typed_in_either_case_and_leads_to_the_room() -> None:
    with serving() as client:
        answer = client.get("/join?code=abcde")
        assert (answer.status, answer.headers["Location"]) == (302, f"/{CODE}")
        assert client.get("/abcde").status == 200


def test_the_teachers_page_holds_no_secret_and_its_data_needs_one() -> None:
    with serving() as client:
        assert client.server.key.encode() not in client.get("/teacher").body
        for key in ("", "x", client.server.key[:-1], client.server.key + "x"):
            assert client.get("/teacher/now", X_Room_Key=key).status == 403
            assert client.post("/teacher/reveal", {"at": 0}, X_Room_Key=key).status == 403
        assert not client.room.shown


def test_a_late_press_shows_no_other_answer() -> None:
    with serving() as client:
        client.teach("go", at=1)
        assert client.teach("reveal", at=0).status == 409
        assert client.room.shown == set()


def test_names_by_which_a_server_is_reached() -> None:
    assert is_loopback("::1") and not is_loopback("192.168.1.5") and not is_loopback("school.local")
    assert allowed("192.168.1.5", 8640) >= {"192.168.1.5:8640"}
    assert "localhost:8640" not in allowed("192.168.1.5", 8640)
    assert "127.0.0.1:8640" in allowed("0.0.0.0", 8640)
    assert "127.0.0.1" in allowed("127.0.0.1", 80) and "127.0.0.1" not in allowed("127.0.0.1", 81)
    assert outward("192.168.1.5") == "192.168.1.5" and outward("::1") == "[::1]"
    assert outward("0.0.0.0") != "0.0.0.0"


def test_a_disk_that_fails_stops_no_room(tmp_path: Path) -> None:
    with serving(room(), tmp_path / "gone" / "room.json") as client:
        assert client.guess("10 %", who=1).status == 200
        seen = client.teach("now").data
        assert seen["count"] == 1 and "room.json cannot be written" in seen["problem"]
        (tmp_path / "gone").mkdir()
        assert client.guess("20 %", who=2).status == 200
        assert client.teach("now").data["problem"] == ""
    saved = json.loads((tmp_path / "gone" / "room.json").read_text(encoding="utf-8"))
    assert saved["counts"]["share"]["guesses"] == 2
