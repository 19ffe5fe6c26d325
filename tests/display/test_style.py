"""The one look: colours that can be told apart, and axes in the words of `fmt`."""

import itertools

import pytest

from course_lib.teaching.figures import style

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


def ticks(low: float, high: float, unit: str, *, log: bool) -> list[str]:
    with style.drawing() as (figure, axes):
        axes.plot([low, high], [1, 2])
        style.scale_axis(axes.xaxis, unit, log=log)
        figure.draw_without_rendering()
        inside = [
            tick
            for tick in axes.xaxis.get_major_ticks()
            if low <= tick.get_loc() <= high * (1 + 1e-9)
        ]
        return [tick.label1.get_text() for tick in inside]


def test_ticks_are_words() -> None:
    assert ticks(0, 4e9, "B", log=False) == ["0 B", "1 GB", "2 GB", "3 GB", "4 GB"]
    assert ticks(0, 1, "%", log=False) == ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]
    assert ticks(1e6, 1e12, "", log=True)[::2] == [
        "1 million",
        "100 million",
        "10 billion",
        "1 trillion",
    ]


def test_a_short_log_axis_has_ticks_enough() -> None:
    assert [tick.replace("\u202f", " ") for tick in ticks(1000, 9000, "", log=True)] == [
        "1 000",
        "2 000",
        "5 000",
    ]


def test_years_are_whole_and_not_grouped() -> None:
    assert ticks(2019, 2021, "year", log=False) == ["2019", "2020", "2021"]


def test_labels_of_an_axis_do_not_touch() -> None:
    for unit, high, log in (
        ("", 7e11, False),
        ("FLOP/s", 9e14, False),
        ("s", 4e7, False),
        ("", 1e12, True),
    ):
        with style.drawing() as (figure, axes):
            axes.plot([high / 1e6 if log else 0, high], [1, 2])
            style.scale_axis(axes.xaxis, unit, log=log)
            figure.draw_without_rendering()
            boxes = [
                tick.label1.get_window_extent()
                for tick in axes.xaxis.get_major_ticks()
                if tick.label1.get_text()
            ]
        ordered = sorted((box for box in boxes if box.width), key=lambda box: box.x0)
        assert all(one.x1 <= other.x0 for one, other in itertools.pairwise(ordered)), unit
