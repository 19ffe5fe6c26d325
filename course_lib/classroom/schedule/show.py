"""A run sheet as text, as a page to print, and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from course_lib.classroom.rendering import rendered
from course_lib.classroom.schedule.choose import Cut, Plan
from course_lib.classroom.schedule.sheet import Row, Session
from course_lib.classroom.schedule.words import STEPS, before, cut_words, do, outcomes, title

TEMPLATES = Path(__file__).parent / "templates"
WIDTH = 96
RULE = (
    "Minutes: a lesson's and a task's are recorded in its notebook. How a lesson's divide is "
    "derived: 2 minutes a guess, reading at 200 words a minute and slow cells by the clock, 3 "
    "minutes of talk an idea and 1 more a quick check or claim, all stretched to the recorded sum."
)
CHOSEN = "The lessons were chosen for this time; `--lessons 05,06` takes others."

__all__ = ["as_html", "as_json", "as_markdown", "as_text", "facts"]


def facts(plan: Plan, start: int | None = None) -> dict[str, Any]:
    """Everything a run sheet says, as plain data.

    Args:
        plan: the workshop.
        start: when sessions begin, in minutes after midnight; without it times count from 0:00.
    """
    return {
        "minutes": plan.minutes,
        "sessions": [_session(session, plan, start or 0) for session in plan.sessions],
        "lessons": [lesson.name for lesson in plan.lessons],
        "labels": [lesson.label for lesson in plan.lessons],
        "outcomes": outcomes(plan),
        "before": before(plan),
        "cut": list(_cut(plan)),
        "left_over_minutes": plan.left_over,
        "chosen": plan.chosen,
        "rule": RULE,
    }


def as_json(plan: Plan, start: int | None = None) -> str:
    """The run sheet as JSON."""
    import json

    return json.dumps(facts(plan, start), ensure_ascii=False, indent=2)


def as_html(plan: Plan, start: int | None = None) -> str:
    """The run sheet as a page that prints and needs no network."""
    told = {"heading": _heading(plan)} | facts(plan, start)
    return rendered(TEMPLATES / "run_sheet.html", told)


def as_markdown(plan: Plan, about: Mapping[str, Any]) -> str:
    """The run sheet as a page of the guide.

    Args:
        plan: the workshop.
        about: `name`, `about`, `command`, `meeting` (what a session is called) and `brief` (whether
            only an outline is wanted).
    """
    return rendered(TEMPLATES / "plan.md", {**facts(plan), **about})


def as_text(plan: Plan, start: int | None = None) -> str:
    """The run sheet for a terminal."""
    return "\n".join(_lines(plan, start))


def _lines(plan: Plan, start: int | None) -> Iterator[str]:
    told = facts(plan, start)
    yield _heading(plan)
    yield f"Lessons: {'; '.join(told['labels'])}."
    yield from _wrapped(CHOSEN) if plan.chosen else ()
    yield from ("", "Afterwards:")
    yield from (line for each in told["outcomes"] for line in _wrapped(each, "- "))
    yield from ("", "Before:")
    yield from (line for each in told["before"] for line in _wrapped(_unlinked(each), "- "))
    for session in told["sessions"]:
        yield from ("", _session_heading(session, told["sessions"]))
        for row in session["rows"]:
            about = f"  {row['about']}" if row["about"] else ""
            yield from (
                "",
                f"{row['from']}-{row['to']}  {row['step']} ({row['minutes']} min){about}",
            )
            yield from (line for each in row["do"] for line in _wrapped(each, " " * 13))
    if plan.left_over:
        yield from ("", f"{plan.left_over} minutes are left over: more lessons would fit.")
    yield from ("", "Cut, and why:" if plan.cut else "Nothing is cut.")
    for each in told["cut"]:
        line = f"{each['lesson'][:2]} {each['what']} ({each['minutes']} min): {each['reason']}"
        yield from _wrapped(line, "- ")
        if each["say_instead"]:
            yield from _wrapped(f"Say instead: {each['say_instead']}", "    ")
    yield from ("", *_wrapped(RULE))


def _cut(plan: Plan) -> Iterator[dict[str, Any]]:
    """What is cut, the tasks of one lesson together."""

    def together(each: Cut) -> tuple[str, str]:
        return each.part.lesson, "" if each.part.kind == "exercise" else each.part.heading

    for _, group in groupby(plan.cut, key=together):
        own = list(group)
        what, instead = cut_words(own, plan)
        yield {
            "lesson": own[0].part.lesson,
            "what": what,
            "parts": [each.part.heading for each in own],
            "minutes": sum(each.part.total for each in own),
            "reason": own[0].reason,
            "say_instead": instead,
        }


def _wrapped(text: str, first: str = "") -> list[str]:
    """Lines of a terminal's width, the later ones indented like the first."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
    )


def _unlinked(text: str) -> str:
    from course_lib.classroom.lesson.records import prose

    return prose(text)


def _heading(plan: Plan) -> str:
    count = len(plan.sessions)
    many = f"{count} sessions of {plan.minutes} minutes" if count > 1 else f"{plan.minutes} minutes"
    return f"Run sheet: {many}"


def _session_heading(session: dict[str, Any], every: list[Any]) -> str:
    return f"--- Session {session['number']} ---" if len(every) > 1 else "--- Run sheet ---"


def _session(session: Session, plan: Plan, start: int) -> dict[str, Any]:
    return {
        "number": session.number,
        "minutes": session.minutes,
        "rows": [_row(row, plan, start) for row in session.rows],
        "brief": list(_brief(session, plan, start)),
    }


def _brief(session: Session, plan: Plan, start: int) -> Iterator[dict[str, Any]]:
    """The session with a line for each part: its begin, its name, and the minutes of its steps."""
    for _, rows in groupby(session.rows, key=lambda row: row.part or row.start):
        own = list(rows)
        about = title(own[0], plan)
        steps = [f"{STEPS[row.kind].lower()} {row.minutes}" for row in own]
        yield {
            "from": _clock(start + own[0].start),
            "minutes": sum(row.minutes for row in own),
            "about": about or STEPS[own[0].kind],
            "steps": ", ".join(steps) if about else "",
        }


def _row(row: Row, plan: Plan, start: int) -> dict[str, Any]:
    return {
        "from": _clock(start + row.start),
        "to": _clock(start + row.end),
        "start_minute": row.start,
        "end_minute": row.end,
        "minutes": row.minutes,
        "kind": row.kind,
        "step": STEPS[row.kind],
        "lesson": row.part.lesson if row.part else None,
        "part": row.part.heading if row.part else None,
        "about": title(row, plan),
        "do": do(row, plan),
    }


def _clock(minute: int) -> str:
    """Hours and minutes.

    >>> _clock(65), _clock(570)
    ('1:05', '9:30')
    """
    return f"{minute // 60}:{minute % 60:02}"
