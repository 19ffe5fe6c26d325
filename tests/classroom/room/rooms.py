"""What tests of rooms share: questions of every kind, a room, a server, and a client."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from course_lib.classroom.room.guards import PER_ADDRESS
from course_lib.classroom.room.kept import Keeper
from course_lib.classroom.room.question import Question
from course_lib.classroom.room.server import RoomServer
from course_lib.classroom.room.state import Room

SHARE = Question(
    id="share",
    kind="number",
    text="Which share?",
    unit="%",
    truth=0.2,
    truth_text="20.0 %",
    because="One of five.",
)
COLOUR = Question(
    id="colour",
    kind="choice",
    text="Which <colour>?",
    options=("red & green", "blue"),
    truth="blue",
    truth_text="blue",
)
RANK = Question(
    id="rank",
    kind="order",
    text="Which first?",
    options=("one", "two", "three"),
    truth=["two", "one", "three"],
    truth_text="two, then one, then three",
)
HOURS = Question(
    id="hours",
    kind="range",
    text="How many hours?",
    unit="card hours",
    truth=300.0,
    truth_text="300 card hours",
    measured=True,
)
QUESTIONS = (SHARE, COLOUR, RANK, HOURS)
CODE = "ABCDE"


def token(number: int = 0) -> str:
    """The token of one guesser."""
    return f"{number:032x}"


def room(**given: Any) -> Room:
    """A room with a question of each kind."""
    return Room(
        **{"lesson": "99_all", "title": "99 · All", "questions": QUESTIONS, "code": CODE, **given}
    )


@dataclass
class Answer:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)


@dataclass
class Client:
    """Talks with one server."""

    server: RoomServer
    keeper: Keeper

    @property
    def port(self) -> int:
        return self.server.port

    @property
    def room(self) -> Room:
        return self.keeper.room

    def send(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body or None, headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.send("GET", path, headers=_named(headers))

    def post(self, path: str, data: Any, **headers: str) -> Answer:
        sent = {"Content-Type": "application/json"} | _named(headers)
        return self.send("POST", path, json.dumps(data).encode(), sent)

    def guess(self, guess: Any, id: str = "share", who: int = 0, **headers: str) -> Answer:
        data = {"token": token(who), "prediction": id, "guess": guess}
        return self.post(f"/{CODE}/guess", data, **headers)

    def teach(self, what: str, at: Any = None) -> Answer:
        headers = {"X_Room_Key": self.server.key}
        if at is None:
            return self.get(f"/teacher/{what}", **headers)
        return self.post(f"/teacher/{what}", {"at": at}, **headers)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@contextmanager
def serving(
    served: Room | None = None, path: Path | None = None, per_address: int = PER_ADDRESS
) -> Iterator[Client]:
    """A server at a free port, in a thread with a loop of its own, as long as the block runs."""
    keeper = Keeper(served or room(), path)
    begun, made = threading.Event(), []
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def run() -> None:
        server = RoomServer(keeper, port=0, per_address=per_address)
        made.append(server)
        begun.set()
        await stop.wait()
        await server.close()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    try:
        assert begun.wait(10)
        yield Client(made[0], keeper)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
