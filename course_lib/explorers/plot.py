"""Axes with grid, ticks and names, made of a handful of strokes.

Design choices:
- matplotlib makes a line, a label and a grid line for each tick as objects of their own, and draws
  them twice to place a title. Here all grid lines are one stroke, and only the shown ticks have a
  text.
- The name of the upright axis stands level above it, where it is read without turning the head.
- Margins are fixed, in pixels of the page.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from course_lib.checks import Number
from course_lib.explorers.look import GREY, WIDTH_PX, fmt, short

GRID = "#E3E3E3"
LEFT, RIGHT, TOP, BOTTOM = 104, 36, 32, 46
"""Margins around the axes, in pixels of the page."""
MOST_TICKS = 6
SMALL = 10
TICK = {"fontsize": SMALL}

__all__ = ["SMALL", "Frame", "Scale", "label", "ticks"]


@dataclass(frozen=True, kw_only=True)
class Scale:
    """One axis: its ends, its name and how its numbers are written."""

    low: float
    """The left or lower end."""
    high: float
    """The right or upper end."""
    name: str
    """What it shows, with its unit."""
    unit: str = ""
    """A unit of `fmt` for the ticks."""
    log: bool = False
    """Whether equal steps are factors."""
    marks: tuple[float, ...] = ()
    """Where ticks stand; empty for round values."""
    silent: bool = False
    """Whether ticks have no text, as along a list of names."""

    @property
    def at(self) -> Sequence[float]:
        """Where ticks stand."""
        return self.marks or ticks(self.low, self.high, log=self.log)

    def text(self, value: float) -> str:
        """What stands at a tick; whole numbers keep their digits."""
        if self.silent:
            return ""
        if isinstance(value, int) and not self.unit:
            return fmt(value, exact=True)
        return short(value, self.unit).replace(" thousand", "k")


def ticks(low: float, high: float, *, log: bool = False, most: int = MOST_TICKS) -> list[float]:
    """Round values between two ends, at most `most` of them.

    >>> ticks(0, 95), ticks(1, 1e6, log=True, most=4)
    ([0.0, 20.0, 40.0, 60.0, 80.0], [1.0, 100.0, 10000.0, 1000000.0])
    """
    if log:
        first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
        step = max(1, math.ceil((last - first + 1) / most))
        return [10.0**power for power in range(first, last + 1, step)]
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    width = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    # rounded: 3 x 0.1 would be written with all its digits
    places = range(math.ceil(low / width - 1e-9), math.floor(high / width + 1e-9) + 1)
    return [round(width * place, 12) for place in places]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A ground of two axes with grid, ticks and names."""

    x: Scale
    """The level axis."""
    y: Scale
    """The upright axis."""
    height_px: int = 300
    """Height on the page."""
    right: int = RIGHT
    """Pixels left free on the right."""

    def lay(self, axes: Any) -> None:
        """Place the axes, fix their ends and scales, and draw grid, ticks and names."""
        from matplotlib.collections import LineCollection

        x, y = self.x, self.y
        across, up = WIDTH_PX - LEFT - self.right, self.height_px - TOP - BOTTOM
        place = (LEFT / WIDTH_PX, BOTTOM / self.height_px)
        axes.set_position((*place, across / WIDTH_PX, up / self.height_px))
        axes.set_axis_off()
        axes.set(xscale="log" if x.log else "linear", yscale="log" if y.log else "linear")
        axes.set(xlim=(x.low, x.high), ylim=(y.low, y.high))
        grid = [[(value, y.low), (value, y.high)] for value in x.at]
        grid += [[(x.low, value), (x.high, value)] for value in y.at]
        edges = [[(x.low, y.high), (x.low, y.low)], [(x.low, y.low), (x.high, y.low)]]
        axes.add_collection(LineCollection(grid, colors=GRID, linewidths=0.8))
        axes.add_collection(LineCollection(edges, colors=GREY, linewidths=0.8))
        below, beside = axes.get_xaxis_transform(), axes.get_yaxis_transform()
        for value in x.at:
            axes.text(value, -6 / up, x.text(value), transform=below, ha="center", va="top", **TICK)
        for value in y.at:
            side = {"transform": beside, "ha": "right", "va": "center"}
            axes.text(-7 / across, value, y.text(value), **side, **TICK)
        whole = axes.transAxes
        axes.text(1, -26 / up, x.name, transform=whole, ha="right", va="top")
        axes.text((10 - LEFT) / across, 1 + 12 / up, y.name, transform=whole, va="bottom")


def label(axes: Any, x: Number, y: Number, text: str, place: str = "right") -> None:
    """A name beside a point, on white, so that no line runs through it.

    Args:
        axes: where to write.
        x: the point.
        y: the point.
        text: the name.
        place: "right", "left", "above", "below" or "above left" of it.
    """
    from matplotlib.patheffects import withStroke

    offset, side, level = {
        "right": ((9, 0), "left", "center"),
        "left": ((-9, 0), "right", "center"),
        "above": ((0, 9), "center", "bottom"),
        "below": ((0, -9), "center", "top"),
        "above left": ((-9, 5), "right", "bottom"),
    }[place]
    axes.annotate(
        text,
        (x, y),
        offset,
        textcoords="offset points",
        ha=side,
        va=level,
        fontsize=SMALL,
        zorder=6,
        path_effects=[withStroke(linewidth=2.5, foreground="white")],
    )
