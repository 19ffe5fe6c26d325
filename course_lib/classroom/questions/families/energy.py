"""Lesson 12: energy of a run, carbon by place and hour, and what efficiency gives back."""

from __future__ import annotations

from math import prod
from typing import Any

from course_lib.catalog import grids
from course_lib.classroom.questions.family import Family, Given, card, fact, pick, stated
from course_lib.estimators import energy
from course_lib.estimators.energy import carbon
from course_lib.units import KWH

PLACES = Given(
    choices=tuple(
        grids[key]
        for key in (
            "sweden",
            "france",
            "germany",
            "poland",
            "india",
            "united-states",
            "norway",
            "united-kingdom",
            "japan",
            "australia",
            "brazil",
        )
    ),
    show=lambda record: str(record.name),
)
RUN = {
    "card": card("h100-sxm-80gb", "a100-sxm-80gb", "h200-sxm", "mi300x", "l40s"),
    "cards": pick(64, 128, 256, 512),
    "hours": pick(100, 240, 400, 720),
    "device_hours": stated(lambda q: q.cards * q.hours, "device hours"),
    "watts": fact(lambda q: q.card.power_watts, "W"),
    "pue": pick(1.15, 1.2, 1.3, 1.4, 1.6),
}

energy_of_a_run = Family(
    id="12-energy-of-a-run",
    text="A run took {device_hours} on {cards} {card}. Each draws {watts}, all else around it left "
    "out, and the building has a PUE of {pue}. How much energy did the run take?",
    given=RUN,
    unit="Wh",
    answer=lambda q: _joules(q) / KWH * 1000,
    wrong={
        "pue-divided": lambda q: q.watts * q.device_hours / q.pue,
        "devices-twice": lambda q: q.watts * q.device_hours * q.pue * q.cards,
        "kwh-for-mwh": lambda q: q.watts * q.device_hours * q.pue * 1000,
        "power-is-energy": lambda q: q.watts * q.cards,
    },
    why="Device hours are devices times hours already: times the watts of one and the PUE, once.",
)

carbon_of_a_run = Family(
    id="12-carbon-of-a-run",
    text="{cards} {card} of {watts} each ran for {hours} hours ({device_hours}) in a building with "
    "a PUE of {pue}. The grid of {place} emits {grams} g of CO2 for a kilowatt-hour. How much CO2 "
    "is that?",
    given={**RUN, "place": PLACES, "grams": fact(lambda q: q.place.grams_per_kwh)},
    unit="kg",
    answer=lambda q: carbon.location_based(_joules(q), q.grams),
    wrong={
        "pue-divided": lambda q: q.watts * q.device_hours / q.pue / 1000 * q.grams / 1000,
        "power-is-energy": lambda q: q.watts * q.cards * q.pue / 1000 * q.grams / 1000,
        "devices-twice": lambda q: (
            q.watts * q.device_hours * q.pue * q.cards / 1000 * q.grams / 1000
        ),
    },
    why="Kilowatt-hours of the machines times the PUE, times the grams of the grid.",
)

growth_that_eats_a_gain = Family(
    id="12-growth-that-eats-a-gain",
    text="Of a service's energy {chips} goes into chips and {cooling} into cooling, the rest into "
    "other parts. Chips become {gain} times as efficient, cooling {cool_gain} times, and the rest "
    "stays. How many times as much may the service be used before it takes as much energy as now?",
    given={
        "chips": pick(0.5, 0.6, 0.7, unit="%"),
        "cooling": pick(0.1, 0.15, 0.2, unit="%"),
        "gain": pick(1.5, 2, 3, 4),
        "cool_gain": pick(1.2, 1.5, 2),
    },
    unit="x",
    answer=lambda q: 1 / _left(q),
    wrong={
        "gain-on-everything": lambda q: prod((q.gain, q.cool_gain)),
        "gains-averaged": lambda q: (
            q.chips * q.gain + q.cooling * q.cool_gain + (1 - q.chips - q.cooling)
        ),
        "gain-for-leftover": lambda q: _left(q),
        "percent-for-factor": lambda q: 1 / _left(q) - 1,
        "rest-left-out": lambda q: 1 / (q.chips / q.gain + q.cooling / q.cool_gain),
    },
    why="Each part's share is divided by its own gain; one over the sum of what is left is the "
    "growth.",
)

best_start = Family(
    id="12-best-start",
    text="Six blocks of four hours make a day. The grid emits, block by block, {day} g/kWh, the "
    "same every day. A job runs for {blocks} blocks without a stop. What is its mean "
    "intensity if it starts at the best time?",
    given={
        "day": pick(
            "90, 310, 480, 220, 350, 140",
            "520, 180, 430, 390, 210, 240",
            "150, 420, 130, 500, 460, 170",
            "300, 95, 410, 280, 160, 190",
            "80, 360, 390, 300, 410, 200",
            "260, 470, 120, 380, 330, 150",
            "110, 340, 290, 450, 380, 160",
            "230, 400, 510, 260, 120, 180",
            "70, 150, 330, 410, 290, 100",
            "480, 350, 140, 190, 420, 500",
        ),
        "blocks": pick(2, 3),
    },
    unit="g/kWh",
    answer=lambda q: min(_means(q)),
    wrong={
        "cleanest-single-hour": lambda q: _means(q)[_day(q).index(min(_day(q)))],
        "dirtiest-for-cleanest": lambda q: max(_means(q)),
        "day-ends-the-job": lambda q: min(_means(q)[: len(_day(q)) - q.blocks + 1]),
    },
    why="The smallest mean over all blocks of the job, of all six starts: a late start runs on "
    "past midnight.",
)

joules_a_token = Family(
    id="12-joules-a-token",
    text="A counter shows {joules} J after {runs} runs, which took {seconds} s together. Each run "
    "reads {read} and writes {written} tokens for each of {batch} texts. The idle machine draws "
    "{idle} W. How much energy does the work take for a token, read or written?",
    given={
        "runs": pick(5, 8, 10),
        "seconds": pick(20, 30, 40, 60),
        "read": pick(100, 200, 300),
        "written": pick(100, 150, 200),
        "batch": pick(2, 4, 8),
        "idle": pick(20, 30, 40),
        "joules": stated(lambda q: (q.idle + 25) * q.seconds * 2),
    },
    unit="J",
    answer=lambda q: (q.joules - q.idle * q.seconds) / (q.runs * q.batch * (q.read + q.written)),
    wrong={
        "idle-as-work": lambda q: q.joules / (q.runs * q.batch * (q.read + q.written)),
        "prompt-tokens-free": lambda q: (
            (q.joules - q.idle * q.seconds) / (q.runs * q.batch * q.written)
        ),
        "repeats-forgotten": lambda q: (
            (q.joules - q.idle * q.seconds) / (q.batch * (q.read + q.written))
        ),
        "batch-forgotten": lambda q: (
            (q.joules - q.idle * q.seconds) / (q.runs * (q.read + q.written))
        ),
    },
    why="Idle watts times seconds come off; the rest is shared by all tokens of all texts of all "
    "runs.",
)


def _joules(q: Any) -> float:
    """Energy of a run by the estimator, with nothing around the devices but the building."""
    site = energy.Site(server=1, network=1, pue=q.pue)
    return float(energy.run(q.device_hours, watts=q.watts, site=site).total)


def _left(q: Any) -> float:
    """What a piece of work still takes, over before."""
    return float(q.chips / q.gain + q.cooling / q.cool_gain + (1 - q.chips - q.cooling))


def _day(q: Any) -> list[float]:
    """The blocks of a day as numbers."""
    return [float(part) for part in q.day.split(", ")]


def _means(q: Any) -> list[float]:
    """Mean intensity of the job by the block of its start."""
    hours = [grams for grams in _day(q) for _ in range(4)]
    return [float(mean) for mean in carbon.by_start(hours, 4 * q.blocks)][::4]


FAMILIES = (energy_of_a_run, carbon_of_a_run, growth_that_eats_a_gain, best_start, joules_a_token)
