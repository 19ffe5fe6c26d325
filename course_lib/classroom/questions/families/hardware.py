"""Lesson 04: the roofline, the share of the peak, loaders, and what a job costs."""

from __future__ import annotations

from math import ceil

from course_lib.catalog import prices
from course_lib.classroom.questions.family import Family, card, fact, pick
from course_lib.estimators import cost, datasets, hardware
from course_lib.units import HOUR

CARDS = card("h100-sxm-80gb", "a100-sxm-80gb", "rtx-4090", "l40s", "h200-sxm", "mi300x")
PEAK = fact(lambda q: hardware.peak(q.card), "FLOP/s")
BANDWIDTH = fact(lambda q: hardware.bandwidth(q.card), "B/s")

time_of_a_run = Family(
    id="04-time-of-a-run",
    text="A model with {weights} is trained on {tokens} with {cards} {card}. Each has a dense peak "
    "of {peak}, of which {share} is reached. How long does it take?",
    given={
        "weights": pick(1e9, 3e9, 8e9, 13e9, 32e9, 70e9, unit="weights"),
        "tokens": pick(1e12, 2e12, 5e12, 15e12, unit="tokens"),
        "cards": pick(256, 512, 1024, 2048, 4096),
        "card": card("h100-sxm-80gb", "a100-sxm-80gb", "mi300x"),
        "share": pick(0.3, 0.35, 0.4, 0.45, unit="%"),
        "peak": PEAK,
    },
    unit="s",
    answer=lambda q: hardware.training_seconds(
        6 * q.weights * q.tokens, q.peak, mfu=q.share, devices=q.cards
    ),
    sensible=lambda q: 86_400 < 6 * q.weights * q.tokens / (q.cards * q.peak) < 3e7,
    wrong={
        "peak-is-reached": lambda q: 6 * q.weights * q.tokens / (q.cards * q.peak),
        "sparse-peak": lambda q: 6 * q.weights * q.tokens / (q.cards * 2 * q.peak * q.share),
        "forward-for-training": lambda q: 2 * q.weights * q.tokens / (q.cards * q.peak * q.share),
        "utilisation-multiplied": lambda q: 6 * q.weights * q.tokens / (q.cards * q.peak) * q.share,
    },
    why="6ND FLOPs over what all cards really do in a second: cards x peak x share.",
)

under_the_roof = Family(
    id="04-under-the-roof",
    text="An operation does {intensity} FLOPs for each byte that it moves. What is the best rate "
    "at which one {card} can do it? Its dense peak is {peak}, its memory moves {bandwidth}.",
    given={
        "intensity": pick(2, 3, 5, 8, 10, 15, 20, 30, 40, 60),
        "card": CARDS,
        "peak": PEAK,
        "bandwidth": BANDWIDTH,
    },
    sensible=lambda q: q.intensity * 1.5 < hardware.ridge(q.peak, q.bandwidth),
    unit="FLOP/s",
    answer=lambda q: hardware.attainable(q.intensity, q.peak, q.bandwidth),
    wrong={
        "compute-bound-always": lambda q: q.peak,
        "bandwidth-in-bits": lambda q: q.bandwidth / 8 * q.intensity,
        "sparse-peak": lambda q: 2 * q.peak,
    },
    why="Below the ridge the memory decides: bytes a second times FLOPs for each byte.",
)

taking_turns = Family(
    id="04-taking-turns",
    text="A program moves {moved} and does {work} on one {card} ({peak}, {bandwidth}). It fetches "
    "first and multiplies afterwards, nothing at the same time. How long does it take at best?",
    given={
        "moved": pick(1e9, 2e9, 5e9, 10e9, unit="B"),
        "balance": pick(0.3, 0.5, 0.8, 1.2, 2.0),
        "card": CARDS,
        "peak": PEAK,
        "bandwidth": BANDWIDTH,
        "work": fact(lambda q: q.balance * q.moved * hardware.ridge(q.peak, q.bandwidth), "FLOP"),
    },
    unit="s",
    answer=lambda q: hardware.seconds(
        hardware.Work(flops=q.work, moved_bytes=q.moved), q.peak, q.bandwidth, overlap=False
    ),
    wrong={
        "always-overlaps": lambda q: max(q.work / q.peak, q.moved / q.bandwidth),
        "compute-bound-always": lambda q: q.work / q.peak,
        "bandwidth-in-bits": lambda q: q.work / q.peak + q.moved / (q.bandwidth / 8),
    },
    why="One after the other: the time of the bytes plus the time of the FLOPs.",
)

price_of_a_run = Family(
    id="04-price-of-a-run",
    text="A training takes {work}. It runs on {cards} {card}, each with a peak of {peak}, of "
    "which {share} is reached, and a rent of {hourly} an hour. What does it cost?",
    given={
        "work": pick(1e21, 3e21, 1e22, 5e22, 1e23, unit="FLOP"),
        "cards": pick(8, 16, 64, 256),
        "card": CARDS,
        "share": pick(0.3, 0.35, 0.4, 0.45, unit="%"),
        "peak": PEAK,
        "hourly": fact(lambda q: prices.rental(q.card).usd_per_device_hour, "USD"),
    },
    unit="USD",
    answer=lambda q: cost.rent_usd(
        q.hourly, hardware.training_seconds(q.work, q.peak, q.share, q.cards), q.cards
    ),
    wrong={
        "devices-not-multiplied": lambda q: q.hourly * q.work / (q.cards * q.peak * q.share) / HOUR,
        "peak-is-reached": lambda q: q.hourly * q.work / q.peak / HOUR,
        "sparse-peak": lambda q: q.hourly * q.work / (2 * q.peak * q.share) / HOUR,
        "utilisation-multiplied": lambda q: q.hourly * q.work / q.peak * q.share / HOUR,
    },
    why="Cards times hours times the price of an hour. More cards need fewer hours, so that their "
    "number cancels.",
)

loaders = Family(
    id="04-loaders",
    text="One loader makes a batch in {batch} ms on one core, and the model uses a batch up in "
    "{step} ms. The machine has {cores} cores. How many loaders are the fewest that keep "
    "up?",
    given={
        "batch": pick(90, 140, 220, 310, 450, 700),
        "step": pick(40, 60, 80, 120),
        "cores": pick(8, 12, 16),
    },
    sensible=lambda q: 2 < q.batch / q.step < 0.8 * q.cores and q.batch % q.step,
    unit="loaders",
    whole=True,
    answer=lambda q: min(q.cores, datasets.workers_needed(q.batch, q.step)),
    wrong={
        "loaders-rounded-down": lambda q: q.batch // q.step,
        "loader-ratio-inverted": lambda q: ceil(q.step / q.batch),
        "every-core-a-loader": lambda q: q.cores,
    },
    why="Batch time over step time, rounded up: so many batches must be in the making at once.",
)

FAMILIES = (time_of_a_run, under_the_roof, taking_turns, price_of_a_run, loaders)
