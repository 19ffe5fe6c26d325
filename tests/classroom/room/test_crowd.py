"""Two hundred guessers at once."""

import asyncio
import json
import threading
from pathlib import Path

from tests.classroom.room.rooms import CODE, Client, room, serving, token

GUESSERS = 200


async def request(
    port: int, method: str, path: str, who: int, body: bytes = b""
) -> tuple[int, str]:
    """Status and body of one request, over a connection of its own, as a phone makes it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Room-Token: {token(who)}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    writer.write(head.encode() + body)
    answer = (await asyncio.wait_for(reader.read(), 60)).decode()
    writer.close()
    top, _, content = answer.partition("\r\n\r\n")
    return int(top.split()[1]), content


async def guesser(port: int, who: int) -> list[int]:
    """Look, guess, change the guess, and look again."""
    statuses = []
    for share in (who + 1, 2 * (who + 1)):
        statuses.append((await request(port, "GET", f"/{CODE}/now", who))[0])
        data = {"token": token(who), "prediction": "share", "guess": share / 1000}
        body = json.dumps(data).encode()
        statuses.append((await request(port, "POST", f"/{CODE}/guess", who, body))[0])
    return statuses


async def stranger(port: int) -> None:
    """Sends what is refused, all the while."""
    for what in (b"{", b"[]", b"\xff", b"NaN") * 5:
        await request(port, "POST", f"/{CODE}/guess", 0, what)


async def crowd(port: int) -> list[list[int]]:
    done = await asyncio.gather(
        *(guesser(port, who) for who in range(GUESSERS)), stranger(port), return_exceptions=False
    )
    return [each for each in done if each is not None]


def test_two_hundred_at_once_are_all_counted_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "room.json"
    with serving(room(), file, per_address=GUESSERS) as client:
        statuses = asyncio.run(crowd(client.port))
        assert statuses == [[200] * 4] * GUESSERS
        held = client.room
        for who in range(GUESSERS):
            assert held.own("share", token(who)) == 2 * (who + 1) / 1000
        assert client.teach("now").data["count"] == GUESSERS
        saved = json.loads(file.read_text(encoding="utf-8"))
        assert saved["guesses"]["share"] == held.guesses["share"]
        look_at_the_answer(client)


def look_at_the_answer(client: Client) -> None:
    """When the answer is shown all ask for it at once."""
    client.teach("reveal", at=0)

    async def all_look() -> list[tuple[int, str]]:
        looks = (request(client.port, "GET", f"/{CODE}/now", who) for who in range(GUESSERS))
        return await asyncio.gather(*looks)

    answers = asyncio.run(all_look())
    assert {status for status, _ in answers} == {200}
    assert all("One of five." in body for _, body in answers)


def test_a_change_while_a_write_goes_on_is_in_the_next_one(tmp_path: Path) -> None:
    """Guesses share writes: no more than guesses, and all are in the last one."""
    file = tmp_path / "room.json"
    writes = []
    with serving(room(), file) as client:
        text = client.keeper.text
        client.keeper.text = lambda: writes.append(1) or text()  # type: ignore[method-assign,func-returns-value]
        threads = [
            threading.Thread(target=client.guess, args=(f"{who} %", "share", who))
            for who in range(1, 31)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 1 <= len(writes) <= 30
        saved = json.loads(file.read_text(encoding="utf-8"))["guesses"]["share"]
        assert sorted(saved.values()) == [who / 100 for who in range(1, 31)]
