"""The frame around a visible check: a line with points where it passes, one short message where it
does not.

Design choices:
- The build writes `with checking(...)` around each check. Its author types plain asserts, and a
  learner reads them as they are.
- A failure is one message without a traceback, wrapped for reading. It is an `AssertionError`, so
  that a grader or a script outside Jupyter sees what it always saw.
- Points are kept in the learner's file, and only where the build names the exercise: reading a
  solution earns none.
- Ctrl-C and SystemExit pass through.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence
from html import escape
from types import TracebackType

from course_lib.display.cards import card
from course_lib.display.show import show
from course_lib.teaching import state
from course_lib.teaching.checks.failures import sentence
from course_lib.teaching.checks.kept import keep
from course_lib.teaching.progress.points import with_passed

WIDTH = 80
RESTS = {
    "hidden checks": ("comes with the hidden checks", "come with the hidden checks"),
    "a person": ("is for a person to mark", "are for a person to mark"),
}
"""Where a task's other points come from, for one point and for several."""

__all__ = ["CheckFailed", "Checking", "checking"]


class CheckFailed(AssertionError):
    """An answer that a check refuses, with what to tell the learner."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback: the message, in lines of 80 columns."""
        return [
            line
            for paragraph in str(self).splitlines()
            for line in textwrap.wrap(
                paragraph, WIDTH, break_long_words=False, break_on_hyphens=False
            )
        ]


class Checking:
    """A check that is running; see `checking`."""

    def __init__(
        self, task: str, points: int, of: int, rest: str, exercise: str, keeps: Sequence[str]
    ) -> None:
        """Keep what is to be said of a pass."""
        self.task = task
        self.points = points
        self.of = of
        self.rest = rest
        self.exercise = exercise
        self.keeps = keeps

    def __enter__(self) -> None:
        """Start: nothing is shown before the end is known, except that a measurement is kept."""
        if self.keeps:
            # the notebook's own names, which whoever wrote `with` sees and this module does not
            keep(self.keeps, sys._getframe(1).f_globals)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Show the points, or raise the one message."""
        if error is None:
            self._passed()
        elif isinstance(error, Exception):
            # `from None`: outside Jupyter the first error would be printed above this one
            raise CheckFailed(sentence(error, self.task)) from None

    def _passed(self) -> None:
        head, more = self._words()
        trouble = self._kept()
        plain = f"{head} ({more})" if more else head
        body = f"<div>{escape(more[0].upper() + more[1:])}.</div>" if more else ""
        show(
            f"{plain}.{trouble}",
            html=card("check", head, body + (f"<div>{escape(trouble)}</div>" if trouble else "")),
        )

    def _words(self) -> tuple[str, str]:
        """The points earned, and where the others come from."""
        is_text = self.rest == "a person"
        head = f"{'Complete' if is_text else 'Right'}: {self.points} of {self.of} points"
        others = self.of - self.points
        one, several = RESTS[self.rest]
        which = f"the other one {one}" if others == 1 else f"the other {others} {several}"
        return f"{head} for {self.task}", which if others else ""

    def _kept(self) -> str:
        """Keep the points; what hinders it, in words."""
        if not self.exercise:
            return ""
        notes = state.change(
            lambda old: with_passed(
                old, self.exercise, self.task, self.points, self.of, state.now()
            )
        )
        # a change that waits to be written is tried again with the next one
        return f" Not kept yet: {notes.problem}." if notes.problem else ""


def checking(
    name: str,
    *,
    points: int,
    of: int | None = None,
    rest: str = "hidden checks",
    exercise: str = "",
    keeps: Sequence[str] = (),
) -> Checking:
    """Run a check under `with`; show its points if it passes, raise one short message if not.

    Args:
        name: the check's name: the task's, and `_check`.
        points: what the check is worth.
        of: what the task is worth in all; by default no more than the check.
        rest: where the task's other points come from, "hidden checks" or "a person".
        exercise: the exercise whose points are kept in the learner's file, such as
            "01_parameters"; nothing is kept without one.
        keeps: names of measured values that stay with the check's output, for whoever grades.

    Raises:
        ValueError: points that are not whole and positive or exceed `of`, or an unknown `rest`.

    Leaving the `with` raises `CheckFailed` where an assertion fails or an answer stops with an
    error.

    >>> with checking("double_check", points=2, of=5):
    ...     assert 2 * 2 == 4
    Right: 2 of 5 points for double (the other 3 come with the hidden checks).
    """
    of = points if of is None else of
    if not 0 < points <= of:
        raise ValueError(f"points={points!r}: must be from 1 to of={of!r}")
    if rest not in RESTS:
        raise ValueError(f"rest={rest!r}: must be one of {', '.join(map(repr, RESTS))}")
    # the first one: a task may have a `kv_bytes_check` and a `kv_bytes_check_units`
    return Checking(name.partition("_check")[0], points, of, rest, exercise, keeps)
