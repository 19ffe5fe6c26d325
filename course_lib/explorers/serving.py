"""Lesson 06's panel: a server under load: how long each request waits for its first token, what all
get together, and how full the memory is.

Simulated requests come by chance, with lengths that vary, to Llama 3 8B on one card with a paged
cache (`serving.serve`). Every setting meets the same chances. Where more comes than the server can
finish the line never ends; what is shown then belongs to the requests that were
simulated, and the load says so.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import numpy as np

from course_lib.catalog import devices, models
from course_lib.estimators import serving
from course_lib.estimators.inference import Machine
from course_lib.explorers.found import Amount, Found
from course_lib.explorers.look import COLOURS, GREY, INK, fmt
from course_lib.explorers.plot import SMALL, Frame, Scale, label
from course_lib.explorers.settings import Topic, buttons, menu, slider

__all__ = ["TOPIC", "find", "serve"]

MODEL = "llama-3-8b"
CARDS = {devices.peek(key).name: key for key in ("h100-sxm-80gb", "h200-sxm", "rtx-4090", "l4")}
RATES = (0.5, 1, 2, 4, 8, 12, 16, 20, 24, 32, 48)
PLACES = (1, 4, 8, 16, 32, 64, 128, 256)
BEGIN_RATE, BEGIN_PLACES = 8, 16
PROMPTS = (100, 200, 500, 1000, 2000, 4000)
OUTPUTS = (50, 100, 200, 400, 800)
SPREADS = {"all equal": 0.0, "mixed": 1.0}
REQUESTS = 300
"""Requests of a simulation: enough for a 95th percentile, few enough for a turn of a control."""
NEARLY_FULL = 0.9
"""Load from which on so few simulated requests say too little: a line takes time to build up."""
UNLUCKY, SOON = 95, 1.0
"""The percentile that is shown, and the seconds that the question asks for."""
GROUND = Frame(
    x=Scale(
        low=0.0, high=1.0, name="share of the requests", unit="%", marks=(0, 0.25, 0.5, 0.75, 0.95)
    ),
    y=Scale(
        low=0.01,
        high=1000,
        name="time to the first token, shortest first",
        log=True,
        marks=(0.01, 0.1, 1, 10, 60, 600),
        unit="s",
    ),
    height_px=310,
    right=150,
)
SHARES = (np.arange(REQUESTS - REQUESTS // 10) + 1) / (REQUESTS - REQUESTS // 10)
"""Shares at which the waits stand when sorted; the first tenth found an empty server."""


@cache
def _pace(card: str, places: int) -> serving.Pace:
    """What the model takes on a card."""
    return serving.pace_of(_machine(card), models[MODEL], places=places, longest=_longest())


@cache
def _blocks(card: str) -> int:
    """Blocks of a card's memory beside the weights."""
    room = serving.room_tokens(_machine(card), models[MODEL], longest=_longest())
    return room // serving.BLOCK


def _machine(card: str) -> Machine:
    return Machine(device=card, software="server")


def _longest() -> int:
    return int(models[MODEL].max_positions)


@lru_cache(maxsize=256)
def serve(
    rate: float, places: int, card: str, prompt: int, output: int, spread: float
) -> serving.Paged:
    """What became of the requests; the arguments are those of `find`."""
    crowd = serving.draw(
        REQUESTS,
        arrivals_per_second=rate,
        prompt=prompt,
        output=output,
        spread=spread,
        longest=_longest(),
    )
    return serving.serve(crowd, _pace(card, places), blocks=_blocks(card))


def most_per_second(card: str, places: int, prompt: int, output: int) -> float:
    """Requests that a full server finishes in a second, at mean lengths: about.

    While one answer is written, each of the places takes up another request, whose prompt is read
    while all stand still.

    >>> 7 < most_per_second("h100-sxm-80gb", 32, prompt=200, output=400) < 11
    True
    """
    pace = _pace(card, places)
    held = _blocks(card) * serving.BLOCK / (prompt + output)
    running = max(1, min(places, int(held)))
    step = pace.step_seconds[running - 1]
    step += pace.cached_token_seconds * running * (prompt + output / 2)
    return float(running / (output * step + running * pace.reading(prompt)))


def find(*, rate: float, places: int, card: str, prompt: int, output: int, spread: float) -> Found:
    """A server under load.

    Args:
        rate: requests that come in a second, on average.
        places: most requests that run at once.
        card: a name of the catalog of devices.
        prompt: mean tokens of a prompt.
        output: mean tokens of an answer.
        spread: standard deviation of the logarithm of both lengths.

    >>> case = {"card": "H100", "prompt": 200, "output": 400, "spread": 1.0, "places": 64}
    >>> few, many = (find(rate=rate, **case) for rate in (1, 8))
    >>> what = "tokens a second, all users"
    >>> few.amount(what) < many.amount(what)
    True
    """
    served = serve(rate, places, card, prompt, output, spread)
    first, between = (
        served.percentile(what, UNLUCKY) for what in ("first_token_seconds", "token_seconds")
    )
    full = float(served.blocks_used.max() / served.blocks)
    load = rate / most_per_second(card, places, prompt, output)
    ends = "" if load < NEARLY_FULL else " Nearly full: with more requests the waits would grow."
    ends = ends if load < 1 else " More come than it can finish: the line never ends."
    put_out = int(served.preemptions.sum())
    return Found(
        sentence=(
            f"{fmt(rate, 'requests')} a second, {fmt(places, 'places')}: "
            f"{fmt(served.tokens_per_second, 'tokens/s')} for all. Of {REQUESTS} simulated, "
            f"{UNLUCKY} in 100 see a first token within {fmt(first, 's')}.{ends}"
        ),
        values={
            "load, about": Amount(load, "%"),
            "tokens a second, all users": Amount(served.tokens_per_second),
            f"first token, {UNLUCKY} of 100 within": Amount(first, "s"),
            "first token, median": Amount(served.percentile("first_token_seconds", 50), "s"),
            f"next token, {UNLUCKY} of 100 within": Amount(between, "s"),
            "requests that run, on average": Amount(served.mean_running),
            "memory for the cache, fullest": Amount(full, "%"),
            "tokens that the memory holds": Amount(served.blocks * serving.BLOCK),
            "times that a request was put out": Amount(put_out),
        },
        draw=lambda axes: _draw(axes, served, full),
        ground=GROUND,
    )


def _draw(axes: Any, served: serving.Paged, full: float) -> None:
    """All waits in order, those of the panel's beginning thin and grey; the memory at the side."""
    begun = serve(**TOPIC.defaults())
    if served is not begun:
        axes.plot(SHARES, _waits(begun), color="#BBBBBB", linewidth=1.6)
    axes.plot(SHARES, _waits(served), color=COLOURS[0])
    share, first = UNLUCKY / 100, served.percentile("first_token_seconds", UNLUCKY)
    axes.plot([share] * 2, [GROUND.y.low, first], color=INK, linestyle=":", linewidth=1.4)
    axes.plot([share], [first], "o", color=COLOURS[1], markersize=10, clip_on=False)
    label(axes, share, first, fmt(first, "s"), "left")
    _gauge(axes, full)


def _waits(served: serving.Paged) -> np.ndarray:
    """Times to the first token in order, the first tenth of the requests left out."""
    return np.sort(served.first_token_seconds[REQUESTS // 10 :])


def _gauge(axes: Any, full: float) -> None:
    """The memory as an upright bar beside the axes."""
    from matplotlib.patches import Rectangle

    left, width = 1.1, 0.08
    place = {"transform": axes.transAxes, "clip_on": False}
    axes.add_patch(
        Rectangle((left, 0), width, 1, facecolor="#F2F2F2", edgecolor=GREY, linewidth=0.8, **place)
    )
    axes.add_patch(Rectangle((left, 0), width, full, facecolor=COLOURS[2], **place))
    centre = left + width / 2
    text = {"transform": axes.transAxes, "ha": "center", "fontsize": SMALL}
    axes.text(centre, 1.03, "memory", **text)
    axes.text(centre, -0.03, f"{fmt(full, '%')} full", va="top", **text)


def _answer() -> str:
    """The fewest places that make the first token come soon."""
    found = {places: find(**(TOPIC.defaults() | {"places": places})) for places in PLACES}
    names = [f"{what}, {UNLUCKY} of 100 within" for what in ("first token", "next token")]
    begin = TOPIC.defaults()["places"]
    enough = [
        places
        for places, each in found.items()
        if each.amount(names[0]) < SOON and each.amount("load, about") < NEARLY_FULL
    ]
    if not enough:
        return "No number of places is enough: the card itself is too slow for so many."
    few = enough[0]
    return (
        f"{fmt(few, 'places')} are enough: {found[few].numbers[names[0]]} in place of "
        f"{found[begin].numbers[names[0]]}. Each reader pays a little: a token takes up to "
        f"{found[few].numbers[names[1]]} in place of {found[begin].numbers[names[1]]}, since more "
        "write at the same time."
    )


TOPIC = Topic(
    name="serving",
    title="a server under load",
    question=(
        f"{BEGIN_RATE} requests come a second, and with {BEGIN_PLACES} places the line explodes. "
        f"How many places bring the first token within {fmt(SOON, 's', digits=1)} for {UNLUCKY} of "
        f"100 users, at a load below {fmt(NEARLY_FULL, '%', 2)}, and what does every reader pay?"
    ),
    settings=(
        slider("rate", "Requests a second", RATES, BEGIN_RATE),
        slider("places", "Places", PLACES, BEGIN_PLACES),
        menu("card", "Card", CARDS, "h100-sxm-80gb"),
        slider("prompt", "Prompt, mean (tokens)", PROMPTS, 200),
        slider("output", "Answer, mean (tokens)", OUTPUTS, 400),
        buttons("spread", "Lengths", SPREADS, 1.0),
    ),
    find=find,
    answer=_answer,
)
