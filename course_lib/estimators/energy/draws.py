"""What a device draws while it works: more, the busier its arithmetic and its memory are.

A device that waits with its clocks up draws a fifth of its stated power. Each share of its
bandwidth and of its peak that a program uses takes a part of what is left up to the stated power,
which no device exceeds for long:

    load = 1 - (1 - waiting) x exp(-(memory x share of bandwidth + arithmetic x share of peak))

Design choices:
- A busy memory alone (a decoding step for one text) draws some 85 % of the stated power,
  arithmetic at a third of its peak (a large batch, training) as much.
- So the energy of a token changes less than its time: who waits draws less.
- The constants come from the power that servers drew at the speed that was measured with it, so
  they do not depend on how well the speed is estimated.
"""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.catalog import efficiency
from course_lib.catalog.constants import constant
from course_lib.checks import Number
from course_lib.estimators.ranges import Range


def load(arithmetic: Number, memory: Number) -> Number:
    """Share of the power between idle and stated that a device draws at work.

    Args:
        arithmetic: FLOP/s that are done, as a share of the peak.
        memory: bytes a second that are read, as a share of the bandwidth.

    >>> round(load(0, 0), 2), round(load(0.01, 0.7), 2), round(load(0.4, 0.3), 2)
    (0.11, 0.76, 0.93)
    """
    used = {
        "arithmetic": checks.positive("arithmetic", arithmetic, zero=True),
        "memory": checks.positive("memory", memory, zero=True),
    }
    checks.broadcast(**used)
    drawn = sum(constant(f"power-{name}") * share for name, share in used.items())
    found = 1 - (1 - constant("power-waiting")) * np.exp(-drawn)
    return found if np.ndim(found) else float(found)


def known(key: str) -> Range:
    """A constant of the table with the values that single sources want as its ends.

    >>> known("power-training").value
    0.9
    """
    record = efficiency.peek(key)
    middle = constant(key)
    return Range(low=min(record.low, middle), value=middle, high=max(record.high, middle))


def training() -> Range:
    """Share of the power between idle and stated that training draws.

    >>> training().low < training().value <= 1
    True
    """
    return known("power-training")
