"""Ranges as guesses: two ends are asked for, kept, and judged when the truth is shown.

Design choices:
- The middle of a range is the root of low x high: as many times above the one end as below the
  other. It is kept like any guess at a number, so that it counts in the calibration; the ends stand
  beside it in a section of their own.
- A range changed after the truth was shown is not kept: the first one stands.
- Distances are powers of two here, for ranges are narrower than powers of ten.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from course_lib.display.fmt import fmt, short
from course_lib.display.show import inline
from course_lib.estimators.ranges import Range
from course_lib.estimators.training import replays
from course_lib.teaching import state
from course_lib.teaching.predictions.reading import box_words, how_to_type, read
from course_lib.teaching.predictions.reveals import ALONE, said_card
from course_lib.teaching.predictions.room import Messenger
from course_lib.teaching.say.forms import Form, hint_line, row, write_words
from course_lib.teaching.say.say import table

SECTION = "ranges"
TASK = "Give two ends so that four of five such ranges hold the truth."

__all__ = ["RangePrediction", "predict_range", "scores"]


def predict_range(id: str, question: str, unit: str = "") -> RangePrediction:
    """Ask for the two ends of an 80 % range; `.reveal(value)` shows it beside the truth.

    Args:
        id: the name under which it is kept, unique in the course.
        question: what is asked.
        unit: unit of `fmt`.

    Raises:
        ValueError: a bad id, unit or an empty question.
    """
    return RangePrediction(id, question, unit)


def scores(
    rows: Sequence[tuple[str, Range, float]], unit: str = "", caption: str = ""
) -> replays.Summary:
    """Show ranges beside truths, with distance, width and points of each; their summary.

    Args:
        rows: a name, the range and the truth of each.
        unit: unit of `fmt` for ranges and truths.
        caption: one line above the table.

    Raises:
        ValueError: no rows.
    """
    judged = [replays.score(span, truth) for _, span, truth in rows]
    cells = []
    for (name, span, truth), each in zip(rows, judged, strict=True):
        low, value, high = span.ends
        row = [name, short(truth, unit), fmt(value, unit), f"{fmt(low, unit)} to {fmt(high, unit)}"]
        row += ["holds it" if each.hit else "misses it", f"{each.error:.2f}", f"{each.width:.2f}"]
        cells.append(row)
    columns = [
        "run",
        "published",
        "planned",
        "80 % range",
        "the range",
        "error (powers of two)",
        "width (powers of two)",
    ]
    table(cells, columns, caption)
    return replays.summary(judged)


class RangePrediction(Form):
    """A guess at a number, as a range."""

    def __init__(self, key: str, question: str, unit: str) -> None:
        super().__init__(key, question, "Keep my range", self.keep)
        self.room = Messenger(self.tell)
        fmt(1, unit)  # a wrong unit shows here, not at the reveal
        self.unit = unit
        self.boxes = [self._box(end) for end in ("Not below", "Not above")]
        self.remind()
        words = inline(box_words(unit))
        self.display(
            "Predict a range",
            [hint_line(TASK), row(*self.boxes, self.button), hint_line(how_to_type(unit))],
            f"{TASK}\nNot below ______, not above ______ ({box_words(unit)})",
            f"<p>{TASK}</p><p>Not below ______, not above ______ ({words})</p>",
        )

    def _box(self, end: str) -> Any:
        import ipywidgets as widgets

        # sent when it is left, not at every key: otherwise a quick press of the button overtakes
        # the last keys
        return widgets.Text(
            description=end,
            placeholder=box_words(self.unit),
            continuous_update=False,
            layout={"width": "18em"},
        )

    def keep(self) -> None:
        """Keep the range in the boxes, or say kindly why it cannot be kept."""
        try:
            low, high = (read(box.value, self.unit) for box in self.boxes)
            span = ranged_guess(low, high)
        except ValueError as problem:
            self.tell(inline(str(problem)))
            return
        now, lesson = state.now(), state.lesson()
        notes = state.change(
            lambda old: with_range(old, self.key, span, now, unit=self.unit, lesson=lesson)
        )
        self.room.send({self.key: [low, high]}, self.remind(write_words(notes)))

    def guess(self) -> Range | None:
        """The range that is kept, if there is one."""
        return kept_range(state.read(), self.key)

    def remind(self, more: str = "") -> str:
        """Say in the status line which range is kept, or that it could not be; what was said."""
        span, line = self.guess(), ""
        if span is not None:
            low, _, high = span.ends
            ends = f"{short(low, self.unit)} to {short(high, self.unit)}"
            said = f"{'Your range' if more else 'Kept'}: <strong>{inline(ends)}</strong>."
            line = f"{said} {inline(more) or 'After the result this range stays.'}"
            self.tell(line)
        return line

    def reveal(self, value: float, because: str = "") -> None:
        """Show the truth beside the range.

        Args:
            value: the truth, in the base unit.
            because: the reason, in a sentence or two.
        """
        truth, now = fmt(value, self.unit), state.now()
        notes = state.change(lambda old: state.with_result(old, self.key, float(value), now))
        span = kept_range(notes, self.key)
        said = f"It is **{truth}**."
        if span is not None:
            said += f" {judged_words(span, value, self.unit)}"
        small = list(filter(None, [write_words(notes)]))
        said_card(ALONE if span is None else "Your range and the result", said, because, small)


def ranged_guess(low: float, high: float) -> Range:
    """Two ends as a range with its middle.

    >>> ranged_guess(100, 400).value
    200.0

    Raises:
        ValueError: the ends are not above zero, or the wrong way round.
    """
    if not 0 < low < high:
        raise ValueError("The lower end must be above zero and below the upper end.")
    return Range(low=low, value=math.sqrt(low * high), high=high)


def judged_words(span: Range, value: float, unit: str = "") -> str:
    """What is said about a range once the truth is known.

    >>> judged_words(ranged_guess(100, 400), 800)  # doctest: +NORMALIZE_WHITESPACE
    'Your range, 100 to 400, **misses** it; its middle is 2.00 powers of two off,
    and it is 2.00 powers of two wide.'
    """
    each = replays.score(span, value)
    met = "holds" if each.hit else "misses"
    low, _, high = span.ends
    return (
        f"Your range, {short(low, unit)} to {short(high, unit)}, **{met}** it; "
        f"its middle is {each.error:.2f} powers of two off, "
        f"and it is {each.width:.2f} powers of two wide."
    )


def with_range(
    old: state.State, key: str, span: Range, now: str, *, unit: str = "", lesson: str = ""
) -> state.State:
    """The learner's state with a range; one that is there stays once the truth was shown."""
    entry = old["predictions"].get(key, {})
    if "result" in entry and kept_range(old, key) is not None:
        return old
    guessed = state.with_guess(old, key, float(span.value), now, unit=unit, lesson=lesson)
    low, _, high = span.ends
    return guessed | {SECTION: state.section(old, SECTION) | {key: [low, high]}}


def kept_range(notes: state.State, key: str) -> Range | None:
    """The range that a state holds, or None; what is no range is passed over."""
    section: Any = notes.get(SECTION)
    ends = section.get(key) if isinstance(section, dict) else None
    try:
        # fails where there is nothing, or a list that is not of two
        low, high = ends  # type: ignore[misc]
        return ranged_guess(low, high)
    except (TypeError, ValueError):
        return None
