"""What a model costs each year after it has been trained: retraining, post-training, hosting,
evaluation.

Design choices:
- Every part is also told as a share of the first training, because that is what people call the
  price of a model.
- Hosting has a floor. A machine that stands ready is paid for day and night, and few users cannot
  fill it: the bill is the larger one of the tokens' price and of the machines kept ready.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib import checks
from course_lib.checks import Number
from course_lib.units import DAYS_A_YEAR, HOURS_A_YEAR


@dataclass(frozen=True, kw_only=True, eq=False)
class Upkeep:
    """A year's bill for a model in use, in US dollars."""

    first_training: Number
    """What the first training cost, once; no part of the year's bill."""
    retraining: Number
    """Training again on newer text, against decay."""
    post_training: Number
    """Teaching it again how to behave: instructions, preferences, corrections of bias."""
    hosting: Number
    """Answering."""
    evaluation: Number
    """Testing each new version."""

    @property
    def parts(self) -> dict[str, Number]:
        """The parts of the year's bill by name."""
        names = ("retraining", "post_training", "hosting", "evaluation")
        return {name: getattr(self, name) for name in names}

    @property
    def total(self) -> Number:
        """The year's bill."""
        return self.retraining + self.post_training + self.hosting + self.evaluation

    @property
    def share(self) -> Number:
        """The year's bill over the first training."""
        return self.total / self.first_training


def hosting_usd(
    tokens_per_day: Number,
    usd_per_million_tokens: Number,
    ready_devices: Number = 0,
    usd_per_device_hour: Number = 0,
) -> Number:
    """A year of answering: the tokens' price, but never less than the devices that stand ready.

    >>> hosting_usd(1e6, usd_per_million_tokens=1.0)
    365.25
    >>> hosting_usd(1e6, usd_per_million_tokens=1.0, ready_devices=1, usd_per_device_hour=3.0)
    26298.0
    """
    amounts = {
        "tokens_per_day": tokens_per_day,
        "usd_per_million_tokens": usd_per_million_tokens,
        "ready_devices": ready_devices,
        "usd_per_device_hour": usd_per_device_hour,
    }
    tokens, price, ready, hourly = (
        checks.positive(name, amount, zero=True) for name, amount in amounts.items()
    )
    checks.broadcast(**dict(zip(amounts, (tokens, price, ready, hourly), strict=True)))
    return checks.larger(tokens / 1e6 * price * DAYS_A_YEAR, ready * hourly * HOURS_A_YEAR)


def yearly(
    first_training_usd: Number,
    *,
    hosting: Number = 0,
    retrainings: Number = 1,
    retraining_share: Number = 1,
    post_trainings: Number = 1,
    post_training_share: Number = 0,
    evaluation_share: Number = 0,
) -> Upkeep:
    """A year's bill from shares of the first training.

    Args:
        first_training_usd: the first training.
        hosting: a year of answering, in US dollars (see `hosting_usd`).
        retrainings: how often a year it is trained again.
        retraining_share: what one retraining costs, over the first training.
        post_trainings: how often a year its behaviour is taught again.
        post_training_share: what that costs each time, over the first training.
        evaluation_share: what testing costs a year, over the first training.

    >>> shares = {"retraining_share": 0.1, "post_training_share": 0.002}
    >>> bill = yearly(1e6, hosting=5e5, retrainings=2, **shares)
    >>> bill.total, bill.share
    (702000.0, 0.702)
    """
    first = checks.positive("first_training_usd", first_training_usd)
    amounts = {
        "hosting": hosting,
        "retrainings": retrainings,
        "retraining_share": retraining_share,
        "post_trainings": post_trainings,
        "post_training_share": post_training_share,
        "evaluation_share": evaluation_share,
    }
    checked = {name: checks.positive(name, amount, zero=True) for name, amount in amounts.items()}
    checks.broadcast(first_training_usd=first, **checked)
    return Upkeep(
        first_training=first,
        retraining=first * checked["retrainings"] * checked["retraining_share"],
        post_training=first * checked["post_trainings"] * checked["post_training_share"],
        hosting=checked["hosting"],
        evaluation=first * checked["evaluation_share"],
    )
