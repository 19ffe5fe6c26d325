"""Prose and tables shown from code, so that no number in them is typed.

Design choices:
- `say` displays Markdown; the lesson's f-string fills in numbers through `fmt`.
- `table` displays HTML, and an aligned plain text for everything else (`display.tables`).
"""

from __future__ import annotations

from collections.abc import Sequence
from inspect import cleandoc
from typing import Any

from course_lib.display.show import show
from course_lib.display.tables import as_text, html_table, plain_table

__all__ = ["say", "table"]


def say(markdown: str) -> None:
    """Display Markdown text; the indentation of a triple-quoted string is taken off.

    Raises:
        TypeError: `markdown` is no text.
        ValueError: it is empty.

    >>> from course_lib.display.fmt import fmt
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
