"""Whether an answer is of the kind that was asked for, told in a sentence before anything is
computed with it.

Design choices: what counts as a number is what `float` takes, texts and truth values excepted: a
whole number or a float, a numpy scalar, an array without axes, a tensor of one element.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from reprlib import repr as shortened
from typing import Any

from course_lib.teaching.checks.failures import NOT_ANSWERED
from course_lib.teaching.quizzes.misconceptions import answered

__all__ = ["a_choice", "a_number", "entries"]


def a_choice(value: Any, choices: Sequence[Any], what: str = "The answer") -> None:
    """Go on only if an answer is one of these.

    Args:
        value: the answer.
        choices: two or more, such as (True, False).
        what: what a message calls it, such as "`square_fits`".

    Raises:
        AssertionError: it is another one, or not answered yet.

    >>> a_choice("more", ("more", "less"))
    >>> a_choice("yes", (True, False), "`square_fits`")
    Traceback (most recent call last):
        ...
    AssertionError: `square_fits` must be True or False: yours is 'yes'.
    """
    shown = [f'"{choice}"' if isinstance(choice, str) else repr(choice) for choice in choices]
    asked = f"{', '.join(shown[:-1])} or {shown[-1]}"
    try:
        answered(value)
    except AssertionError:
        raise AssertionError(f"{what} is {NOT_ANSWERED}: {asked}?") from None
    if not any(_is(value, choice) for choice in choices):
        raise AssertionError(f"{what} must be {asked}: yours is {shortened(value)}.")


def a_number(value: Any, what: str = "The answer") -> None:
    """Go on only if an answer is one finite number.

    Args:
        value: the answer.
        what: what a message calls it, such as "`count_weights`".

    Raises:
        AssertionError: it is none, or not answered yet.

    >>> a_number(3.0)
    >>> a_number("3 GB")
    Traceback (most recent call last):
        ...
    AssertionError: The answer must be one number, without its unit: yours is '3 GB'.
    """
    answered(value)
    if not _is_number(value):
        raise AssertionError(
            f"{what} must be one number, without its unit: yours is {shortened(value)}."
        )


def entries(value: Any, *names: str) -> None:
    """Go on only if an answer is a dictionary with exactly these entries, each one number.

    Raises:
        AssertionError: it is none, an entry is missing, not asked for or no number, or it is not
            answered yet.

    >>> entries({"smallest": 1, "largest": 2.5}, "smallest", "largest")
    """
    answered(value)
    if not isinstance(value, Mapping):
        raise AssertionError(
            f"A dictionary with {_listed(names)} is asked for: yours is {shortened(value)}."
        )
    missing, more = [name for name in names if name not in value], set(value) - set(names)
    if missing:
        raise AssertionError(f"The dictionary lacks {_listed(missing)}.")
    if more:
        raise AssertionError(
            f"The dictionary holds {_listed(sorted(map(str, more)))}, not asked for."
        )
    for name in names:
        if not _is_number(value[name]):
            raise AssertionError(
                f'"{name}" must be one number, without its unit: yours is {shortened(value[name])}.'
            )


def _is(value: Any, choice: Any) -> bool:
    """Whether an answer equals a choice; an array of several does not."""
    try:
        return bool(value == choice)
    except (TypeError, ValueError, RuntimeError):
        return False


def _listed(names: Any) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _is_number(value: Any) -> bool:
    """Whether a value is one finite number, in whatever form."""
    # numpy's and torch's truth values, as Python's, would pass as 0 and 1
    if isinstance(value, str | bytes | bool) or str(getattr(value, "dtype", "")).endswith("bool"):
        return False
    try:
        return math.isfinite(float(value))
    except (TypeError, ValueError, RuntimeError, OverflowError):
        return False
