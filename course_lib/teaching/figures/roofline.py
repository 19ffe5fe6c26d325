"""Roofs of several machines in one figure: each with its ridge, and with what was measured there.

Design choices:
- A machine has one colour, line and marker for its roof and its points, so that no point is read
  under another machine's roof.
- The ridge is written at the corner: it is what the picture is read for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from course_lib.catalog.machines import Record, labels
from course_lib.display import style
from course_lib.display.fmt import fmt
from course_lib.estimators import hardware
from course_lib.teaching.figures import drawing
from course_lib.teaching.figures.figure import Figure, display

__all__ = ["draw", "roofs"]

COLUMNS = ("machine", "what", "intensity (FLOP/byte)", "rate (FLOP/s)")
BEYOND = 8
"""How many times the furthest ridge or point the axis goes on."""

Speeds = tuple[float, float]
"""A machine's FLOP/s and its bytes/s."""
Points = Mapping[str, tuple[float, float]]
"""What was measured on it: FLOP/byte and FLOP/s, by name."""


def roofs(
    speeds: Mapping[str, Speeds],
    points: Mapping[str, Points] | None = None,
    *,
    alt: str,
    title: str = "",
    mark: Collection[str] = (),
) -> Figure:
    """The roofs of some machines with their ridges, and what was measured on each below.

    Args:
        speeds: FLOP/s and bytes/s of each machine, one to seven of them.
        points: for some of them, FLOP/byte and FLOP/s of what was measured, by name.
        alt: the message in 20 to 200 characters.
        title: a line above the figure.
        mark: names of points that are written beside them.

    Raises:
        ValueError: no machine or too many, points of a machine that has no roof, an alt text of the
            wrong length, or a number that is not above zero.
    """
    drawing.check_axes(alt, COLUMNS[2], COLUMNS[3])
    drawing.check_series("speeds", speeds)
    below = dict(points or {})
    if strangers := sorted(below.keys() - speeds.keys()):
        raise ValueError(f"points: must belong to machines in speeds, got {strangers}")
    corners = {name: (_ridge(each), each[0]) for name, each in speeds.items()}
    all_points = {name: {"ridge": at, **below.get(name, {})} for name, at in corners.items()}
    ends = _ends([at for each in all_points.values() for at in each.values()])
    with style.drawing(470 + drawing.legend_height(speeds)) as (figure, axes):
        looks = zip(style.COLOURS, style.LINES, style.MARKERS, strict=True)
        # not strict: there are more looks than machines
        for (name, each), (colour, line, marker) in zip(speeds.items(), looks, strict=False):
            look = {"color": colour, "marker": marker}
            _roof(axes, name, each, ends, look, line)
            _points(axes, below.get(name, {}), look)
        drawing.finish_axes(
            axes, COLUMNS[2], COLUMNS[3], title, "xy", ("", "FLOP/s"), legend=list(speeds)
        )
        named = [(name, *at) for each in below.values() for name, at in each.items()]
        drawing.place_names(figure, axes, named, mark)
        picture = style.png(figure)
    rows = [
        (name, what, fmt(intensity), fmt(rate, "FLOP/s"))
        for name, each in all_points.items()
        for what, (intensity, rate) in each.items()
    ]
    return display(picture, alt, COLUMNS, rows)


def draw(
    records: Sequence[Record], title: str = "Measured rooflines", format: str = "fp32"
) -> Figure:
    """Measured machines, each under its own roof, in one format: for a class that compares them.

    Args:
        records: one to seven machines, each with products and copies.
        title: a line above the figure.
        format: the number format whose points are drawn.

    Raises:
        ValueError: no record, one without a product in the format, or one without a copy.
    """
    if not records:
        raise ValueError("records must hold at least one machine, got none")
    names = labels([record.machine.name for record in records])
    by_name = dict(zip(names, records, strict=True))
    speeds = {name: (each.peak(format), each.bandwidth()) for name, each in by_name.items()}
    points = {
        name: {
            each.name: (each.intensity, each.flops_per_second)
            for each in record.measurements
            if each.flops and each.format == format
        }
        for name, record in by_name.items()
    }
    first = speeds[names[0]]
    alt = (
        f"{sum(map(len, points.values()))} points under the roofs of {len(names)} machines; the "
        f"first roof rises to {fmt(first[0], 'FLOP/s')} at {fmt(_ridge(first))} FLOP/byte."
    )
    return roofs(speeds, points, alt=alt, title=title)


def _ridge(speeds: Speeds) -> float:
    return float(hardware.ridge(*speeds))


def _ends(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """From where to where the roofs are drawn, in FLOP/byte."""
    for place, name in enumerate(("intensity", "rate")):
        drawing.check_values(name, [at[place] for at in points], len(points), log=True)
    along = [intensity for intensity, _ in points]
    return min(along) / 2, max(along) * BEYOND


def _roof(
    axes: Any,
    name: str,
    speeds: Speeds,
    ends: tuple[float, float],
    look: Mapping[str, str],
    line: Any,
) -> None:
    """One roof from end to end, and its ridge in words."""
    from matplotlib.patheffects import withStroke

    peak, corner = speeds[0], (_ridge(speeds), speeds[0])
    x, y = [ends[0], corner[0], ends[1]], [ends[0] * speeds[1], peak, peak]
    # no marker on the roof; the legend still shows the one of its points
    axes.plot(x, y, linestyle=line, markevery=[], label=name, **look)
    colour = look["color"]
    axes.plot(*corner, marker="o", markerfacecolor="white", markersize=8, color=colour)
    place = {"xytext": (-5, 8), "textcoords": "offset points", "ha": "right", "fontsize": 9.5}
    halo = [withStroke(linewidth=2.5, foreground="white")]  # another machine's roof may run below
    words = f"ridge {fmt(corner[0])}"
    axes.annotate(words, corner, path_effects=halo, color=colour, **place)


def _points(axes: Any, points: Points, look: Mapping[str, str]) -> None:
    if points:
        x, y = zip(*points.values(), strict=True)
        axes.plot(x, y, linestyle="", markeredgecolor="white", **look)
