"""Strokes that figures share: checks of the data, finished axes, points and their names.

Design choices:
- Data are checked before anything is drawn, with an error that names the argument.
- A name goes to the first place around its point where it covers no other name; where all are
  taken, it stands above.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from course_lib.display import style, ticks
from course_lib.display.fmt import fmt
from course_lib.teaching.say.forms import check_text

# how far to the right of a point, how far above it, and which side of the name stands there
PLACES = [
    (8, 0, "left"),
    (-8, 0, "right"),
    (0, 11, "center"),
    (0, -11, "center"),
    (7, 10, "left"),
    (7, -10, "left"),
]
PLACES += [(-7, 10, "right"), (-7, -10, "right"), (0, 22, "center"), (0, -22, "center")]
LAST_PLACE = (0, 12, "center")
LEGEND_LETTERS = 72
"""Letters that stand beside each other below a picture."""


def check_alt(alt: str) -> str:
    """The alt text, if it is one.

    Raises:
        ValueError: it has fewer than 20 or more than 200 characters.

    >>> check_alt("Bars: the MLPs hold 70 % of the weights.")
    'Bars: the MLPs hold 70 % of the weights.'
    """
    if not isinstance(alt, str) or not 20 <= len(alt.strip()) <= 200:
        raise ValueError(f"alt={alt!r}: must say the figure's message in 20 to 200 characters")
    return alt


def check_axes(alt: str, x_label: str, y_label: str = "none", log: str = "") -> None:
    """Refuse a bad alt text, an axis without label, or an unknown kind of scale (ValueError)."""
    check_alt(alt)
    check_text("x_label", x_label)
    check_text("y_label", y_label)
    if log not in ("", "x", "y", "xy"):
        raise ValueError(f"log={log!r}: must be '', 'x', 'y' or 'xy'")


def check_values(
    name: str, values: Sequence[float], length: int, *, least: float = -math.inf, log: bool = False
) -> None:
    """Refuse values of another length, not finite, below `least`, or without a logarithm
    (ValueError)."""
    if len(values) != length or length == 0:
        raise ValueError(f"{name}: must hold {max(length, 1)} values, has {len(values)}")
    for value in values:
        if not math.isfinite(value) or value < least or (log and value <= 0):
            rule = "above zero on a logarithmic axis" if log else f"finite and at least {least:g}"
            raise ValueError(f"{name} holds {value!r}: must be {rule}")


def check_series(name: str, series: Iterable[str]) -> None:
    """Refuse no series, and more than there are colours (ValueError)."""
    count = len(list(series))
    if not 1 <= count <= len(style.COLOURS):
        raise ValueError(
            f"{name}: must be 1 to {len(style.COLOURS)}, one for each colour, not {count}"
        )


def check_groups(groups: Sequence[str], mark: Sequence[str], names: Sequence[str]) -> list[str]:
    """The group of each point ("" without groups); refuses a wrong number of them, and marks that
    are no names."""
    if groups and len(groups) != len(names):
        raise ValueError(f"groups: must hold {len(names)} texts, has {len(groups)}")
    if unknown := sorted(set(mark) - set(names)):
        raise ValueError(f"mark={unknown}: must be among the names")
    kinds = list(groups) or [""] * len(names)
    check_series("groups", dict.fromkeys(kinds))
    return kinds


def finish_bars(
    axes: Any, labels: Sequence[str], x_label: str, title: str, unit: str, *, log: bool
) -> None:
    """Names on the left, the first bar on top, ticks only along the values."""
    axes.set_yticks(range(len(labels)), list(labels))
    axes.invert_yaxis()  # matplotlib counts from the bottom
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    ticks.scale(axes.xaxis, unit, log=log)
    axes.set(xlabel=x_label, title=title)


def finish_axes(
    axes: Any,
    x_label: str,
    y_label: str,
    title: str,
    log: str,
    units: tuple[str, str],
    *,
    legend: Sequence[str] = (),
) -> None:
    """Labels, scales and ticks of two measured axes, and the names in `legend` below them, where
    they cover no line."""
    ticks.scale(axes.xaxis, units[0], log="x" in log)
    ticks.scale(axes.yaxis, units[1], log="y" in log)
    axes.set(xlabel=x_label, ylabel=y_label, title=title)
    if legend:
        legend_below(axes.figure, legend, handlelength=3.2)


def legend_below(
    figure: Any, names: Collection[str], *, handlelength: float, handleheight: float = 0.7
) -> None:
    """The names of what is drawn, below the picture, with strokes of a width and a height."""
    figure.legend(
        loc="outside lower left",
        ncols=_legend_columns(names),
        handlelength=handlelength,
        handleheight=handleheight,
    )


def legend_height(names: Collection[str]) -> int:
    """Room that a legend below takes, in pixels.

    >>> legend_height([]), legend_height(["weights", "gradients"])
    (0, 24)
    """
    return 24 * -(-len(names) // _legend_columns(names)) if names else 0


def _legend_columns(names: Collection[str]) -> int:
    """Columns of a legend below a picture: as many as its width holds, a sample taking the room of
    seven letters.

    >>> _legend_columns(["weights", "gradients", "optimizer", "activations"])
    4
    >>> _legend_columns(["weights", "gradients", "optimizer", "activations", "memory"])
    4
    """
    widths = [len(name) + 7 for name in names]
    most = min(len(names), 5)
    if len(names) == most and sum(widths) <= LEGEND_LETTERS:
        return most
    return max(1, min(most, LEGEND_LETTERS // max(widths)))


def stack(axes: Any, parts: Mapping[str, Sequence[float]], unit: str) -> None:
    """The parts of each bar one behind the other, with their values where at least an eighth of the
    axis is free."""
    totals = [sum(values) for values in zip(*parts.values(), strict=True)]
    ends = [0.0] * len(totals)
    looks = zip(style.COLOURS, style.HATCHES, strict=True)
    for (name, values), (colour, hatch) in zip(parts.items(), looks, strict=False):
        drawn = axes.barh(
            range(len(ends)), values, left=ends, color=colour, hatch=hatch, height=0.68, label=name
        )
        texts = [fmt(value, unit) if value > max(totals) / 8 else "" for value in values]
        for text in axes.bar_label(drawn, texts, label_type="center", fontsize=9.5):
            if text.get_text():  # on white: a hatch would run through the digits
                text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1.5})
        ends = [end + value for end, value in zip(ends, values, strict=True)]
    # a part of no length at the end of the longest bar would hold the axis to it
    axes.set_xlim(0, 1.05 * max(totals) or 1)


def points(axes: Any, x: Sequence[float], y: Sequence[float], groups: Sequence[str]) -> None:
    """Points in the look of their group."""
    for group, colour, marker in zip(
        dict.fromkeys(groups), style.COLOURS, style.MARKERS, strict=False
    ):
        here = [i for i, name in enumerate(groups) if name == group]
        look = {"color": colour, "marker": marker, "edgecolor": "white", "linewidth": 0.6, "s": 62}
        # None: an empty label would be an empty line of the legend
        axes.scatter(
            [x[i] for i in here], [y[i] for i in here], label=group or None, zorder=3, **look
        )


def reference_line(
    axes: Any, name: str, function: Callable[[float], float], x: Sequence[float], *, log: bool
) -> None:
    """A grey line y(x) over the range of the points, drawn behind them."""
    low, high, steps = min(x), max(x), 60
    # equal steps on the axis as it is drawn: factors on a logarithmic one
    grow = (high / low) ** (1 / steps) if log else 0.0
    along = [low * grow**i if log else low + (high - low) * i / steps for i in range(steps + 1)]
    line = {"color": style.GREY, "linestyle": "--", "linewidth": 1.4, "zorder": 2}
    axes.plot(along, [function(at) for at in along], label=name, **line)


def place_names(
    figure: Any, axes: Any, points: Sequence[tuple[str, float, float]], mark: Collection[str]
) -> None:
    """Write the marked names beside their points, clear of every point and of each other."""
    from matplotlib.transforms import Bbox

    ticks.thin(figure)  # settles the layout: from here on boxes of text are final
    centres = axes.transData.transform([(x, y) for _, x, y in points])
    # in pixels: a square of 8 around each point
    taken = [Bbox.from_bounds(left - 4, low - 4, 8, 8) for left, low in centres]
    for name, x, y in points:
        if name in mark:
            taken.append(_place(figure, axes, name, (x, y), taken))


def _place(figure: Any, axes: Any, name: str, at: tuple[float, float], taken: Sequence[Any]) -> Any:
    """Write one name at the first free place; the box it fills."""
    from matplotlib.patheffects import withStroke

    halo = [withStroke(linewidth=2.5, foreground="white")]
    for right, up, side in (*PLACES, LAST_PLACE):
        text = axes.annotate(
            name, at, (right, up), textcoords="offset points", ha=side, va="center", zorder=4
        )
        text.set(fontsize=9.5, path_effects=halo)
        box = text.get_window_extent()
        inside = axes.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1
        free = inside and not any(box.overlaps(other) for other in taken)
        if free or (right, up, side) == LAST_PLACE:
            break
        text.remove()
    return box
