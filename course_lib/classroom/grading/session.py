"""A submission's answers in their sandbox, and what stands for them on the trusted side.

Design choices:
- A function of the student's becomes a `Remote`: calling it sends the arguments and takes plain
  data back. A value becomes a copy of itself.
- When the process ends, by whatever a student's code did, it is started again with the answers that
  had run until then; only the task that ended it is done with.
- What ends it is no `Exception` on this side, so that no check can swallow it.
"""

from __future__ import annotations

import builtins
import re
import time
from collections.abc import Iterable, Mapping
from typing import Any, Self

from course_lib import plain_data
from course_lib.classroom.sandbox.box import Box, Ended
from course_lib.classroom.sandbox.limits import Limits

WORD = re.compile(r"\w+")

__all__ = ["Remote", "Session", "Stopped", "StudentError"]


class Stopped(BaseException):
    """The student's process ended, or gave what is no plain data, while a check was running."""

    def __init__(self, status: str, words: str) -> None:
        """Keep what becomes of the task."""
        super().__init__(words)
        self.status = status
        self.words = words


class StudentError(Exception):
    """A student's function stopped with an error; its text is the sentence for the student."""


class Remote:
    """A student's function, to be called from this side."""

    def __init__(self, name: str, session: Session) -> None:
        """Remember which one."""
        self.__name__ = name
        self._session = session

    def __call__(self, *given: Any, **named: Any) -> Any:
        """What the student's function gives, as plain data of this side.

        Raises:
            StudentError: it stopped with an error, which is also one of the error's own type.
            Stopped: the process ended, took too long, or gave no plain data.
        """
        return self._session.call(self.__name__, given, named)


class Session:
    """The process that holds one submission's answers."""

    def __init__(self, setup: str, words: Iterable[str], limits: Limits, *, walled: bool) -> None:
        """Nothing is started before the first answer is run.

        Args:
            setup: the exercise's first cell, whose imports the answers use.
            words: the student's sources, which say what imports are needed.
            limits: what the process may use.
            walled: False for `--unsafe`.
        """
        self.setup = setup
        self.words = frozenset(word for text in words for word in WORD.findall(text))
        self.limits = limits
        self.walled = walled
        self.box: Box | None = None
        self.done: list[tuple[str, ...] | dict[str, Any]] = []
        """What the process was given, for the next one: cells, and values by their names."""
        self.seconds_left = limits.run_seconds
        """What is left to the task that is being graded."""

    def __enter__(self) -> Self:
        """The session itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self.close()

    def close(self) -> None:
        """End the process, if there is one."""
        if self.box is not None:
            self.box.close()
        self.box = None

    def new_task(self) -> None:
        """Give the next task its own time."""
        self.seconds_left = self.limits.run_seconds

    def run(self, name: str, source: str) -> None:
        """Run one cell of the student's.

        Raises:
            StudentError: it stopped with an error.
            Stopped: the process ended or took too long; the cell is left out from now on.
        """
        self._checked(self._asked("run", name, source))
        self.done.append((name, source))

    def give(self, values: Mapping[str, Any]) -> None:
        """Give names values of this side, as a measurement does."""
        if values:
            self._asked("give", dict(values))
            self.done.append(dict(values))

    def look(self, names: list[str]) -> dict[str, Any]:
        """What some names stand for: `Remote` functions and copies of values; absent ones are left
        out.

        Raises:
            Stopped: one of them is no plain data.
        """
        said = self._checked(self._asked("look", names))
        found: dict[str, Any] = {}
        for name, (kind, *content) in _pairs(said, names):
            if kind == "callable":
                found[name] = Remote(name, self)
            elif kind == "plain":
                found[name] = _plain(content[0] if content else None)
            elif kind == "not plain":
                raise Stopped("not-plain-data", _not_plain(name, _last(content)))
        return found

    def call(self, name: str, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """What a function of the student's gives; see `Remote`."""
        reply = self._asked("call", name, given, named)
        if reply[0] == "not plain":
            raise Stopped("not-plain-data", _not_plain(name, _last(reply)))
        self._checked(reply)
        for place, tagged in _changed(reply, given):
            _change(given[place], _plain(tagged))
        return _plain(reply[1] if len(reply) > 1 else None)

    def _asked(self, what: str, *given: Any) -> list[Any]:
        """One reply, within the task's time; a new process is started where there is none."""
        try:
            if self.box is None:
                self._start()
            assert self.box is not None
            begun = time.monotonic()
            reply = self.box.ask(what, *given, seconds=max(self.seconds_left, 0.01))
            self.seconds_left -= time.monotonic() - begun
            return reply
        except Ended as end:
            self.close()
            raise Stopped(end.status, end.words) from end

    def _start(self) -> None:
        """Start a process and bring it to where the last one was."""
        self.box = Box(self.limits, walled=self.walled)
        self.box.ask("set_up", self.setup, self.words)
        for each in self.done:
            if isinstance(each, dict):
                self.box.ask("give", each)
            else:
                self.box.ask("run", *each)

    def _checked(self, reply: list[Any]) -> list[Any]:
        """The reply, if it is no error of the student's."""
        kind, *content = reply
        if kind == "error":
            raise _as_raised(str(content[0]) if content else "", _last(content))
        if kind == "crash":
            raise Stopped("crash", _last(content))
        return reply


def _last(content: list[Any]) -> str:
    """The last thing that a reply holds, as words: those for the student."""
    return str(content[-1]) if content else "something without a name"


def _pairs(said: list[Any], names: list[str]) -> list[tuple[str, list[Any]]]:
    """Names and what each stands for; a student's code may have written the reply itself."""
    found = said[1] if len(said) > 1 else None
    if not isinstance(found, dict):
        raise Stopped("crash", "the answer writes into the grader's pipe")
    whole = [(name, found.get(name)) for name in names]
    return [(name, each) for name, each in whole if isinstance(each, list) and len(each) > 0]


def _changed(reply: list[Any], given: tuple[Any, ...]) -> list[tuple[int, Any]]:
    """Which arguments the student's function changed in place, and into what."""
    pairs = reply[2] if len(reply) > 2 and isinstance(reply[2], list) else []
    whole = [pair for pair in pairs if isinstance(pair, list) and len(pair) == 2]
    return [
        (place, tagged)
        for place, tagged in whole
        if type(place) is int and place in range(len(given))
    ]


def _change(given: Any, new: Any) -> None:
    """Make the same change to the argument of this side: a check may look whether there is one."""
    if isinstance(given, list) and isinstance(new, list):
        given[:] = new
    elif isinstance(given, dict) and isinstance(new, dict):
        given.clear()
        given.update(new)


def _plain(tagged: Any) -> Any:
    try:
        return plain_data.unpacked(tagged)
    except plain_data.NotPlain as problem:
        raise Stopped("not-plain-data", str(problem)) from problem


def _not_plain(name: str, what: str) -> str:
    return (
        f"`{name}` gives {what}: give numbers, texts, truth values, or lists, dictionaries and "
        "arrays of them."
    )


def _as_raised(kind: str, words: str) -> Exception:
    """An error that is caught as the student's own would be, by a check that expects one.

    But one that ends a loop is none: it would end a loop of the check, and pass.
    """
    own = getattr(builtins, kind, None)
    ends_loops = kind in ("StopIteration", "StopAsyncIteration")
    if isinstance(own, type) and issubclass(own, Exception) and not ends_loops:
        try:
            return type(kind, (StudentError, own), {})(words)
        except TypeError:  # two layouts of objects, or an error that wants more arguments
            pass
    return StudentError(words)
