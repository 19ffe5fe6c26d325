"""Ticks in the words of `fmt`, and labels that stand apart, measured in the drawn figure."""

from itertools import pairwise
from typing import Any

import pytest

from course_lib.display import style, ticks


def seen(axis: Any) -> list[Any]:
    """The labels that lie within an axis."""
    low, high = sorted(axis.get_view_interval())
    return [
        tick.label1
        for tick in axis.get_major_ticks()
        if low * (1 - 1e-9) <= tick.get_loc() <= high * (1 + 1e-9) and tick.label1.get_text()
    ]


def drawn(low: float, high: float, unit: str, *, log: bool) -> list[str]:
    with style.drawing() as (figure, axes):
        axes.plot([low, high], [1, 2])
        axes.margins(x=0)
        ticks.scale(axes.xaxis, unit, log=log)
        ticks.thin(figure)
        return [label.get_text().replace("\u202f", " ") for label in seen(axes.xaxis)]


def test_ticks_are_words() -> None:
    assert drawn(0, 4e9, "B", log=False) == ["0 B", "1 GB", "2 GB", "3 GB", "4 GB"]
    assert drawn(0, 1, "%", log=False) == ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]
    assert drawn(1e6, 1e12, "", log=True)[::2] == [
        "1 million",
        "100 million",
        "10 billion",
        "1 trillion",
    ]


def test_a_short_log_axis_has_ticks_enough() -> None:
    assert drawn(1000, 9000, "", log=True) == ["1 000", "2 000", "5 000"]


def test_years_are_whole_and_not_grouped() -> None:
    assert drawn(2019, 2021, "year", log=False) == ["2019", "2020", "2021"]


@pytest.mark.parametrize("upright", [False, True])
@pytest.mark.parametrize(
    ("low", "high", "unit", "log"),
    [
        (0, 7e11, "", False),
        (0, 9e14, "FLOP/s", False),
        (0, 4e7, "s", False),
        (0, 2e9, "USD", False),
        (0, 3e11, "parameters", False),
        (1e6, 1e12, "", True),
        (1e6, 1e8, "parameters", True),  # two decades with long labels
        (200, 20_000, "USD", True),
        (1, 1e10, "", True),  # ten decades
        (1e3, 1e13, "parameters", True),
        (1e-6, 1e14, "s", True),
        (3, 5e25, "FLOP", True),
    ],
)
def test_labels_of_an_axis_do_not_touch(
    low: float, high: float, unit: str, log: bool, upright: bool
) -> None:
    with style.drawing(260) as (figure, axes):
        axes.plot(*(([1, 2], [low, high]) if upright else ([low, high], [1, 2])))
        axis = axes.yaxis if upright else axes.xaxis
        ticks.scale(axis, unit, log=log)
        ticks.thin(figure)
        boxes = [label.get_window_extent() for label in seen(axis)]
        spans = sorted((box.y0, box.y1) if upright else (box.x0, box.x1) for box in boxes)
    assert len(spans) >= 2
    assert all(end + 5 < start for (_, end), (start, _) in pairwise(spans))


def test_names_of_bars_all_stay() -> None:
    with style.drawing(60) as (figure, axes):
        axes.barh(range(9), range(9))
        axes.set_yticks(range(9), [f"bar {n}" for n in range(9)])
        ticks.scale(axes.xaxis, "", log=False)
        ticks.thin(figure)
        assert len(axes.get_yticklabels()) == 9
