"""Lesson 10: what does not divide, what waits, and what failures cost."""

from __future__ import annotations

from statistics import mean

from course_lib.catalog import prices, runs
from course_lib.classroom.questions.family import Family, Given, fact, pick, stated
from course_lib.estimators import cost
from course_lib.estimators.parallelism import collectives, failures, pipelines
from course_lib.units import DAY, HOUR

ring = Family(
    id="10-ring",
    text="{devices} devices add up gradients of {size} by a ring all-reduce, after which each has "
    "the whole sum. How much does each device send?",
    given={
        "devices": pick(4, 5, 6, 7, 8, 10),
        "size": pick(2e9, 6e9, 13e9, 16e9, 28e9, unit="B"),
    },
    unit="B",
    answer=lambda q: collectives.traffic("all_reduce", q.size, q.devices).sent_bytes,
    wrong={
        "gradient-divides": lambda q: q.size / q.devices,
        "one-way-round": lambda q: q.size,
        "all-to-all-copies": lambda q: q.size * (q.devices - 1),
        "ring-without-its-own": lambda q: 2 * q.size,
    },
    why="Pieces of S/n go round twice, to be added up and to be handed out: n - 1 pieces each "
    "time, 2S(n - 1)/n.",
)

bubble = Family(
    id="10-bubble",
    text="A pipeline of {stages} equal stages passes {micro} micro-batches through in each step, "
    "without interleaving. Which share of the step does a device wait?",
    given={"stages": pick(2, 4, 6, 8, 12, 16), "micro": pick(4, 8, 12, 16, 24, 32, 64)},
    sensible=lambda q: q.micro >= q.stages,
    unit="%",
    answer=lambda q: pipelines.bubble_share(q.stages, q.micro),
    wrong={
        "bubble-over-ideal": lambda q: (q.stages - 1) / q.micro,
        "bubble-counts-all-stages": lambda q: q.stages / (q.micro + q.stages - 1),
        "micro-batches-ignored": lambda q: (q.stages - 1) / q.stages,
    },
    why="A device waits for the other stages: p - 1 slots of m + p - 1.",
)

slowest_rank = Family(
    id="10-slowest-rank",
    text="Four ranks compute for {times} ms in a step. Then they add up their gradients, which "
    "takes {messages} ms more, and none of it is hidden. How long does the step take?",
    given={
        "times": pick(
            "200, 210, 205, 290",
            "310, 480, 320, 305",
            "150, 155, 240, 160",
            "90, 92, 95, 140",
            "410, 400, 620, 405",
            "260, 255, 250, 390",
        ),
        "messages": pick(20, 30, 40, 60),
    },
    unit="s",
    answer=lambda q: (max(_times(q.times)) + q.messages) / 1000,
    wrong={
        "mean-sets-the-pace": lambda q: (mean(_times(q.times)) + q.messages) / 1000,
        "ranks-add-up": lambda q: (sum(_times(q.times)) + q.messages) / 1000,
        "rank-zero-alone": lambda q: (_times(q.times)[0] + q.messages) / 1000,
    },
    why="All ranks meet in the all-reduce, so the slowest decides, and the messages come on top.",
)

hidden_messages = Family(
    id="10-hidden-messages",
    text="A step computes for {compute} ms and sends messages for {messages} ms. Messages can run "
    "beside the last {beside} of the computing. How long does the step take?",
    given={
        "compute": pick(120, 200, 300, 450),
        "messages": pick(40, 90, 160, 240, 320),
        "beside": pick(0.25, 0.5, 0.6, unit="%"),
    },
    unit="s",
    answer=lambda q: (q.compute + max(0, q.messages - q.beside * q.compute)) / 1000,
    wrong={
        "messages-never-hide": lambda q: (q.compute + q.messages) / 1000,
        "overlap-hides-all": lambda q: q.compute / 1000,
        "overlap-below-zero": lambda q: (q.compute + q.messages - q.beside * q.compute) / 1000,
    },
    why="Only what is longer than the computing beside it is added, and never less than nothing.",
)

saving_interval = Family(
    id="10-saving-interval",
    text="A card fails once in {years} years on average, and {cards} cards work on a run. Saving "
    "takes {save} s. After how much work should the run be saved, by the root of 2 x save x "
    "(mean time between failures)?",
    given={
        "years": pick(3, 4, 5, 6, 8),
        "cards": pick(512, 1024, 4096, 8192, 16_384),
        "save": pick(20, 30, 60, 120),
    },
    unit="s",
    answer=lambda q: failures.best_interval(
        q.save, failures.between_failures(q.cards, q.years * 365.25 * DAY), law="young"
    ),
    wrong={
        "failures-stay": lambda q: (2 * q.save * q.years * 365.25 * DAY) ** 0.5,
        "interval-in-proportion": lambda q: q.years * 365.25 * DAY / q.cards,
    },
    why="Any card's failure stops the whole run: the mean time of one card over the number of "
    "cards, then the root.",
)

bill_of_speed = Family(
    id="10-bill-of-speed",
    text="The same training took {slow} minutes on {few} H100 and {fast} minutes on {many} (MLPerf "
    "Training 4.0, {task}). At {hourly} an hour for each card, what does the faster run cost?",
    given={
        "pair": Given(
            choices=(
                ("mlperf40-lora-h100-8", "mlperf40-lora-h100-64"),
                ("mlperf40-lora-h100-8", "mlperf40-lora-h100-1024"),
                ("mlperf40-lora-h100-64", "mlperf40-lora-h100-1024"),
                ("mlperf40-sd-h100-8", "mlperf40-sd-h100-64"),
                ("mlperf40-sd-h100-8", "mlperf40-sd-h100-512"),
                ("mlperf40-sd-h100-64", "mlperf40-sd-h100-512"),
            )
        ),
        "hourly": fact(lambda q: prices.rental("H100").usd_per_device_hour, "USD"),
        "few": stated(lambda q: runs[q.pair[0]].devices),
        "many": stated(lambda q: runs[q.pair[1]].devices),
        "slow": fact(lambda q: float(runs[q.pair[0]].wall_seconds or 0) / 60),
        "fast": fact(lambda q: float(runs[q.pair[1]].wall_seconds or 0) / 60),
        "task": fact(
            lambda q: runs[q.pair[1]].model, show=lambda name: str(name).removeprefix("MLPerf ")
        ),
    },
    unit="USD",
    answer=lambda q: cost.rent_usd(q.hourly, q.fast * 60, q.many),
    wrong={
        "scaling-is-free": lambda q: q.hourly * q.slow * 60 / HOUR * q.few,
        "time-is-the-bill": lambda q: q.hourly * q.fast * 60 / HOUR,
    },
    why="Device hours are paid, cards times hours; they grow where the speed-up is below the "
    "number of cards.",
)


def _times(text: str) -> list[float]:
    """The numbers of a list in words.

    >>> _times("200, 210")
    [200.0, 210.0]
    """
    return [float(part) for part in text.split(", ")]


FAMILIES = (ring, bubble, slowest_rank, hidden_messages, saving_interval, bill_of_speed)
