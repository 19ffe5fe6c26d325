"""Lesson 14's panel: a budget and a year: what it trains, tunes and serves.

Money goes for hours of devices alone. An hour for training is the one with the most FLOPs for the
money by the end of the year (`budgets.best_hour`); an hour for hosting is that of the cheapest
rented card that keeps up (`hosting.cards`). A run reaches 40 % of the peak. Four things are priced:
an adapter, tuning all weights, a year of hosting, and training the model on its published text.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from course_lib.catalog import datasets, models
from course_lib.catalog.records.transformer import Transformer
from course_lib.estimators import hardware
from course_lib.estimators.access import budgets, hosting, tuning
from course_lib.explorers.found import Amount, Found
from course_lib.explorers.look import COLOURS, GREY, INK, WIDTH_PX, Bare, fmt, short
from course_lib.explorers.plot import SMALL
from course_lib.explorers.settings import Topic, buttons, menu, slider

__all__ = ["TOPIC", "find", "prices_of"]

MODELS = {models.peek(key).name: key for key in ("llama-3-2-1b", "llama-3-8b", "llama-3-1-70b")}
TEXT = "llama-3-pre-training"
"""What is read in training a model anew."""
BUDGETS = (1, 10, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 10**6, 10**7, 10**8)
YEARS = (2023, 2024, 2025, 2026)
OWN_TEXT = (10**6, 10**7, 10**8, 10**9)
DAILY = (10**5, 10**6, 4 * 10**6, 10**7)
ASKED = {"model": "llama-3-8b", "own_text": 10**7, "daily": 10**6}
"""What the question is about."""
GROUND = Bare(250)
LEFT, RIGHT, TOP, STEP, BAR = 178.0, 92.0, 196.0, 46.0, 20.0
"""Margins, the first bar, and from one to the next, in pixels."""
LOWEST, DECADES = -2, 10
"""The left end of the line of money, a cent, and its powers of ten."""
NAMES = ("an adapter", "tuning all weights", "a year of hosting", "training it anew")


@cache
def prices_of(model: str, year: int, own_text: int, daily: int) -> dict[str, float]:
    """US dollars of each thing that has a price in a year; the arguments are those of `find`."""
    known, hour = models[model], budgets.best_hour(year)
    ways = tuning.ways(
        known,
        tokens=float(own_text),
        pretraining_tokens=float(datasets[TEXT].tokens or 0),
        device=hour.device,
        usd_per_device_hour=hour.usd,
    )
    by_name = {way.name: float(way.usd) for way in ways}
    told = {NAMES[0]: by_name["LoRA"], NAMES[1]: by_name["full tuning"]}
    able = _hosts(known, year, daily)
    if able is not None:
        told[NAMES[2]] = able.usd_a_year
    return told | {NAMES[3]: by_name["from scratch"]}


def _hosts(model: Transformer, year: int, daily: int) -> hosting.Card | None:
    """The cheapest rented card that keeps up, if there is one."""
    able = hosting.cards(model, daily, as_of=str(year))
    return able[0] if able else None


def find(*, budget: float, year: int, model: str, own_text: int, daily: int) -> Found:
    """What a budget buys at the prices of a year.

    Args:
        budget: US dollars.
        year: whose prices, at its end.
        model: the open model, a name of the catalog.
        own_text: tokens that are tuned on.
        daily: tokens that a host must be able to write a day, for one reader at a time.

    >>> case = {"year": 2026, "model": "llama-3-8b", "own_text": 10**7, "daily": 10**6}
    >>> little, more = (find(budget=budget, **case) for budget in (100, 10_000))
    >>> little.values["an adapter and a year of hosting"].value == more.amount(
    ...     "an adapter and a year of hosting")
    True
    """
    told = prices_of(model, year, own_text, daily)
    hour = budgets.best_hour(year)
    trained = budgets.trains(budget, hour.usd, hardware.peak(hour.device))
    card = _hosts(models[model], year, daily)
    paid = [name for name, usd in told.items() if usd <= budget]
    values = {name: Amount(usd, "USD") for name, usd in told.items()}
    if card is None:
        both, host = None, "no single rented card keeps up"
    else:
        both, host = told[NAMES[0]] + card.usd_a_year, card.name
        values["an adapter and a year of hosting"] = Amount(both, "USD")
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
            "the hour for training": f"{hour.device.name}, {hour.basis}",
            "weights it trains from nothing": Amount(trained.params),
            "text they read": Amount(trained.tokens, "tokens"),
            "their loss by the law (nats)": Amount(trained.loss),
        },
        draw=lambda axes: _draw(axes, told, budget),
        ground=GROUND,
    )


def _listed(names: list[str]) -> str:
    """Names with commas and an "or": each alone is paid for, not all together."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" or {names[-1]}"


def _place(usd: float) -> float:
    """Where an amount stands, in pixels."""
    from math import log10

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
    adapter = prices_of(year=YEARS[-1], **ASKED)[NAMES[0]]  # type: ignore[arg-type]
    return (
        f"{fmt(now[0], 'USD')} in {YEARS[-1]}, {fmt(then[0], 'USD')} in {YEARS[0]}: both together "
        f"cost {fmt(now[1], 'USD')} and {fmt(then[1], 'USD')}. The adapter is "
        f"{fmt(adapter, 'USD')} of it; the card that stands ready is the bill."
    )


TOPIC = Topic(
    name="access",
    title="what a budget trains, tunes and serves",
    question=(
        "An adapter for Llama 3 8B on ten million tokens, and a card that hosts it for a year at "
        f"a million tokens a day: which is the smallest budget that pays for both in {YEARS[-1]}, "
        f"and which was it in {YEARS[0]}?"
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
