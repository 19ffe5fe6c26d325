"""The picture of a report: how much of each limit a plan uses, as SVG text.

Design choices:
- Written by hand, without a drawing library: the same letters on every machine, small enough to
  stand in the page.
- A dot is the estimate, a bar its range, one dashed line is the limit. What is beyond it has a
  cross in place of the dot and says so in words, so that no meaning hangs on colour.
- Title and description are read out by a screen reader.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from course_lib.display.fmt import fmt
from course_lib.display.style import COLOURS, GREY, INK
from course_lib.estimators.project.constraints import Limit

WIDTH, ROW, TOP, BOTTOM = 640, 22, 6, 34
LEFT, RIGHT = 90, 470
LEAST, MOST = 0.003, 5.0
"""Ends of the axis, as shares of a limit; what lies beyond stands at the end."""
TICKS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)


def limits_svg(limits: Sequence[Limit]) -> str:
    """The shares of the limits that a plan uses, on a logarithmic axis.

    Raises:
        ValueError: no limits.

    >>> from course_lib.estimators.ranges import Range
    >>> svg = limits_svg([Limit(name="money", most=100, need=Range(low=60, value=80, high=120))])
    >>> svg.startswith("<svg"), "likely met" in svg
    (True, True)
    """
    if not limits:
        raise ValueError("limits must hold at least one limit")
    height = TOP + ROW * len(limits) + BOTTOM
    floor = height - BOTTOM
    parts = [*_axis(floor)]
    for place, limit in enumerate(limits):
        parts += _limit(limit, TOP + ROW * place + ROW / 2)
    # an image that is named by its title and described by its words: both are read out
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'aria-labelledby="limits-title limits-words" font-family="sans-serif" font-size="12" '
        f'fill="{INK}">'
        f'<title id="limits-title">How much of each limit the plan uses</title>'
        f'<desc id="limits-words">{escape(limits_words(limits))}</desc>{"".join(parts)}</svg>'
    )


def limits_words(limits: Sequence[Limit]) -> str:
    """The same in a sentence for each limit."""
    sentences = []
    for limit in limits:
        low, used, high = (fmt(end, "%") for end in limit.share.ends)
        sentences.append(f"{limit.name}: {used} used, range {low} to {high}, {limit.met}.")
    return " ".join(sentences)


def _limit(limit: Limit, y: float) -> list[str]:
    """One row: name, bar, dot or cross, and words."""
    used = limit.share.ends[1]
    low, middle, high = (_x(end) for end in limit.share.ends)
    colour = COLOURS[used > 1]  # False is 0, True is 1
    dot = f'<circle cx="{middle:.1f}" cy="{y:.1f}" r="6" fill="{colour}"/>'
    words = f"{fmt(used, '%')}, {escape(limit.met)}"
    # y + 4: SVG sets a text on its baseline, which lies below its middle
    return [
        f'<text x="{LEFT - 10}" y="{y + 4:.0f}" text-anchor="end">{escape(limit.name)}</text>',
        f'<line x1="{low:.1f}" y1="{y:.1f}" x2="{high:.1f}" y2="{y:.1f}" '
        f'stroke="{colour}" stroke-width="4"/>',
        _cross(middle, y) if used > 1 else dot,
        f'<text x="{RIGHT + 14}" y="{y + 4:.0f}">{words}</text>',
    ]


def _cross(x: float, y: float) -> str:
    left, right, top, bottom = x - 6, x + 6, y - 6, y + 6
    return (
        f'<path d="M{left:.1f} {top:.1f}L{right:.1f} {bottom:.1f}M{left:.1f} {bottom:.1f}'
        f'L{right:.1f} {top:.1f}" stroke="{COLOURS[1]}" stroke-width="3"/>'
    )


def _axis(floor: float) -> list[str]:
    """Ticks below, and the dashed line of the limit."""
    drawn = []
    for tick in TICKS:
        x, edge = _x(tick), tick == 1
        look = (
            f'stroke="{INK}" stroke-dasharray="4 3"'
            if edge
            else f'stroke="{GREY}" stroke-opacity="0.3"'
        )
        drawn.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{floor}" {look}/>')
        drawn.append(
            f'<text x="{x:.1f}" y="{floor + 14}" text-anchor="middle" font-size="11">'
            f"{100 * tick:g} %</text>"
        )
    middle = (LEFT + RIGHT) / 2
    drawn.append(
        f'<text x="{middle:.0f}" y="{floor + 29}" text-anchor="middle" font-size="11">'
        "of the limit</text>"
    )
    return drawn


def _x(share: float) -> float:
    """Where a share stands on the axis."""
    clipped = min(max(share, LEAST), MOST)
    return LEFT + (RIGHT - LEFT) * math.log(clipped / LEAST) / math.log(MOST / LEAST)
