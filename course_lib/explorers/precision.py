"""Lesson 08's panel: a number format of one's own, held over the gradients of a small training.

Exponent bits, mantissa bits and a block size make a format; a factor on the loss moves the
gradients. Formats with five exponent bits or more keep the largest exponent for infinity, as fp16
and bf16 do; with four they lose one pattern, as fp8 e4m3; with fewer none, as fp4. A block's scale
is a power of two in eight bits, as MX has it. The gradients are a sample of a tiny GPT's
(`gradients.toml`, made by `demos.precision.gradient_sample`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.estimators import precision
from course_lib.estimators.precision import blocks
from course_lib.explorers.found import Amount, Found
from course_lib.explorers.look import COLOURS, GREY, HATCHES, INK, fmt
from course_lib.explorers.plot import SMALL, Frame, Scale
from course_lib.explorers.settings import Topic, buttons, slider

__all__ = ["TOPIC", "find", "gradients", "kept"]

SAMPLE = Path(__file__).with_name("gradients.toml")
EXPONENTS = (2, 3, 4, 5, 6, 8)
MANTISSAS = (1, 2, 3, 5, 7, 10)
BLOCKS = {"none": 0, "32": 32, "16": 16}
POWERS = (-8, -4, 0, 4, 8, 12, 16, 20, 24)
LITTLE = 0.01
"""Share of the gradients that may be lost, in the question."""
ASKED = {"exponent": 4, "mantissa": 3}
"""The format that the question is about: fp8 e4m3."""
EDGES = 4.0 ** np.arange(-20, -3)
"""Edges of the bars: each is four times as far as the one before."""
GROUND = Frame(
    x=Scale(
        low=EDGES[0],
        high=EDGES[-1],
        name="size of a gradient, before the loss scale",
        log=True,
        marks=(1e-12, 1e-10, 1e-8, 1e-6, 1e-4),
    ),
    y=Scale(low=0.0, high=0.32, name="share of the gradients", unit="%", marks=(0, 0.1, 0.2, 0.3)),
    height_px=300,
)
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Kept:
    """What a format makes of the gradients."""

    values: Floats
    """The gradients that come back, scale taken out again; the largest for those too large."""
    lost: NDArray[np.bool_]
    """Which of them became zero and were not."""
    over: NDArray[np.bool_]
    """Which of them were beyond the largest number; with blocks, none are."""
    bits: float
    """Bits of a number, its share of the block's scale included."""


@cache
def gradients() -> Floats:
    """The sample, shape (stretches, neighbours).

    >>> gradients().shape
    (64, 32)
    """
    return np.array(tomllib.loads(SAMPLE.read_text(encoding="utf-8"))["gradients"])


def format_of(exponent: int, mantissa: int) -> precision.Format:
    """A format as the panel builds it.

    >>> format_of(5, 10).largest, format_of(4, 3).largest, format_of(2, 1).largest
    (65504.0, 448.0, 6.0)
    """
    top = "special" if exponent >= 5 else "one pattern" if exponent == 4 else "numbers"
    return precision.floating(exponent, mantissa, top)


@lru_cache(maxsize=512)
def kept(exponent: int, mantissa: int, block: int, power: int) -> Kept:
    """What becomes of the gradients; the arguments are those of `find`."""
    numbers, codes = gradients(), format_of(exponent, mantissa)
    scaled = numbers * 2.0**power
    over = np.zeros(numbers.shape, dtype=bool)
    bits = float(codes.bits)
    if block:
        how = blocks.Blocks(codes=codes, size=block, scale="power of two")
        values, bits = blocks.in_blocks(scaled, how).values, how.bits_a_weight
    else:
        values = np.asarray(precision.round_to(scaled, codes, overflow="saturate"))
        over = np.abs(scaled) >= codes.largest + precision.spacing(codes.largest, codes) / 2
    lost = (values == 0) & (numbers != 0)
    return Kept(values=values / 2.0**power, lost=lost, over=over, bits=bits)


def find(*, exponent: int, mantissa: int, block: int, power: int) -> Found:
    """A format over the gradients.

    Args:
        exponent: exponent bits.
        mantissa: mantissa bits.
        block: neighbours that share a scale; 0 for none.
        power: the loss scale, as a power of two.

    >>> fp16 = {"exponent": 5, "mantissa": 10, "block": 0}
    >>> plain, lifted = (find(**fp16, power=power) for power in (0, 12))
    >>> plain.amount("lost below") > 0.1 > 0.001 > lifted.amount("lost below")
    True
    """
    made, codes = kept(exponent, mantissa, block, power), format_of(exponent, mantissa)
    alive = int((gradients() != 0).sum())
    lost, over = float(made.lost.sum() / alive), float(made.over.sum() / alive)
    error = blocks.relative_error(gradients(), made.values)
    shared = f", a scale for {block}" if block else ""
    return Found(
        sentence=(
            f"{exponent} exponent and {mantissa} mantissa bits{shared}, loss scale "
            f"{fmt(2.0**power)}: {fmt(lost, '%')} of the gradients become zero, "
            f"{fmt(over, '%')} are too large."
        ),
        values={
            "bits of a number": Amount(made.bits),
            "lost below": Amount(lost, "%"),
            "too large": Amount(over, "%"),
            "error of them all": Amount(error, "%"),
            "largest number of the format": Amount(codes.largest),
            "smallest above zero": Amount(codes.smallest),
            "counts to": Amount(codes.counts_to),
        },
        draw=lambda axes: _draw(axes, made, (exponent, mantissa, block, power)),
        ground=GROUND,
    )


def _draw(axes: Any, made: Kept, chosen: tuple[int, int, int, int]) -> None:
    """Bars of sizes, what is lost and what is too large marked; the window as two lines."""
    sizes = np.abs(gradients())
    alive, below = sizes > 0, np.zeros(len(EDGES) - 1)
    parts = {"kept": alive & ~made.lost & ~made.over, "lost": made.lost, "too large": made.over}
    for (name, which), colour, hatch in zip(parts.items(), COLOURS, HATCHES, strict=False):
        share = np.histogram(sizes[which], bins=EDGES)[0] / alive.sum()
        axes.add_collection(_bars(below, below + share, colour, hatch))
        place = 0.02 + 0.2 * list(parts).index(name)
        text = f"{name} {fmt(float(which.sum() / alive.sum()), '%')}"
        axes.text(place, 0.93, text, transform=axes.transAxes, color=colour, weight="bold")
        below = below + share
    exponent, mantissa, block, power = chosen
    if block:
        axes.text(0.02, 0.85, "each block has a window of its own", transform=axes.transAxes)
        return
    codes = format_of(exponent, mantissa)
    for edge, name in ((codes.smallest / 2, "zero from here down"), (codes.largest, "largest")):
        at = edge / 2.0**power
        if EDGES[0] < at < EDGES[-1]:
            axes.plot([at, at], [0, 0.262], color=INK, linestyle=":", linewidth=1.6)
            side = "right" if at > EDGES[8] else "left"
            axes.text(at, 0.266, name, ha=side, fontsize=SMALL, color=GREY)


def _bars(low: Floats, high: Floats, colour: str, hatch: str) -> Any:
    """Bars between the edges as one stroke: matplotlib takes ten times as long for ten patches."""
    from matplotlib.collections import PolyCollection

    corners = [
        [(left, bottom), (left, top), (right, top), (right, bottom)]
        for left, right, bottom, top in zip(EDGES, EDGES[1:], low, high, strict=False)
        if top > bottom
    ]
    return PolyCollection(
        corners, facecolors=colour, edgecolors="white", linewidths=0.5, hatch=hatch
    )


def _answer() -> str:
    """The best loss scale for the asked format, and what a block does in its place."""
    begin = TOPIC.defaults() | ASKED
    tried = {power: find(**(begin | {"power": power})) for power in POWERS}
    fits = [power for power in POWERS if tried[power].amount("too large") == 0]
    good = [power for power in fits if tried[power].amount("lost below") < LITTLE]
    if good:
        first = f"Yes, from {fmt(2.0 ** good[0])} on."
    else:
        best = tried[fits[-1]]
        first = (
            f"No. At {fmt(2.0 ** fits[-1])}, the last at which none is too large, "
            f"{best.numbers['lost below']} are lost."
        )
    block = find(**(begin | {"block": 32}))
    return (
        f"{first} Blocks of 32 need no loss scale: {block.numbers['lost below']} are lost, at "
        f"{block.numbers['bits of a number']} bits a number."
    )


TOPIC = Topic(
    name="precision",
    title="build a number format",
    question=(
        f"Build fp8 ({ASKED['exponent']} exponent bits, {ASKED['mantissa']} mantissa bits). Is "
        f"there a loss scale at which less than {fmt(LITTLE, '%', 1)} of the gradients is lost and "
        "none is too large? And with blocks of 32?"
    ),
    settings=(
        slider("exponent", "Exponent bits", EXPONENTS, 5),
        slider("mantissa", "Mantissa bits", MANTISSAS, 10),
        buttons("block", "Block", BLOCKS, 0),
        slider(
            "power", "Loss scale", POWERS, 0, texts={power: fmt(2.0**power) for power in POWERS}
        ),
    ),
    find=find,
    answer=_answer,
)
