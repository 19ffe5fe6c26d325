"""What every figure of the course shows: a picture, its message in words, and its data.

Design choices:
- A figure is two outputs: the picture, with its alt text as metadata and as plain text; then the
  same sentence as a quiet caption, with the data folded below it. JupyterLab and its page export
  drop the alt text of a picture: the caption keeps the message within reach everywhere.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from course_lib.teaching.figures import style
from course_lib.teaching.say.say import html_table, plain_table, table
from course_lib.teaching.say.show import Shown, details, inline, show

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Figure(Shown):
    """What a figure shows, as words and as data."""

    alt: str
    """Its message in 20 to 200 characters."""
    columns: tuple[str, ...]
    """The columns of its data."""
    rows: tuple[tuple[str, ...], ...]
    """Its data, as text with units."""
    caption: str = ""
    """What the numbers are, where the columns do not say it."""

    def table(self) -> None:
        """Show the data unfolded."""
        table(self.rows, self.columns, self.caption)


def display(
    picture: bytes, alt: str, columns: Sequence[str], rows: Rows, caption: str = ""
) -> Figure:
    """Show a finished picture, then its caption with the data folded below; drawings of other
    modules come here too."""
    size = {"alt": alt, "width": style.WIDTH_PX}
    show(
        alt,
        # a notebook is JSON, and holds a picture's bytes as text
        extra={"image/png": base64.b64encode(picture).decode("ascii")},
        metadata={"image/png": size},
    )
    folded = details("Data of this figure", html_table(columns, rows, caption))
    show(
        f"Data of this figure:\n{plain_table(columns, rows, caption)}",
        html=f"<p><small>{inline(alt)}</small></p>{folded}",
    )
    return Figure(
        alt=alt, columns=tuple(columns), rows=tuple(tuple(row) for row in rows), caption=caption
    )
