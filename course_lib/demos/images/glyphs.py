"""Pictures of letters and digits, drawn on the spot: a data set with no download and no licence
question.

The font is DejaVu Sans Bold, which ships with matplotlib. A glyph is drawn four times too large and
shrunk, so that its edges are grey. Another version of the drawing library may move an edge by a
little: no picture here is a fixed number.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from course_lib import checks

SIDE = 16
"""Side of a picture, in pixels."""
WORDS = {"digit": "02345678", "letter": "ABEGKRSX"}
"""What can be asked for, and the glyphs that answer it."""
FINER = 4


def draw(characters: str, side: int = SIDE) -> np.ndarray:
    """A grey picture for each character: (characters, side, side) float32, 0 paper and 1 ink.

    Raises:
        ValueError: no character, or a side below 4.

    >>> draw("AB").shape
    (2, 16, 16)
    """
    side = checks.whole("side", side, at_least=4)
    if not characters:
        raise ValueError("characters must hold at least one character, got ''")
    return np.stack([_draw_one(character, side) for character in characters])


def all_pictures() -> dict[str, np.ndarray]:
    """The pictures of every word of `WORDS`: (8, side, side) each.

    >>> sorted(all_pictures())
    ['digit', 'letter']
    """
    return {word: draw(characters) for word, characters in WORDS.items()}


def _draw_one(character: str, side: int) -> np.ndarray:
    # imported here: slow to load, and needed by the lesson on images alone
    import matplotlib
    from PIL import Image, ImageDraw, ImageFont

    file = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans-Bold.ttf"
    large = side * FINER
    font = ImageFont.truetype(str(file), round(0.85 * large))
    page = Image.new("L", (large, large))
    ImageDraw.Draw(page).text((large / 2, large / 2), character, fill=255, font=font, anchor="mm")
    # a box is the plain mean of 4 x 4 points: the grey of an edge
    return np.asarray(page.resize((side, side), Image.Resampling.BOX), dtype=np.float32) / 255
