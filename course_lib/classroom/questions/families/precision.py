"""Lesson 08: what few bits can tell apart, what they lose, and what scales cost."""

from __future__ import annotations

from typing import Any

from course_lib.classroom.questions.family import Family, pick, stated
from course_lib.estimators import precision
from course_lib.estimators.precision import blocks

FORMATS = {"exponent": pick(4, 5, 6), "mantissa": pick(2, 3, 4, 5, 6, 7, 8, 9, 10)}

counting = Family(
    id="08-counting",
    text="A floating-point format has a sign, {exponent} exponent bits and {mantissa} mantissa "
    "bits; its largest exponent stands for infinity. Somebody adds one again and again, and each "
    "sum is stored in it. At which number does the count stop?",
    given=FORMATS,
    unit="",
    whole=True,
    answer=lambda q: precision.floating(q.exponent, q.mantissa).counts_to,
    sensible=lambda q: precision.floating(q.exponent, q.mantissa).largest > 2 ** (q.mantissa + 2),
    wrong={
        "leading-bit-forgotten": lambda q: 2**q.mantissa,
        "exponent-for-mantissa": lambda q: 2**q.exponent,
        "range-is-resolution": lambda q: precision.floating(q.exponent, q.mantissa).largest,
    },
    why="The mantissa bits and the 1 in front of them tell whole numbers apart up to two to their "
    "number; from there on neighbours lie two apart.",
)

smallest = Family(
    id="08-smallest",
    text="A floating-point format has {exponent} exponent bits and {mantissa} mantissa bits, as in "
    "IEEE 754: its bias is {bias}, and it has subnormal numbers. What is its smallest number "
    "above zero?",
    given={**FORMATS, "bias": stated(lambda q: precision.floating(q.exponent, q.mantissa).bias)},
    unit="",
    answer=lambda q: precision.floating(q.exponent, q.mantissa).smallest,
    wrong={
        "no-subnormals": lambda q: 2.0 ** (2 - 2 ** (q.exponent - 1)),
        "exponent-for-mantissa": lambda q: 2.0 ** (2 - 2 ** (q.exponent - 1) - q.exponent),
    },
    why="Two to the lowest exponent, 1 less the bias, and from there down by the mantissa bits: "
    "subnormal numbers fill the gap to zero.",
)

bits_of_a_model = Family(
    id="08-bits-of-a-model",
    text="{short} of a model's weights are stored in {bits} bits, each block of {size} with a "
    "scale of {scale} bits; the other weights stay in 16 bits. How many bits does a weight take on "
    "average?",
    given={
        "short": pick(0.8, 0.85, 0.9, 0.95, unit="%"),
        "bits": pick(3, 4),
        "size": pick(16, 32),
        "scale": pick(8, 16),
    },
    unit="bits",
    answer=lambda q: (
        q.short
        * blocks.Blocks(
            codes=_codes(q.bits), size=q.size, scale={8: "fp8_e4m3", 16: "fp16"}[q.scale]
        ).bits_a_weight
        + 16 * (1 - q.short)
    ),
    wrong={
        "scales-are-free": lambda q: q.short * q.bits + 16 * (1 - q.short),
        "scale-for-every-weight": lambda q: q.short * (q.bits + q.scale) + 16 * (1 - q.short),
        "rest-stays-long": lambda q: q.bits + q.scale / q.size,
    },
    apart=1.05,
    why="A short weight takes its code and a share of its block's scale; the mean weighs both "
    "kinds by how many there are of each.",
)

lost_with_a_scale = Family(
    id="08-lost-with-a-scale",
    text="Of {numbers} gradients {zeros} are zero already. Rounded to fp16, {plain} are zero; "
    "multiplied by the loss scale first, {scaled}. Which share of the gradients that were not zero "
    "is lost with the scale?",
    given={
        "numbers": pick(10_000, 20_000, 50_000),
        "zeros": pick(1000, 2000, 3000, 4000),
        "plain": pick(4500, 6000, 7500),
        "scaled": pick(1200, 1500, 2400, 3300, 4200),
    },
    sensible=lambda q: q.zeros < q.scaled < q.plain < q.numbers,
    unit="%",
    answer=lambda q: (q.scaled - q.zeros) / (q.numbers - q.zeros),
    wrong={
        "zeros-were-zero": lambda q: q.scaled / q.numbers,
        "scaled-against-unscaled": lambda q: (q.plain - q.zeros) / (q.numbers - q.zeros),
    },
    why="What became zero over what was not: true zeros are left out above and below the line.",
)

scale_after_steps = Family(
    id="08-scale-after-steps",
    text="A loss scale starts at {start}. It is halved after a step with an overflow and doubled "
    "after {good} good steps in a row. There are {first} good steps, then {bad} in a row that "
    "overflow, then {last} good ones. What is the scale?",
    given={
        "start": pick(1024, 2048, 4096, 8192),
        "good": pick(100, 200),
        "first": pick(250, 350, 450),
        "bad": pick(1, 2, 3),
        "last": pick(120, 220, 330),
    },
    unit="",
    whole=True,
    answer=lambda q: _scale(q, lower=True, grow=True),
    wrong={
        "scale-never-lowers": lambda q: _scale(q, lower=False, grow=True),
        "scale-never-grows": lambda q: _scale(q, lower=True, grow=False),
    },
    why="Each full row of good steps doubles it, each overflow halves it, and counting starts anew "
    "after both.",
)


def _codes(bits: int) -> Any:
    """A format of so many bits."""
    return precision.floating(bits - 2, 1, "numbers")


def _scale(q: Any, *, lower: bool, grow: bool) -> int:
    """The loss scale after the steps, step by step."""
    scale, row = q.start, 0
    for good in [True] * q.first + [False] * q.bad + [True] * q.last:
        row = row + 1 if good else 0
        if not good and lower:
            scale //= 2
        if row == q.good and grow:
            scale, row = scale * 2, 0
    return int(scale)


FAMILIES = (counting, smallest, bits_of_a_model, lost_with_a_scale, scale_after_steps)
