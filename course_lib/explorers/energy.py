"""Lesson 12's panel: a job on a server with eight H100, by place, hour of its start, length and
building: what it takes from the grid, and what that emits.

Two places have a published day, hour by hour; the others a mean of a year, where no hour is better
than another. A job runs on past midnight into the same day again (`energy.carbon`). Hours of the
sun and the wind differ from day to day: the day that is shown is one day.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from course_lib.catalog import cooling, grid_days, grids
from course_lib.estimators import energy
from course_lib.explorers.found import Amount, Found
from course_lib.explorers.look import COLOURS, GREY, INK, fmt
from course_lib.explorers.plot import Frame, Scale, label
from course_lib.explorers.settings import Topic, menu, slider

__all__ = ["TOPIC", "find", "hourly", "job"]

CARDS = 8
"""Of the server."""
DAYS = ("california-2022-04-13", "texas-2022-05-08")
MEANS = ("norway", "france", "germany", "united-states", "india", "poland")
PLACES = {grid_days.peek(key).name: key for key in DAYS} | {
    f"{grids.peek(key).name}, mean of a year": key for key in MEANS
}
LENGTHS = (1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 20, 24)
BUILDINGS = (1.08, 1.15, 1.2, 1.3, 1.42, 1.54, 1.67, 2.0, 2.5)
AVERAGE, BEST = "industry-average-uptime-survey-2025", "meta-fleet"
BEGIN_START, BEGIN_HOURS = 19, 4
HOURS = energy.carbon.HOURS_PER_DAY
EDGES = np.arange(HOURS + 1)
GROUND = Frame(
    x=Scale(low=0, high=HOURS, name="hour of the day", marks=(0, 4, 8, 12, 16, 20, 24)),
    y=Scale(low=0, high=800, name="carbon of electricity (g CO2e/kWh)"),
    height_px=300,
)


@cache
def hourly(place: str) -> tuple[float, ...]:
    """Grams per kilowatt-hour at each hour of a day: a published day, or a year's mean all day.

    Args:
        place: a key of `PLACES`.

    >>> len(set(hourly("france"))), len(set(hourly("texas-2022-05-08"))) > 20
    (1, True)
    """
    if place in DAYS:
        return tuple(grid_days[place].grams_per_kwh)
    return (float(grids[place].grams_per_kwh),) * HOURS


@cache
def job(hours: int, pue: float) -> energy.Energy:
    """Energy of a server with eight H100 that trains for so many hours.

    Args:
        hours: whole hours.
        pue: all energy of the building over that of its machines.

    >>> round(job(4, 1.54).total / job(4, 1.54).machines, 2)
    1.54
    """
    return energy.run(CARDS * hours, device="H100", site=energy.Site(pue=pue))


def find(*, place: str, start: int, hours: int, pue: float) -> Found:
    """Electricity and carbon of a job.

    Args:
        place: a key of the catalog of grids' days, or of grids.
        start: hour of the day at which it starts, 0 to 23.
        hours: whole hours that it takes.
        pue: of the building.

    >>> case = {"hours": 4, "pue": 1.2}
    >>> noon, night = (
    ...     find(place="california-2022-04-13", start=hour, **case).amount("carbon")
    ...     for hour in (13, 22)
    ... )
    >>> noon < 0.6 * night
    True
    """
    used, profile = job(hours, pue), hourly(place)
    grams = energy.carbon.by_start(profile, hours)
    best = energy.carbon.cleanest_start(profile, hours)
    emitted, least = (
        1000 * float(energy.carbon.location_based(used.total, each))
        for each in (grams[start], best.grams_per_kwh)
    )
    varies = float(np.ptp(grams)) > 1e-9
    begins = f"best at {best.hour} o'clock" if varies else "every start is alike"
    name = next(text for text, key in PLACES.items() if key == place)
    return Found(
        sentence=(
            f"{name}: {hours} h from {start} o'clock at a PUE of {fmt(pue)} take "
            f"{fmt(used.total / 3600, 'Wh')} and emit {fmt(emitted, 'grams')}; {begins}."
        ),
        values={
            "electricity": Amount(used.total / 3600, "Wh"),
            "carbon": Amount(emitted, "grams"),
            "carbon of a kilowatt-hour": Amount(float(grams[start]), "grams"),
            "best start": f"{best.hour} o'clock" if varies else "every start is alike",
            "carbon from the best start": Amount(least, "grams"),
            "the best start saves on the mean": Amount(best.saving, "%"),
            f"a PUE of {fmt(_best_pue())} saves": Amount(max(0.0, 1 - _best_pue() / pue), "%"),
        },
        draw=lambda axes: _draw(axes, profile, start, hours, best.hour if varies else None),
        ground=GROUND,
    )


def _best_pue() -> float:
    return float(cooling.peek(BEST).pue)


def _hours_of(start: int, hours: int) -> list[int]:
    """The hours of the day that a job takes."""
    return sorted({(start + hour) % HOURS for hour in range(hours)})


def _draw(axes: Any, profile: tuple[float, ...], start: int, hours: int, best: int | None) -> None:
    """The day as steps, the job's hours filled, and the best start marked."""
    axes.stairs(profile, EDGES, color=INK, linewidth=1.8, baseline=None)
    taken = _hours_of(start, hours)
    axes.bar([hour + 0.5 for hour in taken], [profile[hour] for hour in taken], width=1.0,
             color=COLOURS[0], alpha=0.55)  # fmt: skip
    axes.plot([start], [profile[start]], ">", color=COLOURS[0], markersize=11, clip_on=False)
    label(axes, start, profile[start], "start", "left" if start > HOURS / 2 else "right")
    if best is not None:
        place = 640
        axes.plot([best, best], [0, place], color=COLOURS[1], linestyle="--", linewidth=1.4)
        axes.plot([best], [place], "v", color=COLOURS[1], markersize=10)
        label(axes, best, place, f"best start: {best} o'clock", "right" if best < 14 else "left")
    else:
        label(axes, HOURS, 740, "only a year's mean: no hour is better", "left")
    axes.plot([0, HOURS], [0, 0], color=GREY, linewidth=0.8)


def _longest(place: str) -> int:
    """Hours up to which the best start saves more than the best building; 0 where it never does."""
    average = float(cooling.peek(AVERAGE).pue)
    building = 1 - _best_pue() / average
    able = [
        hours
        for hours in LENGTHS
        if energy.carbon.cleanest_start(hourly(place), hours).saving > building
    ]
    return max(able, default=0)


def _answer() -> str:
    """Both places that have a published day."""
    told = []
    for key in DAYS:
        day, hours = grid_days.peek(key).name, _longest(key)
        told.append(f"{day}: up to {hours} h" if hours else f"{day}: never")
    return (
        "; ".join(told) + ". The longer a job, the more dirty hours it must take along; a job of a "
        "whole day has no choice."
    )


TOPIC = Topic(
    name="energy",
    title="when, where and in which building",
    question=(
        f"An average building has a PUE of {fmt(cooling.peek(AVERAGE).pue)}, the best fleet "
        f"{fmt(_best_pue())}. Up to which length of a job does the best start save more than the "
        "best building would: in California, in Texas?"
    ),
    settings=(
        menu("place", "Place", PLACES, DAYS[0]),
        slider("start", "Start (hour of the day)", tuple(range(HOURS)), BEGIN_START),
        slider("hours", "Length (hours)", LENGTHS, BEGIN_HOURS),
        slider("pue", "PUE of the building", BUILDINGS, float(cooling.peek(AVERAGE).pue)),
    ),
    find=find,
    answer=_answer,
)
