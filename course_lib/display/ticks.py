"""Ticks of an axis: round numbers in the words of `fmt`, and never so many that labels touch."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from course_lib.display.fmt import short

APART_PX = 6
"""Least space between two labels, in pixels of the page."""
SHORT_RANGE = 300
"""A logarithmic axis whose ends are less than this factor apart has ticks between powers of ten."""
STEPS_OF_TEN = ((1, 2, 5), (1, 3))
"""Ticks within a power of ten, the finest first."""
FEWEST = 2
"""Ticks an axis keeps in any case: with one, nothing can be read off."""


def scale(axis: Any, unit: str, *, log: bool) -> None:
    """Give an axis its ticks, in the words of `fmt`; call it after the data are drawn."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

    if log:
        axis._set_axes_scale("log")  # the public ways are two, one for x and one for y
        axis.set_major_locator(next(_log_locators(axis)))
        axis.set_minor_formatter(NullFormatter())
    else:
        axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10], integer=unit == "year"))
    axis.set_major_formatter(
        FuncFormatter(lambda value, _: short(value, unit).replace(" thousand", "k"))
    )


def thin(figure: Any) -> None:
    """Take ticks from every measured axis until its labels stand apart."""
    figure.draw_without_rendering()  # settles the layout: only then have labels a place
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            _thin(figure, axis)


def touching(axis: Any) -> bool:
    """Whether two labels of an axis stand closer than `APART_PX`; the layout must be settled."""
    along = 0 if axis.axis_name == "x" else 1
    spans = sorted((box.get_points()[0][along], box.get_points()[1][along]) for box in _boxes(axis))
    return any(start - end < APART_PX for (_, end), (start, _) in pairwise(spans))


def _thin(figure: Any, axis: Any) -> None:
    coarser = _coarser(axis)
    while touching(axis):
        before = axis.get_major_locator()
        locator = next(coarser, None)
        if locator is None:
            return
        axis.set_major_locator(locator)
        figure.draw_without_rendering()
        if len(_boxes(axis)) < FEWEST:
            axis.set_major_locator(before)
            figure.draw_without_rendering()


def _boxes(axis: Any) -> list[Any]:
    """The boxes of the labels that are seen, in pixels."""
    low, high = sorted(axis.get_view_interval())
    edge = 1e-9 * (high - low)  # a tick on the very end is seen, though its float may lie beyond
    labels = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=False)
    return [
        label.get_window_extent()
        for place, label in labels
        if low - edge <= place <= high + edge and label.get_text()
    ]


def _coarser(axis: Any) -> Iterator[Any]:
    """Locators with ever fewer ticks; none for names, which all stay."""
    from matplotlib.ticker import LogLocator, MaxNLocator

    now = axis.get_major_locator()
    if isinstance(now, LogLocator):
        yield from _log_locators(axis)
    elif isinstance(now, MaxNLocator):
        for bins in (5, 4, 3, 2):
            yield MaxNLocator(nbins=bins, steps=[1, 2, 5, 10])


def _log_locators(axis: Any) -> Iterator[Any]:
    """Locators of a logarithmic axis, the finest first."""
    from matplotlib.ticker import LogLocator

    low, high = sorted(axis.get_view_interval())
    # a short range would have one or two powers of ten: numbers between them get a tick as well
    if high / low < SHORT_RANGE:
        for subs in STEPS_OF_TEN:
            yield LogLocator(subs=subs, numticks=12)
    for powers in range(1, 8):
        yield LogLocator(base=10.0**powers, subs=(1,), numticks=12)
