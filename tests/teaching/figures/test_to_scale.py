"""Matrices to scale: what is drawn has the proportions of the data."""

from typing import Any

import pytest

from course_lib.display import style
from course_lib.teaching import figures

ALT = "Two rectangles, the second three times as wide as the first."


@pytest.fixture
def rectangles(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The rectangles of the figures drawn so far."""
    found: list[Any] = []
    original = style.png

    def png(figure: Any) -> bytes:
        found.extend(figure.axes[0].patches)
        return original(figure)

    monkeypatch.setattr(style, "png", png)
    return found


def test_areas_are_in_proportion_to_weights(shown: list[Any], rectangles: list[Any]) -> None:
    figure = figures.to_scale(
        {"a": {"one": (4, 5), "two": (4, 15)}, "b": {"three": (10, 2)}}, alt=ALT
    )
    areas = [patch.get_width() * patch.get_height() for patch in rectangles]
    assert [area / areas[0] for area in areas] == pytest.approx([1, 3, 1])
    assert figure.rows == (
        ("a", "one", "4 x 5", "20"),
        ("a", "two", "4 x 15", "60"),
        ("b", "three", "10 x 2", "20"),
    )
    assert shown[0][1]["image/png"]["alt"] == ALT


def test_rectangles_do_not_overlap(shown: list[Any], rectangles: list[Any]) -> None:
    figures.to_scale({"a": {"one": (4, 5), "two": (8, 15)}, "b": {"three": (10, 2)}}, alt=ALT)
    boxes = [patch.get_bbox() for patch in rectangles]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


@pytest.mark.parametrize(
    "groups", [{}, {"a": {}}, {"a": {"one": (0, 3)}}, {"a": {"one": (3, 4, 5)}}]
)
def test_what_cannot_be_drawn_is_refused(groups: Any) -> None:
    with pytest.raises(ValueError, match=r"groups|one"):
        figures.to_scale(groups, alt=ALT)
