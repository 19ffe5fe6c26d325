"""Published laws that say what loss a model of N weights reaches on D tokens, and how to split a
budget between both.

The form is Hoffmann et al.'s: loss = floor + a / N^alpha + b / D^beta, in nats a token. A training
run costs C = 6ND FLOPs (see `flops`), and for a fixed C the best N and D follow in closed form. Two
sets of constants are kept: those published in 2022, rounded, and the fit of 2024 to the same runs,
which found the first fit stopped too early. They disagree by several times on how much text a
weight wants, so a lesson shows both.

A law holds for the text, tokenizer and sizes it was fitted on, and for text read once;
`datasets.effective_tokens` says what rereading is worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog.records.source import Source
from course_lib.checks import Number

FLOPS_PER_WEIGHT_AND_TOKEN = 6


@dataclass(frozen=True, kw_only=True, eq=False)
class Law:
    """The constants of loss = floor + a / N^alpha + b / D^beta."""

    name: str
    """Who fitted it, and when."""
    floor: float
    """Loss that no model and no text gets below, in nats a token."""
    a: float
    """Scale of what too small a model costs."""
    b: float
    """Scale of what too little text costs."""
    alpha: float
    """How fast more weights help."""
    beta: float
    """How fast more text helps."""
    source: Source | None = None
    """Where the constants stand; None for a law that is made up."""


HOFFMANN = Law(
    name="Hoffmann et al. 2022",
    floor=1.69,
    a=406.4,
    b=410.7,
    alpha=0.34,
    beta=0.28,
    source=Source(
        text="arXiv 2203.15556, approach 3, equation 10, rounded as published and as quoted in "
        "public notes",
        date="2022",
        kind="estimated",
        evidence="read, second hand",
    ),
)
BESIROGLU = Law(
    name="Besiroglu et al. 2024",
    floor=1.8172,
    a=482.01,
    b=2085.43,
    alpha=0.3478,
    beta=0.3658,
    source=Source(
        text="arXiv 2404.10102, a new fit to the points of Hoffmann et al., as quoted in public "
        "notes",
        date="2024",
        kind="estimated",
        evidence="read, second hand",
    ),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Split:
    """How to spend a budget: the two factors of C = 6ND."""

    params: Number
    """Weights of the model."""
    tokens: Number
    """Tokens to train on, each read once."""

    @property
    def tokens_per_param(self) -> Number:
        """Tokens for each weight."""
        return self.tokens / self.params


def loss(law: Law, params: Number, tokens: Number) -> Number:
    """Loss in nats a token after training `params` weights on `tokens` tokens, each read once.

    >>> round(loss(HOFFMANN, 70e9, 1.4e12), 3), round(loss(BESIROGLU, 70e9, 1.4e12), 3)
    (1.937, 1.974)
    """
    checks.instance("law", law, Law)
    params, tokens = checks.positive("params", params), checks.positive("tokens", tokens)
    checks.broadcast(params=params, tokens=tokens)
    return law.floor + law.a * params**-law.alpha + law.b * tokens**-law.beta


def optimal(law: Law, budget_flops: Number) -> Split:
    """The weights and tokens of least loss among all that cost `budget_flops`.

    The cost is 6 x params x tokens.

    Setting the derivative to zero gives params = g (C / 6)^(beta / (alpha + beta)) with
    g = (alpha a / (beta b))^(1 / (alpha + beta)). Source: Hoffmann et al. 2022 (arXiv 2203.15556),
    equation 4. The result is no whole number of weights; attention's own products are left out of
    the cost.

    >>> chinchilla = optimal(BESIROGLU, 5.76e23)
    >>> round(chinchilla.params / 1e9), round(chinchilla.tokens_per_param)
    (72, 18)
    """
    checks.instance("law", law, Law)
    pairs = checks.positive("budget_flops", budget_flops) / FLOPS_PER_WEIGHT_AND_TOKEN
    exponents = law.alpha + law.beta
    g = (law.alpha * law.a / (law.beta * law.b)) ** (1 / exponents)
    params = g * pairs ** (law.beta / exponents)
    return Split(params=params, tokens=pairs / params)


@dataclass(frozen=True, kw_only=True, eq=False)
class PowerLaw:
    """A straight line through points on two logarithmic axes: y = scale * x^exponent."""

    exponent: float
    """The slope; -0.1 means that ten times the x divides y by 10^0.1."""
    scale: float
    """y at x = 1."""
    low: float
    """Lowest exponent when each point in turn is left out."""
    high: float
    """Highest exponent when each point in turn is left out."""

    def at(self, x: Number) -> Number:
        """y at `x`."""
        return self.scale * checks.positive("x", x) ** self.exponent


def fit_power(x: Sequence[float], y: Sequence[float]) -> PowerLaw:
    """The power law nearest to the points, with the range of its exponent.

    Nearest by least squares of the logarithms. The range is that of leaving out each point in turn:
    how far a single point decides. It is no confidence interval.

    Raises:
        ValueError: fewer than four points, x and y of different lengths, or a value that is not
        above zero.

    >>> law = fit_power([1, 2, 4, 8], [10, 5, 2.5, 1.25])
    >>> round(law.exponent, 6), round(law.low, 6), round(law.at(16), 6)
    (-1.0, -1.0, 0.625)
    """
    log_x, log_y = (
        np.log(np.ravel(checks.positive(name, values))) for name, values in (("x", x), ("y", y))
    )
    if len(log_x) < 4 or len(log_x) != len(log_y):
        raise ValueError(
            f"x and y must hold equally many values, at least 4, got {len(log_x)} and {len(log_y)}"
        )
    # All at one x: no slope can be told.
    if np.ptp(log_x) == 0:
        raise ValueError(f"x must hold different values, got only {x[0]}")
    # A power law is a straight line in logarithms: its slope is the exponent.
    slope, height = np.polyfit(log_x, log_y, 1)
    without = [
        np.polyfit(np.delete(log_x, i), np.delete(log_y, i), 1)[0] for i in range(len(log_x))
    ]
    return PowerLaw(
        exponent=float(slope),
        scale=float(np.exp(height)),
        low=float(min(without)),
        high=float(max(without)),
    )
