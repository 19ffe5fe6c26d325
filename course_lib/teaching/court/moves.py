"""What can move under a verdict: a number, or a published input that several numbers come from.

Design choices:
- A move is a factor on what the lessons recorded, so that all kinds share one scale. At a factor of
  1 every number is the recorded one.
- An input is not looked up again: how the numbers follow from it is a line of arithmetic, on the
  recorded numbers. Only C08 needs its estimator, for the jobs of every pair of cards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from course_lib.catalog import devices, models
from course_lib.estimators import myths
from course_lib.teaching.claims.rules import Rule, decide, parse
from course_lib.teaching.court import margins
from course_lib.teaching.court.rulings import Ruling

Numbers = Mapping[str, float]
NUMBERS = 12
"""So many of the closest calls can be moved, besides the inputs."""
LAWS = ("A02", "A08", "A13", "B02")
"""Claims decided by an exact count: no better measurement can move their number."""

__all__ = ["INPUTS", "Move", "by_rent_of_consumer_cards", "by_wind", "choices", "limits_times"]


@dataclass(frozen=True, kw_only=True)
class Move:
    """One thing that can move under one verdict."""

    claim: str
    """The claim's id."""
    words: str
    """What moves, in a few words."""
    number: str
    """The number that is shown, by its name in the claim."""
    follow: Callable[[Numbers, float], Numbers]
    """From the recorded numbers and a factor to the numbers."""

    @property
    def label(self) -> str:
        """Claim and words, as they stand in a menu."""
        return f"{self.claim}: {self.words}"


def choices(found: Mapping[str, Ruling]) -> list[Move]:
    """What can be moved: the inputs, then the numbers of the closest calls."""
    inputs = [move for move in INPUTS if move.claim in found]
    close = [
        flip
        for flip in margins.nearest(found)
        if flip.value > 0 and flip.limit > 0 and flip.claim not in LAWS
    ]
    return inputs + [
        Move(
            claim=flip.claim,
            words=flip.number.means.rstrip(","),
            number=flip.number.name,
            follow=_alone(flip.number.name),
        )
        for flip in close[:NUMBERS]
    ]


def limits_times(rules: tuple[Rule, ...], number: str, factor: float) -> tuple[Rule, ...]:
    """The rules with every limit on one number so many times as large.

    >>> asks = Rule(verdict="holds", conditions={"share": ">= 0.5"}), Rule(verdict="wrong")
    >>> limits_times(asks, "share", 2)[0].conditions
    {'share': '>= 1'}
    """
    moved = []
    for rule in rules:
        conditions = dict(rule.conditions)
        if number in conditions:
            conditions[number] = ", ".join(
                f"{sign} {limit * factor:.9g}" for sign, limit in parse(conditions[number])
            )
        moved.append(Rule(verdict=rule.verdict, conditions=conditions, because=rule.because))
    return tuple(moved)


def verdict(ruling: Ruling, move: Move, factor: float, limits: float = 1.0) -> str:
    """The verdict with what moves, and with the limits on the shown number, times a factor."""
    rules = limits_times(ruling.claim.rules, move.number, limits)
    return decide(rules, move.follow(ruling.numbers, factor)).verdict


def by_wind(numbers: Numbers, factor: float) -> Numbers:
    """B08b, with wind power emitting so many times as much.

    Dirty power is 1. Then wind is e, the machines are m, and what was recorded is e and
    a = (e + m) / (1 + m), so m = (a - e) / (1 - a).

    >>> by_wind({"electricity_left": 0.05, "all_left": 0.1}, 1.0)["all_left"]
    0.1
    """
    wind, everything = numbers["electricity_left"], numbers["all_left"]
    machines = (everything - wind) / (1 - everything)
    moved = wind * factor
    return {"electricity_left": moved, "all_left": round((moved + machines) / (1 + machines), 12)}


def by_rent_of_consumer_cards(numbers: Numbers, factor: float) -> Numbers:
    """C08, with every consumer card's hour so many times as expensive. The recorded numbers give
    the three shares their names."""
    usd, compared = _jobs()
    homes = {home for _, home in compared}
    moved = {
        job: {key: paid * factor if key in homes else paid for key, paid in spent.items()}
        for job, spent in usd.items()
    }
    shares = myths.pairs.share_won(moved, compared)
    return {name: shares[name.removeprefix("share_")] for name in numbers}


@cache
def _jobs() -> tuple[dict[str, dict[str, float]], list[tuple[str, str]]]:
    """What each job costs on each card at the catalog's prices, and the pairs that are compared."""
    cards = dict(devices.items())
    compared = myths.pairs.pairs(cards)
    used = {key: cards[key] for pair in compared for key in pair}
    return myths.pairs.job_usd(models["llama-3-8b"], used), compared


def _alone(name: str) -> Callable[[Numbers, float], Numbers]:
    return lambda numbers, factor: {**numbers, name: numbers[name] * factor}


def _all_times(numbers: Numbers, factor: float) -> Numbers:
    return {name: value * factor for name, value in numbers.items()}


def _all_over(numbers: Numbers, factor: float) -> Numbers:
    return {name: value / factor for name, value in numbers.items()}


INPUTS = (
    Move(
        claim="C08",
        words="the hour of every consumer card (USD)",
        number="share_training",
        follow=by_rent_of_consumer_cards,
    ),
    Move(claim="B08b", words="what wind emits (g/kWh)", number="all_left", follow=by_wind),
    Move(
        claim="A17",
        words="the hour of a rented H100 (USD)",
        number="rent_over_own_full",
        follow=_all_times,
    ),
    Move(
        claim="C05",
        words="the hour of a rented H100 (USD)",
        number="own_over_rent_light",
        follow=_all_over,
    ),
    Move(
        claim="B10b",
        words="tokens that are served a day",
        number="hosting_share",
        follow=_all_times,
    ),
)
"""Inputs that numbers come from: prices, tables of carbon, demand."""
