"""The right answers of lessons 00 to 03, by other code than the families': from the catalog's
records and the numbers drawn."""

import math
from typing import Any

import numpy as np

from course_lib.catalog import prices
from tests.classroom.questions.truth import sizes

HALF = ("bf16", "fp16")


def peak(card: Any) -> float:
    return next(card.peak_flops[name] for name in HALF if name in card.peak_flops)


def hourly(card: Any) -> float:
    return prices.rental(card).usd_per_device_hour


def _window_pairs(tokens: int, window: int) -> int:
    """By looking at every row of the mask."""
    return sum(min(row + 1, window) for row in range(tokens))


def _even_tokens(more: float) -> float:
    """Text of least a/N^k + b/D^k on a budget, over that on one `more` times smaller: by trying."""
    budget = np.array([1e22, 1e22 * more])[:, None]
    params = np.geomspace(1e8, 1e13, 20_001)[None, :]
    loss = 400 / params**0.3 + 400 / (budget / 6 / params) ** 0.3
    best = params[0, loss.argmin(axis=1)]
    return (budget[1, 0] / best[1]) / (budget[0, 0] / best[0])


def _takeover(model: Any) -> float:
    """By bisection over the two costs."""
    matrices = sizes.weights(model) - (
        0 if model.tied_embeddings else model.vocab_rows * model.d_model
    )

    def ahead(n: float) -> bool:
        scores = 2 * n * n * model.n_heads * model.head_dim
        sums = 2 * n * n * model.n_heads * model.head_dim
        return model.layers * (scores + sums) > 2 * matrices * n

    low, high = 1.0, 1e8
    while high / low > 1.0001:
        middle = (low * high) ** 0.5
        low, high = (low, middle) if ahead(middle) else (middle, high)
    return low


def _worth(text: float, times: int) -> float:
    """Each rereading by itself: its worth falls by exp(-1 / 15.4) from one to the next."""
    fade = math.exp(-1 / 15.387756)
    return text * (1 + sum(15.387756 * (1 - fade) * fade**k for k in range(times - 1)))


TRUTH = {
    "00-answer-flops": lambda q: sum(2 * sizes.weights(q.model) for _ in range(q.read + q.written)),
    "00-which-speed": lambda q: max(
        2 * sizes.weights(q.model) / q.card.memory_bytes_per_second,
        2 * sizes.weights(q.model) / peak(q.card),
    ),
    "00-energy-of-an-answer": lambda q: q.card.power_watts * q.seconds / 60 / 60,
    "00-rent-of-an-answer": lambda q: hourly(q.card) / 60 / 60 * q.seconds,
    "00-fetching-a-model": lambda q: 16 * sizes.weights(q.model) / q.line,
    "00-training-here": lambda q: 6 * sizes.weights(q.model) * q.tokens / q.rate,
    "01-mlp-weights": lambda q: q.model.layers * sizes.mlp(q.model),
    "01-attention-weights": lambda q: q.model.layers * sizes.attention(q.model),
    "01-tied-table": lambda q: len(range(q.model.vocab_rows)) * q.model.d_model * q.bits / 8,
    "01-training-flops": lambda q: (2 + 2 + 2) * q.weights * q.tokens,
    "01-active-weights": lambda q: sizes.active(q.model),
    "01-wider-and-deeper": lambda q: (
        (100 * q.wider * 100 * q.wider * 10 * q.deeper) / (100 * 100 * 10)
    ),
    "02-tokens-of-a-text": lambda q: q.corpus.raw_bytes / q.a_token,
    "02-tokens-on-disk": lambda q: q.tokens * math.ceil(math.log2(q.vocabulary) / 8),
    "02-weights-for-a-budget": lambda q: 10 ** ((math.log10(q.budget / 6 / q.ratio)) / 2),
    "02-text-for-a-run": lambda q: q.budget / 2 / 3 / q.weights * q.a_token,
    "02-worth-of-rereading": lambda q: _worth(q.text, q.times),
    "02-more-compute": lambda q: _even_tokens(q.more),
    "03-cache-of-a-text": lambda q: sizes.cache_numbers(q.model, q.tokens) * q.bits / 8,
    "03-core-of-a-layer": lambda q: sum(
        2 * q.tokens * q.tokens * q.model.head_dim
        for _ in ("scores", "sums")
        for _ in range(q.model.n_heads)
    ),
    "03-window-pairs": lambda q: _window_pairs(q.window * q.times, q.window),
    "03-takeover": lambda q: _takeover(q.model),
    "03-exponent": lambda q: q.power,
}
