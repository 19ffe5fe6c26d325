"""The one look of the course's figures.

Design choices:
- Okabe-Ito colours, told apart also by those who see fewer; each has a second cue: a marker, a line
  style or a hatch.
- Figures are drawn without pyplot: no global state, nothing to close, the same picture on every
  platform's backend.
- A picture is 720 px wide on the page and holds two pixels for each, so that text stays sharp. It
  is stored with a palette of 64 colours, which makes a notebook several times smaller, and carries
  no date and no version.
- Labels of ticks never touch: the finished figure is measured, and its ticks are thinned until they
  stand apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from course_lib.display import ticks

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)), (0, (8, 3)))
HATCHES = ("", "///", "...", "xxx", "\\\\\\", "---", "+++")
INK, GREY = "#222222", "#767676"
WIDTH_PX, PX_PER_INCH, SHARPNESS = 720, 100, 2
COLOURS_KEPT = 64
"""Of a picture; with a quarter of them, two lines come out in one colour."""
RC: dict[str, Any] = {
    "font.family": "DejaVu Sans",  # ships with matplotlib, so it is there on every machine
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 12.5,
    "axes.titleweight": "bold",
    "axes.titlepad": 10,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#E3E3E3",
    "grid.linewidth": 0.8,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    "hatch.linewidth": 0.7,
    "hatch.color": "white",
    "legend.frameon": False,
    "lines.linewidth": 2.0,
    "lines.markersize": 6.5,
}


@contextmanager
def drawing(height_px: int = 400) -> Iterator[tuple[Any, Any]]:
    """A figure and its axes in the course's style; draw and take the `png` inside the block."""
    # imported here: slow to load, and a lesson's first cells draw nothing
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # a reader's own style file changes nothing
        matplotlib.rcParams.update(RC)  # type: ignore[arg-type,unused-ignore]
        size = (WIDTH_PX / PX_PER_INCH, height_px / PX_PER_INCH)
        figure = Figure(figsize=size, dpi=PX_PER_INCH, layout="constrained")
        FigureCanvasAgg(figure)  # ties itself to the figure: texts have a size before it is saved
        yield figure, figure.add_subplot()


def png(figure: Any) -> bytes:
    """The finished picture; ticks whose labels touch are thinned first."""
    raw = BytesIO()
    ticks.thin(figure)
    figure.savefig(
        raw,
        format="png",
        dpi=PX_PER_INCH * SHARPNESS,
        facecolor="white",
        metadata={"Software": None},  # else matplotlib writes its version into the file
    )
    from PIL import Image

    return _small(Image.open(raw))


def halved(picture: bytes) -> bytes:
    """A finished picture with half the pixels each way.

    Each pixel is the mean of the four it stands for: a finer filter would make shades that double
    the file.
    """
    from PIL import Image

    sharp = Image.open(BytesIO(picture)).convert("RGB")
    half = (sharp.width // SHARPNESS, sharp.height // SHARPNESS)
    return _small(sharp.resize(half, Image.Resampling.BOX))


def _small(image: Any) -> bytes:
    """An image as a PNG with a palette."""
    small = BytesIO()
    # no dithering: its speckles would be seen, and make the file larger
    image.convert("RGB").quantize(colors=COLOURS_KEPT, dither=0).save(small, "png", optimize=True)
    return small.getvalue()
