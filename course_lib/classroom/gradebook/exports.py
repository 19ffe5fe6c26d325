"""Tables that Moodle and Canvas import.

Design choices:
- A student whose answers are not all marked is left out, and never gets a 0: an empty cell would
  delete a grade that is there. Who is left out, the command says.
- Without a roster a folder's name is the name of an account: Moodle's Username, Canvas's SIS Login
  ID. A roster's id is the school's number: Moodle's ID number, Canvas's SIS User ID.
- An id is written as it is, or refused; words that a spreadsheet would run begin with an
  apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from course_lib.classroom.gradebook.roster import Person, require_safe
from course_lib.classroom.gradebook.totals import Total, number
from course_lib.classroom.records.table import as_words, storable
from course_lib.errors import CallError

CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
"""Canvas looks for these columns, in this order."""
POSSIBLE = "    Points Possible"
"""In the first column of Canvas's second row."""
NAMED = 10
"""Students that a message names."""

__all__ = ["canvas", "moodle", "ready"]


def ready(totals: Sequence[Total], *, partial: bool) -> tuple[list[Total], list[Total]]:
    """Students whose answers are all marked, and the others.

    Raises:
        CallError: there are others and `partial` is False, or nobody is ready.
    """
    done = [each for each in totals if not each.unmarked]
    waiting = [each for each in totals if each.unmarked]
    if waiting and not partial:
        raise CallError(
            f"{len(waiting)} of {len(totals)} students have answers that a person must mark first, "
            f"in formgrader: {names(waiting)}. --partial leaves them out"
        )
    if not done:
        raise CallError("there is no student whose answers are all marked, so no table to write")
    return done, waiting


def names(totals: Iterable[Total]) -> str:
    """The first few students, and what waits."""
    found = [f"{storable(each.student)} ({', '.join(each.unmarked)})" for each in totals]
    more = f", and {len(found) - NAMED} more" * (len(found) > NAMED)
    return ", ".join(found[:NAMED]) + more


def moodle(totals: Sequence[Total], assignment: str, people: Mapping[str, Person] | None) -> str:
    """A table for Moodle's import of grades: who, points, feedback.

    Args:
        totals: of students whose answers are all marked.
        assignment: the exercise's name, for the headings.
        people: the roster; None where folders are named like accounts.

    Raises:
        CallError: a student is not in the roster, or an id is no plain words.
    """
    ids = _ids(totals, people)
    who = "Username" if people is None else "ID number"
    rows = [[ids[each.student], number(each.points), as_words(each.feedback)] for each in totals]
    return _text([[who, assignment, f"{assignment} feedback"], *rows])


def canvas(totals: Sequence[Total], column: str, people: Mapping[str, Person] | None) -> str:
    """A table for Canvas's import into its gradebook.

    Args:
        totals: of students whose answers are all marked, one at least.
        column: the assignment's title in Canvas, with its number in brackets where it is there
            already: "Exercise 14 (4711)".
        people: the roster; None where folders are named like accounts.

    Raises:
        CallError: a student is not in the roster, or an id is no plain words.
    """
    ids = _ids(totals, people)
    most = number(max(each.max_points for each in totals))
    rows = [[*CANVAS, as_words(column)], [POSSIBLE, "", "", "", "", most]]
    for each in totals:
        person = (people or {}).get(each.student)
        known = each.name if person is None else person.name or each.name
        rows.append(
            [
                as_words(known or each.student),
                person.canvas_id if person else "",
                ids[each.student] if person else "",
                "" if person else ids[each.student],
                as_words(person.section) if person else "",
                number(each.points),
            ]
        )
    return _text(rows)


def _ids(totals: Sequence[Total], people: Mapping[str, Person] | None) -> dict[str, str]:
    """What the platform knows each student by."""
    if people is None:
        ids = {each.student: each.student for each in totals}
    else:
        missing = [each.student for each in totals if each.student not in people]
        if missing:
            raise CallError(f"not in the roster: {', '.join(map(storable, missing))}")
        ids = {each.student: people[each.student].id for each in totals}
        require_safe([person.canvas_id for person in people.values() if person.canvas_id])
    require_safe(list(ids.values()))
    return ids


def _text(rows: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO()
    # with "\n" alone the writer would leave a bare "\r" unquoted
    csv.writer(buffer, lineterminator="\r\n").writerows(
        [[storable(x) for x in row] for row in rows]
    )
    return buffer.getvalue()
