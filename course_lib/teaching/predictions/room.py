"""Guesses that go to a room's server too, where the learner has joined one.

Design choices:
- Off unless COURSE_ROOM names a room, or the learner joined one with `join`. Only the guess goes
  out, with the prediction's id and a random token, so that it can be changed until the answer is
  shown.
- It never holds a lesson up: the guess is kept here first, and goes out in a thread of its own with
  a deadline. Whether it arrived is said in the form's status line, once it is known.
- No proxy, no redirect: a room is in the same network.
"""

from __future__ import annotations

import contextvars
import json
import os
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from course_lib.display.show import inline
from course_lib.teaching import state
from course_lib.teaching.say.say import say

SETTING = "COURSE_ROOM"
SECTION = "room"
CODE = re.compile(r"/[A-Za-z0-9]{1,12}/?")
TOKEN = re.compile(r"[0-9a-f]{32}")
STEP_SECONDS = 3.0
"""So long it waits to be connected, and for each part of an answer."""
DEADLINE_SECONDS = 6.0
"""So long in all."""
LONGEST_ANSWER = 10_000
ARRIVED = "The room has it."

__all__ = ["Messenger", "join", "leave", "post"]


def join(address: str) -> None:
    """Send guesses to a room from now on; kept in the learner's file.

    Args:
        address: what the teacher's screen shows, such as "http://192.168.1.5:8640/ABCDE".

    Raises:
        ValueError: it is no such address.
    """
    parts = _parts(address)
    state.change(lambda old: old | {SECTION: state.section(old, SECTION) | {"address": address}})
    say(f"Your guesses go to the room at {parts.netloc} from now on, until `room.leave()`.")


def leave() -> None:
    """Send guesses nowhere."""
    state.change(lambda old: old | {SECTION: {}})
    held = os.environ.get(SETTING)
    say(f"{SETTING} still names {held}." if held else "Your guesses stay on this machine.")


class Messenger:
    """Sends the guesses of one form, and tells in its status line what became of them."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        """What puts a line of HTML into the form."""
        self.tell = tell
        self._turn = 0

    def send(self, guesses: Mapping[str, Any], said: str) -> threading.Thread | None:
        """Send guesses, if a room was joined; back at once, with the thread that sends.

        Args:
            guesses: plain data by the prediction's id.
            said: what the status line says already, as HTML; the room's answer goes behind it.
        """
        self._turn += 1
        turn = self._turn
        notes = state.section(state.read(), SECTION)
        address = os.environ.get(SETTING) or str(notes.get("address") or "")
        if not address or not guesses:
            return None
        token = _token(notes)

        def work() -> None:
            words = _posted(address, token, guesses)
            if turn == self._turn:  # else a later guess stands in the line already
                self.tell(f"{said} {inline(words)}")

        # in this cell's context: by it a kernel knows where the line belongs
        thread = threading.Thread(
            target=contextvars.copy_context().run, args=(work,), daemon=True, name="course-room"
        )
        thread.start()
        return thread


def _token(notes: dict[str, Any]) -> str:
    """The learner's own token; made once."""
    token = notes.get("token")
    if isinstance(token, str) and TOKEN.fullmatch(token):
        return token
    fresh = secrets.token_hex(16)
    state.change(lambda old: old | {SECTION: state.section(old, SECTION) | {"token": fresh}})
    return fresh


def _posted(address: str, token: str, guesses: Mapping[str, Any]) -> str:
    """What became of the guesses, in words; within the deadline, whatever the server does."""
    answers: list[str] = []

    def work() -> None:
        answers.extend(post(address, token, id, guess) for id, guess in guesses.items())

    thread = threading.Thread(target=work, daemon=True, name="course-room-post")
    thread.start()
    thread.join(DEADLINE_SECONDS)
    refused = [answer for answer in answers if answer]
    if thread.is_alive():
        refused.append("it is too slow.")
    # ten guesses that met the same wall are told once
    return f"The room did not take it: {' '.join(dict.fromkeys(refused))}" if refused else ARRIVED


def post(address: str, token: str, id: str, guess: Any) -> str:
    """Post one guess; why it was not taken, or "" where it was.

    Args:
        address: of the room.
        token: 32 hexadecimal digits.
        id: the prediction's id.
        guess: plain data.
    """
    from http.client import HTTPConnection, HTTPException, HTTPSConnection

    try:
        parts = _parts(address)
    except ValueError as problem:
        return str(problem)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    body = json.dumps({"token": token, "prediction": id, "guess": guess}).encode()
    connection = kind(parts.hostname or "", parts.port, timeout=STEP_SECONDS)
    try:
        path = f"{parts.path.rstrip('/')}/guess"
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read(LONGEST_ANSWER)
    except (OSError, HTTPException):  # a timeout is an OSError
        return f"nobody answers at {parts.netloc}."
    finally:
        connection.close()
    return "" if answer.status == 200 else _reason(content)


def _reason(content: bytes) -> str:
    """The sentence in a refusal; what is no answer of a room says so."""
    try:
        return str(json.loads(content)["error"])[:200]
    except (ValueError, KeyError, TypeError, RecursionError):
        return "what answers there is no room."


def _parts(address: str) -> SplitResult:
    """An address in parts.

    Raises:
        ValueError: it is no address of a room.
    """
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good or not CODE.fullmatch(parts.path) or "@" in parts.netloc:
        raise ValueError(
            f"“{address[:80]}” is no address of a room, such as http://HOST:PORT/CODE."
        )
    return parts
