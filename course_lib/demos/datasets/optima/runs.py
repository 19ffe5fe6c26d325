"""One tiny GPT trained for a budget of FLOPs, on text that it reads once (`rules`)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch

from course_lib import checks
from course_lib.catalog import Transformer
from course_lib.demos import corpus, tiny_gpt
from course_lib.demos.datasets.optima import rules
from course_lib.estimators import flops, parameters

LIVE_WIDTHS = (16, 28)
"""Two models for the smallest budget, both in the record: one near its bottom, one too large."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One tiny GPT, trained for a budget."""

    budget_flops: float
    """FLOPs that were to be spent."""
    width: int
    """Numbers a token is turned into, d_model."""
    layers: int
    """Layers."""
    params: int
    """Weights that are multiplied for each token: layers and head."""
    all_params: int
    """All weights: those and the table of positions. (Head and table of tokens are one matrix.)"""
    tokens: int
    """Tokens read in training, each once; a token is one byte."""
    train_flops: int
    """FLOPs of training, counted: forward and backward."""
    learning_rate: float
    """The highest of the run."""
    loss: float
    """Loss on unseen text, in nats a byte."""
    seed: int
    """Seed of the weights and of the order of the text."""
    seconds: float
    """Seconds the training took, on a machine that may have had other work."""

    @property
    def steps(self) -> int:
        """Training steps."""
        return self.tokens // rules.TOKENS_PER_STEP


def shape(width: int) -> Transformer:
    """The architecture of a width.

    >>> shape(16).layers, shape(16).d_ff
    (2, 64)
    """
    return tiny_gpt.shape(
        layers=rules.LAYERS, d_model=width, n_heads=rules.HEADS, context=rules.SEQ
    )


def steps(width: int, budget_flops: float) -> int:
    """Whole training steps that come nearest to a budget in FLOPs; at least one.

    >>> steps(16, 4e10)
    1817
    """
    each = flops.training_step(shape(width), rules.BATCH, rules.SEQ)
    return max(1, round(float(checks.positive("budget_flops", budget_flops)) / int(each)))


def run(width: int, budget_flops: float = rules.BUDGETS_FLOPS[0], seed: int = 0) -> Run:
    """Train one tiny GPT of `width` for `budget_flops` on code, and read unseen code with it.

    The last digits of the loss depend on the machine and its threads.

    Args:
        width: d_model, an even number.
        budget_flops: FLOPs to spend; the smallest takes some seconds.
        seed: other weights, other text.

    Raises:
        ValueError: the run would need more text than there is; or a width that two heads cannot
            share.
    """
    checks.divides("n_heads", rules.HEADS, "width", checks.whole("width", width))
    model, count = shape(width), steps(width, budget_flops)
    gpt = tiny_gpt.TinyGPT(model, seed=checks.whole("seed", seed, at_least=0))
    text = once(parts()[0], count, seed)
    rate = rules.RATE_TIMES_WIDTH / width
    start = time.perf_counter()
    tiny_gpt.train(gpt, text, count, rate)
    seconds = time.perf_counter() - start
    return Run(
        budget_flops=float(budget_flops),
        width=width,
        layers=rules.LAYERS,
        params=int(parameters.count(model, embeddings=False).total),
        all_params=int(parameters.count(model).total),
        tokens=count * rules.TOKENS_PER_STEP,
        train_flops=count * int(flops.training_step(model, rules.BATCH, rules.SEQ)),
        learning_rate=rate,
        loss=unseen_loss(gpt),
        seed=seed,
        seconds=seconds,
    )


def live(
    widths: Sequence[int] = LIVE_WIDTHS, seed: int = 0, budget_seconds: float = 20.0
) -> list[Run]:
    """Train a model of each width for the smallest budget, to be held beside the record.

    The two widths of the default take about seven seconds on a quiet core.

    Args:
        widths: one model each; a narrow one takes longer, since it reads more.
        seed: other weights, other text.
        budget_seconds: no further model is begun after this time, but one is trained in any case.
    """
    checks.positive("budget_seconds", budget_seconds)
    made: list[Run] = []
    start = time.perf_counter()
    for width in widths:
        if made and time.perf_counter() - start > budget_seconds:
            break
        made.append(run(width, seed=seed))
    return made


def once(seen: torch.Tensor, count: int, seed: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """`count` batches of inputs and targets (B, T), no piece of the text twice.

    Raises:
        ValueError: there is too little text.

    >>> batches = once(torch.arange(64 * 8 + 1), count=2, seed=0)
    >>> sorted(int(start) for inputs, _ in batches for start in inputs[:, 0])
    [0, 64, 128, 192, 256, 320, 384, 448]
    """
    pieces = _pieces(seen)
    if count * rules.BATCH > len(pieces):
        raise ValueError(
            f"budget_flops must not need more text than there is: {count} steps read "
            f"{count * rules.TOKENS_PER_STEP} tokens, and there are {len(pieces) * rules.SEQ}"
        )
    order = torch.randperm(len(pieces), generator=torch.Generator().manual_seed(seed))
    return (
        (batch[:, :-1], batch[:, 1:])
        for batch in (
            pieces[order[first : first + rules.BATCH]].long()
            for first in range(0, count * rules.BATCH, rules.BATCH)
        )
    )


@torch.no_grad()
def unseen_loss(gpt: tiny_gpt.TinyGPT) -> float:
    """Mean loss on the fixed pieces of unseen text, in nats a token."""
    pieces = _pieces(parts()[1])
    chosen = torch.linspace(0, len(pieces) - 1, min(rules.CHECK_PIECES, len(pieces))).long()
    batches = pieces[chosen].long().split(64)
    losses = [float(tiny_gpt.loss(gpt, each[:, :-1], each[:, 1:])) * len(each) for each in batches]
    return sum(losses) / len(chosen)


@lru_cache(maxsize=1)
def parts() -> tuple[torch.Tensor, torch.Tensor]:
    """The code to train on and the code kept unseen, as bytes; made once."""
    return corpus.split(corpus.tokens("code"))


def _pieces(text: torch.Tensor) -> torch.Tensor:
    """Windows of SEQ + 1 tokens: a piece's last target is the next one's first input."""
    return text.unfold(0, rules.SEQ + 1, rules.SEQ)
