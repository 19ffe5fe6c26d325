"""Lesson 13: rent or own, what a token costs, and what a call costs."""

from __future__ import annotations

from math import ceil
from typing import Any

from course_lib.catalog import prices
from course_lib.classroom.questions.family import SELLERS, Family, card, fact, pick
from course_lib.estimators import cost
from course_lib.estimators.cost import calls
from course_lib.units import HOUR, HOURS_A_YEAR

CARDS = card("h100-sxm-80gb", "a100-sxm-80gb", "h200-sxm", "b200-sxm", "mi300x", "l40s", "rtx-4090")
HOURLY = fact(lambda q: prices.rental(q.card).usd_per_device_hour, "USD")

break_even = Family(
    id="13-break-even",
    text="A machine costs {purchase}. While it works it draws {kilowatts} kW, at a PUE of {pue} "
    "and {kwh} a kilowatt-hour; people and place cost {fixed} for every hour of the calendar. It "
    "works {share} of the time. One like it rents for {rent} an hour. After how many hours of use "
    "has it paid for itself?",
    given={
        "purchase": pick(120_000, 200_000, 250_000, 300_000, unit="USD"),
        "kilowatts": pick(6, 8, 10),
        "pue": pick(1.2, 1.3, 1.5),
        "kwh": pick(0.12, 0.18, 0.25, unit="USD"),
        "fixed": pick(1.5, 2, 3, unit="USD"),
        "share": pick(0.4, 0.5, 0.6, 0.8, unit="%"),
        "rent": pick(16, 20, 24, 32, unit="USD"),
    },
    unit="hours of use",
    answer=lambda q: cost.break_even_hours(
        cost.Server(
            purchase_usd=q.purchase,
            busy_watts=q.kilowatts * 1000,
            pue=q.pue,
            usd_per_kwh=q.kwh,
            staff_usd_per_year=q.fixed * HOURS_A_YEAR,
            life_years=20,
        ),
        q.rent,
        q.share,
    ),
    wrong={
        "purchase-alone": lambda q: q.purchase / q.rent,
        "power-omitted": lambda q: q.purchase / (q.rent - q.fixed / q.share),
        "full-use-assumed": lambda q: q.purchase / (q.rent - q.kilowatts * q.pue * q.kwh - q.fixed),
    },
    why="The purchase over what an hour of use saves: the rent less power, less the calendar's "
    "costs over the share of use.",
)

price_of_a_million = Family(
    id="13-price-of-a-million",
    text="One {card} rents for {hourly} an hour. It writes {rate} tokens a second when it is "
    "busy, and it is busy {share} of the time. What do a million written tokens cost?",
    given={
        "card": CARDS,
        "hourly": HOURLY,
        "rate": pick(400, 900, 1500, 2500, 4000),
        "share": pick(0.2, 0.3, 0.4, 0.5, 0.6, unit="%"),
    },
    unit="USD",
    answer=lambda q: cost.rent_usd(q.hourly, 1e6 / q.rate) / q.share,
    wrong={
        "peak-throughput": lambda q: q.hourly / (q.rate * HOUR) * 1e6,
        "utilisation-cheapens": lambda q: q.hourly / (q.rate * HOUR) * 1e6 * q.share,
        "per-thousand-tokens": lambda q: q.hourly / (q.rate * HOUR * q.share) * 1e3,
    },
    why="The price of an hour over the tokens really served in it: rate times 3600 times the share "
    "of the time that it is busy.",
)

price_of_a_call = Family(
    id="13-price-of-a-call",
    text="A seller asks, for a million tokens, {input} fresh, {cached_usd} cached and {output} "
    "written. A call reads {read}, of which {cached} are in the cache; the model thinks for "
    "{thinking} and writes {written}. What does the call cost?",
    given={
        "seller": SELLERS,
        "input": fact(lambda q: calls.asked(q.seller).input, "USD"),
        "cached_usd": fact(lambda q: calls.asked(q.seller).cached, "USD"),
        "output": fact(lambda q: calls.asked(q.seller).written, "USD"),
        "read": pick(8000, 20_000, 40_000, unit="tokens"),
        "cached": pick(4000, 6000, 7500),
        "thinking": pick(1000, 2000, 4000, unit="tokens"),
        "written": pick(400, 800, 1500, unit="tokens"),
    },
    unit="USD",
    answer=lambda q: (
        calls.call(
            calls.asked(q.seller),
            fresh=q.read - q.cached,
            cached=q.cached,
            thinking=q.thinking,
            written=q.written,
        ).total
    ),
    wrong={
        "thinking-is-free": lambda q: _call(q, thinking=0),
        "thinking-is-read": lambda q: _call(q, thinking=q.input),
        "cache-changes-nothing": lambda q: _call(q, cached=q.input),
        "cached-twice": lambda q: _call(q) + q.cached * q.input / 1e6,
    },
    why="Fresh, cached and written tokens each at their own price; thoughts are written.",
)

cards_for_a_day = Family(
    id="13-cards-for-a-day",
    text="A service writes {tokens} a day. One {card} writes {rate} tokens a second when busy, and "
    "{share} of that is really sold. Cards are rented whole, for the whole day, at {hourly} an "
    "hour. What does a day cost?",
    given={
        "card": CARDS,
        "hourly": HOURLY,
        "tokens": pick(8e7, 1.5e8, 3e8, 6e8, unit="tokens"),
        "rate": pick(900, 1500, 2500, 4000),
        "share": pick(0.3, 0.4, 0.5, 0.6, unit="%"),
    },
    unit="USD",
    answer=lambda q: cost.rent_usd(
        q.hourly, 24 * HOUR, ceil(q.tokens / (q.rate * q.share * 24 * HOUR))
    ),
    wrong={
        "parts-of-a-card": lambda q: q.hourly * 24 * q.tokens / (q.rate * q.share * 24 * HOUR),
        "all-of-it-sold": lambda q: q.hourly * 24 * ceil(q.tokens / (q.rate * 24 * HOUR)),
        "cheapest-hour-wins": lambda q: q.hourly * 24,
    },
    why="Tokens of a day over what a card sells in a day, rounded up to whole cards; each is paid "
    "for 24 hours.",
)

power_of_an_owner = Family(
    id="13-power-of-an-owner",
    text="An owner's machine draws {kilowatts} kW for {hours} hours a year in a building with a "
    "PUE of {pue}; a kilowatt-hour costs {kwh}. What does its electricity cost in a year?",
    given={
        "kilowatts": pick(2, 6, 8, 10),
        "hours": pick(2000, 4000, 6000, 8000),
        "pue": pick(1.2, 1.3, 1.5, 1.6),
        "kwh": pick(0.08, 0.12, 0.18, 0.25, unit="USD"),
    },
    unit="USD",
    answer=lambda q: cost.energy_usd(q.kilowatts * 1000, q.hours, q.kwh, q.pue),
    wrong={
        "power-is-energy": lambda q: q.kilowatts * q.pue * q.kwh,
        "pue-divided": lambda q: q.kilowatts * q.hours / q.pue * q.kwh,
    },
    why="Kilowatts times hours times the PUE are kilowatt-hours, and each has its price.",
)


def _call(q: Any, thinking: float | None = None, cached: float | None = None) -> float:
    """A call's price, with another price for thoughts or for cached tokens."""
    thoughts = q.output if thinking is None else thinking
    again = q.cached_usd if cached is None else cached
    tokens_usd = (q.read - q.cached) * q.input + q.cached * again
    return float(tokens_usd + q.thinking * thoughts + q.written * q.output) / 1e6


FAMILIES = (break_even, price_of_a_million, price_of_a_call, cards_for_a_day, power_of_an_owner)
