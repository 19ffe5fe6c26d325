"""The one look: colours that can be told apart, and axes in the words of `fmt`."""

from io import BytesIO

import pytest
from PIL import Image

from course_lib.display import style

OKABE_ITO = {"#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#000000"}


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_colours_are_those_of_okabe_and_ito() -> None:
    assert set(style.COLOURS) <= OKABE_ITO and len(set(style.COLOURS)) == 7


def test_each_colour_has_cues_of_its_own() -> None:
    for cues in (style.MARKERS, style.LINES, style.HATCHES):
        assert len(cues) == len(style.COLOURS) == len(set(map(str, cues)))


@pytest.mark.parametrize("ink", [style.INK, style.GREY])
def test_text_can_be_read_on_white(ink: str) -> None:
    assert 1.05 / (luminance(ink) + 0.05) >= 4.5


@pytest.mark.parametrize("marks", [1, 40])
def test_each_line_keeps_its_colour_in_the_small_picture(marks: int) -> None:
    with style.drawing() as (figure, axes):
        looks = zip(style.COLOURS, style.MARKERS, style.LINES, strict=True)
        for place, (colour, marker, dashes) in enumerate(looks):
            x = list(range(marks))
            y = [place + 0.01 * each for each in x]
            axes.plot(x, y, color=colour, marker=marker, linestyle=dashes, label=str(place))
        figure.legend(loc="outside lower left", ncols=7)
        picture = style.png(figure)
    image = Image.open(BytesIO(style.halved(picture))).convert("RGB")
    found = [colour for _, colour in image.getcolors(1 << 16) or []]
    for colour in style.COLOURS:
        wanted = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
        far = min(sum(abs(a - b) for a, b in zip(wanted, each, strict=True)) for each in found)
        assert far <= 15, colour
