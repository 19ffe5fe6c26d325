"""Makes the built-in `sum` of floats one rounding step off, to show what hangs on it.

`PYTHONPATH=tests/sums pytest` runs every test and notebook so: Python imports this module by its
name when it starts, kernels included. Sums differ in their last digit from one version of Python to
another (since 3.12 they are compensated), from one order of the terms to another, and from a loop.
Nothing that is tested, stored or shown may hang on that digit.
"""

import builtins
import math
from collections.abc import Iterable
from typing import Any

exact_sum = builtins.sum


# The parameters are named as the built-in's: torch compares them when it replaces built-ins.
def shaken_sum(iterable: Iterable[Any], /, start: Any = 0) -> Any:
    """The sum of plain numbers that are not all whole, one rounding step up or down."""
    listed = list(iterable)
    numbers = [start, *listed]
    if not all(type(number) in (int, float) for number in numbers):
        return exact_sum(listed, start)
    try:
        total = math.fsum(numbers)
        whole = all(float(number).is_integer() for number in numbers)
    except (OverflowError, ValueError):  # infinities of both signs, or ints too large for a float
        return exact_sum(listed, start)
    if whole or len(listed) < 3 or not math.isfinite(total):
        return exact_sum(listed, start)  # rounded once at most: no way of adding gives another sum
    return math.nextafter(total, math.inf if hash(total) % 2 else -math.inf)


builtins.sum = shaken_sum
