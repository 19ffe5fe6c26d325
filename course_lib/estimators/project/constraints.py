"""What stands in the way of a plan: each limit beside what the plan needs of it, and which of them
decides.

Design choices:
- A need is a range, so a limit is not simply met or missed: it may be met by the middle of the
  range and missed by its upper end. `Limit.met` has a word for each of four cases.
- The limit with the largest share used decides. Loosening any other changes nothing.
- Needs that grow in proportion to what is done (tokens, pictures) can be turned round: how much
  does each limit allow? Memory does not grow so; it is a limit like the others, but it allows all
  or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.checks import Number
from course_lib.display.fmt import fmt
from course_lib.estimators.project.plan import FITS, Plan
from course_lib.estimators.ranges import Range, ranged
from course_lib.estimators.training.whole_run import Estimate

NAMED = (("money", "USD"), ("time", "s"), ("carbon", "kg"), ("text", "tokens"))
"""The limits of a project, in order, with their units."""
WORDS = ("met", "likely met", "likely missed", "missed")
"""By how much of the range lies within the limit: all, the middle, the lower end only, nothing."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Limit:
    """How much there is of something, and how much the plan needs.

    >>> money = Limit(name="money", most=100, need=Range(low=60, value=80, high=120), unit="USD")
    >>> money.share.value, money.met
    (0.8, 'likely met')
    """

    name: str
    """What is limited, such as "money"."""
    most: Number
    """How much there is, in the base unit."""
    need: Range
    """How much the plan needs, in the same unit."""
    unit: str = ""
    """Unit in which people read both, as in tables."""

    def __post_init__(self) -> None:
        # The record is frozen; this is the way past its lock.
        object.__setattr__(self, "most", checks.positive("most", self.most))
        object.__setattr__(self, "need", ranged("need", self.need))
        checks.broadcast(most=self.most, need=self.need.value)

    @property
    def share(self) -> Range:
        """What the plan needs over what there is, with its range."""
        return (
            self.need.scaled(1 / np.asarray(self.most))
            if np.ndim(self.most)
            else self.need.scaled(1 / self.most)
        )

    @property
    def met(self) -> str:
        """One of `WORDS`. For single numbers only."""
        share = self.share
        # The count of ends beyond the limit, 0 to 3, is the place of the word.
        return WORDS[sum(bool(end > 1) for end in (share.low, share.value, share.high))]


def binding(limits: Iterable[Limit], end: str = "value") -> Limit:
    """The limit that decides: the one of which the plan uses the largest share.

    Args:
        limits: at least one, of single numbers.
        end: which end of the ranges to go by: "low", "value" or "high", the cautious one.

    Raises:
        ValueError: no limit, or no such end.

    >>> money = Limit(name="money", most=100, need=Range(low=60, value=80, high=90))
    >>> time = Limit(name="time", most=10, need=Range(low=4, value=7, high=12))
    >>> binding([money, time]).name, binding([money, time], end="high").name
    ('money', 'time')
    """
    listed = list(limits)
    if not listed:
        raise ValueError("limits must hold at least one limit")
    checks.one_of("end", end, ("low", "value", "high"))
    return max(listed, key=lambda limit: getattr(limit.share, end))


def allowed(limits: Iterable[Limit], done: Number) -> dict[str, Number]:
    """How much each limit allows, where every need grows in proportion to what is done.

    Args:
        limits: with the needs of a plan that does `done`.
        done: such as the tokens of that plan.

    >>> allowed([Limit(name="money", most=100, need=Range(low=10, value=20, high=40))], done=1e12)
    {'money': 5000000000000.0}
    """
    done = checks.positive("done", done)
    return {limit.name: done / limit.share.value for limit in limits}


def loosened(limits: Iterable[Limit], done: Number, name: str, factor: Number) -> Number:
    """How much all limits together allow once the one called `name` is `factor` times as wide.

    Raises:
        KeyError: no limit of that name.

    >>> limits = [Limit(name="money", most=100, need=20), Limit(name="time", most=10, need=5)]
    >>> loosened(limits, 1.0, "money", 10), loosened(limits, 1.0, "time", 10)  # time decides
    (2.0, 5.0)
    """
    amounts = allowed(limits, done)
    if name not in amounts:
        raise KeyError(f"no limit is called {name!r}; there are {', '.join(amounts)}")
    wider = {**amounts, name: amounts[name] * checks.positive("factor", factor)}
    least: Number = np.inf
    for amount in wider.values():
        least = checks.smaller(least, amount)
    return least if np.ndim(least) else float(least)


def of_training(
    found: Estimate,
    *,
    usd: Number | None = None,
    seconds: Number | None = None,
    carbon_kg: Number | None = None,
    text_tokens: Number | None = None,
    tokens: Number | None = None,
) -> list[Limit]:
    """The limits of a training run that are given, each with what the run needs.

    Args:
        found: the run as planned.
        usd: money for device hours.
        seconds: time until it must be done.
        carbon_kg: carbon that may be spent, location-based.
        text_tokens: tokens of text there are, repeats that still help counted; needs `tokens`.
        tokens: tokens the run reads.

    Raises:
        ValueError: no limit at all, or one whose need the catalog cannot tell (a price, a power).

    >>> from course_lib.catalog import models
    >>> from course_lib.estimators import training
    >>> run = training.estimate(models["llama-3-8b"], tokens=1e12, device="H100", devices=64)
    >>> [limit.name for limit in of_training(run, usd=5e5, seconds=2.6e6)]
    ['money', 'time']
    """
    needs = (
        found.bill.usd,
        Range(low=found.low, value=found.seconds, high=found.high),
        found.bill.carbon_kg,
        None if tokens is None else ranged("tokens", tokens),
    )
    return _limits((usd, seconds, carbon_kg, text_tokens), needs, "; ".join(found.bill.notes))


def of_plan(
    plan: Plan,
    *,
    usd: Number | None = None,
    seconds: Number | None = None,
    carbon_kg: Number | None = None,
    text_tokens: Number | None = None,
) -> list[Limit]:
    """The limits of a project that are given, each with what its plan needs: all of its money, not
    only that for device hours. A plan that only calls uses no time, carbon or text of its own.

    Args:
        plan: the plan.
        usd: money there is.
        seconds: time until it must be done.
        carbon_kg: carbon that may be spent, location-based.
        text_tokens: tokens of text there are, repeats that still help counted.

    Raises:
        ValueError: no limit at all, or one whose need the plan does not tell.

    >>> people = Range(low=60e3, value=90e3, high=140e3)
    >>> plan = Plan(purpose="letters", way="call", parts_usd={"people": people}, usd=people)
    >>> [(limit.name, limit.met) for limit in of_plan(plan, usd=1e5, seconds=86400)]
    [('money', 'likely met')]
    """
    run, given = plan.run, (usd, seconds, carbon_kg, text_tokens)
    if run is None:
        return _limits((usd, None, None, None), (plan.usd, None, None, None), "no price")
    needs = (plan.usd, run.seconds, run.carbon_kg, ranged("tokens", run.tokens))
    return _limits(given, needs, "the plan says null there")


def unmet(plan: Plan, limits: Iterable[Limit]) -> list[str]:
    """Why a plan cannot be carried out, a sentence each: it does not fit its devices, or more than
    the middle of a need lies beyond its limit.

    Args:
        plan: the plan.
        limits: what there is, as `of_plan` gives it.

    >>> late = Limit(name="time", most=30, need=Range(low=20, value=40, high=90), unit="s")
    >>> part = Range(low=1, value=2, high=3)
    >>> unmet(Plan(purpose="it", way="call", parts_usd={"calls": part}, usd=part), [late])
    ['time: the plan needs 40 s, and there are 30 s']
    """
    sentences = []
    if plan.run is not None and plan.run.fits == FITS[2]:
        sentences.append(
            f"memory: each device has to hold {fmt(float(plan.run.memory_bytes.value), 'B')}, "
            f"and {plan.run.device} does not hold that"
        )
    for limit in limits:
        if limit.met in WORDS[2:]:
            # four digits, so that a plan just beyond its limit reads otherwise than the limit
            need, most = (fmt(float(x), limit.unit, 4) for x in (limit.need.value, limit.most))
            sentences.append(f"{limit.name}: the plan needs {need}, and there are {most}")
    return sentences


def _limits(
    given: Iterable[Number | None], needs: Iterable[Range | None], unknown: str
) -> list[Limit]:
    """The limits that are given, beside their needs; money, time, carbon, text, in this order."""
    limits = []
    for (name, unit), most, need in zip(NAMED, given, needs, strict=True):
        if most is None:
            continue
        if need is None:
            raise ValueError(
                f"{name} is limited, but what the run needs of it is not known: {unknown}"
            )
        limits.append(Limit(name=name, most=most, need=need, unit=unit))
    if not limits:
        raise ValueError("at least one of usd, seconds, carbon_kg and text_tokens must be given")
    return limits
