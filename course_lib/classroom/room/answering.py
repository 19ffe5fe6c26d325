"""What all answers of a room's server share: what is refused, and with which words and headers.

Design choices:
- Every answer carries headers that let a browser run nothing but this server's files, and frame,
  sniff or store nothing.
- The host a request names must be one this server is reached by: a foreign name that was bound to
  this address is refused. What changes anything must come from this server's own pages, or from no
  page, as JSON or TOML, which no foreign page can send unasked.
- A refusal is a status and one sentence, as JSON where a script asked and as a page elsewhere.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tornado.web import RequestHandler

from course_lib.classroom.room import pages
from course_lib.classroom.room.guards import Guards
from course_lib.classroom.room.kept import Keeper
from course_lib.classroom.room.state import Refused, Room

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

__all__ = ["Desk", "Handler"]


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


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")
