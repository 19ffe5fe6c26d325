"""Ranges of inputs carried through any formula: which range does a result have?

`ranges` multiplies ranges. Where inputs are added, divided by, or enter a formula twice, each is moved to its two ends
instead while the others stay, and the changes of the result, as logarithms of factors, are combined as the root of the
sum of their squares. For a product of independent ranges both give the same. End points all taken at once would give a
range far too wide.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from course_lib.catalog import checks
from course_lib.estimators.ranges import Range


def spread(function: Callable[..., float], **inputs: Range | float) -> Range:
    """The 80 % range of `function(**inputs)`, where some inputs are ranges and the others plain numbers.

    Args:
        function: returns a number above zero.
        inputs: independent of each other; at least one a range.

    Raises:
        TypeError: no input is a range.
        ValueError: a result is not finite or not above zero.

    >>> double = Range(low=1, value=2, high=4)
    >>> found = spread(lambda a, b, c: a * b * c, a=double, b=double, c=10)
    >>> found.value, round(found.high, 1)  # 40 x 2^sqrt(2), not 40 x 4
    (40, 106.6)
    """
    uncertain = {name: value for name, value in inputs.items() if isinstance(value, Range)}
    if not uncertain:
        raise TypeError(f"inputs must hold at least one Range, got {', '.join(inputs)}")
    middle = {name: value.value if isinstance(value, Range) else value for name, value in inputs.items()}
    value = _result(function(**middle))
    below, above = 0.0, 0.0
    for name, each in uncertain.items():
        ends = [function(**{**middle, name: end}) for end in (each.low, each.high)]
        logs = [math.log(_result(end) / value) for end in ends]
        below += min(0.0, *logs) ** 2
        above += max(0.0, *logs) ** 2
    return Range(low=value * math.exp(-math.sqrt(below)), value=value, high=value * math.exp(math.sqrt(above)))


def _result(value: float) -> float:
    return checks.positive("result of the function", value)
