"""Glyphs: real ink on real paper, each different from the others."""

import numpy as np
import pytest

from course_lib.demos.images import glyphs


def test_pictures_have_paper_and_ink() -> None:
    for pictures in glyphs.all_pictures().values():
        assert pictures.shape == (8, glyphs.SIDE, glyphs.SIDE)
        assert pictures.dtype == np.float32
        assert pictures.min() == 0
        assert pictures.max() > 0.9
        assert 0.05 < pictures.mean() < 0.6


def test_nothing_is_cut_off() -> None:
    for picture in np.concatenate(list(glyphs.all_pictures().values())):
        assert picture[[0, -1]].max() < 0.9
        assert picture[:, [0, -1]].max() < 0.9


def test_glyphs_differ() -> None:
    pictures = np.concatenate(list(glyphs.all_pictures().values()))
    for i, one in enumerate(pictures):
        for other in pictures[i + 1 :]:
            assert np.sqrt(np.mean((one - other) ** 2)) > 0.1


def test_an_o_is_symmetric() -> None:
    """The font draws it so; a shifted or skewed picture would not be."""
    (picture,) = glyphs.draw("O", side=32)
    assert np.abs(picture - picture[:, ::-1]).mean() < 0.05


@pytest.mark.parametrize(
    ("characters", "side", "said"), [("", 16, "characters"), ("A", 3, "side must be at least 4")]
)
def test_what_cannot_be_drawn_is_refused(characters: str, side: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        glyphs.draw(characters, side)
