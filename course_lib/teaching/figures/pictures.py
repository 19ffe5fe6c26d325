"""Grids of small grey pictures: rows and columns with names, every pixel as it is.

Design choices:
- All pictures of a figure share one scale of grey: ink is dark, paper is white.
- Pixels stay squares; nothing is smoothed, so that the learner sees what the model made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from course_lib.display import style
from course_lib.display.fmt import fmt
from course_lib.teaching.figures import drawing
from course_lib.teaching.figures.figure import Figure, display

GAP = 0.12
"""Space between pictures, as a part of their side."""
FINER = 8
"""Drawn points for a pixel, so that the gap can be narrower than one."""


def pictures(
    rows: Mapping[str, Sequence[np.ndarray]],
    *,
    alt: str,
    columns: Sequence[str] = (),
    title: str = "",
    darkest: float = 1.0,
    lightest: float = 0.0,
) -> Figure:
    """Draw grey pictures in rows; `rows` holds for each row its pictures, square arrays of one
    size.

    Args:
        rows: name of a row and its pictures, as many in each row; PyTorch tensors do too.
        alt: the message in 20 to 200 characters.
        columns: names of the columns, or none.
        title: a line above the figure.
        darkest: the value drawn black; what lies beyond is cut off.
        lightest: the value drawn white, likewise.

    Raises:
        ValueError: no row, rows of different lengths, pictures of different sizes, not square or
            not finite, a wrong number of columns, equal ends of the scale, or an alt text of the
            wrong length.
    """
    drawing.check_alt(alt)
    grid = {
        name: [np.asarray(picture, dtype=float) for picture in row] for name, row in rows.items()
    }
    _check(grid, columns, darkest, lightest)
    ink = {
        name: [np.clip((image - lightest) / (darkest - lightest), 0, 1) for image in row]
        for name, row in grid.items()
    }
    picture = _draw(ink, columns, title)
    table = [
        (name, columns[place] if columns else str(place + 1), fmt(float(image.mean()), "%"))
        for name, row in ink.items()
        for place, image in enumerate(row)
    ]
    return display(picture, alt, ("row", "column", "mean ink"), table)


def mosaic(rows: Sequence[Sequence[np.ndarray]]) -> np.ndarray:
    """Pictures side by side with white gaps, `FINER` points a pixel.

    >>> mosaic([[np.ones((4, 4)), np.zeros((4, 4))]]).shape  # 2 x 4 x 8 points, a gap of 4 between
    (32, 68)
    """
    side = len(rows[0][0]) * FINER
    step = side + round(GAP * side)
    page = np.zeros((len(rows) * step - (step - side), len(rows[0]) * step - (step - side)))
    for down, row in enumerate(rows):
        for right, image in enumerate(row):
            # the product with a block of ones: each pixel becomes a block of FINER x FINER
            fine = np.kron(image, np.ones((FINER, FINER)))
            page[down * step : down * step + side, right * step : right * step + side] = fine
    return page


def _draw(ink: Mapping[str, Sequence[np.ndarray]], columns: Sequence[str], title: str) -> bytes:
    page = mosaic(list(ink.values()))
    side = len(next(iter(ink.values()))[0]) * FINER
    step = side + round(GAP * side)
    centres = [
        [side / 2 + step * place for place in range(count)]
        for count in (len(ink), len(next(iter(ink.values()))))
    ]
    height = 40 + 30 * bool(title) + 0.86 * style.WIDTH_PX * page.shape[0] / page.shape[1]
    with style.drawing(round(height)) as (figure, axes):
        axes.imshow(page, cmap="Greys", vmin=0, vmax=1, interpolation="nearest")
        for down in centres[0]:  # a thin frame, so that white pictures have an edge
            for right in centres[1]:
                axes.add_patch(_frame(right - side / 2, down - side / 2, side))
        axes.set_yticks(centres[0], list(ink))
        axes.set_xticks(centres[1] if columns else [], list(columns))
        axes.grid(visible=False)
        axes.tick_params(length=0)
        axes.set_title(title)
        for spine in axes.spines.values():
            spine.set_visible(False)
        return style.png(figure)


def _frame(left: float, top: float, side: int) -> object:
    from matplotlib.patches import Rectangle

    # `imshow` centres pixel 0 at 0, so its edge is at -0.5
    return Rectangle(
        (left - 0.5, top - 0.5), side, side, fill=False, edgecolor=style.GREY, linewidth=0.6
    )


def _check(
    grid: Mapping[str, Sequence[np.ndarray]],
    columns: Sequence[str],
    darkest: float,
    lightest: float,
) -> None:
    lengths, shapes = (
        {len(row) for row in grid.values()},
        {image.shape for row in grid.values() for image in row},
    )
    if len(lengths) != 1 or lengths == {0}:
        raise ValueError(
            f"rows must hold as many pictures each, at least one, got {sorted(lengths)}"
        )
    shape = shapes.pop()
    if shapes or len(shape) != 2 or shape[0] != shape[1]:
        raise ValueError(
            f"rows must hold square pictures of one size, got {sorted(map(str, {shape, *shapes}))}"
        )
    if not all(np.isfinite(image).all() for row in grid.values() for image in row):
        raise ValueError("rows must hold finite numbers, got a picture with nan or infinity")
    if columns and len(columns) not in lengths:
        raise ValueError(f"columns must name {lengths.pop()} columns, got {len(columns)}")
    if darkest == lightest:
        raise ValueError(f"darkest must differ from lightest, got {darkest} for both")
