"""Which size of model costs least over its life: trained once, then asked for years.

A scaling law says how much text each size needs for the same loss. A small model reads more in
training and works less for every token it serves, so the more it will be used, the smaller the best
size, and the further beyond the split that is best for training alone.

Design choices:
- Work is counted as 6 FLOPs a weight and token in training, 2 in serving, attention apart.
- A size that cannot reach the loss with any text has infinite work, so that a sweep shows where
  sizes end.
- A law holds for the text and sizes it was fitted on; see `scaling_laws`.

Source: the question is that of Sardana et al. 2023, "Beyond Chinchilla-Optimal" (arXiv 2401.00448).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.checks import Number
from course_lib.estimators.cost.token_price import SERVE_FLOPS, TRAIN_FLOPS
from course_lib.estimators.datasets.scaling_laws import Law


@dataclass(frozen=True, kw_only=True, eq=False)
class Life:
    """What a model of some size costs in FLOPs, from first training step to last served token."""

    params: Number
    """Weights."""
    tokens: Number
    """Tokens it must read to reach the loss; infinite where no text would do."""
    training_flops: Number
    """FLOPs of training."""
    serving_flops: Number
    """FLOPs of all served tokens."""

    @property
    def total(self) -> Number:
        """Training and serving together."""
        return self.training_flops + self.serving_flops


def tokens_for(law: Law, params: Number, loss: Number) -> Number:
    """Tokens that a model of `params` weights must read to reach `loss`; infinite if none do.

    Solves loss = floor + a / N^alpha + b / D^beta for D.

    >>> from course_lib.estimators.datasets.scaling_laws import BESIROGLU, loss
    >>> reached = loss(BESIROGLU, 8e9, 1e12)
    >>> round(tokens_for(BESIROGLU, 8e9, reached) / 1e12, 6), tokens_for(BESIROGLU, 1e9, reached)
    (1.0, inf)
    """
    checks.instance("law", law, Law)
    params, loss = checks.positive("params", params), checks.positive("loss", loss)
    checks.broadcast(params=params, loss=loss)
    room = np.asarray(loss - law.floor - law.a * params**-law.alpha, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Twice: inside, 1 stands in for a room that has no real power; outside, infinity takes its
        # place.
        tokens = np.where(
            room > 0, (law.b / np.where(room > 0, room, 1.0)) ** (1 / law.beta), np.inf
        )
    return tokens if np.ndim(tokens) else float(tokens)


def life(law: Law, params: Number, loss: Number, served_tokens: Number) -> Life:
    """The work of a model's life, if it is trained until it reaches `loss`.

    Args:
        law: says how much text a size needs.
        params: weights.
        loss: in nats a token.
        served_tokens: tokens read and written for its users over the years.

    >>> from course_lib.estimators.datasets.scaling_laws import BESIROGLU
    >>> popular = life(BESIROGLU, 8e9, 2.1, served_tokens=1e12)
    >>> popular.serving_flops / 1e22, popular.total > popular.serving_flops
    (1.6, True)
    """
    params, served = (
        checks.positive("params", params),
        checks.positive("served_tokens", served_tokens, zero=True),
    )
    tokens = tokens_for(law, params, loss)
    checks.broadcast(tokens=tokens, served_tokens=served)
    return Life(
        params=params,
        tokens=tokens,
        training_flops=TRAIN_FLOPS * params * tokens,
        serving_flops=SERVE_FLOPS * params * served,
    )


def best(law: Law, loss: float, served_tokens: float) -> Life:
    """The size with the least work over its life among all that reach `loss`.

    Sizes are searched in steps of one per cent.

    Raises:
        ValueError: `loss` lies at or below the law's floor, so that no size reaches it.

    >>> from course_lib.estimators.datasets.scaling_laws import BESIROGLU, loss, optimal
    >>> split = optimal(BESIROGLU, 1e23)
    >>> unused = best(BESIROGLU, loss(BESIROGLU, split.params, split.tokens), served_tokens=0)
    >>> abs(unused.params / split.params - 1) < 0.05  # nobody asks: the best split for training
    True
    """
    if loss <= law.floor:
        raise ValueError(f"loss must be above the law's floor of {law.floor}, got {loss}")
    # From a million weights to 3e15, because 1.01^2200 is 3e9.
    sizes = 1e6 * 1.01 ** np.arange(2200)
    place = int(np.argmin(life(law, sizes, loss, served_tokens).total))
    return life(law, float(sizes[place]), loss, served_tokens)
