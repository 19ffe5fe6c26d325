"""The reader's bill: one answer and one run, and each lesson adds what it found about both.

Design choices:
- The answer and the run are the same in all lessons, so that the rows are of one thing each.
- Rows are never added up: they are of different things.
- A cell may add several rows. They are shown once, when the cell ends, below those of the lessons
  before.
- The output carries the cell's rows as a machine-readable record, so that the last lesson can fill
  its bill from built notebooks.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from course_lib.display.cards import card, paragraph
from course_lib.display.show import show
from course_lib.display.tables import html_table, plain_table
from course_lib.teaching import state
from course_lib.teaching.progress.rows import Row, kept, with_row

MIME = "application/vnd.course.bill+json"
HEADS = ("lesson", "what", "the answer", "the run")
SPINE = (
    "The answer: Llama 3 8B reads a question of 200 tokens and writes 400. "
    "The run: Llama 3.1 405B learns from 15.6 trillion tokens on 16 384 H100s."
)
_added: list[Row] = []
"""Rows of the running cell that are not shown yet."""
_problem: list[str] = []
"""Why the last of them could not be kept."""

__all__ = ["HEADS", "MIME", "SPINE", "bill", "cells", "display"]


def bill(
    lesson: str,
    item: str,
    *,
    answer: float | None = None,
    run: float | None = None,
    unit: str = "",
) -> None:
    """Put one row on the reader's bill, replacing an earlier one of that lesson and item, and show
    the bill up to this lesson.

    Args:
        lesson: the lesson's number, such as "00".
        item: what the amounts are of, such as "bytes held".
        answer: the amount for the answer (Llama 3 8B, 200 tokens read, 400 written), in the base
            unit; None where it has none.
        run: the amount for the run (Llama 3.1 405B, 15.6 T tokens, 16 384 H100s), likewise.
        unit: the unit of both, as `fmt` takes it.

    Raises:
        ValueError: a bad lesson, no item, no amount, an unknown unit, or an amount that is negative
            or not finite.
        TypeError: an amount is no number.

    >>> row = Row(lesson="12", item="energy", answer=1.5, run=2e10, unit="Wh")
    >>> cells([row])
    [['12', 'energy', '1.50 Wh', '20.0 GWh']]
    """
    row = Row(lesson=lesson, item=item, answer=answer, run=run, unit=unit)
    _problem[:] = [state.change(lambda old: with_row(old, row)).problem]
    _added.append(row)
    _at_the_end_of_the_cell()


def cells(rows: Sequence[Row]) -> list[list[str]]:
    """Rows as the cells of a table; a lesson is named once."""
    return [
        ["" if place and rows[place - 1].lesson == row.lesson else row.lesson, row.item, *row.cells]
        for place, row in enumerate(rows)
    ]


def display(title: str, rows: Sequence[Row], lines: Sequence[Sequence[str]], notes: str) -> None:
    """Show a bill: its lines under `HEADS` (and one more head where they have one more cell), with
    the record of its rows."""
    heads = [*HEADS, "from"][: len(lines[0])]
    body = paragraph(escape(SPINE)) + html_table(heads, lines)
    body += paragraph(escape(notes)) if notes else ""
    plain = [f"{title}. {SPINE}", plain_table(heads, lines), *([notes] if notes else [])]
    record = {"rows": [row.record() for row in rows]}
    show("\n".join(plain), html=card("bill", title, body), extra={MIME: record})


def _at_the_end_of_the_cell() -> None:
    """Show the added rows when the cell ends; at once where there are no cells."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        _show_added()
    elif len(_added) == 1:  # the first of this cell
        shell.events.register("post_execute", _show_added)


def _show_added() -> None:
    """Show the bill up to the lesson whose rows were just added."""
    from IPython import get_ipython

    added, problem = list(_added), "".join(_problem)
    _added.clear()
    if (shell := get_ipython()) is not None:
        shell.events.unregister("post_execute", _show_added)
    last = max(row.lesson for row in added)
    rows = [row for row in kept() if row.lesson <= last]
    notes = f"Not kept: {problem}." if problem else ""
    display("Your bill so far", added, cells(rows), notes)
