"""Guessed numbers as a histogram on a logarithmic axis, and guessed ranges as bars on one.

Design choices:
- Before the answer is shown, the axis follows the guesses alone: it gives nothing away.
- A guess of zero has a place of its own at the left.
- One sentence tells what the picture shows, for those who do not see it and for the last row.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from html import escape
from statistics import median, quantiles

from course_lib.classroom.room.drawing.axis import WIDE, LogAxis, line, log_axis, text
from course_lib.classroom.room.question import Question
from course_lib.display.fmt import fmt, short

HEIGHT, TOP, FLOOR = 270.0, 46.0, 222.0
"""Of a picture, where its bars end at the top, and where they stand."""
MARGIN, ZERO = 34.0, 44.0
"""Room at each side, and for the guesses of zero."""
NEAR = 2.0
"""Within this factor a guess counts as near."""
MOST_BARS = 60
"""Ranges drawn one by one."""

__all__ = ["histogram", "ranges", "summary"]


def summary(question: Question, guesses: Sequence[float], shown: bool) -> str:
    """What a histogram shows, in a sentence or two.

    >>> asked = Question(id="n", kind="number", text="How many?", truth=20.0, truth_text="20")
    >>> summary(asked, [1, 10, 30], shown=True)
    'The median guess is 10. 2 of 3 lie within a factor of 2 of the answer.'
    """
    if not guesses:
        return "No guess yet."
    said = f"The median guess is {short(_rounded(median(guesses)), question.unit)}."
    if len(guesses) > 3:
        low, _, high = quantiles(guesses, n=4, method="inclusive")
        ends = (short(_rounded(end), question.unit) for end in (low, high))
        said += " Half of all lie between {} and {}.".format(*ends)
    if shown and (truth := question.number) > 0:
        near = sum(truth / NEAR <= guess <= truth * NEAR for guess in guesses)
        said += f" {near} of {len(guesses)} lie within a factor of {NEAR:g} of the answer."
    return said


def _rounded(value: float) -> float:
    """To the digits that a guess can mean."""
    return float(f"{value:.3g}")


def histogram(
    question: Question,
    guesses: Sequence[float],
    shown: bool,
    *,
    width: float = WIDE,
    own: float | None = None,
) -> str:
    """Guessed numbers as SVG.

    Args:
        question: what was asked.
        guesses: numbers in the base unit, zero or more each.
        shown: whether the answer is drawn.
        width: of the picture in its own units; letters take some 15 of them.
        own: the guess of who looks, which is marked.
    """
    if not guesses and not shown:
        return ""
    zeros = sum(guess == 0 for guess in guesses)
    truth = question.number if shown else 0.0
    left = MARGIN + (ZERO if zeros else 0)
    axis = log_axis([*guesses, truth], left, width - MARGIN)
    bins = _bins(axis, [guess for guess in guesses if guess > 0])
    tallest = max([zeros, *(count for _, _, count in bins), 1])
    drawn = [_bar(axis.place(low), axis.place(high), count, tallest) for low, high, count in bins]
    if zeros:
        drawn.append(_bar(MARGIN, MARGIN + ZERO - 14, zeros, tallest))
        drawn.append(text(MARGIN + ZERO / 2 - 7, FLOOR + 24, "0"))
    drawn += _ground(axis, question.unit)
    if own is not None and own > 0:
        drawn += _mark(axis.place(own), "you", "own", width, TOP - 8)
    if truth > 0:
        drawn += _mark(axis.place(truth), question.truth_text, "truth", width, TOP - 26)
    return _svg(width, HEIGHT, summary(question, guesses, shown), drawn)


def _bins(axis: LogAxis, guesses: Sequence[float]) -> list[tuple[float, float, int]]:
    """(low, high, count) of each bin that holds a guess; bins are equal parts of a power of ten."""
    decades = math.log10(axis.high / axis.low)
    parts = 6 if decades <= 3 else 3 if decades <= 6 else 2 if decades <= 12 else 1
    # rounded: 10 belongs to the bin that begins at 10, whatever its logarithm's last digit
    counts = Counter(math.floor(round(math.log10(guess) * parts, 9)) for guess in guesses)
    last = round(math.log10(axis.high) * parts) - 1
    merged = Counter({min(at, last): 0 for at in counts})
    for at, count in counts.items():
        merged[min(at, last)] += count
    return [
        (10 ** (at / parts), 10 ** ((at + 1) / parts), count)
        for at, count in sorted(merged.items())
    ]


def _bar(left: float, right: float, count: int, tallest: int) -> str:
    height = (FLOOR - TOP - 18) * count / tallest
    return (
        f'<rect class="bar" x="{left + 1:.1f}" y="{FLOOR - height:.1f}" '
        f'width="{max(3.0, right - left - 2):.1f}" height="{height:.1f}" rx="2"/>'
        + text((left + right) / 2, FLOOR - height - 6, str(count), "count")
    )


def _ground(axis: LogAxis, unit: str) -> list[str]:
    """The axis itself, with its ticks."""
    drawn = [line(axis.left, FLOOR, axis.right, FLOOR, "axis")]
    for value, label in axis.ticks(unit):
        at = axis.place(value)
        drawn += [line(at, FLOOR, at, FLOOR + 7, "axis"), text(at, FLOOR + 24, label)]
    words = "logarithmic axis"
    return [*drawn, text((axis.left + axis.right) / 2, FLOOR + 44, words, "note")]


def _mark(at: float, words: str, kind: str, width: float, y: float) -> list[str]:
    """A line across the picture with words at its upper end, which stay inside."""
    anchor = "start" if at < width / 4 else "end" if at > width * 3 / 4 else "middle"
    return [line(at, y + 5, at, FLOOR, kind), text(at, y, words, f"{kind}-label", anchor)]


def ranges(
    question: Question,
    guesses: Sequence[Sequence[float]],
    shown: bool,
    *,
    width: float = WIDE,
) -> str:
    """Guessed ranges as SVG, a bar each, the lowest at the top; many are thinned evenly."""
    if not guesses:
        return ""
    kept = sorted(map(list, guesses))[:: math.ceil(len(guesses) / MOST_BARS)]
    truth = question.number if shown else 0.0
    ends = [float(end) for each in kept for end in each]
    axis = log_axis([*ends, truth], MARGIN, width - MARGIN)
    step = min(18.0, (FLOOR - TOP - 8) / len(kept))
    drawn = [
        f'<rect class="bar" x="{axis.place(low):.1f}" y="{FLOOR - step * (place + 1):.1f}" '
        f'width="{max(2.0, axis.place(high) - axis.place(low)):.1f}" height="{step * 0.7:.1f}"/>'
        for place, (low, high) in enumerate(reversed(kept))
    ]
    drawn += _ground(axis, question.unit)
    if truth > 0:
        drawn += _mark(axis.place(truth), question.truth_text, "truth", width, TOP - 20)
    return _svg(width, HEIGHT, ranges_summary(question, guesses, shown), drawn)


def ranges_summary(question: Question, guesses: Sequence[Sequence[float]], shown: bool) -> str:
    """What the ranges show, in a sentence."""
    if not guesses:
        return "No range yet."
    if not shown:
        wide = median(high / low for low, high in guesses)
        return f"The median range is {fmt(wide, 'x', 2)} from its lower to its upper end."
    held = sum(low <= question.number <= high for low, high in guesses)
    return f"{held} of {len(guesses)} ranges hold the answer; four of five should."


def _svg(width: float, height: float, told: str, drawn: Sequence[str]) -> str:
    return (
        f'<svg class="picture" viewBox="0 0 {width:g} {height:g}" role="img" '
        f'aria-label="{escape(told, quote=True)}">{"".join(drawn)}</svg>'
    )
