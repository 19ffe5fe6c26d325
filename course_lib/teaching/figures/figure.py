"""What every figure of the course shows: a picture, its message in words, and its data.

Design choices:
- A figure is two outputs: the picture; then its message in words and its data, both folded.
- The picture is there twice. JupyterLab, page exports and VS Code take the HTML first, and only
  there does the alt text reach the reader: they drop the metadata of a bare picture (tried on
  JupyterLab 4.6 and nbconvert 7.17). So the sharp picture stands in the HTML, with `alt`. The bare
  picture beside it serves what shows no HTML, such as a PDF by LaTeX; it holds half the pixels each
  way and a quarter of the colours, and adds two fifths of the first one's bytes (all figures).
- GitHub takes the HTML as well and strips its styles, so the size is an attribute, and the style
  adds only a white edge for dark pages. Its viewer is said to keep pictures of outputs (not those
  of text cells); where any page drops one, `alt` and the folded words remain.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from course_lib.display import style
from course_lib.display.show import Shown, details, inline, show
from course_lib.display.tables import html_table, plain_table
from course_lib.teaching.say.say import table

Rows = Sequence[Sequence[str]]
MOST_ROWS = 30
"""Rows of data that a reader is shown; a curve of more points is thinned."""
LOOK = "background: #fff; padding: 6px; border-radius: 4px; max-width: 100%; height: auto"


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
        """Show the data unfolded, at most `MOST_ROWS` rows."""
        table(thinned(self.rows), self.columns, self.told)

    @property
    def told(self) -> str:
        """The caption, with how many rows of all are shown where some are not."""
        shown = len(thinned(self.rows))
        part = f"{shown} of {len(self.rows)} rows" if shown < len(self.rows) else ""
        return "; ".join(text for text in (self.caption, part) if text)


def thinned(rows: Rows, most: int = MOST_ROWS) -> list[Sequence[str]]:
    """At most `most` rows, evenly spaced, the first and the last among them.

    >>> thinned(["a", "b", "c", "d", "e"], most=3)
    ['a', 'c', 'e']
    """
    if len(rows) <= most:
        return list(rows)
    return [rows[round(place * (len(rows) - 1) / (most - 1))] for place in range(most)]


def display(
    picture: bytes, alt: str, columns: Sequence[str], rows: Rows, caption: str = ""
) -> Figure:
    """Show a finished picture, then its message and its data folded below; drawings of other
    modules come here too."""
    figure = Figure(
        alt=alt, columns=tuple(columns), rows=tuple(tuple(row) for row in rows), caption=caption
    )
    show(
        alt,
        html=f'<img alt="{escape(alt)}" width="{style.WIDTH_PX}" style="{LOOK}" '
        f'src="data:image/png;base64,{_text(picture)}">',
        extra={"image/png": _text(style.halved(picture))},
        metadata={"image/png": {"alt": alt, "width": style.WIDTH_PX, "needs_background": "light"}},
    )
    data = figure.columns, thinned(figure.rows), figure.told
    show(
        f"Data of this figure:\n{plain_table(*data)}",
        html=details("Data of this figure", f"<p>{inline(alt)}</p>{html_table(*data)}"),
    )
    return figure


def _text(picture: bytes) -> str:
    """A picture's bytes as text: a notebook is JSON."""
    return base64.b64encode(picture).decode("ascii")
