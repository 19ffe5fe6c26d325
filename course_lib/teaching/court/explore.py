"""Lesson 15's panel: move a number, an input, or the limit that people set, and watch the verdict.

The picture is one axis, of the factor by which something moves: which verdict each stretch of it
gives, where it was recorded, and where it stands now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from course_lib.explorers import Found
from course_lib.explorers.found import Amount, problem
from course_lib.explorers.look import COLOURS, GREY, INK, fmt
from course_lib.explorers.panel import Panel, show_panel
from course_lib.explorers.plot import SMALL, Scale
from course_lib.explorers.settings import Topic, menu, slider
from course_lib.teaching.claims.rules import VERDICTS
from course_lib.teaching.court.moves import Move, choices, verdict
from course_lib.teaching.court.rulings import Ruling

FACTORS = (0.1, 0.25, 0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 4.0, 10.0)
LIMITS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 4.0)
LOW, HIGH = 0.09, 11.0
STEPS = 120
ROOM = 1.8
"""A stretch narrower than this factor has no room for its name."""
ASKED = 1.25
"""The move that the panel's question is about."""

__all__ = ["find", "panel", "topic"]


@dataclass(frozen=True, kw_only=True)
class Line:
    """A ground with one level axis, along which factors grow."""

    x: Scale
    """The axis."""
    height_px: int = 160
    """Height on the page."""

    def lay(self, axes: Any) -> None:
        """Place the axis, its ticks and its name."""
        axes.set_position((0.06, 0.28, 0.88, 0.7))
        axes.set_axis_off()
        axes.set(xscale="log", xlim=(self.x.low, self.x.high), ylim=(0, 1))
        for value in self.x.at:
            axes.plot([value, value], [0, 0.06], color=GREY, linewidth=1)
            axes.text(value, -0.06, self.x.text(value), ha="center", va="top", fontsize=SMALL)
        axes.text(1, -0.3, self.x.name, transform=axes.transAxes, ha="right", va="top")


LINE = Line(
    x=Scale(
        low=LOW,
        high=HIGH,
        name="what moves, over what was recorded (the ring)",
        unit="x",
        log=True,
        marks=(0.1, 0.25, 0.5, 1, 2, 4, 10),
    )
)


def find(ruling: Ruling, move: Move, *, factor: float, limits: float) -> Found:
    """A verdict with something moved.

    Args:
        ruling: the claim as the lessons decided it.
        move: what moves.
        factor: how many times as large it is as recorded.
        limits: how many times as large the limits on the shown number are as the rules say.
    """
    number = ruling.claim.numbers[move.number]
    means = number.means.rstrip(",")
    before, after = (
        float(move.follow(ruling.numbers, each)[move.number]) for each in (1.0, factor)
    )
    if means.startswith("the share") and after > 1:
        return problem(f"{fmt(after, '%')} is more than there is: a share ends at 100 %.")
    now = verdict(ruling, move, factor, limits)
    turned = "stays" if now == ruling.verdict else "becomes"
    return Found(
        sentence=f"{ruling.claim.id} “{ruling.claim.text}” {turned} “{now}”.",
        values={
            "recorded": Amount(before, number.unit),
            "now": Amount(after, number.unit),
            "the verdict turns at": _turns(ruling, move, limits),
        },
        ground=LINE,
        draw=lambda axes: _draw(axes, ruling, move, factor, limits, means),
    )


def _turns(ruling: Ruling, move: Move, limits: float) -> str:
    """The nearest places of the slider, up and down, where the verdict is another one."""
    found = {factor: verdict(ruling, move, factor, limits) for factor in FACTORS}
    up = [factor for factor in FACTORS if factor > 1 and found[factor] != found[1.0]]
    down = [factor for factor in FACTORS if factor < 1 and found[factor] != found[1.0]]
    said = [fmt(factor, "x") for factor in (*down[-1:], *up[:1])]
    return " and ".join(said) or "nowhere on this slider"


def _draw(axes: Any, ruling: Ruling, move: Move, factor: float, limits: float, means: str) -> None:
    """Stretches of one verdict as boxes, what was recorded as a ring, the present as a dot."""
    axes.text(LOW, 0.9, f"The verdict looks at {means}.", fontsize=SMALL, color=INK)
    for left, right, name in _stretches(ruling, move, limits):
        colour = COLOURS[VERDICTS.index(name) % len(COLOURS)]
        axes.fill_between([left, right], 0.1, 0.62, color=colour, alpha=0.22, linewidth=0)
        axes.plot([right, right], [0.1, 0.62], color=GREY, linewidth=1)
        if right / left > ROOM:
            axes.text((left * right) ** 0.5, 0.68, name, ha="center", fontsize=SMALL, color=INK)
    axes.plot([1], [0.36], "o", markersize=13, markerfacecolor="none", color=INK)
    axes.plot([factor], [0.36], "o", markersize=8, color=COLOURS[1])


def _stretches(ruling: Ruling, move: Move, limits: float) -> list[tuple[float, float, str]]:
    """From which factor to which each verdict is given."""
    ratio = (HIGH / LOW) ** (1 / STEPS)
    places = [LOW * ratio**step for step in range(STEPS + 1)]
    found: list[tuple[float, float, str]] = []
    for left, right in pairwise(places):
        here = verdict(ruling, move, (left * right) ** 0.5, limits)
        if found and found[-1][2] == here:
            found[-1] = (found[-1][0], right, here)
        else:
            found.append((left, right, here))
    return found


def topic(found: Mapping[str, Ruling]) -> Topic:
    """The panel over some rulings.

    Args:
        found: the verdicts, as `rulings()` collects them.

    Raises:
        ValueError: fewer than two of them can be moved.
    """
    moves = {move.label: move for move in choices(found)}
    if len(moves) < 2:
        raise ValueError(f"found: {len(moves)} verdicts can be moved, must be two or more")

    def at(*, what: str, factor: float, limits: float) -> Found:
        return find(found[moves[what].claim], moves[what], factor=factor, limits=limits)

    first = next(iter(moves))
    return Topic(
        name="myths",
        title="how safe is a verdict?",
        question=(
            f"Let what moves be {fmt(ASKED, 'x')} as large, and its limits stay. Which verdicts "
            "of this menu turn, and is it easier to turn one by the limit?"
        ),
        settings=(
            menu("what", "What moves", {label: label for label in moves}, first),
            slider("factor", "It is so many times as large", FACTORS, 1.0, "x"),
            slider("limits", "The limit, times", LIMITS, 1.0, "x"),
        ),
        find=at,
        answer=lambda: _answer(found, list(moves.values())),
    )


def _answer(found: Mapping[str, Ruling], moves: Sequence[Move]) -> str:
    def turned(factor: float, limits: float) -> list[str]:
        """Which moves turn a verdict; a claim is named once."""
        told = [
            move.claim
            for move in moves
            if verdict(found[move.claim], move, factor, limits) != found[move.claim].verdict
        ]
        return list(dict.fromkeys(told))

    up, limit = turned(ASKED, 1.0), turned(1.0, ASKED)
    return (
        f"{', '.join(up) or 'None'} turn, of {fmt(len({move.claim for move in moves}), 'claims')}. "
        f"With the limit {fmt(ASKED, 'x')} as large and the rest as it is: "
        f"{', '.join(limit) or 'none'}. A limit is as movable as a number, and people set it."
    )


def panel(found: Mapping[str, Ruling]) -> Panel:
    """Show the panel.

    Args:
        found: the verdicts, as `rulings()` collects them.
    """
    return show_panel(topic(found))
