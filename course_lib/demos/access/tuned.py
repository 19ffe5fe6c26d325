"""One trained model, a second purpose: tune all of its weights, an adapter, or an adapter over
packed weights.

Design choices:
- The tiny GPT first learns source code; the purpose is the English of the built-in help. The last
  part of that text is kept unseen, and its loss is the quality: the training loss would praise
  whoever learns by heart.
- Every way reads the same pieces in the same order for the same number of steps. Its learning rate
  is the best of a few that were tried once (`WAYS`): adapters want a higher one.
- Memory is counted by `memory.held`, not estimated. Time is that of the training loop. Money is
  time at a rented core's price, so that it ranks the ways; a tiny model's cents mean nothing else.
- A seed changes the adapter's first values and the order of the text. One seed is an anecdote:
  compare several.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import nn

from course_lib import checks
from course_lib.demos import corpus, measure, memory, tiny_gpt
from course_lib.demos.cost.cores import core_usd_per_hour
from course_lib.demos.memory import lora
from course_lib.estimators.cost import offers

BATCH, SEQ = 8, 64
CHECK_BATCHES = 10
SHAPE = {"layers": 2, "d_model": 64, "context": SEQ}
RANK = 8
WAYS = {"full tuning": ("", 4e-3), "LoRA": ("fp32", 1e-2), "quantised LoRA": ("int4", 1e-2)}
"""Format of the frozen weights ("" freezes none), and the learning rate of each way."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Tuned:
    """A model after tuning, and what the tuning took."""

    way: str
    """One of `WAYS`."""
    seed: int
    """Seed of the adapter and of the order of the text."""
    loss_before: float
    """Loss on unseen text before, in nats a byte."""
    loss: float
    """Loss on unseen text after, in nats a byte."""
    train_loss: float
    """Mean loss of the last tenth of the steps, on text it trained on."""
    trained: int
    """Weights that were trained."""
    held: memory.Held
    """Bytes of a training step."""
    seconds: float
    """Time of all steps."""

    @property
    def gain(self) -> float:
        """By how much tuning lowered the loss on unseen text, in nats a byte."""
        return self.loss_before - self.loss

    @property
    def usd(self) -> float:
        """US dollars for the time, on one rented core."""
        return float(offers.rent_usd(core_usd_per_hour(), self.seconds))


def pretrained(steps: int = 250, seed: int = 0) -> tiny_gpt.TinyGPT:
    """A tiny GPT that has read source code for so many steps."""
    gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(**SHAPE), seed=seed)
    seen, _ = corpus.split(corpus.tokens("code", limit=4_000_000))
    tiny_gpt.train(gpt, corpus.batches(seen, BATCH, SEQ, seed=seed), steps, learning_rate=4e-3)
    return gpt


def prepare(base: tiny_gpt.TinyGPT, way: str, seed: int = 0, rank: int = RANK) -> tiny_gpt.TinyGPT:
    """A copy of `base`, ready to be tuned in one of `WAYS`; `base` stays as it is.

    >>> base = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=1, d_model=32))
    >>> lora.trainable_weights(prepare(base, "LoRA", rank=1))  # 4 x (32 + 32) + 2 x (32 + 128)
    576
    """
    form, _ = WAYS[checks.one_of("way", way, tuple(WAYS))]
    gpt = copy.deepcopy(base)
    return lora.add(gpt, rank, alpha=2.0 * rank, base_format=form, seed=seed) if form else gpt


def tune(
    base: tiny_gpt.TinyGPT,
    way: str,
    steps: int = 100,
    seed: int = 0,
    rank: int = RANK,
    learning_rate: float | None = None,
) -> Tuned:
    """Tune a copy of `base` on the help's English, and read unseen pages with it before and after.

    Args:
        base: the model; it stays as it is.
        way: one of `WAYS`.
        steps: optimizer steps, on `BATCH` pieces of `SEQ` bytes each.
        seed: of the adapter and of the order of the text.
        rank: of the adapter.
        learning_rate: None for that of the way.

    Raises:
        ValueError: an unknown way, or fewer than one step.
    """
    gpt = prepare(base, way, seed, rank)
    seen, unseen = _help()
    before = unseen_loss(base, unseen)
    pieces = corpus.batches(seen, BATCH, SEQ, seed=seed)
    start = time.perf_counter()
    losses = tiny_gpt.train(_OnlyTrained(gpt), pieces, steps, learning_rate or WAYS[way][1])
    seconds = time.perf_counter() - start
    last = losses[-max(1, steps // 10) :]  # at least one: [-0:] would be all
    return Tuned(
        way=way,
        seed=seed,
        loss_before=before,
        loss=unseen_loss(gpt, unseen),
        train_loss=sum(last) / len(last),
        trained=lora.trainable_weights(gpt),
        held=memory.held(gpt, next(pieces)[0]),
        seconds=seconds,
    )


def compare(
    base: tiny_gpt.TinyGPT,
    steps: int = 100,
    seeds: Sequence[int] = (0, 1, 2),
    ways: Sequence[str] = tuple(WAYS),
) -> list[Tuned]:
    """Every way with every seed, seed by seed, so that a slow minute falls on all ways alike."""
    jobs = [(way, seed) for seed in seeds for way in ways]
    return [tune(base, way, steps, seed) for way, seed in measure.track(jobs, "models tuned")]


def kept_gain(
    found: Sequence[Tuned], way: str = "LoRA", against: str = "full tuning"
) -> list[float]:
    """The part of full tuning's gain that another way keeps, for each seed that both have.

    Raises:
        ValueError: no seed that both have, or full tuning gained nothing.
    """
    gains = {(each.way, each.seed): each.gain for each in found}
    seeds = sorted(
        {seed for name, seed in gains if name == way}
        & {seed for name, seed in gains if name == against}
    )
    if not seeds:
        raise ValueError(
            f"found must hold {way!r} and {against!r} with a seed in common, got {sorted(gains)}"
        )
    whole = [gains[against, seed] for seed in seeds]
    if min(whole) <= 0:
        raise ValueError(f"{against} must lower the loss on unseen text, got gains {whole}")
    return [gains[way, seed] / gain for seed, gain in zip(seeds, whole, strict=True)]


def step_flops(base: tiny_gpt.TinyGPT, way: str, rank: int = RANK) -> int:
    """FLOPs of one training step, counted by PyTorch; unpacking is no matrix product."""
    gpt = prepare(base, way, rank=rank)
    inputs, targets = next(corpus.batches(_help()[0], BATCH, SEQ))
    return measure.count_flops(lambda: tiny_gpt.loss(gpt, inputs, targets).backward())


@torch.no_grad()
def unseen_loss(gpt: nn.Module, unseen: torch.Tensor) -> float:
    """Mean loss on fixed pieces of a text that was not trained on, in nats a byte."""
    pieces = corpus.batches(unseen, 2 * BATCH, SEQ, seed=1)  # the same for all models
    losses = [tiny_gpt.loss(gpt, *next(pieces)).item() for _ in range(CHECK_BATCHES)]
    return sum(losses) / len(losses)


@lru_cache(maxsize=1)
def _help() -> tuple[torch.Tensor, torch.Tensor]:
    """The help's English to tune on, and the part kept unseen."""
    return corpus.split(corpus.tokens("prose"))


class _OnlyTrained(nn.Module):
    """A model that shows an optimizer its trained weights alone: packed ones are whole numbers,
    which it refuses."""

    def __init__(self, gpt: nn.Module) -> None:
        super().__init__()
        self.gpt = gpt

    def forward(self, tokens_BT: torch.Tensor) -> torch.Tensor:
        return self.gpt(tokens_BT)

    # hides `nn.Module.parameters`, which `tiny_gpt.train` hands to its optimizer
    def parameters(self, recurse: bool = True):  # type: ignore[no-untyped-def]
        return iter(lora.trainable(self.gpt))
