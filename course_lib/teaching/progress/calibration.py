"""How good the reader's guesses were: the ten questions before and after, and all guesses by
lesson.

Design choices:
- All ten answers stand in one table, with both rounds beside them: what counts is the change.
- Distances are powers of ten without sign in the medians, with sign in the table.
- Without guesses the answers are shown all the same; nothing blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from course_lib.display.fmt import fmt
from course_lib.display.show import details, show
from course_lib.display.tables import html_table, plain_table
from course_lib.teaching import state
from course_lib.teaching.predictions import orders
from course_lib.teaching.progress import progress
from course_lib.teaching.say.say import say, table

__all__ = ["Calibration", "by_lesson", "calibration", "for_report", "measure"]


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Distances of the reader's guesses from the answers, in powers of ten."""

    start: dict[str, float]
    """Of the first round, by question; those that were guessed."""
    end: dict[str, float]
    """Of the last round."""

    @property
    def medians(self) -> tuple[float | None, float | None]:
        """Median distance without sign at the start and at the end; None without guesses."""
        rounds = [[abs(far) for far in each.values()] for each in (self.start, self.end)]
        return median(rounds[0]) if rounds[0] else None, median(rounds[1]) if rounds[1] else None

    @property
    def gained(self) -> float | None:
        """Powers of ten gained in the median over the questions guessed in both rounds; None
        without any."""
        both = sorted(set(self.start) & set(self.end))
        if not both:
            return None
        before, after = ([abs(each[id]) for id in both] for each in (self.start, self.end))
        return median(before) - median(after)


def measure(kept: state.State | None = None) -> Calibration:
    """The distances of both rounds, from the learner's file (or from a state)."""
    return Calibration(start=orders.errors("start", kept), end=orders.errors("end", kept))


def calibration() -> Calibration:
    """Show the ten answers beside both rounds of guesses, and what was gained; keep that the
    answers were shown."""
    questions, now = orders.load(orders.FILE), state.now()

    # one change for all questions: one lock, one write
    def shown(old: state.State) -> state.State:
        for order in questions.values():
            old = state.with_result(old, orders.key(order, "end"), order.value(), now)
        return old

    measured = measure(state.change(shown))
    rows = [
        [
            order.question,
            fmt(order.value(), order.unit),
            _far(measured.start.get(id)),
            _far(measured.end.get(id)),
            order.lesson,
        ]
        for id, order in questions.items()
    ]
    columns = ["question", "answer", "first guess off by", "now off by", "lesson"]
    caption = "Ten answers, and your distance from them in powers of ten"
    if measured.start or measured.end:
        table(rows, columns, caption=caption)
    else:  # nothing to compare yet: the answers wait behind a fold
        shown_rows = plain_table(columns, rows, caption)
        show(shown_rows, html=details("The ten answers", html_table(columns, rows, caption)))
    say(words(measured))
    return measured


def words(measured: Calibration) -> str:
    """The calibration in a sentence or two.

    >>> measured = Calibration(start={"a": 3.0, "b": -2.0}, end={"a": 0.5, "b": -0.5})
    >>> words(measured)  # doctest: +NORMALIZE_WHITESPACE
    'Your guesses were **2.5** powers of ten off in the median at the start,
    and are **0.5** now: you gained **2.0**.'
    """
    before, after = measured.medians
    if before is None and after is None:
        return (
            "You guessed in neither round, so there is nothing to compare. "
            "`course lab 00` has the first round."
        )
    if before is None or after is None:
        here, there = ("last", "first") if before is None else ("first", "last")
        far = after if before is None else before
        text = f"Your guesses of the {here} round are **{far:.1f}** powers of ten off in the median"
        return f"{text}; the {there} round is missing."
    gain = measured.gained
    start = (
        f"Your guesses were **{before:.1f}** powers of ten off in the median at the start, "
        f"and are **{after:.1f}** now"
    )
    if gain is None:
        return f"{start}, but no question was guessed in both rounds."
    return f"{start}: you {'gained' if gain >= 0 else 'lost'} **{abs(gain):.1f}**."


def for_report(found: Calibration) -> str:
    """The calibration as a page tells it of its author; blank where no round was guessed.

    >>> found = Calibration(start={"a": 3.0}, end={"a": 0.5})
    >>> for_report(found)  # doctest: +NORMALIZE_WHITESPACE
    "The author's guesses at ten sizes were 3.0 powers of ten off in the median
    before the course, 0.5 after it."
    """
    parts = zip(found.medians, ("before the course", "after it"), strict=True)
    rounds = [f"{far:.1f} {when}" for far, when in parts if far is not None]
    if not rounds:
        return ""
    first, *rest = rounds
    number, _, when = first.partition(" ")
    sentence = (
        f"The author's guesses at ten sizes were {number} powers of ten off in the median {when}"
    )
    return ", ".join([sentence, *rest]) + "."


def by_lesson() -> None:
    """Show how far guesses at numbers were off in every lesson; a sentence where there were
    none."""
    distances = progress.collect().calibration()
    if not distances:
        say("There is no guess at a number in your file yet. `course progress` lists them all.")
        return
    rows = [[name, fmt(count), f"{far:.1f}"] for name, (far, count) in distances.items()]
    table(
        rows,
        ["lesson", "guesses at numbers", "off in the median (powers of ten)"],
        caption="Your guesses, by lesson",
    )


def _far(distance: float | None) -> str:
    return "no guess" if distance is None else f"{distance:+.1f}"
