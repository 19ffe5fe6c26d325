"""The roofline of the room: the roof of every machine that sent a record, in one picture.

Design choices:
- Any number of machines: seven have a colour and a line of their own, more are thin lines of one
  look. A table beside it names each, with its ridge.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from course_lib.catalog.machines import Record, labels
from course_lib.classroom.room.drawing.axis import WIDE, LogAxis, line, log_axis, text
from course_lib.classroom.room.machines import FORMAT
from course_lib.display.fmt import fmt, short
from course_lib.estimators import hardware

HEIGHT, TOP, FLOOR, LEFT, RIGHT = 420.0, 20.0, 360.0, 96.0, 24.0
NAMED = 7
"""So many looks the style sheet has."""

__all__ = ["roofs"]


def roofs(records: Sequence[Record], width: float = WIDE) -> str:
    """Picture and table as HTML; nothing where there is no record.

    Args:
        records: each with products and copies.
        width: of the picture in its own units.
    """
    if not records:
        return ""
    names = labels([record.machine.name for record in records])
    speeds = [(record.peak(FORMAT), record.bandwidth()) for record in records]
    ridges = [float(hardware.ridge(*each)) for each in speeds]
    across = log_axis(
        [*(ridge / 30 for ridge in ridges), *(r * 8 for r in ridges)], LEFT, width - RIGHT
    )
    lowest = min(across.low * moved for _, moved in speeds)
    upward = log_axis([lowest, *(peak for peak, _ in speeds)], 0, FLOOR - TOP)

    def height(rate: float) -> float:
        return FLOOR - upward.place(rate)

    drawn = _grid(across, upward, width)
    for place, ((peak, moved), ridge) in enumerate(zip(speeds, ridges, strict=True)):
        look = f"roof roof-{place}" if len(records) <= NAMED else "roof roof-many"
        start, corner = across.place(across.low), across.place(ridge)
        points = [
            (start, height(across.low * moved)),
            (corner, height(peak)),
            (across.right, height(peak)),
        ]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        drawn.append(f'<polyline class="{look}" points="{path}"/>')
        drawn.append(f'<circle class="{look}" cx="{corner:.1f}" cy="{height(peak):.1f}" r="4"/>')
    told = f"Roofs of {len(records)} machines; ridges at {_span(ridges)} FLOP/byte."
    return (
        f'<svg class="picture" viewBox="0 0 {width:g} {HEIGHT:g}" role="img" '
        f'aria-label="{escape(told, quote=True)}">{"".join(drawn)}</svg>'
        f"<p>{escape(told)}</p>{_table(names, speeds, ridges, len(records) <= NAMED)}"
    )


def _grid(across: LogAxis, upward: LogAxis, width: float) -> list[str]:
    drawn = [
        line(LEFT, FLOOR, width - RIGHT, FLOOR, "axis"),
        line(LEFT, TOP, LEFT, FLOOR, "axis"),
        text((LEFT + width - RIGHT) / 2, FLOOR + 48, "FLOP for each byte moved", "note"),
    ]
    for value, label in across.ticks(""):
        drawn.append(text(across.place(value), FLOOR + 24, label))
    for value, _ in upward.ticks(""):
        y = FLOOR - upward.place(value)
        drawn.append(line(LEFT, y, width - RIGHT, y, "grid"))
        drawn.append(text(LEFT - 8, y + 5, short(float(value), "FLOP/s"), "label", "end"))
    return drawn


def _span(values: Sequence[float]) -> str:
    low, high = fmt(min(values)), fmt(max(values))
    return low if low == high else f"{low} to {high}"


def _table(
    names: Sequence[str],
    speeds: Sequence[tuple[float, float]],
    ridges: Sequence[float],
    keyed: bool,
) -> str:
    rows = []
    for place, (name, (peak, moved), ridge) in enumerate(zip(names, speeds, ridges, strict=True)):
        key = (
            '<svg class="key" viewBox="0 0 34 10" aria-hidden="true">'
            f'<line class="roof roof-{place}" x1="0" y1="5" x2="34" y2="5"/></svg> '
            if keyed
            else ""
        )
        cells = (fmt(peak, "FLOP/s"), fmt(moved, "B/s"), fmt(ridge))
        rows.append(
            f'<tr><th scope="row">{key}{escape(name)}</th>'
            + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
            + "</tr>"
        )
    heads = ("Machine", "Peak (fp32)", "Memory", "Ridge (FLOP/byte)")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        f'<table class="machines"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
