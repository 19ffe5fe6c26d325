"""Tables as HTML and as aligned text.

Design choices:
- Headers of columns and rows (`scope`) let a screen reader announce a table cell by cell.
- A table too wide for a narrow page scrolls sideways within itself, and the Tab key reaches it, so
  that the arrow keys can move it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from numbers import Real
from typing import Any

from course_lib.display.fmt import fmt
from course_lib.display.show import inline

WIDE = 45
"""Letters from which on a table may not fit a narrow page, counting each column's longest word."""

__all__ = ["as_text", "html_table", "plain_table"]


def as_text(
    rows: Sequence[Any], columns: Sequence[str] | None = None
) -> tuple[list[str], list[list[str]]]:
    """Column names and cells as text, checked to fit.

    >>> as_text([["a", 3.0], ["b", 0.5]], ["name", "share"])
    (['name', 'share'], [['a', '3'], ['b', '0.500']])
    """
    if len(rows) == 0:
        raise ValueError("rows: must hold at least one row")
    if columns is None:
        if not isinstance(rows[0], Mapping):
            raise ValueError("columns: must be given when rows are no mappings")
        columns = list(rows[0])
    names = [str(name) for name in columns]
    return names, [
        [_cell(cell) for cell in _cells(row, columns, number)] for number, row in enumerate(rows, 1)
    ]


def _cells(row: Any, columns: Sequence[str], number: int) -> list[Any]:
    """The cells of one row in the order of the columns."""
    if isinstance(row, Mapping):
        missing = [name for name in columns if name not in row]
        if missing:
            raise ValueError(f"row {number}: has no {', '.join(map(repr, missing))}")
        return [row[name] for name in columns]
    # a text is a sequence too: "ab" would pass as a row of two cells
    if isinstance(row, str) or len(row) != len(columns):
        raise ValueError(
            f"row {number}={row!r}: must have one cell for each of the {len(columns)} columns"
        )
    return list(row)


def _cell(value: Any) -> str:
    is_number = isinstance(value, Real) and not isinstance(value, bool)  # True is a Real too
    return fmt(value) if is_number else str(value)


def plain_table(names: Sequence[str], cells: Sequence[Sequence[str]], caption: str = "") -> str:
    """The table as aligned text."""
    widths = [max(len(row[i]) for row in [names, *cells]) for i in range(len(names))]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in [names, *cells]
    ]
    rule = "-+-".join("-" * width for width in widths)
    return "\n".join(
        line.rstrip() for line in [*([caption] if caption else []), lines[0], rule, *lines[1:]]
    )


def html_table(names: Sequence[str], cells: Sequence[Sequence[str]], caption: str = "") -> str:
    """The table as HTML with caption and header scopes; text stands left and numbers right in any
    page's style."""
    sides = [_side([row[i] for row in cells], first=i == 0) for i in range(len(names))]
    head = "".join(
        f'<th scope="col"{side}>{escape(name)}</th>'
        for name, side in zip(names, sides, strict=True)
    )
    body = "\n".join(_html_row(row, sides) for row in cells)
    title = f'<caption style="text-align: left">{escape(caption)}</caption>' if caption else ""
    html = f"<table>{title}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
    if _least_width([names, *cells]) < WIDE:
        return html
    called = escape(caption or names[0])
    return (
        f'<div role="region" aria-label="Table: {called}" tabindex="0" style="overflow-x: auto">'
        f"{html}</div>"
    )


def _least_width(lines: Sequence[Sequence[str]]) -> int:
    """Letters that a table takes side by side when every cell is broken at its blanks.

    >>> _least_width([["name", "size"], ["a long name", "12 GB"]])
    12
    """
    # not split(): it would break numbers at the thin spaces that keep their digits together
    words = [
        [word for line in column for word in line.split(" ")] for column in zip(*lines, strict=True)
    ]
    return sum(max(len(word) for word in column) + 2 for column in words)


def _html_row(row: Sequence[str], sides: Sequence[str]) -> str:
    data = "".join(
        f"<td{side}>{inline(cell)}</td>" for cell, side in zip(row[1:], sides[1:], strict=True)
    )
    return f'<tr><th scope="row"{sides[0]}>{inline(row[0])}</th>{data}</tr>'


def _side(column: Sequence[str], *, first: bool) -> str:
    """The style attribute of a column: numbers are those that start like one."""
    numeric = not first and all(re.match(r"-?\d|USD \d", cell) for cell in column)
    return f' style="text-align: {"right" if numeric else "left"}"'
