"""What a learner's function makes of a measurement: shown, whatever it does.

Design choices: the cell that measures and the one that calls the learner's function are two, so a
mistake costs no new measurement; and a call that fails is one sentence, never a traceback.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from reprlib import repr as shortened
from typing import Any

from course_lib.display.show import show
from course_lib.teaching.checks.failures import sentence

__all__ = ["attempt"]


def attempt(function: Callable[..., Any], *given: Any) -> Any:
    """Call a learner's function and show what it gives.

    Returns:
        What it gives; None where it stops with an error, which is told in a sentence.

    >>> def median_step(runs: list[float]) -> dict[str, float]:
    ...     return {"seconds": sorted(runs)[1]}
    >>> found = attempt(median_step, [0.5, 0.25, 9.0])
    median_step gives: seconds = 0.5
    """
    name = getattr(function, "__name__", "the function")
    try:
        result = function(*given)
    except Exception as error:
        show(sentence(error, name, getattr(function, "__globals__", None)))
        return None
    if result is None:
        show(f"{name} gives nothing yet. Answer it above, run its cell, then this one.")
    else:
        show(f"{name} gives: {_shown(result)}")
    return result


def _shown(result: Any) -> str:
    """A result in short: numbers with four digits."""
    if isinstance(result, Mapping):
        return ", ".join(f"{key} = {_shown(value)}" for key, value in result.items())
    try:
        return f"{result:.4g}"
    except (TypeError, ValueError):
        return shortened(result)
