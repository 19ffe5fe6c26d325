"""A guess and a result on one small logarithmic axis, drawn in HTML.

Design choices:
- Each tick is one power of ten from the result: the distance can be counted, whatever the unit.
- It is drawn with boxes that carry inline styles, for JupyterLab's sanitiser keeps those and drops
  SVG; lines take the page's own text colour, so that light and dark themes both read.
- It repeats what a sentence beside it says, and is hidden from screen readers. Where styles are
  dropped, two short lines remain.
"""

from __future__ import annotations

import math
from html import escape

LEFT, RIGHT = 12.0, 88.0
"""Where the axis begins and ends, in per cent of the width: labels stick out."""
SIDE = 35.0
"""Nearer to an edge than this, in per cent, a label is not centred."""
CENTRED = "width: 14em; margin-left: -7em; text-align: center"
MOST_TICKS = 5
LINE = 2.2
"""Height of the line below the upper edge, in em."""
GUESS, RESULT = "#E69F00", "#009E73"
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

__all__ = ["log_axis"]


def log_axis(guess: float, value: float, guess_text: str, value_text: str) -> str:
    """The axis as HTML.

    Args:
        guess: the guess, above zero.
        value: the result, above zero, in the same unit.
        guess_text: the guess as it is shown.
        value_text: the result as it is shown.

    Raises:
        ValueError: one of the two is not above zero.

    >>> "you: 60 %" in log_axis(0.6, 0.174, "60 %", "17.4 %")
    True
    """
    if not (guess > 0 and value > 0):
        raise ValueError(f"guess={guess!r}, value={value!r}: both must be above zero")
    decades = math.log10(guess) - math.log10(value)
    low, high = min(-1, math.floor(decades)), max(1, math.ceil(decades))

    def place(power: float) -> float:
        return LEFT + (RIGHT - LEFT) * (power - low) / (high - low)

    step = max(1, math.ceil((high - low) / MOST_TICKS))
    powers = [power for power in range(low, high + 1) if power % step == 0]
    ticks = "".join(_tick(place(power), _times(power)) for power in powers)
    here, there = sorted((place(0), place(decades)))
    bar = _box(here, LINE - 0.11, f"width: {there - here:.2f}%; height: 0.3em", GUESS + "80")
    return (
        '<div aria-hidden="true" style="position: relative; height: 6em; max-width: 34em; '
        'margin: 4px 0; overflow: hidden; font-size: 92%; line-height: 1.4">'
        + _box(LEFT, LINE, f"width: {RIGHT - LEFT:g}%; border-top: 1px solid", "")
        + bar
        + ticks
        + _dot(place(0), RESULT, RESULT)
        + _dot(place(decades), GUESS, "transparent")
        + _label(place(decades), 0.0, f"you: {guess_text}")
        + _label(place(0), LINE + 0.75, f"result: {value_text}")
        + "</div>"
    )


def _box(left: float | None, top: float, style: str, colour: str, text: str = "") -> str:
    side = "" if left is None else f"left: {left:.2f}%; "
    ground = f"; background: {colour}" if colour else ""
    return f'<div style="position: absolute; {side}top: {top:.2f}em; {style}{ground}">{text}</div>'


def _tick(left: float, text: str) -> str:
    line = _box(left, LINE - 0.25, "height: 0.5em; border-left: 1px solid; opacity: 0.6", "")
    label = _box(left, LINE + 2.5, f"{CENTRED}; opacity: 0.75; font-size: 92%", "", text)
    return line + label


def _dot(left: float, edge: str, ground: str) -> str:
    # half of its width to the left: `transform` is dropped by the sanitiser
    size = "width: 0.7em; height: 0.7em; margin-left: -0.5em; border-radius: 50%"
    return _box(left, LINE - 0.47, f"{size}; border: 2px solid {edge}", ground)


def _label(at: float, top: float, text: str) -> str:
    """A text of any length near a place: it grows towards the middle, so that no edge cuts it."""
    if at < SIDE:
        return _box(max(0.0, at - 4), top, "white-space: nowrap", "", escape(text))
    if at > 100 - SIDE:
        edge = f"right: {max(0.0, 96 - at):.2f}%; text-align: right; white-space: nowrap"
        return _box(None, top, edge, "", escape(text))
    return _box(at, top, f"{CENTRED}; white-space: nowrap", "", escape(text))


def _times(power: int) -> str:
    """How a tick is called; the result's own place has its label already."""
    if power == 0:
        return ""
    size = str(10 ** abs(power)) if abs(power) < 4 else "10" + str(abs(power)).translate(RAISED)
    return ("× " if power > 0 else "÷ ") + size
