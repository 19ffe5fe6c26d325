"""Prose and tables shown from code, so that no number in them is typed.

Design choices:
- `say` displays Markdown; the lesson's f-string fills in numbers through `fmt`.
- `table` displays HTML with a caption and with headers of columns and rows (`scope`), which a
  screen reader announces cell by cell, and an aligned plain text for everything else. Numbers in
  cells go through `fmt`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from inspect import cleandoc
from numbers import Real
from typing import Any

from course_lib.teaching.say.fmt import fmt
from course_lib.teaching.say.show import inline, show

__all__ = ["say", "table"]


def say(markdown: str) -> None:
    """Display Markdown text; the indentation of a triple-quoted string is taken off.

    Raises:
        TypeError: `markdown` is no text.
        ValueError: it is empty.

    >>> say(f"The MLPs hold **{fmt(0.7021, '%')}** of the weights.")
    The MLPs hold **70.2 %** of the weights.
    """
    if not isinstance(markdown, str):
        raise TypeError(f"markdown={markdown!r}: must be text")
    text = cleandoc(markdown).strip()
    show(text, markdown=text)


def table(rows: Sequence[Any], columns: Sequence[str] | None = None, caption: str = "") -> None:
    """Display a table; the first column names its rows.

    Args:
        rows: mappings from column to cell, or sequences of cells in the order of `columns`. A
            number is shown by `fmt` without unit: give text for anything with one.
        columns: the columns and their order; may be left out where rows are mappings.
        caption: one line above the table.

    Raises:
        ValueError: no rows, no columns, or a row that does not fit them.

    >>> table([{"part": "MLP", "weights": 5_637_144_576}], caption="Where the weights are")
    Where the weights are
    part | weights
    -----+-------------
    MLP  | 5.64 billion
    """
    names, cells = as_text(rows, columns)
    show(plain_table(names, cells, caption), html=html_table(names, cells, caption))


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
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"


def _html_row(row: Sequence[str], sides: Sequence[str]) -> str:
    data = "".join(
        f"<td{side}>{inline(cell)}</td>" for cell, side in zip(row[1:], sides[1:], strict=True)
    )
    return f'<tr><th scope="row"{sides[0]}>{inline(row[0])}</th>{data}</tr>'


def _side(column: Sequence[str], *, first: bool) -> str:
    """The style attribute of a column: numbers are those that start like one."""
    numeric = not first and all(re.match(r"-?\d|USD \d", cell) for cell in column)
    return f' style="text-align: {"right" if numeric else "left"}"'
