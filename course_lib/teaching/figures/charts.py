"""Figures: bars, stacked bars, lines, points, matrices to scale and pictures, in one style, with
alt text and data.

Arguments that all of them take:
    alt: the message in 20 to 200 characters, built from the data by the caller's f-string.
    x_label, y_label: what an axis shows, with its unit; an axis without label is refused.
    unit, x_unit, y_unit: units of `fmt` in which ticks, values and the data table are written; data
    are in base units.
    title: a line above the figure.
    log: which axes are logarithmic: "", "x", "y" or "xy" (for bars: True).
Each raises ValueError for data that do not fit, are not finite or cannot be drawn, naming the
argument.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from course_lib.display import style
from course_lib.display.fmt import fmt
from course_lib.teaching.figures import drawing
from course_lib.teaching.figures.figure import Figure, display


def bars(
    labels: Sequence[str],
    values: Sequence[float],
    *,
    x_label: str,
    alt: str,
    unit: str = "",
    title: str = "",
    mark: Sequence[str] = (),
    log: bool = False,
) -> Figure:
    """Horizontal bars in the order given, the first on top, each with its value.

    `labels` names the bars and `values` holds their lengths; those named in `mark` are set apart by
    colour and hatch.
    """
    drawing.check_axes(alt, x_label)
    drawing.check_values("values", values, len(labels), least=0, log=log)
    with style.drawing(110 + 34 * len(labels)) as (figure, axes):
        drawn = axes.barh(range(len(labels)), list(values), color=style.COLOURS[0], height=0.68)
        for bar, label in zip(drawn, labels, strict=True):
            if label in mark:
                bar.set(facecolor=style.COLOURS[1], hatch=style.HATCHES[1])
        drawing.finish_bars(axes, labels, x_label, title, unit, log=log)
        axes.bar_label(drawn, [fmt(value, unit) for value in values], padding=4, fontsize=10)
        axes.margins(x=0.17)  # room for the values behind the bars
        picture = style.png(figure)
    rows = [(str(label), fmt(value, unit)) for label, value in zip(labels, values, strict=True)]
    return display(picture, alt, ("name", x_label), rows)


def stacked(
    labels: Sequence[str],
    parts: Mapping[str, Sequence[float]],
    *,
    x_label: str,
    alt: str,
    unit: str = "",
    title: str = "",
) -> Figure:
    """Horizontal bars made of parts, each with a colour and a hatch, and with its value where there
    is room.

    `labels` names the bars; `parts` holds for each part its length in every bar.
    """
    drawing.check_axes(alt, x_label)
    drawing.check_series("parts", parts)
    for name, values in parts.items():
        drawing.check_values(f"parts[{name!r}]", values, len(labels), least=0)
    with style.drawing(126 + drawing.legend_height(parts) + 44 * len(labels)) as (figure, axes):
        drawing.stack(axes, parts, unit)
        drawing.finish_bars(axes, labels, x_label, title, unit, log=False)
        drawing.legend_below(figure, parts, handlelength=2.2, handleheight=1.2)
        picture = style.png(figure)
    rows = [
        (str(label), *(fmt(values[i], unit) for values in parts.values()))
        for i, label in enumerate(labels)
    ]
    return display(picture, alt, ("name", *parts), rows, x_label)


def lines(
    x: Sequence[float],
    series: Mapping[str, Sequence[float]],
    x_label: str,
    y_label: str,
    *,
    alt: str,
    title: str = "",
    log: str = "",
    x_unit: str = "",
    y_unit: str = "",
) -> Figure:
    """Lines over a common `x`, each with a colour, a marker and a line style.

    `series` holds for each line its y at every x.
    """
    drawing.check_axes(alt, x_label, y_label, log)
    drawing.check_series("series", series)
    drawing.check_values("x", x, len(x), log="x" in log)
    for name, y in series.items():
        drawing.check_values(f"series[{name!r}]", y, len(x), log="y" in log)
    names = list(series) if len(series) > 1 else []
    with style.drawing(400 + drawing.legend_height(names)) as (figure, axes):
        looks = zip(style.COLOURS, style.MARKERS, style.LINES, strict=True)
        # not strict: there are more looks than lines
        for (name, y), (colour, marker, dashes) in zip(series.items(), looks, strict=False):
            axes.plot(x, y, color=colour, marker=marker, linestyle=dashes, label=name)
        drawing.finish_axes(axes, x_label, y_label, title, log, (x_unit, y_unit), legend=names)
        picture = style.png(figure)
    rows = [
        (fmt(at, x_unit), *(fmt(y[i], y_unit) for y in series.values())) for i, at in enumerate(x)
    ]
    return display(picture, alt, (x_label, *series), rows, y_label)


def scatter(
    x: Sequence[float],
    y: Sequence[float],
    x_label: str,
    y_label: str,
    *,
    alt: str,
    names: Sequence[str],
    title: str = "",
    log: str = "",
    x_unit: str = "",
    y_unit: str = "",
    mark: Sequence[str] = (),
    groups: Sequence[str] = (),
    reference: tuple[str, Callable[[float], float]] | None = None,
) -> Figure:
    """Points at `x`, `y`, told apart by group through colour and marker.

    `names` names every point in the data table, and those in `mark` beside the point; `groups`
    holds the group of each; `reference` is a name and a function y(x), drawn as a dashed grey line.
    """
    drawing.check_axes(alt, x_label, y_label, log)
    drawing.check_values("x", x, len(names), log="x" in log)
    drawing.check_values("y", y, len(names), log="y" in log)
    kinds = drawing.check_groups(groups, mark, names)
    shown = [*dict.fromkeys(kinds)] if groups else []
    shown += [reference[0]] if reference is not None else []
    with style.drawing(430 + drawing.legend_height(shown)) as (figure, axes):
        drawing.points(axes, x, y, kinds)
        if reference is not None:
            drawing.reference_line(axes, *reference, x, log="x" in log)
        drawing.finish_axes(axes, x_label, y_label, title, log, (x_unit, y_unit), legend=shown)
        drawing.place_names(figure, axes, list(zip(names, x, y, strict=True)), mark)
        picture = style.png(figure)
    # a list times True or False is itself or empty: no column of groups without groups
    cells = [names, [fmt(value, x_unit) for value in x], [fmt(value, y_unit) for value in y]] + [
        kinds
    ] * bool(groups)
    columns = ("name", x_label, y_label) + ("group",) * bool(groups)
    return display(picture, alt, columns, list(zip(*cells, strict=True)))
