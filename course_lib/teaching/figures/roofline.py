"""Roofs of several machines in one figure: each with its ridge, and with what was measured there.

Design choices:
- A machine has one colour, line and marker for its roof and its points, so that no point is read
  under another machine's roof.
- The ridge is written at the corner: it is what the picture is read for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from course_lib.catalog.machines import Record, labels
from course_lib.display import style
from course_lib.display.fmt import fmt
from course_lib.estimators import hardware
from course_lib.teaching.figures import drawing
from course_lib.teaching.figures.figure import Figure, display

__all__ = ["Roof", "draw", "roofs"]

COLUMNS = ("machine", "what", "intensity (FLOP/byte)", "rate (FLOP/s)")
BEYOND = 8
"""How many times the furthest ridge or point the axis goes on."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Roof:
    """A machine's two speeds, and points below its roof."""

    name: str
    """The machine, for the label."""
    peak_flops: float
    """FLOP/s of its arithmetic."""
    bytes_per_second: float
    """Bytes/s of its memory."""
    points: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """What was measured: FLOP/byte and FLOP/s, by name."""

    @property
    def ridge(self) -> float:
        """FLOP/byte at the corner."""
        return float(hardware.ridge(self.peak_flops, self.bytes_per_second))


def roofs(
    machines: Sequence[Roof], *, alt: str, title: str = "", mark: Collection[str] = ()
) -> Figure:
    """The roofs of some machines with their ridges, and each one's points below.

    Args:
        machines: one to seven.
        alt: the message in 20 to 200 characters.
        title: a line above the figure.
        mark: names of points that are written beside them.

    Raises:
        ValueError: no machine or too many, an alt text of the wrong length, or a point that is not
            above zero.
    """
    drawing.check_axes(alt, COLUMNS[2], COLUMNS[3])
    drawing.check_series("machines", [machine.name for machine in machines])
    points = [at for machine in machines for at in machine.points.values()]
    for name, place in (("intensities", 0), ("rates", 1)):
        values = [at[place] for at in points]
        drawing.check_values(name, values or [1.0], len(values) or 1, log=True)
    reach = [*(at[0] for at in points), *(machine.ridge for machine in machines)]
    ends = min(reach) / 2, max(reach) * BEYOND
    with style.drawing(470) as (figure, axes):
        looks = zip(machines, style.COLOURS, style.LINES, style.MARKERS, strict=False)
        for machine, colour, line, marker in looks:
            _draw(axes, machine, ends, {"color": colour}, line, marker)
        drawing.finish_axes(axes, COLUMNS[2], COLUMNS[3], title, "xy", ("", "FLOP/s"), legend=True)
        named = [(name, *at) for machine in machines for name, at in machine.points.items()]
        drawing.place_names(figure, axes, named, list(mark))
        picture = style.png(figure)
    rows = [row for machine in machines for row in _rows(machine)]
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
    machines = [_measured(*pair, format) for pair in zip(names, records, strict=True)]
    first = machines[0]
    count = sum(len(machine.points) for machine in machines)
    alt = (
        f"{count} points under the roofs of {len(machines)} machines; the first roof rises to "
        f"{fmt(first.peak_flops, 'FLOP/s')} at {fmt(first.ridge)} FLOP/byte."
    )
    return roofs(machines, alt=alt, title=title)


def _measured(name: str, record: Record, format: str) -> Roof:
    points = {
        each.name: (each.intensity, each.flops_per_second)
        for each in record.measurements
        if each.flops and each.format == format
    }
    return Roof(
        name=name,
        peak_flops=record.peak(format),
        bytes_per_second=record.bandwidth(),
        points=points,
    )


def _draw(
    axes: Any,
    machine: Roof,
    ends: tuple[float, float],
    colour: Mapping[str, str],
    line: Any,
    marker: str,
) -> None:
    """One roof from end to end, its ridge in words, and its points."""
    from matplotlib.patheffects import withStroke

    foot, corner = ends[0] * machine.bytes_per_second, (machine.ridge, machine.peak_flops)
    axes.plot(
        [ends[0], machine.ridge, ends[1]],
        [foot, machine.peak_flops, machine.peak_flops],
        linestyle=line,
        marker=marker,
        markevery=[],  # no marker on the roof; the legend still shows it
        label=machine.name,
        **colour,
    )
    axes.plot(*corner, marker="o", markerfacecolor="white", markersize=8, **colour)
    place = {"xytext": (-5, 8), "textcoords": "offset points", "ha": "right", "fontsize": 9.5}
    halo = [withStroke(linewidth=2.5, foreground="white")]  # another machine's roof may run below
    axes.annotate(f"ridge {fmt(machine.ridge)}", corner, path_effects=halo, **place, **colour)
    x, y = zip(*machine.points.values(), strict=True) if machine.points else ((), ())
    axes.plot(x, y, linestyle="", marker=marker, markeredgecolor="white", **colour)


def _rows(machine: Roof) -> list[tuple[str, ...]]:
    """The ridge, then the points."""
    all_points = {"ridge": (machine.ridge, machine.peak_flops), **machine.points}
    return [
        (machine.name, what, fmt(intensity), fmt(rate, "FLOP/s"))
        for what, (intensity, rate) in all_points.items()
    ]
