"""Choosing an answer by a number, so that it reads as a sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise

from course_lib.checks import single

__all__ = ["ladder"]


def ladder(value: float, limits: Mapping[str, float | None]) -> str:
    """The first label whose upper limit the value does not exceed.

    Args:
        value: the number that decides, in the unit of the limits; infinity is above all of them.
        limits: labels with their upper limits, ascending; the last limit is None.

    Raises:
        TypeError: the value or a limit is no number.
        ValueError: the value is NaN, there are fewer than two labels, a limit is not finite or not
            above the one before it, or another than the last is None.

    >>> ladder(0.24, {"a hundredth": 0.03, "a tenth": 0.3, "about half": 1.0, "more": None})
    'a tenth'
    >>> ladder(7, {"a few": 5, "many": None})
    'many'
    """
    # infinity is what becomes of a loss that explodes: a result like any other
    number = value if value == math.inf else single("value", value)
    *bounded, last = limits
    uppers = _uppers(limits)
    return next(
        (label for label, upper in zip(bounded, uppers, strict=True) if number <= upper), last
    )


def _uppers(limits: Mapping[str, float | None]) -> list[float]:
    """The limits of all labels but the last, if they ascend and only the last is open."""
    if len(limits) < 2 or list(limits.values())[-1] is not None:
        raise ValueError(f"limits={dict(limits)!r}: must hold two or more, and only the last None")
    uppers = [single(f"limits[{label!r}]", limit) for label, limit in list(limits.items())[:-1]]
    if any(second <= first for first, second in pairwise(uppers)):
        raise ValueError(f"limits={dict(limits)!r}: each must be above the one before it")
    return uppers
