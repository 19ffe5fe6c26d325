"""What the programs of this folder train, which rank this is, and what a program is made of.

Everything is the same on every rank: the tokens, the model before training, the optimizer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.distributed as dist
from torch import nn

from course_lib.demos import tiny_gpt

Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is trained, and for how long."""

    layers: int = 4
    """Layers of the tiny GPT."""
    d_model: int = 64
    """Its width."""
    n_heads: int = 4
    """Its attention heads."""
    seq: int = 32
    """Tokens of a sequence."""
    batch: int = 16
    """Sequences of a step, all ranks together."""
    micro_batches: int = 4
    """Pieces into which a pipeline cuts the batch."""
    steps: int = 2
    """Training steps."""
    learning_rate: float = 1e-3
    """Of AdamW."""

    def pieces(self) -> list[tuple[torch.Tensor, torch.Tensor]]:
        """Inputs and targets of each step: (batch, seq) int64, random, the same on every rank."""
        generator = torch.Generator().manual_seed(0)
        # one token more: the targets are the inputs, one place further on
        size = (self.steps, self.batch, self.seq + 1)
        tokens = torch.randint(256, size, generator=generator).to(device())
        return [(piece[:, :-1], piece[:, 1:]) for piece in tokens]

    def gpt(self) -> tiny_gpt.TinyGPT:
        """The model before training, the same on every rank."""
        shape = tiny_gpt.shape(self.layers, self.d_model, self.n_heads, context=self.seq)
        return tiny_gpt.TinyGPT(shape, seed=1).to(device())


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What training gave, as one rank saw it."""

    losses: list[float]
    """Mean loss of the whole batch at each step, in nats."""
    gradients: Tensors = field(default_factory=dict)
    """Whole gradients of the first step by name of the weight; on rank 0 only."""
    weights: Tensors = field(default_factory=dict)
    """Whole weights after the last step by name; on rank 0 only."""
    held_bytes: dict[str, int] = field(default_factory=dict)
    """Bytes of weights, gradients and optimizer states that this rank held."""
    step_seconds: float = 0.0
    """Time of the last step, in seconds."""
    every_step_seconds: list[float] = field(default_factory=list)
    """Time of each step in turn, in seconds; the first ones set up connections."""


@dataclass(kw_only=True)
class Shared:
    """One way to train: what differs between the programs."""

    module: nn.Module
    """What this rank holds of the model."""
    optimizer: torch.optim.Optimizer
    """What updates it."""
    passes: Callable[[torch.Tensor, torch.Tensor, Callable[[], None]], torch.Tensor]
    """Forward and backward pass over a batch; calls its last argument between the two; the loss on
    this rank."""
    # a lambda, because the function it calls stands further down
    loss_of: Callable[[torch.Tensor], float] = lambda loss: _mean_over_ranks(loss)
    """The loss of the whole batch from this rank's."""
    whole: Callable[[Tensors], Tensors] = lambda parts: {
        name: _full(part) for name, part in parts.items()
    }
    """The whole tensors from this rank's parts; called on every rank."""


def greet() -> str:
    """Which rank this is: the shortest program.

    >>> greet()  # no group here
    'rank 0 of 1'
    """
    return f"rank {rank()} of {size()}"


def rank() -> int:
    """Number of this process in its group; 0 without a group."""
    return dist.get_rank() if dist.is_initialized() else 0


def size() -> int:
    """Processes of the group; 1 without a group."""
    return dist.get_world_size() if dist.is_initialized() else 1


def device() -> torch.device:
    """Where this rank computes: its GPU under NCCL, else the processor."""
    on_gpu = dist.is_initialized() and dist.get_backend() == "nccl"
    return torch.device("cuda", torch.cuda.current_device()) if on_gpu else torch.device("cpu")


def share(case: Case) -> slice:
    """The sequences of the batch that fall to this rank.

    Raises:
        ValueError: the batch does not divide among the ranks.
    """
    if case.batch % size():
        raise ValueError(f"batch must be a multiple of the {size()} ranks, got {case.batch}")
    each = case.batch // size()
    return slice(rank() * each, (rank() + 1) * each)


def adam(case: Case, weights: Any) -> torch.optim.Optimizer:
    """The optimizer of every program."""
    # with the usual 1e-8, a gradient of nothing but rounding error would move its weight in full
    return torch.optim.AdamW(weights, lr=case.learning_rate, eps=1e-6)


def _mean_over_ranks(loss: torch.Tensor) -> float:
    total = loss.clone()  # an all-reduce overwrites its tensor
    dist.all_reduce(total)
    return total.item() / size()


def _full(part: torch.Tensor) -> torch.Tensor:
    """The whole tensor on the processor; a part of one is gathered from all ranks."""
    whole = part.full_tensor() if hasattr(part, "full_tensor") else part  # a DTensor is a part
    # on a processor `cpu()` copies nothing, and the next update would change what is handed out
    return whole.detach().cpu().clone()
