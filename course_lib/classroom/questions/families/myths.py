"""Lesson 15: verdicts by rules fixed beforehand, their margins, and where two sentences meet."""

from __future__ import annotations

from typing import Any

from course_lib.catalog import devices, prices
from course_lib.classroom.questions.family import Family, Given, fact, pick
from course_lib.estimators import hardware
from course_lib.teaching.claims.reasons import apart
from course_lib.teaching.claims.rules import Rule, decide

verdict_today = Family(
    id="15-verdict-today",
    text="A claim is decided by a share. It holds from {limit} on, and holds with limits from "
    "{lower} on, both by the share today. Else it is outdated if the share of {year} was {limit} "
    "or more, and wrong if it was not. Suppose that the share was {then} in {year} and is {now} "
    "today. Which verdict follows?",
    given={
        "limit": pick(0.5, 0.6, 0.7, unit="%"),
        "lower": pick(0.2, 0.3, 0.4, unit="%"),
        "year": pick("2021", "2022", "2023"),
        "then": pick(0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.9, unit="%"),
        "now": pick(0.12, 0.18, 0.28, 0.38, 0.46, 0.58, 0.72, 0.85, unit="%"),
    },
    answer=lambda q: decide(_rules(q), {"then": q.then, "now": q.now}).verdict,
    wrong={
        "verdict-is-forever": lambda q: decide(_rules(q), {"then": q.then, "now": q.then}).verdict,
        "threshold-after-number": lambda q: "holds",
        "numbers-decide-nothing": lambda q: "not decidable",
    },
    why="The rules are read from the top, with today's share first; the first one whose condition "
    "is met decides.",
)

close_call = Family(
    id="15-close-call",
    text="Three claims are decided by numbers with an error. A: {a}. B: {b}. C: {c}. Which verdict "
    "is a close call, because the error could carry the number across its limit?",
    given={
        "order": pick("012", "021", "102", "120", "201", "210"),
        "shift": pick(0, 1, 2, 3),
        "a": fact(lambda q: _case(q, 0), show=lambda case: _told(case)),
        "b": fact(lambda q: _case(q, 1), show=lambda case: _told(case)),
        "c": fact(lambda q: _case(q, 2), show=lambda case: _told(case)),
    },
    answer=lambda q: _name(
        q, lambda case: case[2] - apart(case[0], case[1]) * max(case[0], case[1]) / case[0]
    ),
    wrong={
        "far-means-safe": lambda q: _name(q, lambda case: -apart(case[0], case[1])),
        "error-without-margin": lambda q: _name(q, lambda case: case[2]),
    },
    why="Only there is the error larger than the distance from the number to its limit.",
)

flip = Family(
    id="15-flip",
    text="A job that waits for memory keeps one {cheap} busy for {cheap_hours} hours at "
    "{cheap_usd} an hour, or one {other} for {other_hours} hours at {other_usd}. A claim says that "
    "it costs less on the {cheap}. How many times as high must the rent of the {cheap} be "
    "for the verdict to turn?",
    given={
        "pair": Given(
            choices=(
                ("rtx-4090", "h100-sxm-80gb"),
                ("rtx-4090", "a100-sxm-80gb"),
                ("l40s", "h100-sxm-80gb"),
                ("rtx-3090", "a100-sxm-80gb"),
                ("l4", "h100-sxm-80gb"),
                ("rtx-4090", "h200-sxm"),
                ("t4", "a100-sxm-80gb"),
            )
        ),
        "cheap": fact(lambda q: devices[q.pair[0]].name, show=str),
        "other": fact(lambda q: devices[q.pair[1]].name, show=str),
        "gigabytes": pick(2e14, 5e14, 1e15, 3e15),
        "cheap_usd": fact(lambda q: prices.rental(q.pair[0]).usd_per_device_hour, "USD"),
        "other_usd": fact(lambda q: prices.rental(q.pair[1]).usd_per_device_hour, "USD"),
        "cheap_hours": fact(lambda q: q.gigabytes / hardware.bandwidth(devices[q.pair[0]]) / 36),
        "other_hours": fact(lambda q: q.gigabytes / hardware.bandwidth(devices[q.pair[1]]) / 36),
    },
    sensible=lambda q: q.cheap_usd * q.cheap_hours < 0.8 * q.other_usd * q.other_hours,
    unit="x",
    answer=lambda q: q.other_usd * q.other_hours / (q.cheap_usd * q.cheap_hours),
    wrong={
        "factor-upside-down": lambda q: q.cheap_usd * q.cheap_hours / (q.other_usd * q.other_hours),
        "rise-for-factor": lambda q: (
            q.other_usd * q.other_hours / (q.cheap_usd * q.cheap_hours) - 1
        ),
        "hourly-price-decides": lambda q: q.other_usd / q.cheap_usd,
    },
    why="A job costs rent times hours; the verdict turns where both jobs cost the same, so at the "
    "ratio of the two costs.",
)

where_sides_change = Family(
    id="15-where-sides-change",
    text="One sentence says that calling a model is cheapest, another that a card of one's own is. "
    "Calls cost {call} for a million tokens. A card costs {month} a month, used or not, and {run} "
    "for a million tokens. From how many tokens a month on is the second sentence the right one?",
    given={
        "call": pick(0.6, 1.0, 2.0, 4.0, 8.0, unit="USD"),
        "month": pick(250, 600, 1000, 2200, unit="USD"),
        "part": pick(0.2, 0.3, 0.5),
        "run": fact(lambda q: q.call * q.part, "USD"),
    },
    unit="tokens",
    answer=lambda q: q.month / (q.call - q.run) * 1e6,
    wrong={
        "own-tokens-are-free": lambda q: q.month / q.call * 1e6,
        "per-thousand-tokens": lambda q: q.month / (q.call - q.run) * 1e3,
    },
    why="Both are right, each on its side: they cost the same where the month's cost is what the "
    "cheaper tokens save.",
)


def _rules(q: Any) -> tuple[Rule, ...]:
    """The rules of `verdict_today`."""
    return (
        Rule(verdict="holds", conditions={"now": f">= {q.limit}"}),
        Rule(verdict="holds with limits", conditions={"now": f">= {q.lower}"}),
        Rule(verdict="outdated", conditions={"then": f">= {q.limit}"}),
        Rule(verdict="wrong"),
    )


CASES = (
    # near its limit, but surely known; far, with a large error; in between, with an error that is
    # larger than the distance
    ((104, 100, 0.02), (300, 100, 0.4), (115, 100, 0.2)),
    ((52, 50, 0.01), (180, 60, 0.5), (90, 75, 0.25)),
    ((1030, 1000, 0.015), (900, 400, 0.3), (460, 400, 0.18)),
    ((8.3, 8.0, 0.02), (40, 10, 0.6), (6.0, 5.0, 0.3)),
)
"""Number, limit (all numbers lie above theirs) and error as a share of the number."""


def _case(q: Any, place: int) -> tuple[float, float, float]:
    """The claim at one place."""
    return CASES[q.shift][int(q.order[place])]


def _told(case: tuple[float, float, float]) -> str:
    """A claim in words."""
    number, limit, error = case
    return f"limit {limit:g}, number {number:g} with an error of {100 * error:g} %"


def _name(q: Any, worth: Any) -> str:
    """The claim that is worth most."""
    cases = [_case(q, place) for place in range(3)]
    return f"claim {'ABC'[max(range(3), key=lambda place: worth(cases[place]))]}"


FAMILIES = (verdict_today, close_call, flip, where_sides_change)
