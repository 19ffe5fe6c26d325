"""The server of a room: how it listens, and for how long it waits.

Design choices:
- Loopback unless a host is named. Connections are counted, in all and for each address: whoever
  sends a request slowly, or holds many open, is cut off.
- The port is fixed, so that a server that was killed and started again is found by the pages that
  are open.
"""

from __future__ import annotations

import secrets
from collections import Counter
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from course_lib.classroom.room import pages
from course_lib.classroom.room.addresses import EVERYWHERE, allowed, in_address, outward
from course_lib.classroom.room.answering import Desk
from course_lib.classroom.room.guards import PER_ADDRESS, Guards
from course_lib.classroom.room.handlers import application
from course_lib.classroom.room.kept import Keeper

PORT = 8640
IDLE_SECONDS = 15.0
"""So long a request's head may take, and a connection stay open without a request."""
BODY_SECONDS = 5.0
MOST_CONNECTIONS = 1500
EACH_GUESSER = 4
"""Connections for each guesser that an address may have: a browser opens several."""
LARGEST_BODY = 128 * 1024
LARGEST_HEAD = 8 * 1024

__all__ = ["PORT", "RoomServer"]


class Counted(HTTPServer):
    """A server that closes connections beyond a number, in all and for each address."""

    most: int
    """Connections that one address may have."""
    open: dict[object, str]
    """Where each connection comes from."""
    at: Counter[str]
    """How many come from each address."""

    def handle_stream(self, stream: Any, address: Any) -> None:
        """Serve a new connection, unless there are too many."""
        host = str(address[0])
        if len(self.open) >= MOST_CONNECTIONS or self.at[host] >= self.most:
            stream.close()
            return
        # counted here: many are accepted in one go, before the first is served
        self.open[stream] = host
        self.at[host] += 1
        super().handle_stream(stream, address)

    def on_close(self, server_conn: Any) -> None:
        """Count it no longer."""
        super().on_close(server_conn)
        if (host := self.open.pop(server_conn.stream, None)) is not None:
            self.at[host] -= 1
            if not self.at[host]:
                del self.at[host]


class RoomServer:
    """A room that listens; made and used inside a running event loop."""

    def __init__(
        self,
        keeper: Keeper,
        host: str = "127.0.0.1",
        port: int = PORT,
        per_address: int = PER_ADDRESS,
    ) -> None:
        """Listen.

        Args:
            keeper: the room.
            host: the address to listen at; "0.0.0.0" for all of this computer's.
            port: 0 for any that is free.
            per_address: guessers that one address may have.

        Raises:
            OSError: the port is taken, or the address is none of this computer's.
        """
        sockets = bind_sockets(port, host)
        self.port = int(sockets[0].getsockname()[1])
        self.key = secrets.token_urlsafe(24)
        code = keeper.room.code
        self.address = f"http://{outward(host)}:{self.port}/{code}"
        # the key never leaves this computer where it can be helped
        own = "127.0.0.1" if host in EVERYWHERE else in_address(host)
        self.teacher = f"http://{own}:{self.port}/teacher#{self.key}"
        desk = Desk(
            keeper=keeper,
            guards=Guards(per_address),
            key=self.key,
            hosts=allowed(host, self.port),
            door=pages.door(self.address, code, _qr(self.address)),
        )
        self.http = Counted(
            application(desk),
            idle_connection_timeout=IDLE_SECONDS,
            body_timeout=BODY_SECONDS,
            max_body_size=LARGEST_BODY,
            max_buffer_size=2 * LARGEST_BODY,
            max_header_size=LARGEST_HEAD,
        )
        self.http.most, self.http.open = per_address * EACH_GUESSER, {}
        self.http.at = Counter()
        self.http.add_sockets(sockets)

    async def close(self) -> None:
        """Take no more connections, and close those that are open."""
        self.http.stop()
        await self.http.close_all_connections()


def _qr(address: str) -> str:
    """An address as a QR code in SVG, black on white whatever the page's colours."""
    import segno

    code = segno.make(address, error="m", micro=False)
    return str(
        code.svg_inline(border=4, omitsize=True, light="white", title=f"QR code of {address}")
    )
