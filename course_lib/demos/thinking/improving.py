"""A model that learns from its own answers, once a checker has passed them.

Each round: new sums, several tries of each, one right answer kept where there is one, training
steps on those kept. No true answer is ever shown to the model; the checker only says right or
wrong. Known as expert iteration, rejection sampling or STaR (Zelikman et al. 2022, arXiv
2203.14465); policy-gradient methods weigh the tries instead of dropping them.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch

from course_lib import checks
from course_lib.demos import measure, tiny_gpt
from course_lib.demos.thinking import rules, sums
from course_lib.demos.thinking.models import Model, flops_a_try, step_flops
from course_lib.demos.thinking.trying import Tries, tries


@dataclass(frozen=True, kw_only=True, eq=False)
class Improved:
    """A model after some rounds on its own answers."""

    model: Model
    """The model now; the one it came from is as it was."""
    kept_shares: tuple[float, ...]
    """Of each round: share of the sums of which an answer was kept."""
    right_shares: tuple[float, ...]
    """Of each round: share of the answers kept that are right."""
    tries: int
    """Tries in all rounds."""
    kept: int
    """Answers trained on."""
    sampling_flops: int
    """FLOPs of the tries."""
    updating_flops: int
    """FLOPs of the training steps: forward and backward."""
    seconds: float
    """Seconds of all rounds."""

    @property
    def sampling_share(self) -> float:
        """Share of sampling in the FLOPs."""
        return self.sampling_flops / (self.sampling_flops + self.updating_flops)


def improve(
    model: Model,
    rounds: int = rules.ROUNDS,
    sums_a_round: int = rules.SUMS_A_ROUND,
    tries_a_sum: int = rules.TRIES_A_SUM,
    checked: bool = True,
    seed: int = 0,
) -> Improved:
    """Let a copy of a model improve on its own answers.

    Args:
        model: where it starts; it stays as it is.
        rounds: how often it tries and trains.
        sums_a_round: new sums of each round, none held out.
        tries_a_sum: tries of each sum, at temperature 1.
        checked: False keeps the first answer of every sum, right or wrong: the control.
        seed: other sums, other tries.

    >>> from course_lib.demos.thinking import models
    >>> improve(models.train(width=8, steps=1), rounds=2, sums_a_round=8, checked=False).kept
    16
    """
    checks.flag("checked", checked)
    start = time.perf_counter()
    learner = replace(model, gpt=copy.deepcopy(model.gpt))
    optimizer = torch.optim.AdamW(
        learner.gpt.parameters(), lr=rules.IMPROVE_RATE, betas=(0.9, 0.95), fused=True
    )
    random = torch.Generator().manual_seed(10_000 + checks.whole("seed", seed, at_least=0))
    kept_shares, right_shares, kept = [], [], 0
    for number in measure.track(range(checks.whole("rounds", rounds)), "rounds"):
        new = sums.draw(sums_a_round, sums.only(*rules.LENGTHS), random)
        found = tries(learner, new, tries_a_sum, 1.0, seed=seed * 10_000 + number)
        which, answers, right = keep(found, checked)
        update(learner, optimizer, new[which], answers)
        kept += len(answers)
        kept_shares.append(len(answers) / sums_a_round)
        right_shares.append(right)
    made = rounds * sums_a_round * tries_a_sum
    return Improved(
        model=learner,
        kept_shares=tuple(kept_shares),
        right_shares=tuple(right_shares),
        tries=made,
        kept=kept,
        sampling_flops=made * flops_a_try(model),
        updating_flops=step_flops(model.width, 1) * kept,
        seconds=time.perf_counter() - start,
    )


def keep(found: Tries, checked: bool = True) -> tuple[torch.Tensor, torch.Tensor, float]:
    """One answer of each sum to train on: the first right one, or unchecked the first of all.

    Returns:
        Places of the sums that have one, int64 (kept,); their answers' digits (kept, 6); and the
        share of these that are right.
    """
    first = found.right.argmax(axis=1) if checked else np.zeros(len(found.right), dtype=np.int64)
    places = np.flatnonzero(found.right.any(axis=1)) if checked else np.arange(len(found.right))
    chosen = first[places]
    right = float(found.right[places, chosen].mean()) if len(places) else 0.0
    return torch.from_numpy(places), found.tokens[places, chosen], right


def update(
    learner: Model, optimizer: torch.optim.Optimizer, some: sums.Sums, answers: torch.Tensor
) -> None:
    """Training steps on answers, each once, in batches of at most 32."""
    for inputs, targets in _batches(some, answers):
        loss = tiny_gpt.loss(learner.gpt, inputs, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def _batches(some: sums.Sums, answers: torch.Tensor) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    inputs, targets = sums.examples(some, answers)
    # an empty tensor splits into one empty part
    parts = zip(inputs.split(rules.BATCH), targets.split(rules.BATCH), strict=True)
    return ((here, there) for here, there in parts if len(here))
