"""One tiny GPT whose weights are kept in one of four ways (`rules`)."""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import nn

from course_lib import checks
from course_lib.demos import measure, tiny_gpt
from course_lib.demos.datasets.optima import runs as text
from course_lib.demos.precision.alone import rules

LOW_BITS = 0xFFFF
"""The bits of an fp32 number that bf16 does not have."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One training."""

    way: str
    """How weights were kept, one of `rules.WAYS`."""
    learning_rate: float
    """After the first steps."""
    seed: int
    """Seed of the weights, of the order of the text, and of chance."""
    steps: list[int]
    """Steps after which the next two were taken."""
    losses: list[float]
    """Loss on unseen text, in nats a byte."""
    stuck: list[float]
    """Of the weights with a gradient, the share that the step did not change."""
    seconds: float
    """Seconds of the training, on a machine that may have had other work."""


def run(
    way: str,
    learning_rate: float = rules.RATES[0],
    seed: int = 0,
    marks: Sequence[int] = rules.MARKS,
) -> Run:
    """Train one tiny GPT, and look at it after some steps.

    Args:
        way: one of `rules.WAYS`.
        learning_rate: above 0.
        seed: other weights, other text, other chance.
        marks: steps after which to look, rising; training ends at the last. 150 steps take about
            three seconds.

    Raises:
        ValueError: an unknown way, or marks that do not rise.
    """
    checks.one_of("way", way, rules.WAYS)
    if not marks or list(marks) != sorted({checks.whole("marks", mark) for mark in marks}):
        raise ValueError(f"marks must rise, got {list(marks)}")
    shape = tiny_gpt.shape(
        layers=rules.LAYERS, d_model=rules.WIDTH, n_heads=rules.HEADS, context=rules.SEQ
    )
    gpt = tiny_gpt.TinyGPT(shape, seed=checks.whole("seed", seed, at_least=0))
    kept = _Weights(gpt, way, checks.positive("learning_rate", learning_rate), seed)
    losses, stuck, start = [], [], time.perf_counter()
    batches = text.once(text.parts()[0], marks[-1], seed)
    for step, batch in enumerate(measure.track(batches, "training steps", marks[-1]), 1):
        tiny_gpt.loss(gpt, *batch).backward()
        same = kept.update(step)
        if step in marks:
            stuck.append(same)
            losses.append(text.unseen_loss(gpt))
    return Run(
        way=way,
        learning_rate=learning_rate,
        seed=seed,
        steps=list(marks),
        losses=losses,
        stuck=stuck,
        seconds=time.perf_counter() - start,
    )


def live(ways: Sequence[str] = ("fp32", "bf16"), marks: Sequence[int] = (150,)) -> list[Run]:
    """The first steps of some runs of the record: the small rate, the first seed."""
    return [run(way, marks=marks) for way in ways]


class _Weights:
    """The weights of a model as a way keeps them, and the optimizer that changes them."""

    def __init__(self, gpt: nn.Module, way: str, rate: float, seed: int) -> None:
        self.way, self.rate = way, rate
        self.used = list(gpt.parameters())
        # What products see and what updates go to are two things only with masters.
        self.kept = copy.deepcopy(self.used) if way == "masters" else self.used
        self.optimizer = torch.optim.AdamW(
            self.kept, lr=rate, betas=(0.9, 0.95), weight_decay=0.0, foreach=False
        )
        self.chance = torch.Generator().manual_seed(seed)
        self._round()

    def update(self, step: int) -> float:
        """One step of Adam, and the rounding after it; the share of weights that stayed the
        same."""
        for used, kept in zip(self.used, self.kept, strict=True):
            kept.grad = used.grad
        before = [each.detach().clone() for each in self.kept]
        self.optimizer.param_groups[0]["lr"] = self.rate * min(1.0, step / rules.WARM_UP_STEPS)
        self.optimizer.step()
        self._round()
        moving = same = 0
        for old, each in zip(before, self.kept, strict=True):
            pulled = torch.ne(cast(torch.Tensor, each.grad), 0)
            moving += int(pulled.sum())
            same += int((pulled & (old == each)).sum())
        for each in self.used:
            each.grad = None
        return same / max(1, moving)

    @torch.no_grad()
    def _round(self) -> None:
        for used, kept in zip(self.used, self.kept, strict=True):
            if self.way == "bf16":
                kept.copy_(kept.bfloat16())
            elif self.way == "bf16 by chance":
                kept.copy_(by_chance(kept, self.chance))
            elif self.way == "masters":
                used.copy_(kept.bfloat16())


def by_chance(numbers: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """fp32 numbers rounded to bf16 up or down, by chance, so that the mean stays.

    Source: Gupta et al. 2015, Deep Learning with Limited Numerical Precision, arXiv 1502.02551,
    section 3.

    >>> quarter = torch.full((4000,), 1 + 2**-9)  # a quarter of the way from 1 to 1 + 2**-7
    >>> rounded = by_chance(quarter, torch.Generator().manual_seed(0))
    >>> sorted(set(rounded.tolist())), round(float((rounded > 1).float().mean()), 1)
    ([1.0, 1.0078125], 0.2)
    """
    bits = numbers.detach().view(torch.int32)
    added = torch.randint(0, LOW_BITS + 1, numbers.shape, generator=generator, dtype=torch.int32)
    # adding to the bits carries into the next bf16 number as often as the rest is large
    return ((bits + added) & ~LOW_BITS).view(torch.float32)
