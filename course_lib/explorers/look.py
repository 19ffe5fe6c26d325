"""The looks of the house that the explorers share with the lessons, and pictures made quickly.

Design choices:
- Everything that comes from the room of display comes through here: how numbers read (`fmt`), the
  colours of figures, cards, and the door to the notebook.
- A picture of a panel is drawn again at each turn of a control, so it must be quick. What stays
  (grid, ticks, names) is a ground: laid once, kept as pixels, and only what moves is drawn on it.
  No layout is solved, and the palette is found by an octree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any, Protocol, cast

from course_lib.checks import Number
from course_lib.display import style
from course_lib.display.cards import card
from course_lib.display.fmt import fmt as written
from course_lib.display.fmt import short
from course_lib.display.form_look import NOTE_CLASS, form_classes, look, stand_in
from course_lib.display.show import Shown, details, inline, show
from course_lib.display.style import COLOURS, GREY, HATCHES, INK, WIDTH_PX
from course_lib.display.tables import html_table, plain_table

__all__ = [
    "COLOURS",
    "GREY",
    "HATCHES",
    "INK",
    "NOTE_CLASS",
    "WIDTH_PX",
    "Bare",
    "Draw",
    "Ground",
    "Shown",
    "card",
    "details",
    "fmt",
    "form_classes",
    "html_table",
    "inline",
    "look",
    "picture",
    "plain_table",
    "short",
    "show",
    "stand_in",
]

SHARPNESS = 1.5
"""Points of the stored picture for each pixel on the page."""
PALETTE = 64
"""Colours of the stored picture."""
WHITE = 250
"""From here on a part of a colour (of 255) is taken for full."""


Draw = Callable[[Any], None]


def fmt(value: Number, unit: str = "", digits: int = 3, *, exact: bool = False) -> str:
    """A number as the course writes it; estimators give theirs as numbers or arrays.

    >>> fmt(0.174, "%")
    '17.4 %'
    """
    return written(cast(float, value), unit, digits, exact=exact)


class Ground(Protocol):
    """What a drawing stands on and what stays when a control turns; equal ones are laid once."""

    @property
    def height_px(self) -> int:
        """Height on the page, in pixels; the width is that of every figure of the course."""

    def lay(self, axes: Any) -> None:
        """Place axes in their figure, fix their ends, and draw what stays."""

    def __hash__(self) -> int:
        """Grounds are kept by what they are made of."""


@dataclass(frozen=True)
class Bare:
    """An empty ground: axes that fill the figure and count pixels of the page, upwards."""

    height_px: int
    """Height on the page."""

    def lay(self, axes: Any) -> None:
        """Nothing but the ends."""
        axes.set_axis_off()
        axes.set(xlim=(0, WIDTH_PX), ylim=(0, self.height_px))


def picture(*parts: tuple[Ground, Draw]) -> bytes:
    """A picture as PNG, of one part or of several below each other.

    Args:
        parts: for each its ground, and what draws on the ground's axes.

    >>> empty = (Bare(40), lambda axes: None)
    >>> picture(empty)[:4], picture(empty) == picture(empty)
    (b'\\x89PNG', True)
    """
    from PIL import Image

    with _style():
        drawn = [_drawn(ground, draw) for ground, draw in parts]
    whole = Image.new("RGB", (drawn[0].width, sum(part.height for part in drawn)))
    top = 0
    for part in drawn:
        whole.paste(part, (0, top))
        top += part.height
    small = BytesIO()
    # no dithering: its speckles would be seen, and make the file larger
    lean = whole.quantize(
        colors=PALETTE, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )
    # the octree mixes a little of the nearest greys into white
    colours = lean.getpalette() or []
    lean.putpalette([255 if part >= WHITE else part for part in colours])
    lean.save(small, "png", compress_level=6)
    return small.getvalue()


@contextmanager
def _style() -> Iterator[None]:
    """The course's style, and nothing of a reader's own style file."""
    # imported here: slow to load, and asking for a topic's numbers draws nothing
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(style.RC)  # type: ignore[arg-type,unused-ignore]
        yield


@lru_cache(maxsize=16)
def _laid(ground: Ground) -> tuple[Any, Any]:
    """The axes of a ground, and its finished pixels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    inches = (WIDTH_PX / style.PX_PER_INCH, ground.height_px / style.PX_PER_INCH)
    figure = Figure(figsize=inches, dpi=style.PX_PER_INCH * SHARPNESS, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    ground.lay(axes)
    axes.set_autoscale_on(False)  # what is drawn later must not move the ends
    canvas.draw()
    return axes, canvas.copy_from_bbox(figure.bbox)


def _drawn(ground: Ground, draw: Draw) -> Any:
    """A drawing on its ground, as an image without a palette."""
    from PIL import Image

    axes, pixels = _laid(ground)
    canvas = axes.figure.canvas
    canvas.restore_region(pixels)
    known = set(axes.get_children())
    axes.set_prop_cycle(None)  # else a line without a colour would get the next one each time
    try:
        draw(axes)
        added = [each for each in axes.get_children() if each not in known]
        for artist in sorted(added, key=lambda each: each.get_zorder()):
            axes.draw_artist(artist)
    finally:
        for artist in axes.get_children():
            if artist not in known:
                artist.remove()
    size = canvas.get_width_height()
    return Image.frombuffer("RGBA", size, canvas.buffer_rgba()).convert("RGB")
