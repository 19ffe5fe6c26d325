"""Strokes that figures share: checks, and names that cover nothing."""

from typing import Any

import numpy as np
import pytest

from course_lib.display import style
from course_lib.teaching.figures import drawing


def named(
    points: list[tuple[str, float, float]], mark: set[str]
) -> tuple[list[Any], list[Any], Any]:
    """Boxes of the names written, centres of the points, and the figure's width."""
    with style.drawing(430) as (figure, axes):
        drawing.points(
            axes, [x for _, x, _ in points], [y for _, _, y in points], [""] * len(points)
        )
        drawing.finish_axes(axes, "x", "y", "", "", ("", ""))
        drawing.place_names(figure, axes, points, mark)
        centres = axes.transData.transform([(x, y) for _, x, y in points])
        return [text.get_window_extent() for text in axes.texts], list(centres), figure.bbox


def test_names_of_points_cover_neither_each_other_nor_a_point() -> None:
    crowded = [
        ("model 0", 5.0, 5.0),
        ("model 1", 5.3, 5.0),
        ("model 2", 5.3, 5.2),
        ("model 3", 5.0, 5.2),
    ]
    points = [*crowded, *((f"model {n}", float(n % 3), float(n)) for n in range(4, 9))]
    boxes, centres, _ = named(points, {name for name, _, _ in points})
    assert len(boxes) == 9
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i])
    assert not any(box.contains(*centre) for box in boxes for centre in centres)


def test_names_at_the_edge_stay_inside_the_picture() -> None:
    points = [("a name of some length", 1.0, 1.0), ("another name of some length", 2.0, 2.0)]
    boxes, _, picture = named(points, {name for name, _, _ in points})
    assert all(picture.x0 <= box.x0 and box.x1 <= picture.x1 for box in boxes)


def test_a_crowd_of_points_still_gets_its_names() -> None:
    points = [(f"a rather long name {n}", 1.0, 1.0) for n in range(30)]
    assert len(named(points, {name for name, _, _ in points})[0]) == 30


def test_only_marked_points_are_named() -> None:
    assert len(named([("a", 1.0, 1.0), ("b", 2.0, 2.0)], {"b"})[0]) == 1


def test_groups_differ_in_colour_and_marker() -> None:
    with style.drawing() as (_, axes):
        drawing.points(axes, [1, 2, 3], [1, 2, 3], ["a", "b", "a"])
        groups = axes.collections
    assert [group.get_label() for group in groups] == ["a", "b"]
    assert [len(group.get_offsets()) for group in groups] == [2, 1]
    assert not np.array_equal(groups[0].get_facecolor()[0], groups[1].get_facecolor()[0])
    assert not np.array_equal(groups[0].get_paths()[0].vertices, groups[1].get_paths()[0].vertices)


@pytest.mark.parametrize("values", [[1, 2], [1, 2, float("inf")], [1, 2, float("nan")], [1, 2, -1]])
def test_bad_values_are_named(values: list[float]) -> None:
    with pytest.raises(ValueError, match="speed"):
        drawing.check_values("speed", values, 3, least=0)


def test_zero_has_no_logarithm() -> None:
    drawing.check_values("speed", [0.0], 1, least=0)
    with pytest.raises(ValueError, match="above zero on a logarithmic axis"):
        drawing.check_values("speed", [0.0], 1, log=True)


@pytest.mark.parametrize("count", [0, 8])
def test_there_are_as_many_series_as_colours(count: int) -> None:
    with pytest.raises(ValueError, match=f"1 to 7.*not {count}"):
        drawing.check_series("parts", [str(n) for n in range(count)])


@pytest.mark.parametrize("length", [20, 200])
def test_an_alt_text_of_the_right_length(length: int) -> None:
    assert drawing.check_alt("x" * length)


def test_parts_of_a_bar_meet_end_to_end() -> None:
    with style.drawing() as (_, axes):
        drawing.stack(axes, {"p": [1.0, 2.0], "q": [3.0, 4.0], "r": [5.0, 6.0]}, "")
        lefts = [[bar.get_x() for bar in container] for container in axes.containers]
        texts = {text.get_text() for text in axes.texts if text.get_text()}
    assert lefts == [[0, 0], [1, 2], [4, 6]]
    assert texts == {"2", "3", "4", "5", "6"}, (
        "a value is written where an eighth of the axis is free"
    )


@pytest.mark.parametrize("count", [1, 2, 7])
def test_a_legend_covers_nothing_that_is_drawn(count: int) -> None:
    names = [f"the line of the number {number}" for number in range(count)]
    with style.drawing(400 + drawing.legend_height(names)) as (figure, axes):
        for number, name in enumerate(names):
            axes.plot([0, 1], [number, 1], label=name)
        drawing.finish_axes(axes, "x", "y", "", "", ("", ""), legend=names)
        figure.draw_without_rendering()
        [legend] = figure.legends
        assert axes.get_legend() is None
        assert not legend.get_window_extent().overlaps(axes.get_tightbbox())
        assert axes.bbox.height > 250  # and the picture keeps its size
