"""What a room's server answers.

Design choices:
- Every answer carries headers that let a browser run nothing but this server's files, and frame,
  sniff or store nothing.
- The host a request names must be one this server is reached by: a foreign name that was bound to
  this address is refused. What changes anything must come from this server's own pages, or from no
  page, as JSON or TOML, which no foreign page can send unasked.
- A refusal is a status and one sentence, as JSON where a script asked and as a page elsewhere.
- Pages ask again every few seconds; nothing is held open, so there is nothing to exhaust.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tornado.web import Application, RequestHandler

from course_lib.classroom.room import pages
from course_lib.classroom.room.forms import kept_words
from course_lib.classroom.room.guards import Guards
from course_lib.classroom.room.kept import Keeper, counts
from course_lib.classroom.room.machines import LARGEST_BYTES, record_of
from course_lib.classroom.room.state import Refused, Room

STATIC = Path(__file__).parent / "static"
FILES = {"room.css": "text/css", "guess.js": "text/javascript", "teacher.js": "text/javascript"}
LARGEST_GUESS = 2048
"""Bytes of a guess or of a teacher's press."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Server": "course-room",
}

Raised = tuple[Any, BaseException | None, Any]
"""An exception as `sys.exc_info` gives it."""
NOTHING: Raised = (None, None, None)

__all__ = ["Desk", "application"]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What all handlers of one server share."""

    keeper: Keeper
    """The room, and the file it is kept in."""
    guards: Guards
    """Limits."""
    key: str
    """The teacher's secret."""
    hosts: Collection[str]
    """Names with ports under which the server may be asked, in small letters."""
    door: str
    """How to come in, as HTML: only the teacher's page shows it."""

    @property
    def room(self) -> Room:
        """The room."""
        return self.keeper.room


class Handler(RequestHandler):
    """What all answers share."""

    speaks_json = True
    desk: Desk

    def initialize(self, desk: Desk) -> None:
        """Take what is shared."""
        self.desk = desk

    def set_default_headers(self) -> None:
        """The headers of every answer, of refusals too."""
        for name, value in HEADERS.items():
            self.set_header(name, value)

    @property
    def address(self) -> str:
        """Where the request came from, by the connection itself."""
        return self.request.remote_ip or ""

    @property
    def token(self) -> str:
        """The guesser's token, where one was sent."""
        return self.request.headers.get("X-Room-Token", "")

    def prepare(self) -> None:
        """Refuse what no handler should see."""
        self.desk.guards.request(self.address)
        if self.request.headers.get_list("Host") != [self.request.host]:
            raise Refused(400, "A request names one host.")
        if self.request.host.lower() not in self.desk.hosts:
            raise Refused(403, "This server is not reached by that name.")
        if self.request.method == "POST":
            self._same_origin()

    def _same_origin(self) -> None:
        """Refuse what another site's page sent."""
        origin = self.request.headers.get("Origin")
        site = self.request.headers.get("Sec-Fetch-Site", "same-origin")
        own = origin is None or urlsplit(origin)[:2] == ("http", self.request.host)
        if not own or site not in ("same-origin", "none"):
            raise Refused(403, "This came from another page than the room's.")

    def in_room(self, code: str, token: Any = None) -> Room:
        """The room, if the code is its own."""
        room = self.desk.room
        right = hmac.compare_digest(code.upper().encode(), room.code.encode())
        self.desk.guards.code(self.address, right, room.is_known(token or self.token))
        return room

    def data(self, names: Collection[str]) -> dict[str, Any]:
        """The fields that were sent as JSON: exactly these."""
        self.sent_as("application/json", LARGEST_GUESS)
        try:
            sent = json.loads(self.request.body.decode("utf-8"), parse_constant=_no_number)
        except (ValueError, RecursionError) as problem:
            raise Refused(400, "What came is no JSON.") from problem
        if not isinstance(sent, dict) or sent.keys() != set(names):
            raise Refused(400, f"What came must hold {', '.join(sorted(names))}, and nothing else.")
        return sent

    def sent_as(self, kind: str, most: int) -> None:
        """Refuse a body of another type, or one that is too large."""
        given = self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if len(self.request.body) > most:
            raise Refused(413, f"That is too large: at most {most} bytes.")
        if given != kind:
            raise Refused(415, f"Send it as {kind}.")

    def log_exception(self, *told: Any) -> None:
        """A refusal is nothing to log; a mistake of this server is."""
        if not isinstance(told[1], Refused):
            super().log_exception(*told)

    def send_error(  # type: ignore[override]
        self, status_code: int = 500, *, exc_info: Raised = NOTHING, reason: str | None = None
    ) -> None:
        """A refusal with its own status."""
        problem = exc_info[1]
        status = problem.status if isinstance(problem, Refused) else status_code
        super().send_error(status, exc_info=exc_info, reason=reason)

    def write_error(  # type: ignore[override]
        self, status_code: int, *, exc_info: Raised = NOTHING, reason: str | None = None
    ) -> None:
        """One sentence."""
        problem = exc_info[1]
        usual = {
            400: "What came cannot be read.",
            404: "There is nothing here.",
            405: "That cannot be done here.",
        }
        said = str(problem) if isinstance(problem, Refused) else usual.get(status_code)
        said = said or ("The server made a mistake." if status_code >= 500 else "Refused.")
        if self.speaks_json:
            self.finish({"error": said})
        else:
            self.finish(pages.error_page(said))


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


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")
