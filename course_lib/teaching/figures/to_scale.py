"""Matrices drawn to scale, so that the eye compares the numbers of their weights as areas.

Design choices:
- Each group of matrices is a row; all rectangles of a figure share one scale.
- A name is written inside its rectangle where it fits, upright where only that fits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_lib.display import style
from course_lib.display.fmt import fmt
from course_lib.teaching.figures import drawing
from course_lib.teaching.figures.figure import Figure, display

GAP = 0.012
"""Space between rectangles, as a part of the widest row."""
HEADING = 0.05
"""Space for a group's name above its row, likewise."""

Sizes = Mapping[str, tuple[int, int]]


def to_scale(groups: Mapping[str, Sizes], *, alt: str, title: str = "") -> Figure:
    """Draw groups of matrices; `groups` holds for each its matrices by name, each with its height
    and its width.

    Raises:
        ValueError: no group, an empty one, a side below 1, or an alt text of the wrong length.
    """
    drawing.check_alt(alt)
    drawing.check_series("groups", groups)
    for group, sizes in groups.items():
        if not sizes:
            raise ValueError(f"groups[{group!r}] must hold at least one matrix")
        for name, sides in sizes.items():
            drawing.check_values(f"sides of {name}", sides, 2, least=1)
    widest = max(sum(width for _, width in sizes.values()) for sizes in groups.values())
    height = sum(
        max(side for side, _ in sizes.values()) / widest + HEADING + GAP
        for sizes in groups.values()
    )
    with style.drawing(round(60 + 0.94 * style.WIDTH_PX * height)) as (figure, axes):
        _draw(axes, groups, widest)
        # from height down to 0: the first group is on top
        axes.set(xlim=(0, 1 + 3 * GAP), ylim=(height, 0), aspect="equal", title=title)
        axes.axis("off")
        picture = style.png(figure)
    rows = [
        (group, name, f"{tall} x {wide}", fmt(tall * wide, exact=True))
        for group, sizes in groups.items()
        for name, (tall, wide) in sizes.items()
    ]
    return display(picture, alt, ("group", "matrix", "shape", "weights"), rows)


def _draw(axes: Any, groups: Mapping[str, Sizes], widest: int) -> None:
    top = 0.0
    looks = zip(style.COLOURS, style.HATCHES, strict=True)
    for (group, sizes), (colour, hatch) in zip(groups.items(), looks, strict=False):
        top += HEADING
        axes.text(0, top - 0.01, group, va="bottom", ha="left", fontsize=11)
        left = 0.0
        for name, (tall, wide) in sizes.items():
            _rectangle(axes, (left, top), (wide / widest, tall / widest), name, colour, hatch)
            left += wide / widest + GAP
        top += max(tall for tall, _ in sizes.values()) / widest + GAP


def _rectangle(
    axes: Any,
    corner: tuple[float, float],
    sides: tuple[float, float],
    name: str,
    colour: str,
    hatch: str,
) -> None:
    from matplotlib.patches import Rectangle

    (left, top), (width, height) = corner, sides
    axes.add_patch(
        Rectangle(
            corner, width, height, facecolor=colour, hatch=hatch, edgecolor="white", linewidth=1
        )
    )
    fits = width > 0.011 * (len(name) + 1)  # a letter takes about that part of the widest row
    text = axes.text(
        left + width / 2,
        top + height / 2,
        name,
        ha="center",
        va="center",
        rotation=0 if fits else 90,
    )
    text.set(fontsize=9.5 if fits else 8.5)
    text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1.0})
