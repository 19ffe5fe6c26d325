"""Lesson 06: who shares what, when the queue grows, and what a cached beginning saves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_lib.classroom.questions.family import Family, card, fact, model, pick, stated
from course_lib.estimators import hardware, parameters, serving
from course_lib.estimators.serving import prefixes

CARDS = card("h100-sxm-80gb", "a100-sxm-80gb", "h200-sxm", "l40s", "mi300x")
PEAK = fact(lambda q: hardware.peak(q.card), "FLOP/s")
BANDWIDTH = fact(lambda q: hardware.bandwidth(q.card), "B/s")

ridge_batch = Family(
    id="06-ridge-batch",
    text="One {card} multiplies at {peak} and reads {bandwidth}. A model's weights lie in {bits} "
    "bits each and are multiplied at that rate. From how many users on does the arithmetic of a "
    "step take longer than reading the weights?",
    given={
        "card": card(
            "h100-sxm-80gb", "a100-sxm-80gb", "h200-sxm", "l40s", "mi300x", "rtx-4090", "b200-sxm"
        ),
        "bits": pick(4, 8),
        "peak": PEAK,
        "bandwidth": BANDWIDTH,
    },
    unit="users",
    answer=lambda q: serving.batches.ridge_batch(q.peak, q.bandwidth, q.bits / 8),
    wrong={
        "ridge-of-flops": lambda q: q.peak / q.bandwidth,
        "bits-for-bytes": lambda q: q.peak * q.bits / (2 * q.bandwidth),
    },
    why="A user brings two FLOPs a weight, and a weight is read once for all: peak over bandwidth, "
    "times the bytes of a weight, over two.",
)

shared_step = Family(
    id="06-shared-step",
    text="{users} users share {model} ({weights} of two bytes) on one {card}: {peak}, {bandwidth}. "
    "Leave the caches out. How long does a step take at best, in which each user gets a token?",
    given={
        "users": pick(8, 16, 32, 64),
        "model": model("llama-3-8b", "llama-2-13b", "qwen3-8b", "qwen3-14b", "phi-4"),
        "card": CARDS,
        "weights": fact(lambda q: parameters.count(q.model).total, "weights"),
        "peak": PEAK,
        "bandwidth": BANDWIDTH,
    },
    unit="s",
    answer=lambda q: serving.batches.step_seconds(
        q.users, q.weights, peak_flops=q.peak, bytes_per_second=q.bandwidth
    ),
    wrong={
        "work-is-time-in-a-batch": lambda q: q.users * 2 * q.weights / q.bandwidth,
        "flops-decide": lambda q: q.users * 2 * q.weights / q.peak,
        "weights-are-4-bytes-always": lambda q: 4 * q.weights / q.bandwidth,
    },
    why="The weights are read once for all users, and below the ridge their arithmetic hides "
    "behind that reading.",
)

first_word = Family(
    id="06-first-word",
    text="A request arrives when all places of a server are taken. A place becomes free {wait} s "
    "later. Reading its prompt takes {read} s, writing the answer {write} s. How long after its "
    "arrival is its first token out?",
    given={
        "wait": pick(0.8, 1.2, 1.5, 2.4, 3.5),
        "read": pick(0.4, 0.6, 0.9, 1.4),
        "write": pick(2.5, 4.0, 6.5),
    },
    unit="s",
    answer=lambda q: _first_words([0, 0], 1, q.read, q.write, busy=q.wait)[0],
    wrong={
        "service-without-wait": lambda q: q.read,
        "wait-without-reading": lambda q: q.wait,
        "end-for-first-word": lambda q: q.wait + q.read + q.write,
    },
    why="It waits for a place, then its prompt is read; the first token is out as soon as that is "
    "done.",
)

last_answer = Family(
    id="06-last-answer",
    text="A server has {places} places. Requests arrive at 0, {gap}, {second} and {third} s. Each "
    "is read for {read} s and written for {write} s, and keeps its place until its answer ends. "
    "When does the last answer end, counted from 0?",
    given={
        "places": pick(1, 2),
        "gap": pick(1, 2, 3),
        "second": stated(lambda q: 3 * q.gap),
        "third": stated(lambda q: 4 * q.gap),
        "read": pick(1, 2),
        "write": pick(4, 5, 6, 8),
    },
    unit="s",
    answer=lambda q: _ends(_arrivals(q), q.places, q.read + q.write)[-1],
    wrong={
        "users-are-rate": lambda q: _ends([0] * 4, q.places, q.read + q.write)[-1],
        "place-free-at-first-word": lambda q: _ends(_arrivals(q), q.places, q.read)[-1] + q.write,
        "one-place-for-all": lambda q: _ends(_arrivals(q), 1, q.read + q.write)[-1],
        "service-without-wait": lambda q: q.third + q.read + q.write,
    },
    why="Each request starts when it has arrived and a place is free, whichever is later, and "
    "holds the place for reading and writing.",
)

saved_by_a_prefix = Family(
    id="06-saved-by-a-prefix",
    text="A talk has {turns} turns. Its first turn sends {first}, each later one {added} more and "
    "all before again. A million fresh tokens cost {price}, cached ones {cached} of that. How much "
    "does the cache save on the whole talk?",
    given={
        "turns": pick(6, 10, 20, 30),
        "first": pick(1000, 2000, 4000, unit="tokens"),
        "added": pick(300, 500, 800, unit="tokens"),
        "price": pick(0.5, 1.25, 2.0, 3.0, unit="USD"),
        "cached": pick(0.1, 0.2, 0.25, unit="%"),
    },
    unit="USD",
    answer=lambda q: (
        prefixes.turns(q.turns, q.first, q.added).cached_tokens * q.price * (1 - q.cached) / 1e6
    ),
    wrong={
        "first-sending-cached": lambda q: (
            prefixes.turns(q.turns, q.first, q.added).sent_tokens * q.price * (1 - q.cached) / 1e6
        ),
        "price-taken-for-discount": lambda q: (
            prefixes.turns(q.turns, q.first, q.added).cached_tokens * q.price * q.cached / 1e6
        ),
        "turn-sends-only-what-is-new": lambda q: (
            (q.first + (q.turns - 1) * q.added) * q.price * (1 - q.cached) / 1e6
        ),
    },
    why="All that was sent before is cached: every turn's text but what is new in it. Each of "
    "these tokens saves the price less the cached price.",
)


def _arrivals(q: Any) -> list[float]:
    """The four arrivals of `last_answer`."""
    return [0, q.gap, q.second, q.third]


def _ends(arrivals: Sequence[float], places: int, held: float) -> list[float]:
    """When each request leaves its place, which it holds for `held` seconds.

    >>> _ends([0, 1], 1, 5), _ends([0, 1], 2, 5)
    ([5, 10], [5, 6])
    """
    free: list[float] = [0] * places
    ends = []
    for arrival in arrivals:
        place = free.index(min(free))
        free[place] = max(arrival, free[place]) + held
        ends.append(free[place])
    return ends


def _first_words(
    arrivals: Sequence[float], places: int, read: float, write: float, busy: float
) -> list[float]:
    """When each first token is out, where all places are taken for the first `busy` seconds."""
    late = [max(arrival, busy) for arrival in arrivals]
    return [end - write for end in _ends(late, places, read + write)]


FAMILIES = (ridge_batch, shared_step, first_word, last_answer, saved_by_a_prefix)
