"""Lesson 16's panel: a project with four limits, and how much of each a training run uses.

The limits are the project's own. The run is planned by `training.estimate`, at the catalog's price
of an hour of the card, so that another card brings another price.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from course_lib.catalog import devices, grids, models
from course_lib.estimators import datasets, project, training
from course_lib.estimators.parallelism.layouts import NothingFits
from course_lib.estimators.project.constraints import Limit
from course_lib.explorers.found import Amount, Found, problem
from course_lib.explorers.look import COLOURS, GREY, INK, fmt
from course_lib.explorers.plot import SMALL, Frame, Scale
from course_lib.explorers.settings import Topic, menu, slider
from course_lib.units import DAY

__all__ = ["TOPIC", "find"]

SIZES = {
    models.peek(key).name: key for key in ("llama-3.2-1b", "llama-3-8b", "qwen3-32b", "llama-3-70b")
}
CARDS = {devices.peek(key).name: key for key in ("h100-sxm-80gb", "a100-sxm-80gb", "rtx-4090")}
PLACES = {grids.peek(key).name: key for key in ("France", "Poland", "World average")}
COUNTS = (8, 16, 32, 64, 128, 256)
READINGS = (1, 2, 4, 8, 16, 32)
USD, SECONDS, CARBON_KG = 500e3, 30 * DAY, 45e3
UNIQUE = 30e9
"""Tokens of text that there are: 10 billion words of three tokens each."""
USEFUL = 4
"""Readings that are worth nearly as much as new text."""
GROUND = Frame(
    x=Scale(
        low=0.001,
        high=100,
        name="share of the limit that is used",
        unit="%",
        log=True,
        marks=(0.001, 0.01, 0.1, 1, 10, 100),
    ),
    y=Scale(low=0, high=4, name="", marks=(0,), silent=True),
    height_px=230,
)


@lru_cache(maxsize=512)
def _limits(model: str, readings: int, card: str, count: int, grid: str) -> tuple[Limit, ...]:
    """The four limits, each with what the run needs."""
    tokens = readings * UNIQUE
    found = training.estimate(
        models[model],
        tokens=tokens,
        device=card,
        devices=count,
        grid=grid,
        usd_per_device_hour=project.purpose.hour_usd(card),
    )
    there_is = {"usd": USD, "seconds": SECONDS, "carbon_kg": CARBON_KG}
    limits = project.constraints.of_training(
        found, tokens=tokens, text_tokens=USEFUL * UNIQUE, **there_is
    )
    return tuple(limits)


def find(*, model: str, readings: int, card: str, count: int, grid: str) -> Found:
    """A run beside the limits of the project.

    Args:
        model: a name of the catalog of models.
        readings: how often the text is read.
        card: a name of the catalog of devices.
        count: cards that train together.
        grid: where the electricity comes from.

    >>> case = {"model": "llama-3-8b", "card": "h100-sxm-80gb", "count": 64, "grid": "France"}
    >>> find(readings=4, **case).amount("text used"), find(readings=8, **case).amount("text used")
    (1.0, 2.0)
    """
    try:
        limits = _limits(model, readings, card, count, grid)
    except NothingFits as refused:
        return problem(f"It does not fit: {str(refused).split(';')[0]}."[:200])
    tight = project.constraints.binding(limits)
    worth = float(datasets.effective_tokens(UNIQUE, readings))
    beyond = [limit.name for limit in limits if limit.share.value > 1 + 1e-9]
    said = f"{' and '.join(beyond)} beyond the limit" if beyond else "within all four limits"
    used = {f"{limit.name} used": _used(limit) for limit in limits}
    return Found(
        sentence=(
            f"{fmt(readings * UNIQUE)} tokens, worth {fmt(worth)} new ones: {tight.name} decides, "
            f"{fmt(tight.share.value, '%')} used; {said}."
        ),
        values=used
        | {
            "money": Amount(limits[0].need.value, "USD"),
            "time": Amount(limits[1].need.value, "s"),
            "worth in new tokens": Amount(worth),
        },
        ground=GROUND,
        draw=lambda axes: _draw(axes, limits, tight),
    )


def _used(limit: Limit) -> Amount:
    """The share of a limit that is used, with its range where it has one."""
    share = limit.share
    if share.low == share.high:
        return Amount(share.value, "%")
    return Amount(share.value, "%", share.low, share.high)


def _draw(axes: Any, limits: tuple[Limit, ...], tight: Limit) -> None:
    """A bar for each limit, and the line that none may pass."""
    low, high = GROUND.x.low, GROUND.x.high
    for place, limit in enumerate(limits):
        level, share = 3 - place + 0.5, min(max(float(limit.share.value), low), high)
        colour = COLOURS[1] if limit is tight else COLOURS[0]
        axes.barh(level, share - low, left=low, height=0.55, color=colour)
        ends = [min(max(float(end), low), high) for end in (limit.share.low, limit.share.high)]
        axes.plot(ends, [level] * 2, color=INK, linewidth=1.6)
        axes.text(low * 0.8, level, limit.name, ha="right", va="center", fontsize=SMALL)
    axes.plot([1, 1], [0, 4], color=GREY, linestyle="--", linewidth=1.4)


def _answer() -> str:
    """The most readings within the limits, and the most cards that help."""
    begin = TOPIC.defaults()
    within = []
    for readings in READINGS:
        found = find(**(begin | {"readings": readings}))
        if all(found.amount(f"{name} used") <= 1 + 1e-9 for name in ("money", "time", "text")):
            within.append(readings)
    wider = find(**(begin | {"readings": within[-1], "count": COUNTS[-1]}))
    few = find(**(begin | {"readings": within[-1]}))
    worth = [
        find(**(begin | {"readings": readings})).numbers["worth in new tokens"]
        for readings in (within[-1], READINGS[-1])
    ]
    return (
        f"{fmt(within[-1])} readings use all of the text and {fmt(few.amount('money used'), '%')} "
        f"of the money. With {fmt(COUNTS[-1])} cards time falls to "
        f"{wider.numbers['time']} and the text stays used up. "
        f"{fmt(READINGS[-1])} readings would be worth {worth[1]} new tokens, not {worth[0]}."
    )


TOPIC = Topic(
    name="capstone",
    title="four limits of one project",
    question=(
        f"There are {fmt(USD, 'USD')}, a month, {fmt(CARBON_KG / 1000, 'tonnes')} of carbon and "
        f"{fmt(UNIQUE)} tokens of text, worth reading {fmt(USEFUL)} times. How often can an 8B "
        "model read it, and what do more cards, money or time buy then?"
    ),
    settings=(
        menu("model", "Model", SIZES, "llama-3-8b"),
        slider("readings", "Readings of the text", READINGS, 1),
        menu("card", "Card", CARDS, "h100-sxm-80gb"),
        slider("count", "Cards", COUNTS, 64),
        menu("grid", "Electricity from", PLACES, "Poland"),
    ),
    find=find,
    answer=_answer,
)
