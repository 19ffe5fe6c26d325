"""Lesson 14: what a budget trains, what an adapter weighs, what is paid again every year."""

from __future__ import annotations

from math import sqrt

from course_lib.catalog import prices
from course_lib.classroom.questions.family import Family, card, fact, model, pick, stated
from course_lib.estimators import hardware, memory, parameters
from course_lib.estimators.access import many, upkeep
from course_lib.estimators.parameters import matrices
from course_lib.units import DAYS_A_YEAR, HOUR, HOURS_A_YEAR

MODELS = model("llama-3-8b", "llama-3-2-3b", "llama-2-13b", "qwen3-8b", "qwen3-14b", "phi-4")

weights_for_money = Family(
    id="14-weights-for-money",
    text="{budget} buys hours of one {card} at {hourly} each. Of its peak of {peak}, {share} is "
    "reached. A model is to be trained from nothing on {ratio} tokens for each weight. How many "
    "weights may it have?",
    given={
        "budget": pick(1000, 5000, 20_000, 100_000, 1_000_000, unit="USD"),
        "card": card("h100-sxm-80gb", "a100-sxm-80gb", "h200-sxm", "mi300x"),
        "ratio": pick(20, 40, 100),
        "share": pick(0.3, 0.35, 0.4, 0.45, unit="%"),
        "hourly": fact(lambda q: prices.rental(q.card).usd_per_device_hour, "USD"),
        "peak": fact(lambda q: hardware.peak(q.card), "FLOP/s"),
    },
    unit="weights",
    answer=lambda q: sqrt(_flops(q.budget, q.hourly, q.peak, q.share) / (6 * q.ratio)),
    wrong={
        "budget-at-the-peak": lambda q: sqrt(_flops(q.budget, q.hourly, q.peak, 1) / (6 * q.ratio)),
        "budget-seconds-for-hours": lambda q: sqrt(
            _flops(q.budget, q.hourly, q.peak, q.share) / HOUR / (6 * q.ratio)
        ),
        "all-flops-to-weights": lambda q: sqrt(
            _flops(q.budget, q.hourly, q.peak, q.share) / (2 * q.ratio)
        ),
        "one-token-a-weight": lambda q: sqrt(_flops(q.budget, q.hourly, q.peak, q.share) / 6),
    },
    why="Money buys hours, hours times 3600 times the reached rate are FLOPs, and these are six "
    "for each weight and token.",
)

adapter = Family(
    id="14-adapter",
    text="In {model}, the MLP's up-matrix maps {inputs} numbers to {outputs}. How many weights has "
    "an adapter of rank {rank} beside it?",
    given={
        "model": MODELS,
        "rank": pick(4, 8, 16, 32, 64),
        "inputs": stated(lambda q: q.model.d_model),
        "outputs": stated(lambda q: q.model.d_ff),
    },
    unit="weights",
    answer=lambda q: (
        q.rank
        * next(
            m.inputs + m.outputs
            for m in matrices.of_layer(q.model)
            if (m.inputs, m.outputs) == (q.model.d_model, q.model.d_ff)
        )
    ),
    wrong={
        "rank-squared": lambda q: q.rank**2,
        "adapter-one-sided": lambda q: q.rank * q.inputs,
        "adapter-full-product": lambda q: q.inputs * q.outputs,
    },
    why="Two thin matrices: inputs x rank and rank x outputs.",
)

tuning_memory = Family(
    id="14-tuning-memory",
    text="{model} has {weights}, frozen in 16 bits. Adapters of rank {rank} beside all its "
    "matrices have {trained}, trained at 16 bytes each. How much memory do weights, gradients and "
    "optimizer states take?",
    given={
        "model": MODELS,
        "rank": pick(8, 16, 32, 64),
        "weights": fact(lambda q: parameters.count(q.model).total, "weights"),
        "trained": fact(lambda q: many.adapter_bytes(q.model, q.rank) / 2, "weights"),
    },
    unit="B",
    answer=lambda q: 2 * q.weights + memory.states.of_weights(q.trained).total,
    wrong={
        "frozen-weights-keep-states": lambda q: 16 * (q.weights + q.trained),
        "frozen-weights-vanish": lambda q: 16 * q.trained,
        "base-in-fp32": lambda q: 4 * q.weights + 16 * q.trained,
    },
    why="Two bytes for each frozen weight, which must be held; sixteen for each trained one.",
)

year_of_hosting = Family(
    id="14-year-of-hosting",
    text="A service writes {tokens} a day. On a busy card a million tokens cost {price}. But "
    "{ready} {card} stand ready day and night, at {hourly} an hour each, and write them all. What "
    "does a year of {days} days cost?",
    given={
        "tokens": pick(2e6, 5e6, 1e7, 3e7, 1e8, unit="tokens"),
        "price": pick(0.2, 0.35, 0.5, 0.8, unit="USD"),
        "ready": pick(2, 3, 4),
        "card": card("h100-sxm-80gb", "a100-sxm-80gb", "l40s", "rtx-4090", "l4"),
        "hourly": fact(lambda q: prices.rental(q.card).usd_per_device_hour, "USD"),
        "days": fact(lambda q: DAYS_A_YEAR, show=lambda days: f"{days}"),
    },
    sensible=lambda q: (
        q.tokens / 1e6 * q.price < q.ready * q.hourly * 24 < 8 * q.tokens / 1e6 * q.price
    ),
    unit="USD",
    answer=lambda q: upkeep.hosting_usd(q.tokens, q.price, q.ready, q.hourly),
    wrong={
        "hosting-by-use-alone": lambda q: q.tokens / 1e6 * q.price * DAYS_A_YEAR,
        "hosting-added-twice": lambda q: (
            q.tokens / 1e6 * q.price * DAYS_A_YEAR + q.ready * q.hourly * HOURS_A_YEAR
        ),
        "devices-not-multiplied": lambda q: q.hourly * HOURS_A_YEAR,
    },
    why="Cards that stand ready are paid around the clock, and the tokens are written on them: the "
    "larger of the two amounts is the bill.",
)

purposes_on_a_card = Family(
    id="14-purposes-on-a-card",
    text="A card has {room}. All purposes share one base of {base}; the caches of the users take "
    "{caches}; each purpose adds an adapter of {one}. For how many purposes is there room?",
    given={
        "room": pick(24e9, 48e9, 80e9, unit="B"),
        "base": pick(6.4e9, 16.1e9, 29.5e9, unit="B"),
        "caches": pick(3e9, 5.5e9, 8.2e9, 14e9, unit="B"),
        "one": pick(4.2e7, 8.4e7, 1.68e8, 3.4e8, unit="B"),
    },
    sensible=lambda q: q.room - q.base - q.caches > 8 * q.one,
    unit="purposes",
    whole=True,
    answer=lambda q: int((q.room - q.base - q.caches) // q.one),
    wrong={
        "copy-for-each-purpose": lambda q: int((q.room - q.caches) // q.base),
        "base-forgotten": lambda q: int((q.room - q.caches) // q.one),
        "caches-forgotten": lambda q: int((q.room - q.base) // q.one),
    },
    why="The base, once, and the caches come off; what is left holds so many adapters.",
)

years_bill = Family(
    id="14-years-bill",
    text="A model's first training cost {first}, two years ago. Each year it is trained again "
    "{again} times at {part} of that, and hosting costs {month} a month. What does this year cost?",
    given={
        "first": pick(40_000, 80_000, 200_000, 500_000, unit="USD"),
        "again": pick(2, 3, 4),
        "part": pick(0.1, 0.15, 0.2, 0.25, unit="%"),
        "month": pick(1500, 2500, 4000, 9000, unit="USD"),
    },
    unit="USD",
    answer=lambda q: (lambda bill: bill.retraining + bill.hosting)(
        upkeep.yearly(q.first, hosting=12 * q.month, retrainings=q.again, retraining_share=q.part)
    ),
    wrong={
        "first-training-again": lambda q: q.first + q.again * q.part * q.first + 12 * q.month,
        "no-second-bill": lambda q: q.again * q.part * q.first,
    },
    why="Only what is paid again: the retrainings and twelve months of hosting.",
)


def _flops(budget: float, hourly: float, peak: float, share: float) -> float:
    """FLOPs that money buys."""
    return budget / hourly * HOUR * peak * share


FAMILIES = (
    weights_for_money,
    adapter,
    tuning_memory,
    year_of_hosting,
    purposes_on_a_card,
    years_bill,
)
