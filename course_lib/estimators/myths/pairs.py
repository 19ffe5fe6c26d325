"""Data-centre cards against consumer cards: which of the two does a job for less (claim C08).

Design choices:
- Every pair counts of which both cards have a rental price on the date. None is picked by hand.
- What a card is sold for stands in no data sheet as a number, so a rule on its name says it. Cards
  of NVIDIA's series for games, "RTX" with four digits, are consumer cards: the licence of their
  driver keeps them out of data centres (recalled), so that the market is split just there. Cards
  for desks ("RTX A6000", "RTX 6000 Ada", "Arc Pro") are neither. All other GPUs are made for data
  centres.
- Three jobs: training, writing for one reader, and writing for as many readers as the card's memory
  holds. A job that needs several cards of a kind costs what their hours cost, and work and bytes
  divide evenly among them, as in `cost.jobs`: links are left out, which flatters small cards.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from course_lib import checks
from course_lib.catalog import COURSE_DATE, Device, Transformer
from course_lib.estimators import flops, hardware, memory, parameters
from course_lib.estimators.cost import jobs, offers
from course_lib.estimators.memory.capacity import USABLE
from course_lib.estimators.memory.room import usable_bytes

FOR_GAMES = re.compile(r"RTX [2-9]0[5-9]0\b")
FOR_DESKS = re.compile(r"RTX A\d|RTX 6000 Ada|Arc Pro")
CONSUMER, DESK, DATA_CENTRE = "consumer", "desk", "data centre"

TRAINED_TOKENS = 1e9
READ_TOKENS, WRITTEN_TOKENS = 200, 400
"""An answer: the course's own."""
ITEM = 2
"""Bytes of a weight."""

__all__ = [
    "CONSUMER",
    "DATA_CENTRE",
    "DESK",
    "full_batch",
    "job_usd",
    "made_for",
    "pairs",
    "share_won",
]


def made_for(card: Device) -> str | None:
    """What a GPU is sold for: "consumer", "desk" or "data centre"; None for what is no GPU.

    >>> from course_lib.catalog import devices
    >>> [made_for(devices[name]) for name in ("RTX 4090", "RTX A6000", "H100", "TPU v4")]
    ['consumer', 'desk', 'data centre', None]
    """
    if card.kind != "gpu":
        return None
    if FOR_GAMES.search(card.name):
        return CONSUMER
    return DESK if FOR_DESKS.search(card.name) else DATA_CENTRE


def pairs(
    cards: Mapping[str, Device],
    *,
    as_of: str = COURSE_DATE,
    consumer: tuple[str, ...] = (CONSUMER,),
) -> list[tuple[str, str]]:
    """Keys of every data-centre card with those of every consumer card, both with a rental price.

    Args:
        cards: devices by key.
        as_of: the date of the prices.
        consumer: what counts as a consumer card; (CONSUMER, DESK) takes cards for desks with them.

    >>> from course_lib.catalog import devices
    >>> found = pairs(devices)
    >>> ("h100-sxm-80gb", "rtx-4090") in found, ("h100-sxm-80gb", "rtx-a6000") in found
    (True, False)
    """
    priced = {
        key: made_for(card)
        for key, card in cards.items()
        if not card.status and made_for(card) and offers.rental(key, as_of=as_of)
    }
    centre = [key for key, market in priced.items() if market == DATA_CENTRE]
    home = [key for key, market in priced.items() if market in consumer]
    return [(first, second) for first in centre for second in home]


def job_usd(
    model: Transformer,
    cards: Mapping[str, Device],
    *,
    as_of: str = COURSE_DATE,
    rents: Mapping[str, float] | None = None,
) -> dict[str, dict[str, float]]:
    """What each of three jobs costs on each card, in US dollars: training on a billion tokens, a
    token for one reader, a token in a full batch.

    Args:
        model: the model, with weights of two bytes.
        cards: devices by key, each with a rental price.
        as_of: the date of the prices.
        rents: other prices of an hour in US dollars, by key; the catalog's for cards not in it.

    >>> from course_lib.catalog import devices, models
    >>> usd = job_usd(models["llama-3-8b"], {"h100-sxm-80gb": devices["H100"]})
    >>> 0 < usd["batch"]["h100-sxm-80gb"] < usd["reader"]["h100-sxm-80gb"] / 100
    True
    """
    listed: dict[str, dict[str, float]] = {"training": {}, "reader": {}, "batch": {}}
    for key, card in cards.items():
        hour, readers = _hour(key, as_of, rents or {}), full_batch(model, card)
        tasks = {
            "training": (jobs.training(model, TRAINED_TOKENS), 1),
            "reader": (_writing(model, 1), 1),
            "batch": (_writing(model, readers), readers),
        }
        for name, (job, shared) in tasks.items():
            listed[name][key] = _usd(job, card, hour) / shared
    return listed


def full_batch(model: Transformer, card: Device) -> int:
    """Answers that a card writes at once: the cache of each has room beside the weights, of two
    bytes; on as many cards as hold the weights and one answer.

    >>> from course_lib.catalog import devices, models
    >>> llama = models["llama-3-8b"]
    >>> [full_batch(llama, devices[name]) for name in ("RTX 4090", "H100")]
    [70, 768]
    """
    weights = ITEM * parameters.count(model).total
    each = memory.kv_cache(model, 1, READ_TOKENS + WRITTEN_TOKENS)
    room = usable_bytes(card, USABLE)
    count = math.ceil((weights + each) / room)
    return int((count * room - weights) // each)


def share_won(
    usd: Mapping[str, Mapping[str, float]], compared: list[tuple[str, str]]
) -> dict[str, float]:
    """In which share of the pairs the first card does each job for less than the second.

    >>> share_won({"training": {"a": 1.0, "b": 2.0, "c": 1.0}}, [("a", "b"), ("a", "c")])
    {'training': 0.5}
    """
    return {
        job: sum(spent[first] < spent[second] for first, second in compared) / len(compared)
        for job, spent in usd.items()
    }


def _hour(key: str, as_of: str, rents: Mapping[str, float]) -> float:
    if key in rents:
        return rents[key]
    price = offers.rental(key, as_of=as_of)
    if price is None:
        raise ValueError(f"cards must have a rental price as of {as_of}, {key} has none")
    return price.usd_per_device_hour


def _writing(model: Transformer, readers: int) -> jobs.Job:
    """One more token for each of some readers, whose answers are half written on average."""
    context = READ_TOKENS + WRITTEN_TOKENS // 2
    # Of the embedding table a token looks up one row.
    moved = ITEM * parameters.count(model, embeddings=False).active + memory.kv_cache(
        model, readers, context
    )
    work = hardware.Work(flops=flops.decode(model, readers, context), moved_bytes=moved)
    held = checks.single("memory_bytes", ITEM * parameters.count(model).total)
    return jobs.Job(name=f"write with {model.name}", work=work, memory_bytes=held)


def _usd(job: jobs.Job, card: Device, hour: float) -> float:
    """Cost of a job. Several cards take as many parts of the time, so their number cancels."""
    rate = hardware.peak(card) * job.utilisation
    seconds = hardware.seconds(job.work, rate, hardware.bandwidth(card))
    return float(offers.rent_usd(hour, seconds))
