"""Lesson 14's panel: a budget and a year: what it trains, tunes and serves.

Money goes for hours of devices alone, at the rent known at the end of the year: for training and
tuning an H100's, for hosting that of the cheapest of some cards that keeps up (`hosting.cards`).
Four things are priced: an adapter, tuning all weights (both at 40 % of the peak), a year of
hosting, and training the model again in the hours that its makers published.
"""

from __future__ import annotations

from functools import cache
from math import log10
from typing import Any

from course_lib.catalog import datasets, devices, models, prices, runs
from course_lib.estimators import hardware
from course_lib.estimators.access import budgets, hosting, tuning
from course_lib.explorers.found import Amount, Found
from course_lib.explorers.look import COLOURS, GREY, INK, WIDTH_PX, Bare, fmt, short
from course_lib.explorers.plot import SMALL
from course_lib.explorers.settings import Topic, buttons, menu, slider
from course_lib.units import DAYS_A_YEAR

__all__ = ["TOPIC", "find", "prices_of"]

MODELS = {models.peek(key).name: key for key in ("llama-3-2-1b", "llama-3-8b", "llama-3-3-70b")}
TRAINER = "h100-sxm-80gb"
HOSTS = (
    *("t4", "rtx-3090", "rtx-4090", "l4", "a10g-aws-g5", "l40s", "a100-sxm-80gb"),
    *(TRAINER, "h200-sxm", "mi300x"),
)
"""Cards that may host, by their keys."""
TEXT = "llama-3-pre-training"
BUDGETS = (1, 10, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 10**6, 10**7, 10**8)
YEARS = (2023, 2024, 2025, 2026)
OWN_TEXT = (10**6, 10**7, 10**8, 10**9)
DAILY = (10**6, 10**7, 5 * 10**7, 2 * 10**8)
ASKED = {"model": "llama-3-3-70b", "own_text": 10**7, "daily": 10**6}
"""What the question is about; the panel begins with another model, so nothing shown answers it."""
GROUND = Bare(250)
LEFT, RIGHT, TOP, STEP, BAR = 178.0, 92.0, 196.0, 46.0, 20.0
"""Margins, the first bar, and from one to the next, in pixels."""
LOWEST, DECADES = -2, 10
"""The left end of the line of money, a cent, and its powers of ten."""
NAMES = ("an adapter", "tuning all weights", "a year of hosting", "training it anew")


@cache
def hour_usd(year: int) -> float:
    """US dollars for an hour of an H100 at the end of a year."""
    return prices.rental(TRAINER, as_of=str(year)).usd_per_device_hour


@cache
def _host(model: str, year: int, daily: int) -> hosting.Card | None:
    """The cheapest card that keeps up, if there is one."""
    able = hosting.cards(models[model], daily, as_of=str(year), keys=HOSTS)
    return able[0] if able else None


@cache
def prices_of(model: str, year: int, own_text: int, daily: int) -> dict[str, float]:
    """US dollars of each thing that has a price in a year; the arguments are those of `find`."""
    ways = tuning.ways(
        models[model],
        tokens=float(own_text),
        pretraining_tokens=float(datasets[TEXT].tokens or 0),
        device=devices[TRAINER],
        usd_per_device_hour=hour_usd(year),
    )
    by_name = {way.name: float(way.usd) for way in ways}
    told = {NAMES[0]: by_name["LoRA"], NAMES[1]: by_name["full tuning"]}
    card = _host(model, year, daily)
    if card is not None:
        told[NAMES[2]] = card.usd_a_year
    return told | {NAMES[3]: float(runs[model].device_hours or 0) * hour_usd(year)}


def find(*, budget: float, year: int, model: str, own_text: int, daily: int) -> Found:
    """What a budget buys at the prices of a year.

    Args:
        budget: US dollars.
        year: whose prices, at its end.
        model: the open model, a name of the catalog.
        own_text: tokens that are tuned on.
        daily: tokens that a host must be able to write a day.

    >>> case = {"year": 2026, "model": "llama-3-8b", "own_text": 10**7, "daily": 10**6}
    >>> little, more = (find(budget=budget, **case) for budget in (100, 10_000))
    >>> little.values["an adapter and a year of hosting"].value == more.amount(
    ...     "an adapter and a year of hosting")
    True
    """
    told = prices_of(model, year, own_text, daily)
    trained = _trained(budget, year)
    card = _host(model, year, daily)
    paid = [name for name, usd in told.items() if usd <= budget]
    values = {name: Amount(usd, "USD") for name, usd in told.items()}
    if card is None:
        both, host = None, "no single rented card keeps up"
    else:
        both, host = told[NAMES[0]] + card.usd_a_year, card.name
        values["an adapter and a year of hosting"] = Amount(both, "USD")
        million = card.usd_a_year / (daily * DAYS_A_YEAR / 1e6)
        values["a million tokens so hosted"] = Amount(million, "USD")
    known = models.peek(model).name
    bought = f"pays for {_listed(paid)}" if paid else "pays for none of the four"
    return Found(
        sentence=(
            f"In {year}, {fmt(budget, 'USD')} {bought} ({known}), or trains "
            f"{fmt(trained.params, 'weights')} from nothing."
        ),
        values=values
        | {
            "the hosting card": host,
            "an hour of an H100": Amount(hour_usd(year), "USD"),
            "weights it trains from nothing": Amount(trained.params),
            "text they read": Amount(trained.tokens, "tokens"),
            "their loss by the law (nats)": Amount(trained.loss),
        },
        draw=lambda axes: _draw(axes, told, budget),
        ground=GROUND,
    )


@cache
def _trained(budget: float, year: int) -> budgets.Trained:
    """What the budget trains from nothing."""
    return budgets.trains(budget, hour_usd(year), hardware.peak(devices[TRAINER]))


def _listed(names: list[str]) -> str:
    """Names with commas and an "or": each alone is paid for, not all together."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" or {names[-1]}"


def _place(usd: float) -> float:
    """Where an amount stands, in pixels."""
    part = min(max((log10(usd) - LOWEST) / DECADES, 0.0), 1.0)
    return LEFT + part * (WIDTH_PX - LEFT - RIGHT)


def _draw(axes: Any, told: dict[str, float], budget: float) -> None:
    """A bar for each price on a line of powers of ten, and the budget as an upright line."""
    bars, colours = [], []
    for row, name in enumerate(NAMES):
        low = TOP - row * STEP
        axes.text(LEFT - 8, low, name, ha="right", va="center")
        if name not in told:
            axes.text(LEFT + 8, low, "no rented card keeps up", va="center", color=GREY)
            continue
        end, within = _place(told[name]), told[name] <= budget
        bars.append([(LEFT, low), (end, low)])
        colours.append(COLOURS[0] if within else "#C8C8C8")
        words = fmt(told[name], "USD") + (" ✓" if within else "")
        axes.text(end + 6, low, words, va="center", fontsize=SMALL)
    from matplotlib.collections import LineCollection

    axes.add_collection(LineCollection(bars, colors=colours, linewidths=BAR * 0.72))
    for usd in (0.01, 10, 10_000, 10**7):
        axes.text(_place(usd), 18, short(usd, "USD"), ha="center", fontsize=SMALL, color=GREY)
    at = _place(budget)
    axes.plot([at, at], [TOP - 3 * STEP - BAR, TOP + BAR], color=INK, linewidth=2)
    axes.text(at, TOP + BAR + 4, f"budget {short(budget, 'USD')}", ha="center", weight="bold")


def _enough(year: int) -> tuple[int, float] | None:
    """The smallest budget that pays for an adapter and a year of hosting, and their price."""
    for budget in BUDGETS:
        found = find(budget=budget, year=year, **ASKED)  # type: ignore[arg-type]
        both = found.amount("an adapter and a year of hosting")
        if both <= budget:
            return budget, both
    return None


def _answer() -> str:
    """The budgets of the last and the first year."""
    now, then = _enough(YEARS[-1]), _enough(YEARS[0])
    if now is None or then is None:
        return f"No budget up to {fmt(BUDGETS[-1], 'USD')} is enough."
    adapter = prices_of(year=YEARS[-1], **ASKED)[NAMES[0]]
    return (
        f"{fmt(now[0], 'USD')} in {YEARS[-1]}, {fmt(then[0], 'USD')} in {YEARS[0]}: both together "
        f"cost {fmt(now[1], 'USD')} and {fmt(then[1], 'USD')}. The adapter is "
        f"{fmt(adapter, 'USD')} of it; the card that stands ready is the bill."
    )


TOPIC = Topic(
    name="access",
    title="what a budget trains, tunes and serves",
    question=(
        "An adapter for Llama 3.3 70B on ten million tokens, and a year of hosting a million "
        f"tokens a day: which budget just pays for both in {YEARS[-1]}, and which in {YEARS[0]}?"
    ),
    settings=(
        slider("budget", "Budget", BUDGETS, 1000, "USD"),
        buttons("year", "Prices of", {str(year): year for year in YEARS}, 2026),
        menu("model", "Open model", MODELS, "llama-3-8b"),
        slider("own_text", "Own text (tokens)", OWN_TEXT, 10**7, "tokens"),
        slider("daily", "Ready to write a day", DAILY, 10**6, "tokens"),
    ),
    find=find,
    answer=_answer,
)
