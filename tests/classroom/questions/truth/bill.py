"""The right answers of lessons 11 to 13, by other code than the families'."""

import itertools
import re
from typing import Any

import numpy as np

from course_lib.catalog import findings, prices
from tests.classroom.questions.truth.work import hourly


def _price(seller: str, what: str) -> float:
    return prices[f"{seller}-{what}"].value


def _coverage(q: Any) -> float:
    """Every way to draw the tries, one by one."""
    draws = list(itertools.combinations(range(q.samples), q.tries))
    return sum(min(draw) < q.right for draw in draws) / len(draws)


def _agent(q: Any) -> tuple[int, int]:
    """Tokens read and written, turn by turn."""
    read = written = 0
    text = q.first
    for _ in range(q.turns):
        read += text
        written += q.written
        text += q.added
    return read, written


def _agent_usd(q: Any) -> float:
    read, written = _agent(q)
    return (read * _price(q.seller, "input") + written * _price(q.seller, "output")) / 1e6


def _sampling(q: Any) -> float:
    """Seconds for a thousand tokens and a billion weights."""
    work = 1e12
    sampling = 2 * work / q.sampling
    rest = sum(2 * work / q.learning for _ in range(q.scorings)) + 6 * work / q.learning
    return sampling / (sampling + rest)


def _solved(q: Any) -> float:
    """From the finding's own words: "77.6 % solved; USD 0.11 a task ..."."""
    numbers = [float(part) for part in _numbers(findings[q.row].notes)]
    solved, usd = numbers[0], numbers[1]
    return usd / (solved / 100)


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", text)


def _kilowatt_hours(q: Any) -> float:
    return q.card.power_watts / 1000 * q.cards * q.hours * q.pue


def _growth(q: Any) -> float:
    """The growth at which the energy is as before, by bisection."""
    low, high = 1.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        used = middle * (q.chips / q.gain + q.cooling / q.cool_gain + (1 - q.chips - q.cooling))
        low, high = (middle, high) if used < 1 else (low, middle)
    return low


def _best_start(q: Any) -> float:
    day = np.array([float(part) for part in q.day.split(",")])
    return min(np.roll(day, -start)[: q.blocks].mean() for start in range(6))


def _even_hours(q: Any) -> float:
    """The first hour of use, in small steps, at which an owner has paid no more than a tenant."""
    hours = np.arange(0, 200_000, 5.0)
    owner = q.purchase + hours * q.kilowatts * q.pue * q.kwh + hours / q.share * q.fixed
    return float(hours[np.argmax(owner <= hours * q.rent)])


def _cards(q: Any) -> int:
    sold, cards = 0.0, 0
    while sold < q.tokens:
        sold, cards = sold + q.rate * q.share * 86_400, cards + 1
    return cards


TRUTH = {
    "11-cost-of-a-task": lambda q: (
        (q.read * _price(q.seller, "input") + (q.hidden + q.visible) * _price(q.seller, "output"))
        / 1e6
    ),
    "11-cached-reading": lambda q: (
        q.read
        * ((1 - q.part) * _price(q.seller, "input") + q.part * _price(q.seller, "cached-input"))
        / 1e6
    ),
    "11-cost-of-a-solved-task": _solved,
    "11-coverage-of-tries": _coverage,
    "11-reading-of-an-agent": lambda q: _agent(q)[0],
    "11-cost-of-an-agent": _agent_usd,
    "11-share-of-sampling": _sampling,
    "12-energy-of-a-run": lambda q: 1000 * _kilowatt_hours(q),
    "12-carbon-of-a-run": lambda q: _kilowatt_hours(q) * q.place.grams_per_kwh / 1000,
    "12-growth-that-eats-a-gain": _growth,
    "12-best-start": _best_start,
    "12-joules-a-token": lambda q: (
        ((q.idle + 25) * 2 * q.seconds - q.idle * q.seconds)
        / sum(q.read + q.written for _ in range(q.runs) for _ in range(q.batch))
    ),
    "13-break-even": _even_hours,
    "13-price-of-a-million": lambda q: hourly(q.card) * (1e6 / (q.rate * q.share)) / 3600,
    "13-price-of-a-call": lambda q: (
        sum(
            tokens * _price(q.seller, what)
            for tokens, what in (
                (q.read - q.cached, "input"),
                (q.cached, "cached-input"),
                (q.thinking, "output"),
                (q.written, "output"),
            )
        )
        / 1e6
    ),
    "13-cards-for-a-day": lambda q: 24 * _cards(q) * hourly(q.card),
    "13-power-of-an-owner": lambda q: q.kilowatts * q.pue * q.hours * q.kwh,
}
