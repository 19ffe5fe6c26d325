"""The pages of a room: where guessers guess, where a teacher teaches, and where a code is typed.

Design choices:
- A page is a shell. What changes in it comes as data from the server, which draws everything.
- No script or style stands in a page, so that none can be smuggled into one.
- The teacher's page holds nothing secret: its key comes behind the address's # and is sent as a
  header. So the address bar on a projector shows none.
"""

from __future__ import annotations

from html import escape

from course_lib.classroom.room.drawing.picture import picture
from course_lib.classroom.room.drawing.roofs import roofs
from course_lib.classroom.room.forms import answer, explanation, form
from course_lib.classroom.room.state import CODE_LENGTH, LETTERS, Room

NO_SCRIPT = (
    "<noscript><p>This page needs JavaScript, which this room's server holds.</p></noscript>"
)

__all__ = [
    "door",
    "error_page",
    "guess_page",
    "guesser_at",
    "guesser_sees",
    "join_page",
    "teacher_page",
    "teacher_sees",
]


def _page(title: str, body: str, script: str = "", kind: str = "guesser") -> str:
    loaded = f'<script src="/static/{script}" defer></script>' if script else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>"
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="/static/room.css">'
        f'{loaded}</head><body class="{kind}">{body}</body></html>'
    )


def join_page() -> str:
    """Where a code is typed."""
    body = (
        "<main><h1>The room's guess</h1>"
        '<form action="/join" method="get"><label for="code">Code of the room</label>'
        f'<input id="code" name="code" type="text" maxlength="{CODE_LENGTH}" required '
        f'pattern="[{LETTERS}{LETTERS.lower()}]{{{CODE_LENGTH}}}" autocomplete="off" '
        'autocapitalize="characters" spellcheck="false" aria-describedby="how">'
        f'<p class="hint" id="how">{CODE_LENGTH} letters and digits, on the teacher\'s screen.</p>'
        '<button type="submit">Go in</button></form></main>'
    )
    return _page("The room's guess", body)


def guess_page(room: Room) -> str:
    """Where guessers guess."""
    body = (
        f"<main><h1>{escape(room.title)}</h1>{NO_SCRIPT}"
        '<p id="news" role="status" class="unseen"></p>'
        '<section id="question" aria-label="The question"></section>'
        '<p id="problem" role="alert"></p>'
        "<details><summary>Send your machine's record</summary>"
        "<p>On a laptop with the course: run <code>course measure --output mine.toml</code>, and "
        "choose the file here. It names the processor and its speed, not you.</p>"
        '<form id="record"><label for="file">Record of course measure (.toml)</label>'
        '<input id="file" name="file" type="file" accept=".toml" required>'
        '<button type="submit">Send the record</button></form>'
        '<p id="sent" role="status"></p></details></main>'
        '<footer><p class="hint">No name, no account: this page has a random number of its own, so '
        "that you can change your guess.</p></footer>"
    )
    return _page(f"{room.title} · guess", body, "guess.js")


def guesser_at(room: Room) -> str:
    """What a guesser's page shows, in a word that changes with it."""
    return f"{room.now.id} {'shown' if room.now.id in room.shown else 'asked'}"


def guesser_sees(room: Room, token: object) -> str:
    """The middle of a guesser's page, as HTML."""
    now, own = room.now, room.own(room.now.id, token)
    if now.id not in room.shown:
        return form(now, own)
    return answer(now, list(room.guesses[now.id].values()), own)


def teacher_page(room: Room) -> str:
    """Where a teacher shows guesses and answers."""
    body = (
        f'<header><h1>{escape(room.title)}</h1><p id="alarm" role="alert"></p></header>{NO_SCRIPT}'
        '<div class="desk"><aside><section id="door" aria-label="How to come in"></section>'
        '<nav aria-label="Questions"><h2>Questions</h2><ol id="list"></ol></nav></aside>'
        '<main><div class="top"><p class="count"><span id="count">0</span> '
        '<span id="count-word">guesses</span> <span id="place"></span></p>'
        '<p class="controls"><button type="button" id="reveal">Show the answer</button> '
        '<button type="button" id="next">Next question</button> '
        '<button type="button" id="save" class="plain">Save the counts</button></p></div>'
        '<p id="said" role="status"></p><p id="news" role="status" class="unseen"></p>'
        '<h2 id="text" tabindex="-1"></h2><p id="hint" class="hint"></p>'
        '<div id="answer" aria-live="polite"></div><div id="picture"></div>'
        '<section id="machines" aria-label="The roofline of the room"></section></main></div>'
    )
    return _page(f"{room.title} · teacher", body, "teacher.js", "teacher")


def teacher_sees(room: Room, problem: str = "") -> dict[str, object]:
    """What the teacher's page shows, as data.

    Args:
        room: the room.
        problem: what is wrong with the file it is kept in, if anything is.
    """
    now = room.now
    shown = now.id in room.shown
    guesses = list(room.guesses[now.id].values())
    return {
        "version": room.version,
        "at": room.at,
        "text": now.text,
        "hint": now.hint,
        "shown": shown,
        "count": len(guesses),
        "picture": picture(now, guesses, shown),
        "answer": explanation(now) if shown else "",
        "machines": _machines(room),
        "problem": problem,
        "list": [
            {
                "text": each.text,
                "count": len(room.guesses[each.id]),
                "shown": each.id in room.shown,
            }
            for each in room.questions
        ],
    }


def _machines(room: Room) -> str:
    drawn = roofs([record for _, record in room.records.values()])
    return f"<h2>The roofline of the room</h2>{drawn}" if drawn else ""


def door(address: str, code: str, picture_of_address: str) -> str:
    """How to come in: the address as a QR code and in letters.

    Args:
        address: of the guessers' page.
        code: the room's code.
        picture_of_address: the QR code as SVG.
    """
    plain = address.removeprefix("http://").removesuffix(f"/{code}")
    return (
        f'<div class="qr">{picture_of_address}</div>'
        f"<p>Scan, or open <strong>{escape(plain)}</strong></p>"
        f'<p>Code <strong class="code">{escape(code)}</strong></p>'
    )


def error_page(message: str) -> str:
    """A refusal, in words."""
    return _page(
        "The room's guess",
        f"<main><h1>The room's guess</h1><p>{escape(message)}</p>"
        '<p><a href="/">Type a code</a></p></main>',
    )
