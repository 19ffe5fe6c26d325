"""One sentence for whatever goes wrong while a check runs.

Design choices:
- An assertion speaks for itself. Any other error becomes a sentence: what was raised, in which line
  of the learner's own code, and what to do next. No cause is named that the error does not name.
- The learner's own code is what lives in the notebook's namespace and stands in another cell than
  the check: a helper that the check defines is not theirs, a library's line is not either.
- A name without a value and an untouched stub are the same thing to a learner: not answered yet.
"""

from __future__ import annotations

import linecache
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NOT_ANSWERED = "not answered yet"
"""What `answered` raises; every sentence about a missing answer holds it."""
LONGEST = 160
"""Characters of an error's own words that are quoted."""

__all__ = ["NOT_ANSWERED", "Place", "sentence"]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in the learner's code an error was raised."""

    function: str
    """The function's name; empty for a line that stands in no function."""
    line: int
    """The line in that function, its `def` being line 1; in a cell, the cell's line."""
    text: str
    """What stands there; empty where it cannot be had."""

    def __str__(self) -> str:
        """The place in words."""
        where = f"line {self.line}" + (f" of your `{self.function}`" if self.function else "")
        return f"{where}, `{self.text}`" if self.text else where


def sentence(error: Exception, task: str, own: Mapping[str, Any] | None = None) -> str:
    """What to tell the learner of an error that a check of `task` met.

    Args:
        error: what was raised, with its traceback.
        task: the task's name.
        own: the namespace of the learner's code; by default that of the check, whose own cell does
            not count.

    >>> sentence(AssertionError("keys and values: is the 2 there?"), "kv_bytes")
    'keys and values: is the 2 there?'
    >>> sentence(TypeError("'int' object is not subscriptable"), "timing")  # doctest: +ELLIPSIS
    "`timing` cannot be used as the task asks: TypeError ('int' object is not subscriptable)..."
    """
    outermost = error.__traceback__.tb_frame if error.__traceback__ else None
    names = own if own is not None else outermost.f_globals if outermost else {}
    check = outermost.f_code.co_filename if own is None and outermost else ""
    place = _own_place(error, names, check)
    if place is not None and not isinstance(error, AssertionError):
        return f"{_quoted(error)} in {place}. {_advice(error)}"
    if isinstance(error, AssertionError):
        return _of_assertion(error, task, names)
    if isinstance(error, NameError) and error.name == task:
        return _missing(task)
    if isinstance(error, NameError) and error.name:
        return (
            f"`{error.name}` has no value: {NOT_ANSWERED}, or its cell was not run. "
            "Run the cells above this one, from the top."
        )
    return (
        f"`{task}` cannot be used as the task asks: {_quoted(error)}. "
        "Compare what it takes and what it gives with the task and its example."
    )


def _of_assertion(error: AssertionError, task: str, names: Mapping[str, Any]) -> str:
    """An assertion's own words; the stub's in full, and some where it has none."""
    said = str(error).strip()
    if said == NOT_ANSWERED:
        return _missing(task, is_function=callable(names.get(task)))
    return said or f"`{task}` is not right yet."


def _missing(task: str, *, is_function: bool = False) -> str:
    more = " A function without `return` gives None, which counts as no answer."
    return (
        f"`{task}` is {NOT_ANSWERED}. Put your answer into its cell, run that cell, then this one."
        + (more if is_function else "")
    )


def _own_place(error: Exception, names: Mapping[str, Any], check: str) -> Place | None:
    """The innermost line of the learner's code that the error passed through; None without any.

    Args:
        error: what was raised.
        names: the namespace that the learner's code lives in.
        check: the file of the check, which is not theirs.
    """
    found = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_globals is names and frame.f_code.co_filename != check:
            found = frame.f_code, line
    if found is None:
        return None
    code, line = found
    in_function = not code.co_name.startswith("<")  # "<module>", "<lambda>"
    return Place(
        function=code.co_name if in_function else "",
        line=line - code.co_firstlineno + 1 if in_function else line,
        text=linecache.getline(code.co_filename, line).strip(),
    )


def _quoted(error: Exception) -> str:
    """An error by its type and its own words, on one line."""
    words = " ".join(str(error).split())
    words = words if len(words) <= LONGEST else f"{words[: LONGEST - 2]}.."
    return f"{type(error).__name__} ({words})" if words else type(error).__name__


def _advice(error: Exception) -> str:
    """What to do about an error in one's own code."""
    if "NoneType" in str(error):
        return "Something there is still None: was it given a value, does its function `return`?"
    # UnboundLocalError is a NameError: the narrower one first
    if isinstance(error, UnboundLocalError):
        return "That name is used before it gets a value on the way through the function."
    if isinstance(error, NameError):
        return f"Is `{error.name}` spelled as where it gets its value, and was that cell run?"
    if isinstance(error, ZeroDivisionError):
        return "What stands below the line is 0 for one of the inputs that are tried."
    if isinstance(error, KeyError | IndexError):
        return "There is no such entry: look at the worked example for what the input holds."
    if isinstance(error, RecursionError):
        return "The function calls itself without end."
    return "Call your function on the worked example, in a cell of its own, to look closer."
