"""Lays parts of lessons out in time: sessions, breaks, lunch, set-up and closing.

Design choices:
- A break stands between two parts, never between a prediction and its result; where it can it
  stands between two lessons.
- A session that ends within a lesson is allowed, but not for the sake of its last minutes.
- All minutes are whole and counted from the session's begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from course_lib.classroom.schedule.minutes import Part

SET_UP = 10
"""Minutes at the very begin: who we are, and whether the course opens on every machine."""
RETURN = 5
"""Minutes at the begin of each later session: what was last time."""
CLOSE = 5
"""Minutes at the very end."""
LONGEST = 55
"""Minutes without a break, at most."""
TO_THE_ANSWER = 60
"""Minutes without a break, at most, where a lesson is one part from its end: the answer is not put
behind a break."""
EARLIEST = 30
"""Minutes after which a break between two lessons is worth more than a later one within one."""
SHORT_SESSION, SHORT_BREAK, BREAK = 120, 5, 10
"""A break in a session of up to 120 minutes is short."""
LUNCH_FROM, LUNCH = 270, 45
"""From how many minutes on a session has a lunch, and how long it is."""
SPARE = 15
"""Minutes left over that go to questions; more are said to be left over."""
NOT_WORTH = 20
"""Minutes at a session's end for which no lesson is begun."""

__all__ = ["Row", "Session", "lay_out", "shortest"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """Something that happens from one minute to another."""

    start: int
    """Minutes from the session's begin."""
    end: int
    """Minutes from the session's begin."""
    kind: str
    """"set-up", "return", "break", "lunch", "questions", "close", or a step of a part: "predict",
    "measure", "discuss", "exercise"."""
    part: Part | None = None
    """The part whose step it is."""

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return self.end - self.start


@dataclass(frozen=True, kw_only=True)
class Session:
    """One meeting."""

    number: int
    """From 1."""
    rows: tuple[Row, ...]
    """What happens, without a gap."""

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return self.rows[-1].end


def lay_out(parts: Sequence[Part], minutes: int, sessions: int = 1) -> list[Session] | None:
    """Parts in their order in sessions of some length, or None where they do not fit.

    Args:
        parts: what is done, in order.
        minutes: how long each session is, breaks included.
        sessions: how many there are, at most.
    """
    found: list[Session] = []
    rest = list(parts)
    while rest or not found:
        if len(found) == sessions:
            return None
        first = not found
        taken = _most(rest, minutes, first)
        if not taken:
            return None
        last = taken == len(rest)
        rows = _rows(rest[:taken], minutes, first=first, last=last)
        found.append(Session(number=len(found) + 1, rows=_filled(rows, minutes)))
        rest = rest[taken:]
    return found


def shortest(parts: Sequence[Part]) -> int:
    """Minutes of one session that holds all of these parts.

    >>> step = (("measure", 40),)
    >>> part = Part(lesson="05_inference", kind="idea", heading="Idea 1", minutes=step)
    >>> shortest([part])
    55
    """
    minutes = sum(part.total for part in parts) + SET_UP + CLOSE
    # each try is long enough or lengthens the next: breaks and lunch come with length
    while _rows(parts, minutes, first=True, last=True)[-1].end > minutes:
        minutes += 1
    return minutes


def _most(parts: Sequence[Part], minutes: int, first: bool) -> int:
    """How many parts one session takes, from the first one on."""

    def fits(count: int) -> bool:
        rows = _rows(parts[:count], minutes, first=first, last=count == len(parts))
        return rows[-1].end <= minutes

    count = total = 0
    while count < len(parts) and total + parts[count].total <= minutes:
        total += parts[count].total  # more than this cannot fit, whatever the breaks
        count += 1
    while count and not fits(count):
        count -= 1
    if count in (0, len(parts)):
        return count
    begun = count
    while begun and parts[begun - 1].lesson == parts[count].lesson:
        begun -= 1
    # a lesson of which hardly anything would be done begins in the next session
    return begun if begun and sum(part.total for part in parts[begun:count]) <= NOT_WORTH else count


def _rows(parts: Sequence[Part], minutes: int, *, first: bool, last: bool) -> list[Row]:
    """The rows of one session that holds these parts, however long it gets."""
    rows = [Row(start=0, end=SET_UP if first else RETURN, kind="set-up" if first else "return")]
    ends = _stretches(parts, rows[0].end, CLOSE if last else 0)
    pause = SHORT_BREAK if minutes <= SHORT_SESSION else BREAK
    for place, part in enumerate(parts):
        for step, count in part.minutes:
            _add(rows, step, count, part)
        if place + 1 in ends:
            _add(rows, "break", pause)
    if minutes >= LUNCH_FROM:
        rows = _with_lunch(rows)
    if last:
        _add(rows, "close", CLOSE)
    return rows


def _add(rows: list[Row], kind: str, minutes: int, part: Part | None = None) -> None:
    """One more row at the end."""
    start = rows[-1].end
    rows.append(Row(start=start, end=start + minutes, kind=kind, part=part))


def _stretches(parts: Sequence[Part], begun: int, close: int) -> set[int]:
    """Behind how many parts there is a break; none behind the last."""
    breaks: set[int] = set()
    start, elapsed = 0, begun
    while elapsed + sum(part.total for part in parts[start:]) + close > LONGEST:
        end, total = start, elapsed
        good = 0
        while end < len(parts) and total + parts[end].total <= LONGEST:
            total += parts[end].total
            end += 1
            between = end < len(parts) and parts[end - 1].lesson != parts[end].lesson
            good = end if between and total >= EARLIEST else good
        if _is_closing(parts[end:]) and total + parts[end].total <= TO_THE_ANSWER:
            total += parts[end].total
            end += 1
            good = end
        if end == len(parts):
            if total + close <= TO_THE_ANSWER:
                break
            good = good if good < len(parts) else 0
            end = max(end - 1, start + 1)  # only the closing is too much: break before it
        start = max(good or end, start + 1)
        if start >= len(parts):
            break
        breaks.add(start)
        elapsed = 0
    return breaks


def _is_closing(rest: Sequence[Part]) -> bool:
    """Whether the next part is a lesson's answer."""
    return bool(rest) and rest[0].kind == "closing"


def _with_lunch(rows: list[Row]) -> list[Row]:
    """The rows with the break nearest the middle made a lunch."""
    middle = rows[-1].end / 2
    pauses = [row for row in rows if row.kind == "break"]
    lunch = min(pauses, key=lambda row: abs(row.start - middle), default=None)
    made: list[Row] = rows[:1]
    for row in rows[1:]:
        if row is lunch:
            _add(made, "lunch", LUNCH)
        else:
            _add(made, row.kind, row.minutes, row.part)
    return made


def _filled(rows: list[Row], minutes: int) -> tuple[Row, ...]:
    """The rows with what is left over given to questions, before the closing, if it is little."""
    left = minutes - rows[-1].end
    if not 0 < left <= SPARE:
        return tuple(rows)
    close = rows[-1:] if rows[-1].kind == "close" else []
    made = rows[: len(rows) - len(close)]
    _add(made, "questions", left)
    for row in close:
        _add(made, row.kind, row.minutes)
    return tuple(made)
