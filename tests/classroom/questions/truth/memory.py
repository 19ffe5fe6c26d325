"""The right answers of lessons 08 to 10, by other code than the families'."""

import math
from fractions import Fraction
from typing import Any

import numpy as np

from course_lib.catalog import prices, runs
from tests.classroom.questions.truth import sizes


def _mantissa_numbers(exponent: int, mantissa: int) -> list[Fraction]:
    """Every number above zero of a format with infinities, from its bit patterns."""
    bias = 2 ** (exponent - 1) - 1
    found = []
    for field in range(2**exponent - 1):
        for bits in range(2**mantissa):
            part = Fraction(bits, 2**mantissa)
            if field == 0:
                found.append(part * Fraction(2) ** (1 - bias))
            else:
                found.append((1 + part) * Fraction(2) ** (field - bias))
    return [number for number in found if number > 0]


def _counts_to(q: Any) -> int:
    """The first whole number whose next one is missing among the format's numbers."""
    held = {int(n) for n in _mantissa_numbers(q.exponent, q.mantissa) if n.denominator == 1}
    count = 1
    while count + 1 in held:
        count += 1
    return count


def _scale(q: Any) -> int:
    """By rows of good steps."""
    scale = q.start * 2 ** (q.first // q.good)
    scale = scale // 2**q.bad
    return scale * 2 ** (q.last // q.good)


def _ring(q: Any) -> float:
    """Pieces handed on round by round: each device sends one in every round."""
    piece, sent = q.size / q.devices, 0.0
    for _ in ("adding up", "handing out"):
        for _ in range(q.devices - 1):
            sent += piece
    return sent


def _bubble(q: Any) -> float:
    """Played through: each stage starts a micro-batch when it is free and the one before is done;
    backward is as a second pass in the other order, so the share is that of one pass."""
    ends = np.zeros((q.stages, q.micro))
    for stage in range(q.stages):
        for batch in range(q.micro):
            before = ends[stage - 1, batch] if stage else 0.0
            own = ends[stage, batch - 1] if batch else 0.0
            ends[stage, batch] = max(before, own) + 1
    return 1 - q.micro / ends[-1, -1]


def _interval(q: Any) -> float:
    """The least of save / t + t / (2 x mean), by trying."""
    mean = q.years * 365.25 * 86_400 / q.cards
    t = np.geomspace(1, 1e7, 20_001)
    return float(t[np.argmin(q.save / t + t / (2 * mean))])


def _room(q: Any) -> int:
    free, count = q.room - q.states, 0
    while free >= q.one:
        free, count = free - q.one, count + 1
    return count


def _ranks(text: str) -> np.ndarray:
    return np.array([int(part) for part in text.split(",")]) / 1000


TRUTH = {
    "08-counting": _counts_to,
    "08-smallest": lambda q: float(min(_mantissa_numbers(q.exponent, q.mantissa))),
    "08-bits-of-a-model": lambda q: (
        (q.short * (q.size * q.bits + q.scale) + (1 - q.short) * 16 * q.size) / q.size
    ),
    "08-lost-with-a-scale": lambda q: 1 - (q.numbers - q.scaled) / (q.numbers - q.zeros),
    "08-scale-after-steps": _scale,
    "09-states-of-training": lambda q: sizes.weights(q.model) * sum([2, 2, 4, 4, 4]),
    "09-sequences-that-fit": _room,
    "09-frozen-and-adapters": lambda q: (
        sizes.weights(q.model) * {4: 0.5, 8: 1, 16: 2}[q.bits] + q.trained * (2 + 2 + 4 + 4 + 4)
    ),
    "09-step-with-recomputing": lambda q: q.forward * (2 + q.share) / 1000,
    "09-states-and-activations": lambda q: (
        16 * sizes.weights(q.model)
        + sum(34 * q.model.d_model * q.tokens for _ in range(q.model.layers))
    ),
    "10-ring": _ring,
    "10-bubble": _bubble,
    "10-slowest-rank": lambda q: float(np.sort(_ranks(q.times))[-1]) + q.messages / 1000,
    "10-hidden-messages": lambda q: (
        max(q.compute, q.compute + q.messages - q.beside * q.compute) / 1000
    ),
    "10-saving-interval": _interval,
    "10-bill-of-speed": lambda q: (
        math.prod([runs[q.pair[1]].devices, runs[q.pair[1]].wall_seconds / 3600])
        * prices.rental("H100").usd_per_device_hour
    ),
}
