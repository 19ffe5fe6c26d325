"""A tiny GPT that reads one short text again and again: what does that do to unseen text?

The text is Python's own source code; its last part is kept unseen. Losses are in nats a byte, since
a token here is one byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat

import torch

from course_lib import checks
from course_lib.demos import corpus, tiny_gpt

BATCH, SEQ, LAYERS = 16, 64, 2
LEARNING_RATE = 4e-3
CHECK_BATCHES = 12

__all__ = ["Reading", "reread", "unseen_loss"]


@lru_cache(maxsize=1)
def _parts() -> tuple[torch.Tensor, torch.Tensor]:
    """The code to train on and the code kept unseen; made once."""
    return corpus.split(corpus.tokens("code"))


@torch.no_grad()
def unseen_loss(gpt: tiny_gpt.TinyGPT, unseen: torch.Tensor) -> float:
    """Mean loss on fixed pieces of a text that was not trained on, in nats a token."""
    pieces = corpus.batches(unseen, BATCH, gpt.context, seed=1)  # the same for all models
    losses = [tiny_gpt.loss(gpt, *next(pieces)).item() for _ in range(CHECK_BATCHES)]
    return sum(losses) / len(losses)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A look at a model that reads one short text again and again."""

    readings: int
    """How often it has read the text."""
    train_loss: float
    """Loss on that text, in nats a byte."""
    loss: float
    """Loss on code it has never read, in nats a byte."""


def reread(
    unique_tokens: int = 2048, readings: Sequence[int] = (1, 25, 50, 100, 150, 200), width: int = 32
) -> list[Reading]:
    """Read the same `unique_tokens` tokens again and again; both losses after each of `readings`.

    One reading is one training step on all of the text at once.
    """
    checks.whole("unique_tokens", unique_tokens, at_least=SEQ + 1)
    seen, unseen = _parts()
    # windows of SEQ + 1, one place of overlap: a piece's last target is the next one's first input
    pieces = seen[: unique_tokens + 1].long().unfold(0, SEQ + 1, SEQ)
    gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=LAYERS, d_model=width, context=SEQ))
    looks = []

    def look(step: int, train_loss: float) -> None:
        if step + 1 in readings:
            looks.append(
                Reading(readings=step + 1, train_loss=train_loss, loss=unseen_loss(gpt, unseen))
            )

    same_text = repeat((pieces[:, :-1], pieces[:, 1:]))
    tiny_gpt.train(gpt, same_text, max(readings), LEARNING_RATE, progress=look)
    return looks
