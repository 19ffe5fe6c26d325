"""One layer of a model, every matrix to scale: attention's in a row, the MLP or all experts below.

The scale is the largest at which everything fits, but never larger than that of Llama 3 8B, so that
a smaller card is drawn smaller; a bar shows how long that model's width is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from course_lib.catalog import Transformer, models
from course_lib.estimators import parameters
from course_lib.explorers.look import COLOURS, GREY, WIDTH_PX, Bare, fmt
from course_lib.explorers.plot import SMALL

__all__ = ["GROUND", "draw"]

MODEL = "llama-3-8b"
SIDE = int(models.peek(MODEL).d_model)
GROUND = Bare(256)
LEFT, TOP, FOOT, HEADING = 10.0, 228.0, 8.0, 30.0
"""Margins of the drawing and room for a heading, in pixels; heights count upwards."""
PALE = "#F3CFB8"
LARGEST = (WIDTH_PX - 2 * LEFT - 9) / (3 * models.peek(MODEL).d_ff)
"""Pixels of a number on the card it begins with; smaller cards are drawn smaller."""


def draw(axes: Any, model: Transformer, experts: int, active: int) -> None:
    """All matrices of a layer at one scale, idle experts pale, and a bar to measure them by.

    Args:
        axes: those of `GROUND`.
        model: the model, all its layers of one kind.
        experts: experts in a layer; 1 for an ordinary MLP.
        active: experts that a token uses.
    """
    from matplotlib.collections import PolyCollection

    layer = _Layer(model, experts)
    attention, mixture = layer.attention(), layer.mixture()
    busy, idle = mixture[: 3 * active], mixture[3 * active :]
    for boxes, colour in ((attention, COLOURS[0]), (busy, COLOURS[1]), (idle, PALE)):
        corners = [box.corners for box in boxes]
        axes.add_collection(PolyCollection(corners, facecolors=colour, edgecolors="none"))
    for box in attention + mixture[:3] * (experts == 1):
        if box.wide > 7 * len(box.name) and box.tall > 14:
            centre = box.left + box.wide / 2, box.top - box.tall / 2
            axes.text(*centre, box.name, ha="center", va="center", color="white", fontsize=SMALL)
    count = parameters.count(model)
    heads = f"attention of one layer: {fmt(count.attention / model.layers, 'weights')}"
    inside = "its MLP" if experts == 1 else f"its {experts} experts ({active} in use for a token)"
    axes.text(LEFT, TOP + 6, heads, color=COLOURS[0])
    below = layer.mixture_top + 6
    axes.text(
        LEFT, below, f"{inside}: {fmt(count.mlp / model.layers, 'weights')}", color=COLOURS[1]
    )
    _measure(axes, layer.scale)


def _measure(axes: Any, scale: float) -> None:
    """A bar as long as the width of the model that the card begins with."""
    right, length = WIDTH_PX - LEFT, SIDE * scale
    axes.plot([right - length, right], [TOP + 10] * 2, color=GREY, linewidth=3)
    text = f"{fmt(SIDE, exact=True)} numbers"
    axes.text(right - length - 8, TOP + 10, text, ha="right", va="center", fontsize=SMALL)


@dataclass(frozen=True)
class _Box:
    """A matrix as a rectangle, in pixels."""

    name: str
    left: float
    top: float
    wide: float
    tall: float

    @property
    def corners(self) -> list[tuple[float, float]]:
        right, foot = self.left + self.wide, self.top - self.tall
        return [(self.left, self.top), (right, self.top), (right, foot), (self.left, foot)]


class _Layer:
    """Where the matrices of one layer stand: attention's in a row, experts in a grid below it."""

    def __init__(self, model: Transformer, experts: int) -> None:
        self.d_model, self.experts = int(model.d_model), experts
        self.inner = int(model.d_ff if model.experts is None else model.experts.d_ff)
        self.side = int(model.n_heads * model.head_dim)
        self.keys = int(model.n_kv_heads * model.head_dim)
        self.gap = 3.0 if experts <= 64 else 1.0
        fits = {columns: self._scale(columns) for columns in range(1, experts + 1)}
        self.columns = max(fits, key=lambda columns: fits[columns])
        self.scale = min(fits[self.columns], LARGEST)

    @property
    def mixture_top(self) -> float:
        """Where the experts begin, below attention and their own heading."""
        return TOP - self.d_model * self.scale - HEADING

    def _scale(self, columns: int) -> float:
        """Pixels of a number with so many experts beside each other."""
        rows = -(-self.experts // columns)
        room = WIDTH_PX - 2 * LEFT
        across = room - 3 * columns * self.gap
        up = TOP - FOOT - HEADING - rows * self.gap
        return min(
            across / (3 * self.inner * columns),
            (room - 3 * self.gap) / (2 * (self.side + self.keys)),
            up / (self.d_model * (1 + rows)),
        )

    def attention(self) -> list[_Box]:
        """Query, key, value and output."""
        widths = {"query": self.side, "key": self.keys, "value": self.keys, "output": self.side}
        return self._row(widths, LEFT, TOP)

    def mixture(self) -> list[_Box]:
        """Gate, up and down of each expert, one expert after the other."""
        widths = dict.fromkeys(("gate", "up", "down"), self.inner)
        boxes: list[_Box] = []
        for expert in range(self.experts):
            row, column = divmod(expert, self.columns)
            left = LEFT + column * 3 * (self.inner * self.scale + self.gap)
            top = self.mixture_top - row * (self.d_model * self.scale + self.gap)
            boxes += self._row(widths, left, top)
        return boxes

    def _row(self, widths: Mapping[str, int], left: float, top: float) -> list[_Box]:
        """Matrices beside each other, as tall as the model is wide."""
        boxes = []
        for name, numbers in widths.items():
            wide, tall = numbers * self.scale, self.d_model * self.scale
            # a sliver of less than a pixel would not be seen
            boxes.append(_Box(name, left, top, max(wide, 0.7), max(tall, 0.7)))
            left += wide + self.gap
        return boxes
