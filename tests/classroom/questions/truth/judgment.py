"""The right answers of lessons 14 to 16, by other code than the families'."""

import math
import re
from typing import Any

import numpy as np

from course_lib.catalog import devices
from tests.classroom.questions.truth import sizes
from tests.classroom.questions.truth.work import hourly, peak

SIDES = ("n_heads", "n_kv_heads", "n_kv_heads")


def _bought(q: Any) -> float:
    """FLOPs, second by second of what the money rents."""
    seconds = q.budget / (hourly(q.card) / 3600)
    return seconds * peak(q.card) * q.share


def _adapters(model: Any, rank: int) -> int:
    """Weights of adapters beside the seven matrices of each layer."""
    d, w = model.d_model, model.head_dim
    shapes = [(d, getattr(model, side) * w) for side in SIDES]
    shapes += [(model.n_heads * w, d), (d, model.d_ff), (d, model.d_ff), (model.d_ff, d)]
    return model.layers * sum(rank * (into + out) for into, out in shapes)


def _purposes(q: Any) -> int:
    free, count = q.room - q.base - q.caches, 0
    while free >= q.one:
        free, count = free - q.one, count + 1
    return count


def _verdict(q: Any) -> str:
    if q.now >= q.limit:
        return "holds"
    if q.now >= q.lower:
        return "holds with limits"
    return "outdated" if q.then >= q.limit else "wrong"


def _close(q: Any) -> str:
    """Read from the words of the text: which number less its error falls below its limit?"""
    said = re.findall(r"([ABC]): limit (\S+), number (\S+) with an error of (\S+) %", q.asked)
    close = [
        f"claim {name}"
        for name, limit, number, error in said
        if float(number) * (1 - float(error) / 100) < float(limit)
    ]
    assert len(close) == 1, close
    return close[0]


def _flip(q: Any) -> float:
    """A job that waits for memory: bytes over bandwidth, so the bytes cancel."""
    cheap, other = (devices[key] for key in q.pair)
    costs = [hourly(card) / card.memory_bytes_per_second for card in (cheap, other)]
    return costs[1] / costs[0]


def _crossing(fixed: float, call: float, own: float) -> float:
    """Million tokens at which two straight lines of cost meet, by linear algebra."""
    tokens, _ = np.linalg.solve([[call, -1.0], [own, -1.0]], [0.0, -fixed])
    return float(tokens) * 1e6


def _high(q: Any) -> float:
    parts = np.array([q.first, q.second, q.third], dtype=float)
    return float(parts[:, 1].sum() + np.linalg.norm(parts[:, 2] - parts[:, 1]))


def _median_error(q: Any) -> float:
    errors = sorted(abs(math.log(p) - math.log(t)) / math.log(2) for p, t in q.pairs)
    return errors[len(errors) // 2]


TRUTH = {
    "14-weights-for-money": lambda q: (_bought(q) / 6 / q.ratio) ** 0.5,
    "14-adapter": lambda q: q.rank * q.model.d_model + q.rank * q.model.d_ff,
    "14-tuning-memory": lambda q: 2 * sizes.weights(q.model) + 16 * _adapters(q.model, q.rank),
    "14-year-of-hosting": lambda q: q.ready * hourly(q.card) * 24 * 365.25,
    "14-purposes-on-a-card": _purposes,
    "14-years-bill": lambda q: sum([q.part * q.first] * q.again) + sum([q.month] * 12),
    "15-verdict-today": _verdict,
    "15-close-call": _close,
    "15-flip": _flip,
    "15-where-sides-change": lambda q: _crossing(q.month, q.call, q.call * q.part),
    "16-binding-limit": lambda q: sorted(
        [q.text * q.readings, q.budget * 1e9 / q.a_billion, q.days * q.daily]
    )[0],
    "16-range-of-a-sum": _high,
    "16-energy-of-a-plan": lambda q: q.watts / 1e6 * q.device_hours * q.pue * q.place.grams_per_kwh,
    "16-score-of-plans": _median_error,
    "16-when-training-pays": lambda q: _crossing(q.training, q.call, q.call * q.part),
    "16-money-to-tokens": lambda q: _bought(q) / (6 * q.weights),
}
