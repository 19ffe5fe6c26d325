"""The court of the last lessons: every claim with its verdict, the number that decided, its source
and its cell.

What it holds comes from rooms beside it: `rulings` (what the lessons recorded), `margins` (how near
a flip is), `rewrite` (a claim in words that hold) and `over_years` (verdicts as of earlier years).

Design choices:
- The table is plain HTML with links, so that it reads on GitHub and on a printed page as in
  JupyterLab.
- A split claim is judged by its parts: each has a line of its own.
- A claim whose lesson is not there yet is not decided yet. It is no gap in the table.
- It carries a machine-readable copy, which a test compares with the lessons' own records.
- The learner's verdicts stand beside the recorded ones as soon as there are any; claims of their
  own follow at the end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from course_lib import toml_files
from course_lib.display.fmt import fmt
from course_lib.display.show import details, inline, marked, show, unmarked
from course_lib.teaching import state
from course_lib.teaching.claims import claims, own_claim, reasons
from course_lib.teaching.claims.own_card import OwnClaim
from course_lib.teaching.claims.reasons import Reason
from course_lib.teaching.claims.rules import VERDICTS
from course_lib.teaching.claims.verdict import sentence
from course_lib.teaching.court.rulings import IDS, Ruling, lines, waiting

MIME = "application/vnd.course.court+json"
COLUMNS = (
    "Claim",
    "In words",
    "Verdict",
    "The number that decides",
    "Say instead",
    "Source",
    "Earned in",
)
UNDECIDED = "not decided yet"

WIDE = {COLUMNS[1]: "; width: 18%", COLUMNS[3]: "; width: 27%", COLUMNS[4]: "; width: 24%"}
"""Style of columns that need room; without it a page gives most room to the longest source."""
SHORT_OF = " Short of "


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table, as plain text with `code` between backticks."""

    id: str
    """The claim's id; blank in the further parts of a split claim."""
    parts: int = 1
    """How many lines the claim has."""
    words: str
    """The claim in words."""
    verdict: str
    """The verdict, or that there is none yet."""
    decides: str
    """The number that decides, with its meaning and what was asked of it."""
    instead: str = ""
    """The claim rewritten so that it holds; a line of Markdown."""
    source: str = ""
    """Where the numbers come from."""
    earned: tuple[tuple[str, str], ...] = ()
    """Cells that earned it: words and address."""
    yours: str = ""
    """The learner's own verdict."""


def counts(found: Mapping[str, Ruling]) -> dict[str, int]:
    """How many rulings there are of each verdict, in the order of the verdicts; a split claim
    counts by its parts."""
    counted = Counter(ruling.verdict for ruling in found.values())
    return {verdict: counted[verdict] for verdict in VERDICTS}


def table(found: Mapping[str, Ruling], ids: Sequence[str] = (), *, fold: str = "") -> None:
    """Show every claim with its verdict by parts, in the order of the articles, and the learner's
    own claims behind them.

    Args:
        found: the verdicts, as `rulings()` collects them.
        ids: only these claims, without the letters of their parts; all of them, and the learner's
            own, if none is named.
        fold: the line of a fold that hides the table; none if blank.

    Raises:
        KeyError: one of `ids` is no claim.
    """
    for id in ids:
        if id not in IDS:
            raise toml_files.unknown("claim", id, IDS)
    notes, waits = state.read(), waiting(found)
    rows = [
        row
        for id, parts in lines(found).items()
        if not ids or id in ids
        for row in _rows(parts, notes, waits)
    ]
    rows += [] if ids else [_own_row(card) for card in own_claim.load(notes)]
    columns = [*COLUMNS, *(["Yours"] if any(row.yours for row in rows) else [])]
    # three characters: the parts of a split claim ("A15b") go with it
    judged = [ruling for ruling in found.values() if not ids or ruling.claim.id[:3] in ids]
    caption = f"{fmt(len(ids or IDS), 'claims')}, {fmt(len(judged), 'verdicts')}"
    plain = "\n".join([caption, *(_plain(row) for row in rows)])
    head = "".join(
        f'<th scope="col" style="text-align: left{WIDE.get(name, "")}">{name}</th>'
        for name in columns
    )
    body = "\n".join(_html(row, yours=len(columns) > len(COLUMNS)) for row in rows)
    html = (
        f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody></table>"
    )
    if fold:
        html = details(fold, html)
    show(plain, html=html, extra={MIME: [ruling.record() for ruling in judged]})


def decision(ruling: Ruling) -> tuple[Reason | None, Reason | None]:
    """What carries a verdict, and what keeps it from a better one; one of the two may be None,
    never both."""
    case = ruling.claim.rules, ruling.claim.numbers, ruling.numbers
    return reasons.carried(*case), reasons.missed(*case)


def decides(ruling: Ruling) -> str:
    """The deciding number in words: its meaning, its value, what was asked; the one that a better
    verdict lacks; and the published inputs under which the verdict would be another one."""
    close = "; ".join(f"{words} it is “{verdict}”" for words, verdict in ruling.close)
    return _decided(ruling) + (f" A close call: {close}." if close else "")


def _decided(ruling: Ruling) -> str:
    carries, lacks = decision(ruling)
    first = carries or lacks
    assert first is not None  # a rule without conditions is the last of several
    means, value, asked = first.words()
    text = f"{sentence(means)}: **{value}** (asked: {asked}"
    if not carries or not lacks:
        return f"{text})."
    if lacks.number == carries.number:
        return f"{text}; for *{lacks.verdict}*: {lacks.words()[2]})."
    means, value, asked = lacks.words()
    return f"{text}).{SHORT_OF}*{lacks.verdict}*: {means}: **{value}** (asked: {asked})."


def _rows(
    parts: Mapping[str, Ruling | None], notes: state.State, waits: Mapping[str, str]
) -> list[Row]:
    """The lines of one claim."""
    rows = []
    for place, (id, ruling) in enumerate(parts.items()):
        claim = claims.get(id) if ruling is None else ruling.claim
        # only the first part has the claim's cell; it spans the rows of the others
        head: dict[str, Any] = {
            "id": id[:3] if place == 0 else "",
            "parts": len(parts) if place == 0 else 0,
        }
        words = f"({id[3:]}) {claim.text}" if id[3:] else claim.text
        head["words"] = words
        rows.append(
            Row(**head, verdict=UNDECIDED, decides=waits[id])
            if ruling is None
            else _row(ruling, head, notes)
        )
    return rows


def _row(ruling: Ruling, head: Mapping[str, Any], notes: state.State) -> Row:
    places = [*ruling.earlier, ruling.place]
    return Row(
        **head,
        verdict=ruling.verdict,
        decides=decides(ruling),
        instead=ruling.instead,
        source=ruling.source,
        earned=tuple((place.words, place.link) for place in places),
        yours=_yours(ruling, notes["verdicts"].get(ruling.claim.id)),
    )


def _yours(ruling: Ruling, mine: Mapping[str, Any] | None) -> str:
    """The learner's verdict, with their value of the number that decides the recorded one, where it
    can be read."""
    if not mine or mine.get("verdict") not in VERDICTS:
        return ""
    carries, lacks = decision(ruling)
    reason = lacks or carries
    numbers = mine.get("numbers")
    value = numbers.get(reason.number.name) if reason and isinstance(numbers, dict) else None
    shown = (
        f" ({fmt(value, reason.number.unit)})" if reason and isinstance(value, int | float) else ""
    )
    return f"{mine['verdict']}{shown}"


def _own_row(own: OwnClaim) -> Row:
    return Row(
        id=own.name,
        words=own.text,
        verdict=own.verdict,
        decides=own.decides(),
        source=own.source,
        earned=(),
        yours=f"expires {own.expires}",
    )


def _plain(row: Row) -> str:
    """One line as plain text; a further part of a split claim is set in."""
    instead = f" Say instead: {unmarked(row.instead)}" if row.instead else ""
    yours = f" Yours: {row.yours}." if row.yours else ""
    decided = row.decides.replace("*", "")
    return f"{row.id or '   '} {row.verdict}: {row.words} {decided}{instead}{yours}"


def _html(row: Row, *, yours: bool) -> str:
    """One line as HTML; the id of a split claim spans the lines of its parts."""
    span = f' rowspan="{row.parts}"' if row.parts > 1 else ""
    head = (
        f'<th scope="row"{span} style="text-align: left">{escape(row.id)}</th>' if row.parts else ""
    )
    links = "<br>".join(
        f'<a href="{escape(link)}">{_unbroken(words)}</a>' for words, link in row.earned
    )
    cells = [
        inline(row.words),
        f"<strong>{row.verdict}</strong>",
        _two_lines(row.decides),
        marked(row.instead),
        inline(row.source),
        links,
    ]
    cells += [inline(row.yours)] if yours else []
    return f"<tr>{head}{''.join(_cell(cell) for cell in cells)}</tr>"


def _two_lines(text: str) -> str:
    """What decides, as HTML: the number that a better verdict lacks stands on a line of its own."""
    # only the blank itself is matched: a digit stands before it, a % behind it
    html = re.sub(r"(?<=\d) (?=%)", "&nbsp;", marked(text))
    return html.replace(SHORT_OF, f"<br>{SHORT_OF.strip()} ")


def _unbroken(words: str) -> str:
    return escape(words).replace(" ", "&nbsp;")


def _cell(html: str) -> str:
    return f'<td style="text-align: left">{html}</td>'
