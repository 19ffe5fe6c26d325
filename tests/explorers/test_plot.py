"""Pictures: round ticks, grounds that are laid once, and nothing left behind."""

from __future__ import annotations

import math
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from course_lib.explorers.look import SHARPNESS, WIDTH_PX, Bare, picture
from course_lib.explorers.plot import Frame, Scale, label, ticks

FRAME = Frame(
    x=Scale(low=1, high=1e6, name="x (tokens)", log=True), y=Scale(low=0, high=1, name="y")
)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_linear_ticks_are_few_round_and_inside(low: float, width: float) -> None:
    found = ticks(low, low + width)
    assert 1 <= len(found) <= 8
    slack = 1e-6 * max(1.0, abs(low), width)
    assert all(low - slack <= tick <= low + width + slack for tick in found)
    if len(found) > 2:
        steps = np.diff(found)
        assert np.allclose(steps, steps[0])
        digits = steps[0] / 10 ** math.floor(math.log10(steps[0]) + 1e-9)
        assert min(abs(digits - round_one) for round_one in (1, 2, 5, 10)) < 1e-3


@given(st.integers(-12, 12), st.integers(1, 24))
def test_logarithmic_ticks_are_powers_of_ten(first: int, decades: int) -> None:
    found = ticks(10.0**first, 10.0 ** (first + decades), log=True)
    assert 1 < len(found) <= 6 or decades == 0 or len(found) >= 1
    assert all(math.isclose(math.log10(tick), round(math.log10(tick))) for tick in found)


def pixels(png: bytes) -> Any:
    return np.asarray(Image.open(BytesIO(png)).convert("RGB"))


def test_a_picture_is_as_large_as_it_says_and_white() -> None:
    drawn = pixels(picture((Bare(100), lambda axes: None), (Bare(40), lambda axes: None)))
    assert drawn.shape == (140 * SHARPNESS, WIDTH_PX * SHARPNESS, 3)
    assert (drawn == 255).all()


def test_a_dot_stands_where_its_numbers_say() -> None:
    """On the empty ground a unit is a pixel of the page, upwards."""
    drawn = pixels(
        picture((Bare(200), lambda axes: axes.plot([180], [50], "o", color="black", markersize=12)))
    )
    down, across = np.nonzero((drawn < 60).all(axis=2))
    assert abs(across.mean() / SHARPNESS - 180) < 1
    assert abs(200 - down.mean() / SHARPNESS - 50) < 1


def test_a_drawing_leaves_nothing_for_the_next_one() -> None:
    def draw(axes: Any) -> None:
        axes.plot([10, 1000], [0, 1])
        label(axes, 100, 0.5, "here", "above left")
        axes.axhline(0.3)

    empty = picture((FRAME, lambda axes: None))
    first = picture((FRAME, draw))
    assert first != empty
    assert picture((FRAME, lambda axes: None)) == empty
    assert picture((FRAME, draw)) == first


def test_a_drawing_that_fails_leaves_nothing_either() -> None:
    empty = picture((FRAME, lambda axes: None))

    def fail(axes: Any) -> None:
        axes.plot([10, 1000], [0, 1])
        raise RuntimeError("halfway")

    with pytest.raises(RuntimeError):
        picture((FRAME, fail))
    assert picture((FRAME, lambda axes: None)) == empty


def test_what_is_drawn_later_does_not_move_the_ends() -> None:
    ends: list[Any] = []
    picture((FRAME, lambda axes: axes.plot([1, 1e12], [0, 50])))
    picture((FRAME, lambda axes: ends.append((axes.get_xlim(), axes.get_ylim()))))
    assert ends == [((1, 1e6), (0, 1))]


def test_a_readers_own_style_changes_nothing() -> None:
    import matplotlib

    plain = picture((Bare(60), lambda axes: axes.text(10, 20, "text")))
    with matplotlib.rc_context({"font.size": 30, "text.color": "red"}):
        assert picture((Bare(60), lambda axes: axes.text(10, 20, "text"))) == plain
