"""The page's pictures: predicted against published, and errors by group and by cause.

Design choices:
- PNG of few colours, without date and version: a fifth of the bytes of an SVG of so many points,
  and the same scores give the same bytes.
- Colours are those of the course's figures (Okabe-Ito), each with a marker of its own. Errors are
  drawn on an axis of factors, where twice and half are equally far.
- Speeds and times are not mixed: an error of a time is drawn as that of the speed.
- A bar shows where eight rows in ten lie, a thick one where half of them do, the mark the median.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import numpy as np

from course_lib.commands.validate.page.kinds import FAMILIES
from course_lib.commands.validate.page.observed import ORDER, UNTOLD, Observed

WIDTH, DOTS = 9.0, 140
"""Inches of a picture, and dots of an inch."""
MOST_GROUPS = 12
"""Groups that a picture names, the largest; the others are one line."""
MOST_CLASSES = 14
"""Classes of a cause that a picture names."""
OTHERS = "others"
FARTHEST = 3.0
"""Errors beyond eight times are drawn at that edge, in powers of two."""
TICKS = {-3: "1/8", -2: "1/4", -1: "1/2", 0: "1", 1: "2x", 2: "4x", 3: "8x"}


@contextmanager
def _drawing(height: float) -> Iterator[Any]:
    """An empty figure in the course's style."""
    import matplotlib
    from matplotlib.figure import Figure

    from course_lib.display.style import RC

    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # a reader's own style file changes nothing
        style = RC | {"font.size": 9.5}
        matplotlib.rcParams.update(style)  # type: ignore[arg-type,unused-ignore]
        yield Figure(figsize=(WIDTH, height), layout="constrained")


def _png(figure: Any) -> bytes:
    """The finished picture."""
    from PIL import Image

    raw, small = BytesIO(), BytesIO()
    figure.savefig(raw, format="png", dpi=DOTS, facecolor="white", metadata={"Software": None})
    # no dithering: its speckles would be seen, and make the file larger
    Image.open(raw).convert("RGB").quantize(colors=64, dither=Image.Dither.NONE).save(
        small, "png", optimize=True
    )
    return small.getvalue()


def of_kind(kind: str, rows: Sequence[Observed]) -> bytes:
    """Two panels: predicted against published, and the errors by group.

    Args:
        kind: what is drawn.
        rows: estimates that count, at least one.
    """
    groups = _largest([each.prediction.group or "(no group)" for each in rows], MOST_GROUPS)
    names = [name for name in groups if name in set(groups.values())]
    names += [OTHERS] if OTHERS in groups.values() else []
    with _drawing(1.4 + max(2.6, 0.24 * len(names))) as figure:
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.1))
        _against(left, rows)
        left.set_title(f"{kind[:1].upper()}{kind[1:]}")
        classes = {
            name: [
                each.log for each in rows if groups[each.prediction.group or "(no group)"] == name
            ]
            for name in names
        }
        _bars(right, classes, 0)
        right.set_title("Error by group")
        return _png(figure)


def of_cause(cause: str, rows: Sequence[Observed]) -> bytes:
    """A panel for each family of kinds: the errors by the classes of a cause.

    Args:
        cause: what sorts them.
        rows: estimates that count, at least one.
    """
    shown = [each for each in rows if any(each.kind in kinds for kinds in FAMILIES.values())]
    counts = _largest([each.causes[cause] for each in shown], MOST_CLASSES)
    names = _ordered(cause, list(dict.fromkeys(counts.values())))
    with _drawing(1.2 + 0.27 * max(3, len(names))) as figure:
        panels = figure.subplots(1, len(FAMILIES), sharey=True)
        for place, (axes, (family, kinds)) in enumerate(zip(panels, FAMILIES.items(), strict=True)):
            classes: dict[str, list[float]] = {name: [] for name in names}
            for each in shown:
                if each.kind in kinds:
                    classes[counts[each.causes[cause]]].append(each.log)
            _bars(axes, classes, place)
            axes.set_title(f"{family[:1].upper()}{family[1:]}")
        return _png(figure)


def _against(axes: Any, rows: Sequence[Observed]) -> None:
    """Predicted against published, each quantity in its own unit, on axes of powers of ten."""
    from course_lib.display.style import COLOURS, GREY, MARKERS

    by_quantity: dict[str, list[Observed]] = {}
    for each in rows:
        unit = each.prediction.unit
        name = each.prediction.quantity + (f" ({unit})" if unit else "")
        by_quantity.setdefault(name, []).append(each)
    for place, (name, own) in enumerate(by_quantity.items()):
        axes.loglog(
            [each.prediction.published for each in own],
            [each.prediction.predicted for each in own],
            linestyle="", marker=MARKERS[place % len(MARKERS)], markersize=3.5, alpha=0.6,
            color=COLOURS[place % len(COLOURS)], markeredgewidth=0, label=name,
        )  # fmt: skip
    low = min(axes.get_xlim()[0], axes.get_ylim()[0])
    high = max(axes.get_xlim()[1], axes.get_ylim()[1])
    ends = np.array([low, high])
    axes.plot(ends, ends, color=GREY, linewidth=1, zorder=0)
    for factor in (0.5, 2.0):
        axes.plot(ends, ends * factor, color=GREY, linewidth=0.8, linestyle=":", zorder=0)
    axes.set(xlim=(low, high), ylim=(low, high), xlabel="published", ylabel="predicted")
    axes.legend(fontsize=7.5, loc="upper left", handletextpad=0.1, borderaxespad=0.2)


def _bars(axes: Any, classes: Mapping[str, Sequence[float]], colour: int) -> None:
    """The spread of errors of each class, from the top down."""
    from course_lib.display.style import COLOURS, GREY, INK, MARKERS

    paint, marker = COLOURS[colour], MARKERS[colour]
    places = range(len(classes), 0, -1)
    for place, logs in zip(places, classes.values(), strict=True):
        if not logs:
            continue
        ends = np.clip(np.percentile(logs, [10, 25, 50, 75, 90]), -FARTHEST, FARTHEST)
        axes.plot(ends[[0, 4]], [place] * 2, color=paint, linewidth=1.2)
        axes.plot(ends[[1, 3]], [place] * 2, color=paint, linewidth=4, alpha=0.5)
        axes.plot(ends[2], place, color=paint, marker=marker, markersize=5)
        axes.text(
            FARTHEST + 0.1, place, f"{len(logs)}", fontsize=7.5, color=INK, va="center", ha="left"
        )
    axes.axvline(0, color=GREY, linewidth=1, zorder=0)
    for factor in (1.25, 0.8):
        axes.axvline(np.log2(factor), color=GREY, linewidth=0.8, linestyle=":", zorder=0)
    axes.set_yticks(list(places), [_short(name) for name in classes], fontsize=8)
    axes.set_xticks(list(TICKS), list(TICKS.values()), fontsize=8)
    axes.set(xlim=(-FARTHEST, FARTHEST), ylim=(0.4, len(classes) + 0.6))
    axes.set_xlabel("predicted over published; right: rows", fontsize=8)
    axes.grid(axis="y", visible=False)


def _largest(names: Sequence[str], most: int) -> dict[str, str]:
    """What each name is shown as: itself, or "others" where more than `most` are more frequent.

    >>> _largest(["a", "b", "b", "c"], 2)
    {'a': 'others', 'b': 'b', 'c': 'others'}
    """
    counts = {name: names.count(name) for name in dict.fromkeys(names)}
    if len(counts) <= most:
        return {name: name for name in counts}
    kept = sorted(counts, key=lambda name: -counts[name])[: most - 1]
    return {name: name if name in kept else OTHERS for name in counts}


def _ordered(cause: str, names: Sequence[str]) -> list[str]:
    """Classes in the order of their cause, else as they come; the untold and the others last."""
    order = [*ORDER.get(cause, ()), *(sorted(names) if cause == "device" else names)]
    last = [name for name in (OTHERS, UNTOLD) if name in names]
    return [name for name in dict.fromkeys(order) if name in names and name not in last] + last


def _short(name: str) -> str:
    return name if len(name) <= 30 else f"{name[:29]}…"
