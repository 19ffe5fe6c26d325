"""Lesson 13's panel: a year of answers on rented cards, on cards of one's own, and by calls.

Llama 3 8B writes on whole cards with a server's rates (`cost.yearly`); calls go to models behind an
API, by list prices. An answer reads 200 tokens and writes 400.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from course_lib.catalog import devices, models
from course_lib.estimators.cost import offers, yearly
from course_lib.explorers.found import Amount, Found
from course_lib.explorers.look import COLOURS, INK, fmt, short
from course_lib.explorers.plot import Frame, Scale, label
from course_lib.explorers.settings import Topic, buttons, menu, slider

__all__ = ["TOPIC", "find"]

MODEL = "llama-3-8b"
CARDS = {
    devices.peek(key).name: key
    for key in ("rtx-3090", "rtx-4090", "t4", "l4", "a100-sxm-80gb", "h100-sxm-80gb")
}
SELLERS = {
    "Ministral 8B": "mistral-ministral-8b-latest",
    "GPT-4.1 nano": "openai-gpt-4-1-nano",
    "GPT-4.1": "openai-gpt-4-1",
    "GPT-5.5": "openai-gpt-5-5",
}
TOKENS = tuple(float(f"{digit}e{power}") for power in range(4, 10) for digit in (1, 2, 5))
SHARES = (0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0)
RENTS = {"lowest": "usd_low", "usual": "usd_per_device_hour", "highest": "usd_high"}
ASKED = {"seller": "openai-gpt-4-1-nano", "rent": "usual"}
"""What the question is about, beside the card."""
TWO_CARDS = ("rtx-4090", "h100-sxm-80gb")
LINES = {"rent": (COLOURS[0], "-"), "own": (COLOURS[1], "--"), "call": (COLOURS[2], "-.")}
"""Colour and stroke of each way."""
AT = np.geomspace(TOKENS[0], TOKENS[-1], 120)
"""Tokens a day at which the lines are drawn."""
LOW, HIGH = 0.3, 1e8
GROUND = Frame(
    x=Scale(low=TOKENS[0], high=TOKENS[-1] * 1.05, name="tokens written a day", log=True),
    y=Scale(
        low=LOW, high=HIGH, name="cost of a year", log=True, unit="USD", marks=(1, 100, 1e4, 1e6)
    ),
    height_px=320,
    right=70,
)


@cache
def _host(card: str) -> yearly.Host:
    return yearly.host(models[MODEL], card)


@cache
def _machine(card: str) -> yearly.Machine | None:
    return yearly.machine(card)


@cache
def _hour(card: str, rent: str) -> float:
    """US dollars for an hour of a card: an end of the price lists, or the usual price."""
    price = offers.rental(card)
    assert price is not None, "every card of the menu is rented out"
    return float(getattr(price, RENTS[rent]))


def _ways(tokens: float, share: float, card: str, seller: str, rent: str) -> dict[str, float]:
    """US dollars a year by each way; without what nobody sells."""
    host, bought = _host(card), _machine(card)
    paid = {"rent": host.rent_usd(tokens, share, _hour(card, rent)) or 0.0}
    if bought is not None:
        paid["own"] = bought.year_usd(host.cards(tokens, share), share)
    return paid | {"call": yearly.call_usd(seller, tokens)}


def find(*, tokens: float, share: float, card: str, seller: str, rent: str) -> Found:
    """A year of answers by three ways.

    Args:
        tokens: tokens written in a day.
        share: utilisation: what is sold of what the cards could write.
        card: a name of the catalog of devices.
        seller: a model behind an API, as the catalog's prices begin.
        rent: which price of an hour, one of `RENTS`.

    >>> case = {"share": 0.5, "card": "rtx-4090", "seller": "openai-gpt-4-1-nano", "rent": "usual"}
    >>> few, many = (find(tokens=tokens, **case) for tokens in (1e6, 1e9))
    >>> few.amount("calls") < few.amount("rent"), many.amount("calls") > many.amount("rent")
    (True, True)
    """
    host, bought = _host(card), _machine(card)
    paid = _ways(tokens, share, card, seller, rent)
    cards, cheapest = host.cards(tokens, share), min(paid, key=lambda way: paid[way])
    even = yearly.crossing(host.rent_usd(1.0, share, _hour(card, rent)) or 0.0,
                           host.tokens_per_day(share), seller)  # fmt: skip
    verb = {"rent": "renting", "own": "owning", "call": "calling"}[cheapest]
    values: dict[str, Amount | str] = {
        "calls": Amount(paid["call"], "USD"),
        "rent": Amount(paid["rent"], "USD"),
        "own": Amount(paid["own"], "USD") if bought else "no price in the catalog",
        "cards": Amount(cards),
        "machines to buy": Amount(bought.count(cards)) if bought else "no price in the catalog",
        "a million tokens, the cheapest way": Amount(_million(paid[cheapest], tokens), "USD"),
        "most that one card sells in a day": Amount(host.tokens_per_day(share), "tokens"),
        "one card rented costs less than calls from": Amount(even, "tokens")
        if math.isfinite(even)
        else "never: it cannot write so many",
    }
    return Found(
        sentence=(
            f"{short(tokens)} tokens a day on {host.device.name}: {verb} costs least, "
            f"{fmt(paid[cheapest], 'USD')} a year or {fmt(_million(paid[cheapest], tokens), 'USD')}"
            " a million tokens."
        ),
        values=values,
        draw=lambda axes: _draw(axes, tokens, share, card, seller, rent),
        ground=GROUND,
    )


def _million(usd: float, tokens: float) -> float:
    """US dollars for a million tokens, from those of a year."""
    return usd / (tokens * 365.25) * 1e6


@cache
def _curves(share: float, card: str, seller: str, rent: str) -> dict[str, list[float]]:
    """Each way's cost of a year along the axis."""
    found = [_ways(float(tokens), share, card, seller, rent) for tokens in AT]
    return {way: [each[way] for each in found] for way in found[0]}


def _draw(axes: Any, tokens: float, share: float, card: str, seller: str, rent: str) -> None:
    """A line for each way, and what is asked for as a dot on each."""
    now = _ways(tokens, share, card, seller, rent)
    axes.plot([tokens] * 2, [LOW, HIGH], color=INK, linestyle=":", linewidth=1.2)
    ends: list[float] = []
    for way, usd in _curves(share, card, seller, rent).items():
        colour, stroke = LINES[way]
        axes.plot(AT, usd, color=colour, linestyle=stroke)
        axes.plot([tokens], [now[way]], "o", color=colour, markersize=8)
        # names that would lie on one another move up
        height = usd[-1]
        while any(abs(math.log10(height / other)) < 0.35 for other in ends):
            height *= 1.5
        ends.append(height)
        label(axes, AT[-1], height, way, "right")


def _from(card: str, share: float) -> str:
    """From how many tokens a day a rented card costs less than the seller's calls, in words."""
    for tokens in TOKENS:
        paid = _ways(tokens, share, card, ASKED["seller"], ASKED["rent"])
        if paid["rent"] < paid["call"]:
            return f"from {short(tokens)} tokens a day on"
    return "never here"


def _answer() -> str:
    """Both cards, half sold and hardly sold."""
    half, little = ({card: _from(card, share) for card in TWO_CARDS} for share in (0.5, SHARES[1]))
    names = {card: devices.peek(card).name for card in TWO_CARDS}
    told = "; ".join(f"{names[card]} {half[card]}" for card in TWO_CARDS)
    idle = "; ".join(f"{names[card]} {little[card]}" for card in TWO_CARDS)
    return (
        f"Half sold: {told}. With {short(SHARES[1], '%')} sold: {idle}. A card that mostly waits "
        "is paid for all the same."
    )


TOPIC = Topic(
    name="cost",
    title="rent, own or call, by the year",
    question=(
        "From how many tokens a day does a rented card cost less than calls to GPT-4.1 nano: an "
        f"RTX 4090, an H100? And with {short(SHARES[1], '%')} of its output sold?"
    ),
    settings=(
        slider("tokens", "Tokens written a day", TOKENS, 1e6, "tokens"),
        slider("share", "Utilisation", SHARES, 0.5, "%"),
        menu("card", "Card", CARDS, "rtx-4090"),
        menu("seller", "Calls go to", SELLERS, ASKED["seller"]),
        buttons("rent", "Rent of an hour", {name: name for name in RENTS}, ASKED["rent"]),
    ),
    find=find,
    answer=_answer,
)
