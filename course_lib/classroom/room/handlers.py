"""What a room's server answers, by address.

Design choices:
- Pages ask again every few seconds; nothing is held open, so there is nothing to exhaust.
- Only the files that pages need are served, by name: no path leads out of their folder.
"""

from __future__ import annotations

import asyncio
import hmac
from pathlib import Path

from tornado.web import Application

from course_lib.classroom.room import pages
from course_lib.classroom.room.answering import Desk, Handler
from course_lib.classroom.room.forms import kept_words
from course_lib.classroom.room.kept import counts
from course_lib.classroom.room.machines import LARGEST_BYTES, record_of
from course_lib.classroom.room.state import Refused

STATIC = Path(__file__).parent / "static"
FILES = {"room.css": "text/css", "guess.js": "text/javascript", "teacher.js": "text/javascript"}

__all__ = ["application"]


class Join(Handler):
    """Where a code is typed."""

    speaks_json = False

    def get(self) -> None:
        """The form, or the way to the room that its code names."""
        code = self.get_query_argument("code", "")
        if code:
            self.in_room(code)
            self.redirect(f"/{self.desk.room.code}")
        else:
            self.finish(pages.join_page())


class GuessPage(Handler):
    """Where guessers guess."""

    speaks_json = False

    def get(self, code: str) -> None:
        """The page."""
        self.finish(pages.guess_page(self.in_room(code)))


class Now(Handler):
    """What a guesser's page shows now."""

    def get(self, code: str) -> None:
        """The page's middle, where it differs from what the page shows already."""
        room = self.in_room(code)
        at = pages.guesser_at(room)
        old = self.get_query_argument("at", "") == at
        self.finish({"at": at} | ({} if old else {"html": pages.guesser_sees(room, self.token)}))


class Guess(Handler):
    """A guess comes in."""

    async def post(self, code: str) -> None:
        """Keep it, and say so when it is kept."""
        sent = self.data(("token", "prediction", "guess"))
        room = self.in_room(code, sent["token"])
        self.desk.guards.guess(self.address, room.fingerprint(sent["token"]))
        guess = room.guess(sent["prediction"], sent["token"], sent["guess"])
        await self.desk.keeper.saved()
        self.finish({"kept": kept_words(room.by_id[sent["prediction"]], guess)})


class MachineRecord(Handler):
    """The record of a laptop comes in."""

    async def post(self, code: str) -> None:
        """Keep it, if it can be drawn."""
        room = self.in_room(code)
        self.sent_as("application/toml", LARGEST_BYTES)
        self.desk.guards.guess(self.address, room.fingerprint(self.token))
        self.desk.guards.record(self.address)
        try:
            text = self.request.body.decode("utf-8")
        except UnicodeDecodeError as problem:
            raise Refused(400, "A record is text in UTF-8.") from problem
        record = await asyncio.to_thread(record_of, text)
        room.add_record(self.token, text, record)
        await self.desk.keeper.saved()
        self.finish({"kept": f"Kept: {record.machine.name}. Look at the teacher's screen."})


class TeacherPage(Handler):
    """The shell of the teacher's page, which holds nothing."""

    speaks_json = False

    def get(self) -> None:
        """The page."""
        self.finish(pages.teacher_page(self.desk.room))


class Teacher(Handler):
    """What only the teacher may ask."""

    def prepare(self) -> None:
        """Refuse whoever has no key."""
        super().prepare()
        given = self.request.headers.get("X-Room-Key", "")
        if not hmac.compare_digest(given.encode(), self.desk.key.encode()):
            self.desk.guards.wrong.take(self.address)
            raise Refused(403, "This is the teacher's page: open the link that was printed.")

    def get(self, what: str) -> None:
        """The page's content, or the counts to be saved."""
        room = self.desk.room
        if what == "counts":
            self.finish({"lesson": room.lesson, "title": room.title, "counts": counts(room)})
        elif self.get_query_argument("seen", "") == str(room.version):
            self.finish({"version": room.version, "problem": self.desk.keeper.problem})
        else:
            seen = pages.teacher_sees(room, self.desk.keeper.problem)
            self.finish(seen | {"door": self.desk.door})

    async def post(self, what: str) -> None:
        """Show the answer, or go to another question."""
        room = self.desk.room
        if what == "reveal":
            # which one is said, so that a press that comes late shows no other answer
            if self.data(("at",))["at"] != room.at:
                raise Refused(409, "Another question is asked by now.")
            room.reveal()
        elif what == "go":
            room.go(self.data(("at",))["at"])
        else:
            raise Refused(404, "There is nothing here.")
        await self.desk.keeper.saved()
        self.finish(pages.teacher_sees(room, self.desk.keeper.problem) | {"door": self.desk.door})


class Static(Handler):
    """The few files of the pages."""

    def get(self, name: str) -> None:
        """One of them."""
        self.set_header("Content-Type", f"{FILES[name]}; charset=utf-8")
        self.finish((STATIC / name).read_bytes())


class Nothing(Handler):
    """Every other address."""

    speaks_json = False

    def prepare(self) -> None:
        """Refuse it."""
        super().prepare()
        raise Refused(404, "There is nothing here.")


def application(desk: Desk) -> Application:
    """The server's application."""
    shared = {"desk": desk}
    # no other name of a file can match, so none leads out of the folder
    files = "|".join(name.replace(".", r"\.") for name in FILES)
    code = "([A-Za-z0-9]{1,12})"
    return Application(
        [
            (r"/", Join, shared),
            (r"/join", Join, shared),
            (r"/teacher", TeacherPage, shared),
            (r"/teacher/(now|counts|reveal|go)", Teacher, shared),
            (rf"/static/({files})", Static, shared),
            (rf"/{code}", GuessPage, shared),
            (rf"/{code}/now", Now, shared),
            (rf"/{code}/guess", Guess, shared),
            (rf"/{code}/record", MachineRecord, shared),
        ],
        default_handler_class=Nothing,
        default_handler_args=shared,
        log_function=lambda handler: None,
    )
