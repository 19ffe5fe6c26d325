"""What a room refuses; after each refusal every earlier guess is still there."""

import json
import socket
import time
from collections.abc import Iterator

import pytest

from course_lib.classroom.room import server as servers
from tests.classroom.room.rooms import CODE, Answer, Client, serving, token
from tests.classroom.room.test_server import RECORD

JSON = {"Content-Type": "application/json"}
GOOD = {"token": token(5), "prediction": "share", "guess": "10 %"}
BODY = json.dumps(GOOD).encode()


@pytest.fixture
def client() -> Iterator[Client]:
    """A server whose room holds two guesses, which must be there at the end."""
    with serving() as client:
        client.guess("30 %", who=1)
        client.guess("40 %", who=2)
        yield client
        values = sorted(client.room.guesses["share"].values(), key=float)  # type: ignore[arg-type]
        assert values[-2:] == [0.3, 0.4] and client.room.shown == set()
        # and it goes on
        assert client.guess("50 %", who=1, X_Room_Token=token(1)).status == 200


def refused(answer: Answer, *statuses: int) -> None:
    """One sentence, short and clear, with the right status."""
    assert answer.status in statuses, answer
    said = answer.data["error"]
    assert (
        said[0] in "“ABCDEFGHIJKLMNOPQRSTUVWXYZ" and said.endswith((".", "?")) and len(said) < 300
    )
    assert "Traceback" not in said


def raw(client: Client, sent: bytes, wait: float = 5.0) -> bytes:
    """What comes back for bytes as they are, until the server closes or nothing comes."""
    with socket.create_connection(("127.0.0.1", client.port), timeout=wait) as link:
        link.sendall(sent)
        got = b""
        try:
            while part := link.recv(4096):
                got += part
        except (TimeoutError, ConnectionResetError):
            pass
        return got


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b"[" * 1500,
        json.dumps(GOOD | {"more": 1}).encode(),
        json.dumps({"token": token(5), "guess": "10 %"}).encode(),
        BODY.replace(b'"10 %"', b"NaN"),
        BODY.replace(b'"10 %"', b"-Infinity"),
    ],
    ids=str,
)
def test_what_is_no_guess_at_all(client: Client, body: bytes) -> None:
    refused(client.send("POST", f"/{CODE}/guess", body, JSON), 400)


@pytest.mark.parametrize(
    "guess",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "-5",
        "1e999",
        "nan",
        "9" * 500,
        10**300,
        -1,
        1e308,
        {"$gt": 0},
        [1, 2],
        None,
        True,
        "'; drop table guesses; --",
        "\x00",
        "../../etc/passwd",
        "%0d%0aSet-Cookie: a=b",
    ],
    ids=lambda guess: str(guess)[:30],
)
def test_a_guess_of_the_wrong_kind(client: Client, guess: object) -> None:
    answer = client.guess(guess, who=5)
    refused(answer, 422)
    # as JSON that no browser takes for a page, whatever is in it
    assert answer.headers["Content-Type"].startswith("application/json")
    assert len(client.room.guesses["share"]) == 2


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"],
)
def test_a_type_that_a_foreign_page_could_send(client: Client, kind: str) -> None:
    # a form that is none is refused before its type is looked at
    statuses = (400, 415) if "multipart" in kind else (415,)
    refused(client.send("POST", f"/{CODE}/guess", BODY, {"Content-Type": kind}), *statuses)
    headers = {"Content-Type": kind, "X-Room-Token": token(5)}
    refused(client.send("POST", f"/{CODE}/record", RECORD.encode(), headers), *statuses)


def test_too_large_a_guess_or_record(client: Client) -> None:
    large = json.dumps(GOOD | {"guess": "1" * 3000}).encode()
    refused(client.send("POST", f"/{CODE}/guess", large, JSON), 413)
    headers = {"Content-Type": "application/toml", "X-Room-Token": token(5)}
    refused(client.send("POST", f"/{CODE}/record", b"#" * 100_000, headers), 413)
    # beyond that the server does not even read
    head = f"POST /{CODE}/guess HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\n"
    got = raw(client, f"{head}Content-Length: 999999999\r\n\r\n".encode() + b"x" * 5000)
    assert got.startswith(b"HTTP/1.1 4") or got == b""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not toml at all [",
        "a = " + "[" * 3000,
        "[x]\nkind = 'machine'\n",
        RECORD + RECORD.replace("[", "[more_", 1),
        RECORD.replace('kind = "machine"', 'kind = "other"'),
        RECORD.replace('name = "', 'name = "' + "x" * 200, 1),
        RECORD.replace('name = "', 'name = "\\u202e', 1),
        RECORD.replace("median_seconds = ", "median_seconds = -"),
        RECORD.replace("median_seconds = ", "median_seconds = 0.0000001 #"),
        RECORD.replace("flops = ", "flops = 1e30 #"),
        RECORD.replace("moved_bytes = ", "moved_bytes = nan #"),
    ],
    ids=["empty", "broken", "deep", "bare", "two", "other", "long", "turned", "negative", "short",
         "huge", "nan"],
)  # fmt: skip
def test_a_record_that_cannot_be(client: Client, text: str) -> None:
    headers = {"Content-Type": "application/toml", "X-Room-Token": token(5)}
    refused(client.send("POST", f"/{CODE}/record", text.encode(), headers), 400, 422)
    assert not client.room.records


def test_a_script_in_a_machines_name_stays_text(client: Client) -> None:
    text = RECORD.replace('name = "', 'name = "<script>alert(1)</script>', 1)
    headers = {"Content-Type": "application/toml", "X-Room-Token": token(5)}
    assert client.send("POST", f"/{CODE}/record", text.encode(), headers).status == 200
    drawn = client.teach("now").data["machines"]
    assert "<script" not in drawn and "&lt;script&gt;" in drawn


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1:1",
        "0.0.0.0:{port}",
        "127.0.0.1:{port}.evil.example",
        "localhost",
    ],
)
def test_a_foreign_name_for_this_address(client: Client, host: str) -> None:
    named = host.format(port=client.port)
    answer = client.get(f"/{CODE}/now", Host=named)
    refused(answer, 400, 403)
    key = client.server.key
    assert client.get("/teacher/now", Host=named, X_Room_Key=key).status in (400, 403)


@pytest.mark.parametrize("head", ["", "Host: 127.0.0.1:{port}\r\nHost: evil.example\r\n"])
def test_no_host_or_two(client: Client, head: str) -> None:
    named = head.format(port=client.port)
    got = raw(client, f"GET /{CODE}/now HTTP/1.1\r\n{named}Connection: close\r\n\r\n".encode())
    assert b" 400 " in got.split(b"\r\n")[0]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_another_sites_page(client: Client, headers: dict[str, str]) -> None:
    named = {name: value.format(port=client.port) for name, value in headers.items()}
    refused(client.send("POST", f"/{CODE}/guess", BODY, JSON | named), 403)
    teacher = JSON | named | {"X-Room-Key": client.server.key}
    refused(client.send("POST", "/teacher/reveal", b'{"at": 0}', teacher), 403)


def test_our_own_page(client: Client) -> None:
    named = {"Origin": f"http://127.0.0.1:{client.port}", "Sec-Fetch-Site": "same-origin"}
    assert client.send("POST", f"/{CODE}/guess", BODY, JSON | named).status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/static/../state.py",
        "/static/..%2f..%2fstate.py",
        "/static/%2e%2e/%2e%2e/handlers.py",
        "/static/room.css/../../state.py",
        "/static//etc/passwd",
        "/static/",
        "//evil.example/",
        "/../../../../etc/passwd",
        f"/{CODE}/../teacher/now",
        f"/{CODE}/%00",
        "/favicon.ico",
    ],
)
def test_no_path_leads_out(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status == 404
    assert b"import" not in answer.body and b"root:" not in answer.body


def test_nothing_that_is_sent_gets_into_a_header(client: Client) -> None:
    answer = client.get("/join?code=AB%0d%0aSet-Cookie:%20a=b")
    assert answer.status == 404 and "Set-Cookie" not in answer.headers
    assert b"AB" not in answer.body


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "FOO"])
def test_other_methods(client: Client, method: str) -> None:
    answer = client.send(method, f"/{CODE}/guess")
    assert answer.status in (404, 405)
    assert "Access-Control-Allow-Methods" not in answer.headers


def test_trying_codes_is_slowed_down_and_hinders_no_one_inside(client: Client) -> None:
    statuses = [client.get("/QQQQQ").status for _ in range(25)]
    assert statuses[:20] == [404] * 20 and statuses[-1] == 429
    assert client.get(f"/{CODE}").status == 429  # even the right one, for who is not inside
    assert client.get(f"/{CODE}/now", X_Room_Token=token(1)).status == 200
    assert client.teach("now").status == 200


def test_a_guesser_that_is_too_fast_loses_nothing(client: Client) -> None:
    statuses = [client.guess(f"{n} %", who=7).status for n in range(1, 20)]
    assert statuses[0] == 200 and statuses[-1] == 429
    kept = client.room.own("share", token(7))
    assert kept == statuses.count(200) / 100
    assert client.guess("10 %", who=8).status == 200


def test_one_address_cannot_stuff_the_room() -> None:
    with serving(per_address=5) as client:
        statuses = [client.guess("10 %", who=n).status for n in range(9)]
        assert statuses == [200] * 5 + [429] * 4
        assert "--per-address" in client.guess("10 %", who=9).data["error"]
        assert client.guess("20 %", who=2).status == 200


def test_who_sends_slowly_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "IDLE_SECONDS", 0.3)
    monkeypatch.setattr(servers, "BODY_SECONDS", 0.3)
    with serving() as client:
        head = f"POST /{CODE}/guess HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\n"
        slow = [
            head.encode(),  # a head that never ends
            f"{head}Content-Length: 90\r\n\r\n{{".encode(),  # a body that never comes
            b"",
        ]
        links = [socket.create_connection(("127.0.0.1", client.port), timeout=20) for _ in slow]
        for link, sent in zip(links, slow, strict=True):
            link.sendall(sent)
        assert client.guess("10 %").status == 200  # meanwhile others go on
        for link in links:
            with link:
                assert not link.recv(4096).startswith(b"HTTP/1.1 2")
        assert _soon_empty(client)


def test_connections_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "EACH_GUESSER", 1)
    with serving(per_address=4) as client:
        links = [socket.create_connection(("127.0.0.1", client.port), timeout=20) for _ in range(9)]
        # those beyond the fourth are closed at once, unanswered
        closed = 0
        for link in links[4:]:
            try:
                closed += link.recv(1) == b""
            except ConnectionResetError:
                closed += 1
        assert closed == 5
        for link in links:
            link.close()
        assert _soon_empty(client)
        assert client.guess("10 %").status == 200


def _soon_empty(client: Client) -> bool:
    """Whether every connection is forgotten, within a generous time."""
    deadline = time.monotonic() + 20
    while client.server.http.open and time.monotonic() < deadline:
        time.sleep(0.02)
    return not client.server.http.open and not client.server.http.at


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nHost: {host}\r\nX: " + b"x" * 20_000 + b"\r\n\r\n",
        b"POST /ABCDE/guess HTTP/1.1\r\nHost: {host}\r\nContent-Length: -5\r\n\r\n",
        b"POST /ABCDE/guess HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n",
        b"POST /ABCDE/guess HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"ffff\r\n" + b"x" * 0xFFFF + b"\r\n" + b"ffffff\r\n" + b"x" * 0xFFFF,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: {host}\r\nX: a\x00b\r\n\r\n",
    ],
    ids=["head", "negative", "two lengths", "chunks", "tls", "nonsense", "nul"],
)  # fmt: skip
def test_what_is_no_http(monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(servers, "IDLE_SECONDS", 0.5)
    monkeypatch.setattr(servers, "BODY_SECONDS", 0.5)
    with serving() as client:
        client.guess("30 %", who=1)
        got = raw(client, sent.replace(b"{host}", b"127.0.0.1:%d" % client.port), 20)
        assert not got.startswith(b"HTTP/1.1 2") and b"Traceback" not in got
        assert list(client.room.guesses["share"].values()) == [0.3]
        assert client.guess("40 %", who=2).status == 200
