"""What `course room` does: opens a room for the predictions of one lesson, until it is stopped."""

import asyncio
import contextlib
import logging
import signal
from pathlib import Path

from course_lib.authoring.places import find_root, names, resolve
from course_lib.classroom.room.addresses import is_loopback
from course_lib.classroom.room.kept import Keeper, opened
from course_lib.classroom.room.questions import questions
from course_lib.errors import CallError


def run_room(lesson: str, host: str, port: int, save: Path | None, per_address: int) -> int:
    """Open a room and serve it until Ctrl-C.

    Raises:
        CallError: no such lesson, no room of it in the file, or a port or host that is not free.
    """
    folder = find_root() / "lessons"
    name = resolve(lesson, names(folder))
    title, asked = questions(folder / f"{name}.ipynb")
    if not asked:
        raise CallError(f"lesson {name} has no predictions")
    # what is refused is told to who sent it; a flood must not fill the teacher's screen
    logging.getLogger("tornado.general").setLevel(logging.ERROR)
    with opened(save, name, title, asked) as keeper, contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(keeper, host, port, per_address))
    print("The room is closed.")
    return 0


async def _serve(keeper: Keeper, host: str, port: int, per_address: int) -> None:
    from course_lib.classroom.room.server import RoomServer

    try:
        server = RoomServer(keeper, host, port, per_address)
    except OSError as error:
        reason = error.strerror or error
        raise CallError(
            f"cannot listen at {host}, port {port} ({reason}): name another --port or --host"
        ) from error
    print("\n".join(_words(keeper, server.address, server.teacher, host)), flush=True)
    stop = asyncio.Event()
    with contextlib.suppress(NotImplementedError):  # Windows
        for each in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(each, stop.set)
    try:
        await stop.wait()
    finally:
        await keeper.saved()
        await server.close()


def _words(keeper: Keeper, address: str, teacher: str, host: str) -> list[str]:
    """What is printed at the start."""
    room = keeper.room
    kept = (
        f"Each change is kept in {keeper.path}."
        if keeper.path
        else "Nothing is kept when it closes, unless you save the counts on your page."
    )
    alone = ["Only this computer can come in; for a room, add --host 0.0.0.0."]
    return [
        f"The room's guess: {room.title}, {len(room.questions)} predictions",
        "",
        f"  the room:      {address}",
        f"  your page:     {teacher}",
        f"  in notebooks:  COURSE_ROOM={address}",
        "",
        *(alone if is_loopback(host) else []),
        kept,
        "The link of your page lets whoever has it show answers: keep it to yourself.",
        "Ctrl-C closes the room.",
    ]
