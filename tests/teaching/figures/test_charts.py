"""Figures: what they refuse, what they carry, and that the picture shows the data."""

import base64
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from course_lib.display import style
from course_lib.teaching import figures

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]
ALT = "Bars: the first is twice as long as the second."
MAKERS: dict[str, Callable[..., figures.Figure]] = {
    "bars": lambda **more: figures.bars(
        ["a", "b"], [2e9, 1e9], **{"x_label": "weights", "alt": ALT} | more
    ),
    "stacked": lambda **more: figures.stacked(
        ["a", "b"],
        {"p": [2.0, 1.0], "q": [1.0, 0.0]},
        **{"x_label": "bytes", "alt": ALT, "unit": "B"} | more,
    ),
    "lines": lambda **more: figures.lines(
        [1, 2, 4],
        {"p": [1, 4, 16], "q": [1, 2, 4]},
        **{"x_label": "width", "y_label": "weights", "alt": ALT} | more,
    ),
    "scatter": lambda **more: figures.scatter(
        [2019, 2024],
        [1e9, 1e12],
        **{"x_label": "year", "y_label": "weights", "alt": ALT, "names": ["a", "b"]} | more,
    ),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_figure_is_a_picture_and_its_data(kind: str, shown: Bundles) -> None:
    figure = MAKERS[kind]()
    (picture, metadata), (data, _) = shown
    assert picture["text/plain"] == metadata["image/png"]["alt"] == figure.alt == ALT
    assert width(picture["image/png"]) == metadata["image/png"]["width"] == 720
    assert ALT in data["text/html"] and "<details>" in data["text/html"]
    assert all(cell in data["text/html"] for row in figure.rows for cell in row)
    assert len({len(row) for row in figure.rows} | {len(figure.columns)}) == 1


def blank() -> bytes:
    """The smallest picture that can be halved."""
    file = BytesIO()
    Image.new("RGB", (2, 2)).save(file, "png")
    return file.getvalue()


def width(base64_text: str) -> int:
    return Image.open(BytesIO(base64.b64decode(base64_text))).width


class Images(HTMLParser):
    """The attributes of every image."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [dict(attrs)] if tag == "img" else []


@pytest.mark.parametrize("kind", MAKERS)
def test_the_alt_text_stands_at_the_sharp_picture(kind: str, shown: Bundles) -> None:
    alt = 'Bars: "a" < "b" & all the rest of it.'
    MAKERS[kind](alt=alt)
    (image,) = Images(shown[0][0]["text/html"]).found
    kind_of_data, _, data = str(image["src"]).partition(",")
    assert (image["alt"], image["width"], kind_of_data) == (alt, "720", "data:image/png;base64")
    assert width(data) == 1440
    # twice the picture must not be twice the notebook
    assert len(shown[0][0]["image/png"]) < 0.6 * len(data)


def test_data_are_shown_in_at_most_thirty_rows(shown: Bundles) -> None:
    steps = list(range(1, 101))
    options = {"x_label": "step", "y_label": "loss", "alt": ALT}
    figure = figures.lines(steps, {"p": [1 / step for step in steps]}, **options)
    assert len(figure.rows) == 100
    html = shown[1][0]["text/html"]
    assert html.count("<tr>") == 31 and "30 of 100 rows" in html
    assert '<th scope="row" style="text-align: left">1</th>' in html
    assert '<th scope="row" style="text-align: left">100</th>' in html
    figure.table()
    assert shown[2][0]["text/plain"].count("\n") == 32 and "30 of 100" in shown[2][0]["text/plain"]


@pytest.mark.parametrize("kind", MAKERS)
def test_the_same_data_give_the_same_bytes(kind: str, shown: Bundles) -> None:
    MAKERS[kind]()
    MAKERS[kind]()
    assert shown[0] == shown[2] and shown[1] == shown[3]
    raw = base64.b64decode(shown[0][0]["image/png"])
    assert not any(mark in raw for mark in (b"tEXt", b"tIME", b"iTXt"))
    assert len(raw) < 60_000


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("alt", ["", "x" * 19, "x" * 201, None])
def test_an_alt_text_has_20_to_200_characters(kind: str, alt: Any, shown: Bundles) -> None:
    with pytest.raises(ValueError, match="alt="):
        MAKERS[kind](alt=alt)
    assert shown == []


@pytest.mark.parametrize("kind", MAKERS)
def test_an_axis_has_a_label(kind: str, shown: Bundles) -> None:
    for label in ("x_label", "y_label") if kind in {"lines", "scatter"} else ("x_label",):
        with pytest.raises(ValueError, match=label):
            MAKERS[kind](**{label: " "})


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: figures.bars(["a"], [1, 2], x_label="x", alt=ALT), "values: must hold 1"),
        (lambda: figures.bars([], [], x_label="x", alt=ALT), "values: must hold 1"),
        (lambda: figures.bars(["a"], [-1], x_label="x", alt=ALT), "values holds -1"),
        (lambda: figures.bars(["a"], [0], x_label="x", alt=ALT, log=True), "logarithmic"),
        (lambda: figures.bars(["a"], [float("nan")], x_label="x", alt=ALT), "values holds nan"),
        (lambda: figures.stacked(["a"], {}, x_label="x", alt=ALT), "parts: must be 1 to 7"),
        (lambda: figures.stacked(["a"], {"p": [1, 2]}, x_label="x", alt=ALT), r"parts\['p'\]"),
        (
            lambda: figures.lines([1], {str(n): [1] for n in range(8)}, "x", "y", alt=ALT),
            "series: must be 1 to 7",
        ),
        (lambda: figures.lines([1, 2], {"p": [1]}, "x", "y", alt=ALT), r"series\['p'\]"),
        (lambda: figures.lines([0, 1], {"p": [1, 2]}, "x", "y", alt=ALT, log="x"), "x holds 0"),
        (lambda: figures.lines([1, 2], {"p": [1, 2]}, "x", "y", alt=ALT, log="z"), "log='z'"),
        (lambda: figures.scatter([1], [1, 2], "x", "y", alt=ALT, names=["a"]), "y: must hold 1"),
        (lambda: figures.scatter([1], [1], "x", "y", alt=ALT, names=["a"], mark=["b"]), "mark="),
        (
            lambda: figures.scatter([1], [1], "x", "y", alt=ALT, names=["a"], groups=["g", "h"]),
            "groups: must hold 1",
        ),
    ],
)
def test_data_that_do_not_fit_are_named(
    make: Callable[[], None], said: str, shown: Bundles
) -> None:
    with pytest.raises(ValueError, match=said):
        make()
    assert shown == []


def test_arrays_are_data(shown: Bundles) -> None:
    n = np.array([1, 2, 4])
    assert figures.lines(n, {"square": n**2}, "n", "n squared", alt=ALT, log="xy").rows[2] == (
        "4",
        "16",
    )
    assert figures.bars(["a", "b", "c"], n * 1e9, x_label="weights", alt=ALT).rows[2] == (
        "c",
        "4.00 billion",
    )


def test_data_are_written_with_their_units(shown: Bundles) -> None:
    figure = figures.lines(
        [0.5, 2], {"p": [1e9, 2e9]}, "time", "memory", alt=ALT, x_unit="s", y_unit="B"
    )
    assert figure.rows == (("500 ms", "1.00 GB"), ("2 s", "2.00 GB"))
    assert figure.caption == "memory"
    figure.table()
    assert "500 ms" in shown[-1][0]["text/plain"]


def test_every_series_differs_in_more_than_colour(
    monkeypatch: pytest.MonkeyPatch, shown: Bundles
) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(style, "png", lambda figure: seen.append(figure) or blank())
    figures.lines([1, 2], {str(n): [n, n] for n in range(7)}, "x", "y", alt=ALT)
    looks = [
        (line.get_marker(), str(line._linestyle), str(line._unscaled_dash_pattern))
        for line in seen[0].axes[0].lines
    ]
    assert len({look[0] for look in looks}) == len({look[1:] for look in looks}) == 7
    figures.stacked(["a"], {str(n): [1] for n in range(7)}, x_label="x", alt=ALT)
    assert len({bar.get_hatch() for bar in seen[1].axes[0].patches}) == 7
    figures.bars(["a", "b"], [1, 2], x_label="x", alt=ALT, mark=["b"])
    assert len({bar.get_hatch() for bar in seen[2].axes[0].patches}) == 2


def test_bars_are_as_long_as_their_values_and_in_order(
    monkeypatch: pytest.MonkeyPatch, shown: Bundles
) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(style, "png", lambda figure: seen.append(figure) or blank())
    figures.bars(["first", "second"], [3.0, 5.0], x_label="x", alt=ALT, unit="W")
    axes = seen[0].axes[0]
    assert [bar.get_width() for bar in axes.patches] == [3, 5]
    assert axes.yaxis_inverted() and [text.get_text() for text in axes.get_yticklabels()] == [
        "first",
        "second",
    ]
    assert [text.get_text() for text in axes.texts] == ["3 W", "5 W"]
    figures.stacked(["one"], {"p": [3.0], "q": [5.0]}, x_label="x", alt=ALT)
    assert [(bar.get_x(), bar.get_width()) for bar in seen[1].axes[0].patches] == [(0, 3), (3, 5)]


def test_a_reference_line_follows_its_function(
    monkeypatch: pytest.MonkeyPatch, shown: Bundles
) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(style, "png", lambda figure: seen.append(figure) or blank())
    figures.scatter(
        [1, 100],
        [1, 1e4],
        "x",
        "y",
        alt=ALT,
        names=["a", "b"],
        log="xy",
        reference=("square", lambda x: x**2),
    )
    line = seen[0].axes[0].lines[0]
    assert np.allclose(line.get_ydata(), np.asarray(line.get_xdata()) ** 2)
    assert np.allclose(line.get_xdata()[[0, -1]], [1, 100])


def test_figures_leave_the_readers_matplotlib_alone(
    shown: Bundles, monkeypatch: pytest.MonkeyPatch
) -> None:
    import matplotlib

    monkeypatch.setitem(matplotlib.rcParams, "font.size", 7.5)
    before = dict(matplotlib.rcParams)
    MAKERS["lines"]()
    assert dict(matplotlib.rcParams) == before
    assert (
        "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()
    )
