"""Lesson 00: amounts and rates; what one answer takes in operations, time, energy and money."""

from __future__ import annotations

from course_lib.catalog import prices
from course_lib.classroom.questions.family import Family, card, fact, model, pick
from course_lib.estimators import cost, datasets, flops, hardware, parameters
from course_lib.units import HOUR

MODELS = model(
    "llama-3-8b", "llama-3-70b", "llama-2-13b", "qwen3-4b", "qwen3-14b", "gemma-7b", "phi-4"
)
WEIGHTS = fact(lambda q: parameters.count(q.model).total, "weights")

answer_flops = Family(
    id="00-answer-flops",
    text="{model} has {weights}. It reads a question of {read} and writes an answer of {written}. "
    "How many FLOPs does it take, by the rule of thumb for weights and "
    "tokens?",
    given={
        "model": MODELS,
        "weights": WEIGHTS,
        "read": pick(100, 200, 300, 500, unit="tokens"),
        "written": pick(200, 400, 600, 800, unit="tokens"),
    },
    unit="FLOP",
    answer=lambda q: 2 * q.weights * (q.read + q.written),
    wrong={
        "one-pass-an-answer": lambda q: 2 * q.weights * q.read,
        "prompt-costs-nothing": lambda q: 2 * q.weights * q.written,
        "one-operation-a-weight": lambda q: q.weights * (q.read + q.written),
    },
    why="Two FLOPs, a multiplication and an addition, for each weight and each token, read or "
    "written.",
)

which_speed = Family(
    id="00-which-speed",
    text="A lone reader's token needs every weight of {model} once: {weights} of two bytes each, "
    "and two FLOPs for each. One {card} multiplies at {peak} and moves {bandwidth}, both "
    "at the same time. How long does the token take at best?",
    given={
        "model": model("llama-3-8b", "llama-2-13b", "qwen3-4b", "qwen3-8b", "gemma-7b"),
        "card": card("h100-sxm-80gb", "a100-sxm-80gb", "rtx-4090", "l40s", "h200-sxm"),
        "weights": WEIGHTS,
        "peak": fact(lambda q: hardware.peak(q.card), "FLOP/s"),
        "bandwidth": fact(lambda q: hardware.bandwidth(q.card), "B/s"),
    },
    unit="s",
    answer=lambda q: hardware.seconds(
        hardware.Work(flops=2 * q.weights, moved_bytes=2 * q.weights), q.peak, q.bandwidth
    ),
    wrong={
        "one-speed": lambda q: 2 * q.weights / q.peak,
        "weights-counted-as-bytes": lambda q: q.weights / q.bandwidth,
        "one-prefix-off": lambda q: 1000 * 2 * q.weights / q.bandwidth,
    },
    why="The slower of the two decides: moving the bytes of the weights takes far longer than "
    "multiplying.",
)

energy_of_an_answer = Family(
    id="00-energy-of-an-answer",
    text="One {card} draws {watts} for {seconds} while it writes answers. How much energy is that?",
    given={
        "card": card("h100-sxm-80gb", "a100-sxm-80gb", "rtx-4090", "l40s", "l4", "t4", "rtx-3090"),
        "watts": fact(lambda q: q.card.power_watts, "W"),
        "seconds": pick(6, 9, 12, 15, 20, 30, 45, show=lambda value: f"{value} seconds"),
    },
    unit="Wh",
    answer=lambda q: q.watts * q.seconds / HOUR,
    wrong={
        "watt-is-energy": lambda q: q.watts,
        "joules-for-watt-hours": lambda q: q.watts * q.seconds,
        "hour-of-sixty-seconds": lambda q: q.watts * q.seconds / 60,
    },
    why="Energy is power times time: watts times seconds are joules, and an hour of a watt has "
    "3600 of them.",
)

rent_of_an_answer = Family(
    id="00-rent-of-an-answer",
    text="One {card} rents for {hourly} an hour. A program keeps it busy for {seconds}. What does "
    "that cost?",
    given={
        "card": card("h100-sxm-80gb", "a100-sxm-80gb", "rtx-4090", "l4", "h200-sxm", "b200-sxm"),
        "hourly": fact(lambda q: prices.rental(q.card).usd_per_device_hour, "USD"),
        "seconds": pick(40, 90, 150, 300, 500, 800, show=lambda value: f"{value} seconds"),
    },
    unit="USD",
    answer=lambda q: cost.rent_usd(q.hourly, q.seconds),
    wrong={
        "price-of-an-hour-for-seconds": lambda q: q.hourly * q.seconds,
        "hour-of-sixty-seconds": lambda q: q.hourly * q.seconds / 60,
        "one-prefix-off": lambda q: q.hourly * q.seconds / HOUR / 1000,
    },
    why="The seconds over 3600 are hours, and each hour costs the price of an hour.",
)

fetching_a_model = Family(
    id="00-fetching-a-model",
    text="{model} has {weights} of two bytes each. How long does a line of {line} take to bring "
    "them to your machine at best?",
    given={
        "model": MODELS,
        "weights": WEIGHTS,
        "line": pick(1e8, 2e8, 5e8, 1e9, unit="bit/s"),
    },
    unit="s",
    answer=lambda q: datasets.transfer_seconds(2 * q.weights, q.line / 8),
    wrong={
        "network-counts-bytes": lambda q: 2 * q.weights / q.line,
        "weights-counted-as-bytes": lambda q: q.weights / (q.line / 8),
        "one-prefix-off": lambda q: 2 * q.weights / (q.line / 8) / 1000,
    },
    why="Two bytes a weight, eight bits a byte, over the bits that the line carries in a second.",
)

training_here = Family(
    id="00-training-here",
    text="Training {model} on {tokens} takes {work}. A desktop machine multiplies at {rate}. How "
    "long would it need?",
    given={
        "model": model("llama-3-8b", "llama-3-70b", "llama-3-1-405b", "olmo-2-1124-7b"),
        "tokens": pick(2e12, 5e12, 10e12, 15e12, unit="tokens"),
        "work": fact(lambda q: flops.training(q.model, q.tokens), "FLOP"),
        "rate": pick(2e11, 5e11, 1e12, 2e12, unit="FLOP/s"),
    },
    unit="s",
    answer=lambda q: hardware.training_seconds(q.work, q.rate, mfu=1.0),
    wrong={
        "one-prefix-off": lambda q: q.work / q.rate / 1000,
        "hour-of-sixty-seconds": lambda q: 60 * q.work / q.rate,
    },
    why="An amount over its rate is a time: FLOP over FLOP/s are seconds; a year has some 32 "
    "million of them.",
)

FAMILIES = (
    answer_flops,
    which_speed,
    energy_of_an_answer,
    rent_of_an_answer,
    fetching_a_model,
    training_here,
)
