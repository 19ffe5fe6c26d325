"""Grids of pictures: every pixel where it belongs, dark where the data are dark, refused where they
do not fit."""

from base64 import b64decode
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from course_lib.teaching import figures
from course_lib.teaching.figures.pictures import FINER, mosaic

ALT = "Two rows of pictures, the second darker than the first."
BLACK, WHITE = np.ones((4, 4)), np.zeros((4, 4))


def test_the_mosaic_keeps_every_pixel() -> None:
    rng = np.random.default_rng(0)
    rows = rng.random((2, 3, 5, 5))
    page = mosaic(list(rows))
    step = 5 * FINER + round(0.12 * 5 * FINER)
    for down in range(2):
        for right in range(3):
            corner = page[down * step :, right * step :][: 5 * FINER : FINER, : 5 * FINER : FINER]
            assert np.array_equal(corner, rows[down, right])
    assert page.shape == (step + 5 * FINER, 2 * step + 5 * FINER)


def test_ink_is_dark_and_the_scale_is_shared(shown: list[Any]) -> None:
    rows = {"faint": [WHITE, WHITE - 1], "dark": [BLACK, BLACK * 2]}
    figure = figures.pictures(rows, alt=ALT, columns=["in", "beyond"], lightest=-1, darkest=1)
    assert [row[:2] for row in figure.rows] == [
        ("faint", "in"),
        ("faint", "beyond"),
        ("dark", "in"),
        ("dark", "beyond"),
    ]
    assert [row[2].split()[0] for row in figure.rows] == ["50.0", "0", "100", "100"]
    assert shown[0][1]["image/png"]["alt"] == ALT


def test_the_picture_shows_black_and_white(shown: list[Any]) -> None:
    figures.pictures({"row": [BLACK, WHITE]}, alt=ALT)
    png = b64decode(shown[0][0]["image/png"])
    pixels = np.asarray(Image.open(BytesIO(png)).convert("L"))
    height, width = pixels.shape
    assert pixels[height // 2, int(0.35 * width)] < 40
    assert pixels[height // 2, int(0.8 * width)] > 215


def test_columns_may_be_left_unnamed(shown: list[Any]) -> None:
    assert [
        row[1] for row in figures.pictures({"row": [BLACK, WHITE]}, alt=ALT, title="T").rows
    ] == ["1", "2"]


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        ({}, {}, "rows must hold as many"),
        ({"a": []}, {}, "rows must hold as many"),
        ({"a": [BLACK], "b": [BLACK, WHITE]}, {}, "rows must hold as many"),
        ({"a": [BLACK, np.ones((5, 5))]}, {}, "square pictures of one size"),
        ({"a": [np.ones((4, 5))]}, {}, "square pictures of one size"),
        ({"a": [np.full((4, 4), np.nan)]}, {}, "finite"),
        ({"a": [BLACK]}, {"columns": ["x", "y"]}, "columns must name 1"),
        ({"a": [BLACK]}, {"darkest": 1.0, "lightest": 1.0}, "darkest must differ"),
        ({"a": [BLACK]}, {"alt": "short"}, "alt"),
    ],
)
def test_what_does_not_fit_is_named(rows: Any, options: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        figures.pictures(rows, **{"alt": ALT, **options})
