"""The right answers of lessons 04 to 07, by other code than the families'."""

import heapq
import itertools
import math
from typing import Any

from tests.classroom.questions.truth import sizes
from tests.classroom.questions.truth.work import hourly, peak


def _yield_of_a_check(chance: float, guesses: int) -> float:
    """Mean tokens of a check, over every way in which guesses can be right or wrong."""
    mean = 0.0
    for outcome in itertools.product((True, False), repeat=guesses):
        probability = math.prod(chance if right else 1 - chance for right in outcome)
        standing = len(list(itertools.takewhile(bool, outcome)))
        mean += probability * (standing + 1)
    return mean


def _most_readers(q: Any) -> int:
    """Readers let in one by one, until the next one finds no room."""
    used, readers = 2 * sizes.weights(q.model), 0
    one = 2 * sizes.cache_numbers(q.model, q.prompt + q.output)
    while used + one <= q.room:
        used, readers = used + one, readers + 1
    return readers


def _last_end(q: Any) -> float:
    """The queue, event by event."""
    free = [0.0] * q.places
    heapq.heapify(free)
    end = 0.0
    for arrival in (0, q.gap, 3 * q.gap, 4 * q.gap):
        end = max(arrival, heapq.heappop(free)) + q.read + q.write
        heapq.heappush(free, end)
    return max([end, *free])


def _saved(q: Any) -> float:
    """Turn by turn: all that an earlier turn sent is cached."""
    saved, known, sent = 0.0, 0, 0
    for turn in range(q.turns):
        sent = q.first if turn == 0 else sent + q.added
        saved += known * q.price * (1 - q.cached)
        known = sent
    return saved / 1e6


def _picture(q: Any) -> float:
    """Pass by pass. One of DiT-XL/2 is 118.64 Gflops of multiply-adds (arXiv 2212.09748, table 4);
    for the others, whose estimator has tests of its own, what the text states."""
    one_pass = 2 * 118.64e9 if q.model.name == "DiT-XL/2" else q.one_pass
    work = 0.0
    for _ in range(q.steps):
        for _ in ("with the text", "without it"):
            work += one_pass
    return work + q.decoder


def _fewest_steps(q: Any) -> int:
    rows = [part.split() for part in q.table.split(", ")]
    means = {int(steps): float(mean) for steps, _, mean in rows}
    best = min(means.values())
    return next(steps for steps in sorted(means) if means[steps] - best <= q.tolerance + 1e-12)


TRUTH = {
    "04-time-of-a-run": lambda q: 6 * q.weights * q.tokens / (q.cards * q.share * peak(q.card)),
    "04-under-the-roof": lambda q: (
        1 / max(1 / peak(q.card), 1 / (q.intensity * q.card.memory_bytes_per_second))
    ),
    "04-taking-turns": lambda q: q.moved / q.card.memory_bytes_per_second * (1 + q.balance),
    "04-price-of-a-run": lambda q: q.work / (peak(q.card) * q.share) / 3600 * hourly(q.card),
    "04-loaders": lambda q: next(
        loaders for loaders in range(1, 100) if q.batch / loaders <= q.step
    ),
    "05-lone-token": lambda q: sizes.weights(q.model) * q.bits / 8 / q.card.memory_bytes_per_second,
    "05-mixture-token": lambda q: (
        sizes.active(q.model) * q.bits / 8 / (q.cards * q.card.memory_bytes_per_second)
    ),
    "05-cache-of-an-answer": lambda q: 2 * sizes.cache_numbers(q.model, q.prompt + q.output),
    "05-readers-that-fit": _most_readers,
    "05-tokens-a-check": lambda q: _yield_of_a_check(q.accepted, q.guesses),
    "05-gain-of-guessing": lambda q: (
        _yield_of_a_check(q.accepted, q.guesses) / (1 + q.guesses * q.draft)
    ),
    "06-ridge-batch": lambda q: (q.bits / 8 / q.card.memory_bytes_per_second) / (2 / peak(q.card)),
    "06-shared-step": lambda q: max(
        2 * sizes.weights(q.model) / q.card.memory_bytes_per_second,
        q.users * 2 * sizes.weights(q.model) / peak(q.card),
    ),
    "06-first-word": lambda q: q.wait + q.read,
    "06-last-answer": _last_end,
    "06-saved-by-a-prefix": _saved,
    "07-flops-of-a-picture": _picture,
    "07-multiply-adds": lambda q: sum([4 * q.macs] * q.steps) + q.once,
    "07-larger-side": lambda q: sum(
        share * growth
        for share, growth in (
            (q.fixed, 1),
            (1 - q.fixed - q.scores, q.times * q.times),
            (q.scores, (q.times * q.times) ** 2),
        )
    ),
    "07-clip": lambda q: q.frames * (1 + q.scores * (q.frames - 1)),
    "07-energy-of-a-page": lambda q: sum(
        q.watts * (q.read / q.readers + q.own) * 1e-3 for _ in range(q.tokens)
    ),
    "07-enough-steps": _fewest_steps,
}
