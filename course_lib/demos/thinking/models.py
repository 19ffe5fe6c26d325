"""A tiny GPT trained on sums, and what it costs: FLOPs of training, FLOPs of a try."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from course_lib import checks
from course_lib.catalog import Transformer
from course_lib.demos import tiny_gpt
from course_lib.demos.thinking import rules, sums
from course_lib.estimators import flops, parameters


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """A tiny GPT that has read sums."""

    gpt: tiny_gpt.TinyGPT
    """The model."""
    width: int
    """Numbers a token is turned into, d_model."""
    steps: int
    """Training steps, each of 32 sums."""
    seed: int
    """Seed of the first weights and of the sums."""
    losses: tuple[float, ...]
    """Training loss of each step, in nats a digit of the answer."""
    seconds: float
    """Seconds the training took."""

    @property
    def shape(self) -> Transformer:
        """The architecture."""
        return self.gpt.model

    @property
    def params(self) -> int:
        """Weights that are multiplied for each token: layer and head."""
        return int(parameters.count(self.shape, embeddings=False).total)

    @property
    def train_flops(self) -> int:
        """FLOPs of its training, counted."""
        return self.steps * step_flops(self.width)


def shape(width: int) -> Transformer:
    """The architecture of a width: one layer, four heads, twelve tokens to choose from.

    >>> shape(16).d_ff, shape(16).vocab_rows
    (64, 12)
    """
    plain = tiny_gpt.shape(layers=1, d_model=width, n_heads=rules.HEADS, context=sums.LENGTH)
    return replace(plain, vocab_rows=sums.VOCABULARY)


def train(width: int = rules.SMALL, steps: int = rules.STEPS, seed: int = 0) -> Model:
    """Train a tiny GPT on sums. The last digits of its losses depend on the machine.

    Args:
        width: d_model, a multiple of four.
        steps: training steps of 32 sums, no held-out one among them.
        seed: other first weights, other sums.

    Raises:
        ValueError: a width that four heads cannot share.

    >>> train(width=8, steps=2).steps
    2
    """
    checks.divides("n_heads", rules.HEADS, "width", checks.whole("width", width))
    gpt = tiny_gpt.TinyGPT(shape(width), seed=checks.whole("seed", seed, at_least=0))
    start = time.perf_counter()
    rate = rules.RATE / width**0.5
    losses = tiny_gpt.train(gpt, sums.batches(seed), steps, rate)
    seconds = time.perf_counter() - start
    return Model(
        gpt=gpt, width=width, steps=steps, seed=seed, losses=tuple(losses), seconds=seconds
    )


def step_flops(width: int, examples: int = rules.BATCH) -> int:
    """FLOPs of a training step on so many sums: forward and backward.

    >>> step_flops(16, 2) == 2 * step_flops(16, 1)
    True
    """
    return int(flops.training_step(shape(width), examples, sums.LENGTH - 1))


def flops_a_try(model: Model | int) -> int:
    """FLOPs of one try: the sum is read at once, then five of the six digits one by one.

    Keys and values are kept, so that each token is read once; scores are made where a digit is to
    come. The checker's one addition is left out.

    Args:
        model: a model, or its width.

    >>> flops_a_try(36) // flops_a_try(16)
    4
    """
    made = model.shape if isinstance(model, Model) else shape(model)
    reading = flops.forward_parts(made, 1, sums.PROMPT)
    first = reading.layers + reading.head / sums.PROMPT
    further = (flops.decode(made, 1, seen) for seen in range(sums.PROMPT, sums.LENGTH - 1))
    return int(first) + sum(int(each) for each in further)


def equal_tries(small: Model | int, large: Model | int) -> int:
    """Whole tries of the small model that take no more FLOPs than one of the large one.

    >>> equal_tries(16, 36)
    4
    """
    return flops_a_try(large) // flops_a_try(small)


def equal_steps(width: int, other: int, steps: int = rules.STEPS) -> int:
    """Training steps of a width that come nearest to the training FLOPs of another's `steps`.

    >>> equal_steps(16, 16, 800)
    800
    """
    return round(steps * step_flops(other) / step_flops(width))
