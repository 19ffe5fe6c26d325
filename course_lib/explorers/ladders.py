"""Ladders below each other: each an amount of its own on a line of powers of ten."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10
from typing import Any

from course_lib.explorers.look import GREY, WIDTH_PX, short
from course_lib.explorers.plot import SMALL

__all__ = ["Ladder", "Ladders"]

LEFT, RIGHT = 110, 40
"""Room for the names, in pixels of the page."""


@dataclass(frozen=True)
class Ladder:
    """One row of the picture: an amount on a line of powers of ten."""

    name: str
    """What it measures."""
    unit: str
    """A unit of `fmt`."""
    lowest: int
    """Power of ten at its left end."""
    named: tuple[float, ...]
    """The amounts that are written out."""


@dataclass(frozen=True)
class Ladders:
    """A ground of ladders below each other, each over as many powers of ten."""

    rows: tuple[Ladder, ...]
    """The ladders, from above."""
    decades: int
    """Powers of ten of each."""
    height_px: int = 300
    """Height on the page."""

    def lay(self, axes: Any) -> None:
        """Name the ladders and their rungs."""
        from matplotlib.collections import LineCollection

        axes.set_axis_off()
        axes.set(xlim=(0, WIDTH_PX), ylim=(0, self.height_px))
        rungs, lines = [], []
        for row, ladder in enumerate(self.rows):
            level = self.level(row)
            lines.append([(LEFT, level), (WIDTH_PX - RIGHT, level)])
            axes.text(10, level, ladder.name, va="center", weight="bold")
            for power in range(ladder.lowest, ladder.lowest + self.decades + 1):
                at = self.place(row, 10.0**power)
                rungs.append([(at, level - 6), (at, level + 6)])
            for amount in ladder.named:
                at, text = self.place(row, amount), short(amount, ladder.unit)
                axes.text(at, level - 10, text, va="top", ha="center", fontsize=SMALL)
        axes.add_collection(LineCollection(lines, colors=GREY, linewidths=1.0))
        axes.add_collection(LineCollection(rungs, colors=GREY, linewidths=1.0))

    def level(self, row: int) -> float:
        """Height of a ladder."""
        return self.height_px * (1 - (row + 0.5) / len(self.rows))

    def place(self, row: int, amount: float) -> float:
        """Where an amount stands on a ladder."""
        part = (log10(amount) - self.rows[row].lowest) / self.decades
        return LEFT + part * (WIDTH_PX - LEFT - RIGHT)
