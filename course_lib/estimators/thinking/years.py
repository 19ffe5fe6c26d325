"""Where the compute goes over a year: answers against training, and post-training's share.

Design choices:
- A year of answers takes 2 FLOPs for each weight in use and token. Which model answers is not
  published, so the weights in use are a range: those of the open models that came out since 2025.
- Of the tokens that a service counts, some are found in a cache and not computed. How many is
  known of one service (findings s001 to s004); that share is the low end, all tokens the value.
- The largest published run is the course's: Llama 3.1 405B. Larger ones are told of, not
  published.
- One service publishes its cards, too, and its model's training: DeepSeek's. `known_service` is
  that second opinion, in hours of cards and without any guess.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog import Transformer, datasets, findings, models
from course_lib.checks import Number
from course_lib.estimators import flops, parameters
from course_lib.estimators.ranges import Range, product
from course_lib.units import DAYS_A_YEAR, MONTHS_A_YEAR

SINCE, LEAST = 2025, 1e9
"""Year from which open models count for what answers today, and their least weights."""
FORWARD = 2
"""FLOPs a weight and token of a forward pass (Kaplan et al. 2020, section 2.1)."""
SERVICE = "s084"
"""The finding with the most tokens a month."""
RUN, RUN_TEXT = "llama-3-1-405b", "llama-3-pre-training"
SHARES = ("r063", "r061", "r062")
"""Findings of post-training's share, in the order in which their models came out."""

__all__ = [
    "PostTraining",
    "active_weights",
    "answers_over_training",
    "computed_share",
    "known_service",
    "largest_run_flops",
    "olmo_share",
    "post_training",
    "year_of_answers_flops",
]


def active_weights() -> Range:
    """Weights in use for a token in today's open models: 10th, 50th and 90th percentile.

    >>> found = active_weights()
    >>> [round(end / 1e9, 1) for end in found.ends]
    [3.5, 13.1, 36.8]
    """
    used = [
        float(parameters.count(model).active)
        for model in models.values()
        if isinstance(model, Transformer)
        and model.year >= SINCE
        and parameters.count(model).total >= LEAST
    ]
    low, value, high = (float(np.percentile(used, part)) for part in (10, 50, 90))
    return Range(low=low, value=value, high=high)


def computed_share() -> Range:
    """Part of a service's tokens that is computed: all of them, or all that no cache held.

    >>> round(computed_share().low, 2)  # 434 of 776 billion tokens a day
    0.56
    """
    read, cached, written = (float(findings[key].value or 0) for key in ("s001", "s002", "s004"))
    return Range(low=(read - cached + written) / (read + written), value=1.0, high=1.0)


def year_of_answers_flops(
    tokens_a_month: Number, weights: Range | Number, computed: Range | Number = 1.0
) -> Range:
    """FLOPs of a year of a service.

    Args:
        tokens_a_month: read and written.
        weights: of its model, those in use for a token.
        computed: part of the tokens that no cache held.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> year_of_answers_flops(1e12, weights=1e9).value  # 12 x 10^12 tokens, 2 x 10^9 FLOPs each
    2.4e+22
    """
    tokens = checks.positive("tokens_a_month", tokens_a_month)
    return product(weights, computed, FORWARD * MONTHS_A_YEAR * tokens)


def largest_run_flops() -> float:
    """FLOPs of the largest published run: 6 N D of Llama 3.1 405B.

    >>> f"{largest_run_flops():.2g}"
    '3.8e+25'
    """
    tokens = checks.positive("tokens", datasets[RUN_TEXT].tokens)
    return float(flops.training(models[RUN], tokens=tokens))


def answers_over_training() -> Range:
    """A year of the largest published service over the largest published run: claim D02's numbers.

    >>> found = answers_over_training()
    >>> found.low > 1, 10 < found.value < 100
    (True, True)
    """
    tokens = float(findings[SERVICE].value or 0)
    year = year_of_answers_flops(tokens, active_weights(), computed_share())
    return year.scaled(1 / largest_run_flops())


def known_service() -> float:
    """Card-hours of a year of DeepSeek's service over those of its model's training.

    The cards of one published day, nights counted in; and the training's hours from those of its
    post-training and their share (findings s005, r063).

    >>> 5 < known_service() < 6
    True
    """
    day = float(findings["s005"].value or 0) * 8 * 24
    return day * DAYS_A_YEAR / (5000 / float(findings["r063"].value or 1))


@dataclass(frozen=True, kw_only=True)
class PostTraining:
    """A published share of post-training in a model's compute."""

    key: str
    """Of its finding."""
    name: str
    """The model."""
    share: float
    """Post-training over pre-training."""


def post_training() -> list[PostTraining]:
    """Post-training's published shares, the earliest model first: claim D03's numbers are the first
    and the last; and one more, from two published counts of card-hours.

    >>> [(each.name, round(each.share, 3)) for each in post_training()]
    [('DeepSeek-V3', 0.002), ('DeepSeek-R1', 0.05), ('DeepSeek-V3.2', 0.1)]
    """
    return [
        PostTraining(
            key=key,
            name=findings[key].claim.partition(":")[0],
            share=float(findings[key].value or 0),
        )
        for key in SHARES
    ]


def olmo_share() -> float:
    """Continued reinforcement learning of Olmo 3.1 Think 32B over its pre-training, by card-hours
    (findings r064, r065).

    >>> round(olmo_share(), 3)
    0.108
    """
    return float(findings["r064"].value or 0) / float(findings["r065"].value or 1)
