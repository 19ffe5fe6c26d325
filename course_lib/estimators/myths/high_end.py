"""C11: whether the card with the highest rent tunes models for less money than any other.

Design choices:
- A model is tuned by LoRA, the quickest way that fits the card: what it holds is the model's,
  whatever the card; its time goes with the card's peak, at one share of it.
- Every GPU of the catalog with a rental price competes, at its price of one date.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from course_lib import checks
from course_lib.catalog import Device, devices, prices
from course_lib.estimators import cost, hardware, memory
from course_lib.estimators.myths import kind

TOKENS = 10e6
"""Tokens of a tuning."""
SEQ = 2048
YARDSTICK = "h100-sxm-80gb"
"""The card whose seconds are scaled by the peak."""

__all__ = ["TOKENS", "cheapest", "rents", "tuning_usd"]


def rents() -> dict[str, float]:
    """The course-date price of an hour in US dollars of each GPU that has one.

    >>> rents()["h100-sxm-80gb"] > rents()["t4"]
    True
    """
    listed = {}
    for key in prices.rented():
        price = prices.rental(key)
        if devices[key].kind == "gpu" and price is not None:
            listed[key] = float(price.usd_per_device_hour)
    return listed


def tuning_usd(model: str, card: str, usd_per_device_hour: float) -> float | None:
    """US dollars to tune a model on a card, on `TOKENS` tokens; None where it does not fit.

    Args:
        model: a key of the catalog.
        card: a key of the catalog.
        usd_per_device_hour: price of an hour.

    >>> tuning_usd("llama-3-70b", "t4", 0.5) is None
    True
    """
    checks.positive("usd_per_device_hour", usd_per_device_hour)
    device = devices[card]
    step = next((seconds for held, seconds in _ways(model) if held <= _room(device)), None)
    if step is None:
        return None
    slower = hardware.peak(devices[YARDSTICK]) / hardware.peak(device)
    return float(cost.rent_usd(usd_per_device_hour, TOKENS / SEQ * step * slower))


def cheapest(top: str, hourly: Mapping[str, float]) -> dict[str, str]:
    """The cheapest card for each model of the articles' kind that `top` can tune, by key.

    Args:
        top: the card in question, a key of `hourly`.
        hourly: price of an hour by card, as `rents()` gives it.

    Raises:
        KeyError: `top` has no price.
    """
    hourly[top]  # a KeyError names it
    found = {}
    for model in kind.of_articles_kind(memory.capacity.decoders()):
        if tuning_usd(model, top, hourly[top]) is not None:
            bills = {card: tuning_usd(model, card, usd) for card, usd in hourly.items()}
            fitting = {card: usd for card, usd in bills.items() if usd is not None}
            found[model] = min(fitting, key=lambda card: fitting[card])
    return found


@cache
def _ways(model: str) -> tuple[tuple[float, float], ...]:
    """Bytes and seconds of a step of each way of tuning, the quickest first."""
    known = memory.capacity.decoders()[model]
    listed = memory.capacity.ways(known, devices[YARDSTICK], SEQ)
    return tuple(
        (float(way.memory.total), float(way.seconds)) for way in listed if not way.all_weights
    )


def _room(device: Device) -> float:
    return memory.capacity.USABLE * float(device.memory_bytes or 0)
