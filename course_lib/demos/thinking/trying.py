"""Trying sums again and again: answers drawn by chance, coverage with a checker, majorities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from course_lib import checks
from course_lib.demos import inference, measure
from course_lib.demos.thinking import rules, sums
from course_lib.demos.thinking.models import Model
from course_lib.estimators.thinking import pass_at_k

AT_ONCE = 1600
"""Tries in one pass."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Tries:
    """What a model answered to some sums, each tried n times."""

    tokens: torch.Tensor
    """Digits of the answers, int64 of shape (sums, n, 6)."""
    numbers: NDArray[np.int64]
    """The same as whole numbers, shape (sums, n); -1 where a sign stood among the digits."""
    right: NDArray[np.bool_]
    """What the checker says, shape (sums, n)."""


@torch.no_grad()
def tries(
    model: Model,
    tasks: sums.Sums,
    n: int = 1,
    temperature: float = rules.TEMPERATURE,
    seed: int = 0,
) -> Tries:
    """Let a model try each sum n times.

    Args:
        model: the model.
        tasks: the sums.
        n: tries of each.
        temperature: 0 takes the most likely digit (then further tries are the same), 1 draws as the
            model says, less than 1 sharpens.
        seed: other draws.

    >>> from course_lib.demos.thinking import models
    >>> tries(models.train(width=8, steps=1), sums.tasks(each=1), n=3).right.shape
    (4, 3)
    """
    checks.positive("temperature", temperature, zero=True)
    random = torch.Generator().manual_seed(checks.whole("seed", seed, at_least=0))
    prompts = tasks.prompts.repeat_interleave(checks.whole("n", n), dim=0)
    chunks = prompts.split(AT_ONCE)
    parts = [_write(model, some, temperature, random) for some in measure.track(chunks, "tried")]
    tokens = torch.cat(parts).unflatten(0, (len(tasks), n))
    numbers = sums.read(tokens)
    right = sums.check(tasks, numbers)
    return Tries(tokens=tokens, numbers=numbers.numpy(), right=right.numpy())


def _write(
    model: Model, prompts: torch.Tensor, temperature: float, random: torch.Generator
) -> torch.Tensor:
    """Answers to prompts, with keys and values kept: (B, 12) -> (B, 6)."""
    cache, new, digits = inference.Cache(model.gpt, len(prompts)), prompts, []
    for _ in range(sums.ANSWER):
        scores = inference.cached_pass(model.gpt, new, cache)
        if temperature == 0:
            new = scores.argmax(-1, keepdim=True)
        else:
            new = torch.multinomial((scores / temperature).softmax(-1), 1, generator=random)
        digits.append(new)
    return torch.cat(digits, dim=1)


def coverage(right: ArrayLike, n: int) -> float:
    """Share of the tasks of which at least one of n tries is right: "pass at n", without bias.

    Of N tries of a task, c right, some n are taken by chance: all are wrong with probability
    C(N - c, n) / C(N, n). Source: Chen et al. 2021 (arXiv 2107.03374), equation 1.

    Args:
        right: bool of shape (tasks, N).
        n: tries, at most N.

    Raises:
        ValueError: more tries than there are.

    >>> coverage([[True, False, False, False], [False] * 4], n=2)  # half of (1/2 and 0)
    0.25
    """
    table = np.atleast_2d(np.asarray(right, dtype=bool))
    return float(solved(table.sum(axis=1), table.shape[1], n).mean())


def solved(counts: ArrayLike, made: int, n: int) -> Floats:
    """Chance that one of n tries is right, for tasks with so many right ones of those made.

    >>> solved([0, 1, 4], made=4, n=2).tolist()
    [0.0, 0.5, 1.0]
    """
    if not 1 <= checks.whole("n", n) <= made:
        raise ValueError(f"n must be at most the {made} tries made, got {n}")
    return np.asarray(pass_at_k(made, np.asarray(counts), n), dtype=float)


def majority(found: Tries, n: int) -> float:
    """Share of the tasks of which the answer given most often in n tries is right.

    The tries are cut into groups of n, and the share is the mean over them; of answers given
    equally often the first counts.

    Raises:
        ValueError: more tries than there are.
    """
    return float(votes(found, n).mean())


def votes(found: Tries, n: int) -> Floats:
    """The same for each task: share of its groups of n tries whose majority is right, (tasks,)."""
    tasks, made = found.numbers.shape
    if checks.whole("n", n) > made:
        raise ValueError(f"n must be at most the {made} tries made, got {n}")
    groups = made // n
    numbers, right = (
        table[:, : groups * n].reshape(tasks, groups, n) for table in (found.numbers, found.right)
    )
    often = np.stack([(numbers == numbers[..., [place]]).sum(-1) for place in range(n)], axis=-1)
    chosen = often.argmax(axis=-1)[..., None]
    return np.take_along_axis(right, chosen, axis=-1)[..., 0].mean(axis=1)
