"""One line that says how far a long loop has come, and about how long it still takes.

    for step in track(range(1000), "training steps"):
        ...

Design choices:
- Nothing is shown before `PATIENCE_SECONDS`: most loops are over by then.
- In a notebook one output is updated in place, as text and HTML; in a terminal one line of stderr
  is written over. Elsewhere (a file, a pipe) nothing is shown at all.
- Nothing is shown where outputs are to repeat either: builds and tests run notebooks under
  PYTHONHASHSEED=0, and a line that depends on the clock has no place there.
- A loop inside a loop shares the outer one's line. Its share of the outer step counts, so that the
  time left is told for the whole.
- Ctrl-C, an error and a `break` leave one last line that says where it stopped. Whatever goes wrong
  in showing is swallowed: the loop counts, its line does not.
- No thread, no timer: a line changes between two steps only.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from operator import length_hint
from typing import Any, TypeVar

from course_lib import checks

PATIENCE_SECONDS = 1.5
"""Loops that are over by then show nothing."""
PAUSE_SECONDS = 0.3
"""The shortest time between two changes of the line."""

Item = TypeVar("Item")


@dataclass(kw_only=True, eq=False)
class _Loop:
    """One loop that is under way."""

    what: str
    total: int
    done: int = 0

    @property
    def words(self) -> str:
        return f"{self.what}: {self.done} of {self.total}" if self.total else self.what


@dataclass(kw_only=True, eq=False)
class _Line:
    """The line of the outermost loop and of those inside it."""

    put: Callable[[str, float | None, bool], None]
    """Shows a text and the share done; the last time for good."""
    cell: object
    """The notebook's cell that it belongs to."""
    begun: float = field(default_factory=lambda: time.monotonic())
    shown: float | None = None
    """When it last changed."""
    loops: list[_Loop] = field(default_factory=list)

    def refresh(self) -> None:
        """Show where the loops are, unless it is too early or too soon."""
        now = time.monotonic()
        if now - self.begun < PATIENCE_SECONDS:
            return
        if self.shown is not None and now - self.shown < PAUSE_SECONDS:
            return
        self.shown, done = now, share(self.loops)
        parts = [loop.words for loop in self.loops]
        if done and done < 1:
            parts.append(f"about {duration((now - self.begun) / done * (1 - done))} left")
        self._put(", ".join(parts), done, False)

    def end(self, loop: _Loop) -> None:
        """The last state, where anything was shown."""
        if self.shown is not None:
            stopped = "" if loop.done >= loop.total else ", stopped"
            took = duration(time.monotonic() - self.begun)
            self._put(f"{loop.words}{stopped} after {took}", share([loop]), True)

    def _put(self, text: str, done: float | None, last: bool) -> None:
        with suppress(Exception):  # a closed stream, a front end that is gone
            self.put(text, done, last)


_lines: list[_Line] = []
"""The one line there is, or none."""


def track(iterable: Iterable[Item], what: str, total: int | None = None) -> Iterator[Item]:
    """The same items, with a line that says how many of them are done.

    Args:
        iterable: what is gone through.
        what: what its items are, such as "training steps".
        total: how many; None asks the iterable, and where it does not know no time is told.

    Raises:
        ValueError: a total below zero.

    >>> list(track([1, 2, 3], "numbers"))  # over in no time: nothing is shown
    [1, 2, 3]
    """
    count = length_hint(iterable, 0) if total is None else total
    return _tracked(iterable, _Loop(what=what, total=checks.whole("total", count, at_least=0)))


def _tracked(iterable: Iterable[Item], loop: _Loop) -> Iterator[Item]:
    line = _open(loop)
    try:
        for item in iterable:
            yield item
            loop.done += 1
            line.refresh()
    finally:  # at the end, after an error, and when a loop that was left is forgotten
        _close(line, loop)


def share(loops: list[_Loop]) -> float | None:
    """Part of the outermost loop that is done, what the inner ones did of its step included.

    None where a total is not known.

    >>> share([_Loop(what="a", total=4, done=1), _Loop(what="b", total=2, done=1)])  # 1.5 of 4
    0.375
    """
    inside = 0.0
    for loop in reversed(loops):
        if not loop.total:
            if loop is loops[0]:
                return None
            continue
        inside = min(1.0, (loop.done + inside) / loop.total)
    return inside


def duration(seconds: float) -> str:
    """Seconds in words, rounded for somebody who waits.

    >>> duration(0.4), duration(8.2), duration(100)
    ('1 s', '9 s', '2 min')
    """
    whole = max(1, -int(-seconds // 1))  # upwards: nobody minds if it is over sooner
    return f"{whole} s" if whole < 90 else f"{round(whole / 60)} min"


def _open(loop: _Loop) -> _Line:
    """The line there is, or a new one; the loop is added to it."""
    cell = _cell()
    if _lines and _lines[0].cell != cell:
        _lines.clear()  # left behind by a cell that was stopped
    if not _lines:
        _lines.append(_Line(put=_where(), cell=cell))
    _lines[0].loops.append(loop)
    return _lines[0]


def _close(line: _Line, loop: _Loop) -> None:
    if loop not in line.loops:  # the line was thrown away, or an outer loop ended first
        return
    outermost = line.loops[0] is loop
    del line.loops[line.loops.index(loop) :]  # and loops inside it that were forgotten
    if outermost:
        line.end(loop)
        if line in _lines:
            _lines.remove(line)


def _cell() -> object:
    """What tells one cell of a notebook from the next; None outside of one."""
    shell = _shell()
    return None if shell is None else shell.execution_count


def _shell() -> Any:
    """IPython's shell, where one runs; nothing is imported for it."""
    module = sys.modules.get("IPython")
    return None if module is None else module.get_ipython()


def _where() -> Callable[[str, float | None, bool], None]:
    """Where a line can be shown here."""
    if os.environ.get("PYTHONHASHSEED") == "0":
        return _nowhere
    shell = _shell()
    if shell is not None and hasattr(shell, "kernel"):
        return _Notebook()
    if sys.stderr is not None and sys.stderr.isatty():
        return _Terminal()
    return _nowhere


def _nowhere(text: str, done: float | None, last: bool) -> None:
    """Show nothing."""


class _Notebook:
    """An output of a cell that is updated in place."""

    def __init__(self) -> None:
        self.handle: Any = None

    def __call__(self, text: str, done: float | None, last: bool) -> None:
        from IPython.display import DisplayHandle

        bar = "" if last or done is None else f'<progress value="{done:.3f}" max="1"></progress> '
        html = f'<div style="opacity:0.75">{bar}{escape(text)}</div>'
        bundle = {"text/plain": text, "text/html": html}
        if self.handle is None:
            self.handle = DisplayHandle()
            self.handle.display(bundle, raw=True)  # raw: formats, not an object to be shown
        else:
            self.handle.update(bundle, raw=True)


class _Terminal:
    """One line of stderr that is written over."""

    def __init__(self) -> None:
        self.width = 0

    def __call__(self, text: str, done: float | None, last: bool) -> None:
        # blanks over what the line before was longer
        sys.stderr.write("\r" + text.ljust(self.width) + ("\n" if last else ""))
        sys.stderr.flush()
        self.width = len(text)
