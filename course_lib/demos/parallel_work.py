"""A training step of the tiny GPT, shared among ranks in every usual way. Each must equal one process, up to rounding.

These are the functions that every rank runs, whoever started it: `launch.Ranks` in a notebook, `torchrun` on several
machines, gloo on processors, NCCL on GPUs. They expect torch.distributed to be initialised.

| program | the ranks share | by |
| --- | --- | --- |
| ddp | the batch | DistributedDataParallel: gradients are averaged |
| zero1 | the optimizer's states too | ZeroRedundancyOptimizer |
| zero2 | the gradients too | fully_shard, weights kept from the forward pass to the backward pass |
| zero3 | the weights too | fully_shard, weights gathered twice, for the forward and for the backward pass |
| tensor | every matrix of a block | parallelize_module: columns, then rows |
| gpipe, 1f1b | the layers | torch.distributed.pipelining, stages one behind the other |

Design choices:
- One loop trains all of them; a program says only how it is built, what its loss is and how its parts are put together.
- Everything is in fp32, so a weight takes 4 bytes, its gradient 4, Adam's states 8. `held_bytes` is counted where it
  is largest: weights between the passes, gradients after the backward pass, states after the update.
- Adam's epsilon is larger than usual: with the usual one, a gradient that is all rounding error moves its weight as far
  as a real one.
"""

from __future__ import annotations

import time
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
        """Inputs and targets of each step, (batch, seq) int64: random tokens, the same on every rank."""
        generator = torch.Generator().manual_seed(0)
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


@dataclass(kw_only=True)
class Plan:
    """One way to train: what differs between the programs."""

    module: nn.Module
    """What this rank holds of the model."""
    optimizer: torch.optim.Optimizer
    """What updates it."""
    passes: Callable[[torch.Tensor, torch.Tensor, Callable[[], None]], torch.Tensor]
    """Forward and backward pass over a batch; calls its last argument between the two; the loss on this rank."""
    loss_of: Callable[[torch.Tensor], float] = lambda loss: _mean_over_ranks(loss)
    """The loss of the whole batch from this rank's."""
    whole: Callable[[Tensors], Tensors] = lambda parts: {name: _full(part) for name, part in parts.items()}
    """The whole tensors from this rank's parts; called on every rank."""


def greet() -> str:
    """Which rank this is: the shortest program.

    >>> greet()  # no group here
    'rank 0 of 1'
    """
    return f"rank {rank()} of {size()}"


def train(program: str, case: Case) -> Outcome:
    """Train `case` by one of `PROGRAMS` on the ranks of the default group.

    Raises:
        KeyError: there is no such program.
        ValueError: the batch or the model does not divide among the ranks.
    """
    if program not in PROGRAMS:
        raise KeyError(f"no program {program!r}: there are {', '.join(PROGRAMS)}")
    plan = PROGRAMS[program](case)
    losses: list[float] = []
    held: dict[str, int] = {}
    gradients, seconds = {}, 0.0
    for inputs, targets in case.pieces():
        start = time.perf_counter()
        plan.optimizer.zero_grad()
        loss = plan.passes(inputs, targets, lambda: held.update(weights=_held(plan.module)))
        if not losses:
            gradients = plan.whole(_gradients(plan.module))
            held["gradients"] = sum(_bytes(part) for part in _gradients(plan.module).values())
        plan.optimizer.step()
        losses.append(plan.loss_of(loss))
        seconds = time.perf_counter() - start
    held["optimizer"] = _state_bytes(plan.optimizer)
    weights = plan.whole({name: weight.detach() for name, weight in plan.module.named_parameters()})
    if rank() > 0:
        gradients, weights = {}, {}
    return Outcome(losses=losses, gradients=gradients, weights=weights, held_bytes=held, step_seconds=seconds)


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
    return torch.optim.AdamW(weights, lr=case.learning_rate, eps=1e-6)


def one(case: Case) -> Plan:
    """No sharing: every rank would do all of it. Meant for a single process."""
    gpt = case.gpt()
    return Plan(module=gpt, optimizer=adam(case, gpt.parameters()), passes=_passes(gpt), loss_of=torch.Tensor.item)


def ddp(case: Case, shard_optimizer: bool = False) -> Plan:
    """Each rank takes a share of the batch; gradients are averaged while the backward pass still runs."""
    from torch.distributed.optim import ZeroRedundancyOptimizer
    from torch.nn.parallel import DistributedDataParallel

    gpt = case.gpt()
    optimizer = adam(case, gpt.parameters())
    if shard_optimizer:
        optimizer = ZeroRedundancyOptimizer(
            gpt.parameters(), torch.optim.AdamW, lr=case.learning_rate, eps=optimizer.defaults["eps"]
        )
    return Plan(module=gpt, optimizer=optimizer, passes=_passes(DistributedDataParallel(gpt), share(case)))


def fsdp(case: Case, free_weights: bool) -> Plan:
    """Each rank keeps a part of every weight and gathers the others when it needs them."""
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    gpt = case.gpt()
    mesh = init_device_mesh(device().type, (size(),))
    for part in [*gpt.blocks, gpt]:
        fully_shard(part, mesh=mesh, reshard_after_forward=free_weights)
    return Plan(module=gpt, optimizer=adam(case, gpt.parameters()), passes=_passes(gpt, share(case)))


def tensor(case: Case) -> Plan:
    """Each rank holds some columns of a block's first matrices and the same rows of its last: whole heads."""
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel, parallelize_module

    gpt = case.gpt()
    if case.n_heads % size():
        raise ValueError(f"n_heads must be a multiple of the {size()} ranks, got {case.n_heads}")
    mesh = init_device_mesh(device().type, (size(),))
    plan: dict[str, Any] = {f"attention.{name}": ColwiseParallel() for name in ("query", "key", "value")}
    plan |= {"attention.output": RowwiseParallel(), "mlp.up": ColwiseParallel(), "mlp.down": RowwiseParallel()}
    for block in gpt.blocks:
        parallelize_module(block, mesh, plan)
        attention: Any = block.attention
        attention.heads //= size()
    return Plan(module=gpt, optimizer=adam(case, gpt.parameters()), passes=_passes(gpt), loss_of=torch.Tensor.item)


def _passes(model: nn.Module, mine: slice = slice(None)) -> Callable[..., torch.Tensor]:
    """The usual two passes over this rank's share of the batch."""

    def passes(inputs: torch.Tensor, targets: torch.Tensor, between: Callable[[], None]) -> torch.Tensor:
        loss = tiny_gpt.loss(model, inputs[mine], targets[mine])
        between()
        loss.backward()
        return loss.detach()

    return passes


def _pipeline(case: Case, schedule: str) -> Plan:
    from course_lib.demos import parallel_pipeline

    return parallel_pipeline.plan(case, schedule)


def _mean_over_ranks(loss: torch.Tensor) -> float:
    total = loss.clone()
    dist.all_reduce(total)
    return total.item() / size()


def _full(part: torch.Tensor) -> torch.Tensor:
    """The whole tensor on the processor; a part of one is gathered from all ranks."""
    whole = part.full_tensor() if hasattr(part, "full_tensor") else part
    return whole.detach().cpu().clone()


def _gradients(module: nn.Module) -> Tensors:
    return {name: weight.grad for name, weight in module.named_parameters() if weight.grad is not None}


def _bytes(part: torch.Tensor) -> int:
    """Bytes that this rank holds of a tensor."""
    local = part.to_local() if hasattr(part, "to_local") else part
    return local.numel() * local.element_size()


def _held(module: nn.Module) -> int:
    return sum(_bytes(weight) for weight in module.parameters())


def _state_bytes(optimizer: torch.optim.Optimizer) -> int:
    """Bytes of the optimizer's tensors, its step counters (one number a weight matrix) left out."""
    inner = getattr(optimizer, "optim", optimizer)  # inside a ZeroRedundancyOptimizer
    states = [part for state in inner.state.values() for name, part in state.items() if name != "step"]
    return sum(_bytes(part) for part in states)


PROGRAMS: dict[str, Callable[[Case], Plan]] = {
    "one": one,
    "ddp": ddp,
    "zero1": lambda case: ddp(case, shard_optimizer=True),
    "zero2": lambda case: fsdp(case, free_weights=False),
    "zero3": lambda case: fsdp(case, free_weights=True),
    "tensor": tensor,
    "gpipe": lambda case: _pipeline(case, "gpipe"),
    "1f1b": lambda case: _pipeline(case, "1f1b"),
}
"""Every way to train, by name; "one" needs no other rank."""
