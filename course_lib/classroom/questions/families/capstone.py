"""Lesson 16: the limit that binds, numbers that agree, and ranges that are judged."""

from __future__ import annotations

from math import log2
from statistics import mean, median
from typing import Any

from course_lib.catalog import grids, prices
from course_lib.classroom.questions.family import Family, Given, card, fact, pick
from course_lib.display.fmt import fmt
from course_lib.estimators import energy, hardware
from course_lib.estimators.energy import carbon
from course_lib.estimators.project.constraints import Limit, allowed
from course_lib.estimators.ranges import Range, added
from course_lib.units import HOUR

CARDS = card("h100-sxm-80gb", "a100-sxm-80gb", "h200-sxm", "mi300x")

binding_limit = Family(
    id="16-binding-limit",
    text="A model is to read {wish}. Its language has {text} of text, to be read {readings} times "
    "at most. {budget} buys tokens at {a_billion} for a billion. The {cards} cards read {daily} a "
    "day together, for {days} days. How many tokens can it read?",
    given={
        "wish": pick(2e11, 4e11, 8e11, unit="tokens"),
        "text": pick(1.5e10, 3e10, 6e10, 1e11, unit="tokens"),
        "readings": pick(3, 4),
        "budget": pick(20_000, 40_000, 90_000, unit="USD"),
        "a_billion": pick(150, 300, 500, unit="USD"),
        "cards": pick(16, 32, 64),
        "daily": pick(2e9, 4e9, 8e9, unit="tokens"),
        "days": pick(30, 45, 60),
    },
    sensible=lambda q: q.wish > 1.1 * min(_limits(q).values()),
    unit="tokens",
    answer=lambda q: min(_limits(q).values()),
    wrong={
        "money-always-binds": lambda q: _limits(q)["money"],
        "largest-limit-taken": lambda q: max(_limits(q).values()),
        "first-failing-limit": lambda q: next(
            most for most in _limits(q).values() if most < q.wish
        ),
        "no-limit-checked": lambda q: q.wish,
    },
    why="Each limit is turned into the tokens that it allows; all hold at once, so the least of "
    "them binds.",
)

range_of_a_sum = Family(
    id="16-range-of-a-sum",
    text="Three parts of a plan err independently, each with its own 80 % range in USD: {first}, "
    "{second}, {third} (low - estimate - high). What is the high end of the range of their sum?",
    given={
        "first": pick((6000, 10_000, 19_000), (8000, 12_000, 21_000), show=lambda r: _range(r)),
        "second": pick((9000, 15_000, 27_000), (5000, 8000, 16_000), show=lambda r: _range(r)),
        "third": pick(
            (2000, 5000, 12_000),
            (10_000, 14_000, 24_000),
            (4000, 6000, 13_000),
            show=lambda r: _range(r),
        ),
    },
    unit="USD",
    answer=lambda q: _sum(q).high,
    wrong={
        "ends-added-blindly": lambda q: sum(part[2] for part in (q.first, q.second, q.third)),
        "points-for-ranges": lambda q: _sum(q).value,
    },
    why="The estimates add up; the distances to the high ends add up as the root of the sum of "
    "their squares.",
)

energy_of_a_plan = Family(
    id="16-energy-of-a-plan",
    text="A plan states {device_hours}, {watts} for a card with its share of the server, a PUE of "
    "{pue}, and {grams} g of CO2 for a kilowatt-hour ({place}). How much CO2 follows?",
    given={
        "device_hours": pick(12_000, 25_000, 60_000, 150_000, unit="device hours"),
        "watts": pick(650.0, 900.0, 1100.0, unit="W"),
        "pue": pick(1.2, 1.3, 1.4, 1.6),
        "place": Given(
            choices=tuple(
                grids[key]
                for key in (
                    "france",
                    "germany",
                    "poland",
                    "sweden",
                    "india",
                    "united-states",
                    "spain",
                )
            ),
            show=lambda record: str(record.name),
        ),
        "grams": fact(lambda q: q.place.grams_per_kwh),
    },
    unit="kg",
    answer=lambda q: carbon.location_based(
        energy.run(
            q.device_hours, watts=q.watts, site=energy.Site(server=1, network=1, pue=q.pue)
        ).total,
        q.grams,
    ),
    wrong={
        "limit-without-building": lambda q: q.device_hours * q.watts / 1000 * q.grams / 1000,
        "plan-pue-twice": lambda q: q.device_hours * q.watts * q.pue**2 / 1000 * q.grams / 1000,
        "pue-divided": lambda q: q.device_hours * q.watts / q.pue / 1000 * q.grams / 1000,
    },
    why="Device hours times watts times the PUE, once, are the energy; each kilowatt-hour brings "
    "the grams of the grid.",
)

score_of_plans = Family(
    id="16-score-of-plans",
    text="Plans and what was published, in device hours: {pairs}. How far off are the plans, as "
    "the median of |log2(planned / published)|?",
    given={
        "pairs": pick(
            ((1000, 500), (300, 500), (900, 600)),
            ((4000, 1000), (500, 1500), (700, 500), (1200, 600), (900, 800)),
            ((250, 400), (3000, 1200), (800, 500)),
            ((2000, 900), (600, 1000), (1500, 700)),
            ((5000, 2000), (400, 900), (1000, 600), (2100, 1000), (300, 280)),
            ((900, 300), (120, 200), (650, 400)),
            ((1600, 500), (700, 1000), (450, 300)),
            ((2400, 900), (500, 700), (3000, 2000), (90, 40), (650, 800)),
            ((150, 60), (800, 1400), (2700, 1700)),
            ((5200, 3000), (210, 300), (1900, 700)),
            ((640, 200), (1000, 1300), (70, 40), (880, 500), (300, 450)),
            ((1250, 800), (330, 500), (6000, 1800)),
            show=lambda pairs: ", ".join(
                f"{fmt(planned)} and {fmt(true)}" for planned, true in pairs
            ),
        )
    },
    unit="doublings",
    answer=lambda q: median(abs(log2(planned / true)) for planned, true in q.pairs),
    wrong={
        "signed-errors-cancel": lambda q: mean(log2(planned / true) for planned, true in q.pairs),
        "error-relative-to-prediction": lambda q: median(
            abs(planned - true) / planned for planned, true in q.pairs
        ),
    },
    why="Distances without their sign, in doublings; the middle one of them.",
)

when_training_pays = Family(
    id="16-when-training-pays",
    text="Training a model of one's own on {read} costs {training}. Writing a million tokens with "
    "it costs {own}, a seller asks {call}. After how many written tokens has the training paid for "
    "itself?",
    given={
        "read": pick(1e11, 3e11, 1e12, unit="tokens"),
        "training": pick(60_000, 150_000, 400_000, unit="USD"),
        "call": pick(0.8, 1.5, 3.0, 6.0, unit="USD"),
        "part": pick(0.25, 0.4, 0.5),
        "own": fact(lambda q: q.call * q.part, "USD"),
    },
    unit="tokens",
    answer=lambda q: q.training / (q.call - q.own) * 1e6,
    wrong={
        "training-pays-back": lambda q: 3 * q.read,
        "own-tokens-are-free": lambda q: q.training / q.call * 1e6,
        "per-thousand-tokens": lambda q: q.training / (q.call - q.own) * 1e3,
    },
    why="The training over what each token saves: the seller's price less one's own.",
)

money_to_tokens = Family(
    id="16-money-to-tokens",
    text="{budget} are left for cards at {hourly} an hour. Each {card} has a peak of {peak}, of "
    "which {share} is reached; the model has {weights}. On how many tokens can it be trained?",
    given={
        "budget": pick(30_000, 80_000, 200_000, unit="USD"),
        "card": CARDS,
        "share": pick(0.3, 0.35, 0.4, unit="%"),
        "weights": pick(1e9, 3e9, 8e9, unit="weights"),
        "hourly": fact(lambda q: prices.rental(q.card).usd_per_device_hour, "USD"),
        "peak": fact(lambda q: hardware.peak(q.card), "FLOP/s"),
    },
    unit="tokens",
    answer=lambda q: _tokens(q, 6 * q.weights, q.share),
    wrong={
        "budget-at-the-peak": lambda q: _tokens(q, 6 * q.weights, 1),
        "budget-seconds-for-hours": lambda q: _tokens(q, 6 * q.weights, q.share) / HOUR,
        "forward-for-training": lambda q: _tokens(q, 2 * q.weights, q.share),
    },
    why="Money buys hours, hours at the reached rate are FLOPs, and a token takes six for each "
    "weight.",
)


def _limits(q: Any) -> dict[str, float]:
    """What each limit allows, in tokens."""
    limits = (
        Limit(name="text", most=q.text * q.readings, need=Range(low=1, value=1, high=1)),
        Limit(name="money", most=q.budget / q.a_billion * 1e9, need=Range(low=1, value=1, high=1)),
        Limit(name="time", most=q.daily * q.days, need=Range(low=1, value=1, high=1)),
    )
    return {name: float(most) for name, most in allowed(limits, done=1).items()}


def _sum(q: Any) -> Range:
    """The sum of the three parts of `range_of_a_sum`."""
    parts = (q.first, q.second, q.third)
    return added(Range(low=low, value=value, high=high) for low, value, high in parts)


def _range(part: tuple[int, int, int]) -> str:
    """A range in words."""
    return " - ".join(f"{end:,}".replace(",", "\u202f") for end in part)


def _tokens(q: Any, flops_a_token: float, share: float) -> float:
    """Tokens that the budget pays for."""
    return float(q.budget / q.hourly * HOUR * q.peak * share / flops_a_token)


FAMILIES = (
    binding_limit,
    range_of_a_sum,
    energy_of_a_plan,
    score_of_plans,
    when_training_pays,
    money_to_tokens,
)
