"""A panel for readers without a kernel: the picture as it begins, with its settings and numbers.

Design choices:
- The settings stand above the drawing and the numbers below it, inside the picture: a page that
  shows nothing else shows them.
- The same numbers stand as a table behind a fold of the card, for those who read with a program.
- Everything is made from the controls' first places, so it is the same at every run.
"""

from __future__ import annotations

from functools import cache
from html import escape
from textwrap import wrap
from typing import Any

from course_lib.explorers.found import Found
from course_lib.explorers.look import (
    GREY,
    WIDTH_PX,
    Bare,
    Draw,
    Ground,
    card,
    details,
    html_table,
    inline,
    picture,
    plain_table,
    stand_in,
)
from course_lib.explorers.settings import Topic

LINE_PX, LINE_LETTERS = 22, 108
COLUMNS = 2
HOW = (
    "Drag the controls, or press Tab and then the arrow keys. Without a running kernel the picture "
    "stays as it begins."
)

__all__ = ["begun", "card_html", "card_text", "key", "picture_html", "plain", "still"]


@cache
def begun(topic: Topic) -> Found:
    """What a panel shows first."""
    return topic.find(**topic.defaults())


def plain(topic: Topic) -> str:
    """The panel as text: settings, message and numbers."""
    found = begun(topic)
    table = plain_table(("shown", "value"), list(found.numbers.items()))
    return f"{topic.words(topic.defaults())}\n{found.sentence}\n{table}"


def card_text(topic: Topic) -> str:
    """The card above the panel, as text."""
    return f"Explore: {topic.title}\n{topic.question}\n{HOW}"


def card_html(topic: Topic) -> str:
    """The card above the panel: its question; folded, the answer and the numbers it begins with."""
    found = begun(topic)
    table = html_table(("shown", "value"), list(found.numbers.items()))
    settings = inline(topic.words(topic.defaults()))
    return card(
        "explorer",
        f"Explore: {topic.title}",
        f"<p><strong>{inline(topic.question)}</strong></p><p>{inline(HOW)}</p>"
        + details("Compare your answer", f"<p>{inline(topic.answer())}</p>"),
        f"<p>{settings}.</p><p>{inline(found.sentence)}</p>{table}",
        "The picture in words and numbers, as it begins",
    )


def key(topic: Topic) -> str:
    """The id by which the live panel hides the still picture beside it."""
    return f"explorer-{topic.name}"


def picture_html(topic: Topic, data: str) -> str:
    """The still picture, given as base64; a live panel hides it."""
    image = (
        f'<img alt="{escape(begun(topic).sentence)}" src="data:image/png;base64,{data}" '
        f'width="{WIDTH_PX}" style="max-width: 100%; height: auto">'
    )
    return stand_in(key(topic), image)


def still(topic: Topic) -> bytes:
    """The picture as it begins, with its settings and numbers, as PNG."""
    found = begun(topic)
    rows = list(found.numbers.items())
    lines = -(-len(rows) // COLUMNS)
    settings = wrap(topic.words(topic.defaults()), LINE_LETTERS)
    head = Bare(len(settings) * LINE_PX + 4)
    parts: list[tuple[Ground, Draw]] = [(head, lambda axes: _settings(axes, settings))]
    if found.draw is not None:
        parts.append((found.ground, found.draw))
    foot = Bare(lines * LINE_PX + 8)
    parts.append((foot, lambda axes: _numbers(axes, rows, foot.height_px)))
    return picture(*parts)


def _settings(axes: Any, lines: list[str]) -> None:
    for place, line in enumerate(lines):
        level = (len(lines) - place - 0.5) * LINE_PX
        axes.text(10, level, line, va="center", fontsize=9, color=GREY)


def _numbers(axes: Any, rows: list[tuple[str, str]], height_px: int) -> None:
    """Labels and values in columns, read downwards."""
    lines, width = -(-len(rows) // COLUMNS), WIDTH_PX / COLUMNS
    for place, (label, text) in enumerate(rows):
        column, line = divmod(place, lines)
        left, level = 10 + column * width, height_px - (line + 0.5) * LINE_PX
        axes.text(left, level, f"{label}:", va="center", fontsize=9.5)
        end = {"va": "center", "ha": "right", "fontsize": 9.5, "weight": "bold"}
        axes.text(left + width - 30, level, text, **end)
