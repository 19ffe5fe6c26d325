"""A training step of the tiny GPT, shared among ranks in every usual way. Each must equal one
process, up to rounding.

These are the functions that every rank runs, whoever started it: `launch.Ranks` in a notebook,
`torchrun` on several machines, gloo on processors, NCCL on GPUs. They expect torch.distributed to
be initialised. What is trained, and who does what share of it, stands in `case`; the stages of a
pipeline in `pipeline`.

| program | the ranks share | by |
| --- | --- | --- |
| ddp | the batch | DistributedDataParallel: gradients are averaged |
| zero1 | the optimizer's states too | ZeroRedundancyOptimizer |
| zero2 | the gradients too | fully_shard, weights kept from the forward pass to the backward pass |
| zero3 | the weights too | fully_shard, weights gathered twice: forward and backward pass |
| tensor | every matrix of a block | parallelize_module: columns, then rows |
| gpipe, 1f1b | the layers | torch.distributed.pipelining, stages one behind the other |

Design choices:
- One loop trains all of them; a program says only how it is built, what its loss is and how its
  parts are put together.
- Everything is in fp32, so a weight takes 4 bytes, its gradient 4, Adam's states 8. `held_bytes` is
  counted where it is largest: weights between the passes, gradients after the backward pass, states
  after the update.
- Adam's epsilon is larger than usual: with the usual one, a gradient that is all rounding error
  moves its weight as far as a real one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from course_lib.demos import tiny_gpt
from course_lib.demos.parallelism import pipeline
from course_lib.demos.parallelism.case import (
    Case,
    Outcome,
    Shared,
    Tensors,
    adam,
    device,
    rank,
    share,
    size,
)


def train(program: str, case: Case) -> Outcome:
    """Train `case` by one of `PROGRAMS` on the ranks of the default group.

    Raises:
        KeyError: there is no such program.
        ValueError: the batch or the model does not divide among the ranks.
    """
    if program not in PROGRAMS:
        raise KeyError(f"no program {program!r}: there are {', '.join(PROGRAMS)}")
    shared = PROGRAMS[program](case)
    losses: list[float] = []
    held_bytes: dict[str, int] = {}
    gradients: Tensors = {}
    seconds: list[float] = []
    for inputs, targets in case.pieces():
        start = time.perf_counter()
        shared.optimizer.zero_grad()
        loss = shared.passes(
            inputs, targets, lambda: held_bytes.update(weights=_held(shared.module))
        )
        if not losses:  # first step
            gradients = shared.whole(_gradients(shared.module))
            held_bytes["gradients"] = sum(
                _bytes(part) for part in _gradients(shared.module).values()
            )
        shared.optimizer.step()
        losses.append(shared.loss_of(loss))
        seconds.append(time.perf_counter() - start)
    held_bytes["optimizer"] = _state_bytes(shared.optimizer)
    # on every rank, though only rank 0 keeps them: gathering is a collective operation
    weights = shared.whole(
        {name: weight.detach() for name, weight in shared.module.named_parameters()}
    )
    if rank() > 0:
        gradients, weights = {}, {}
    return Outcome(
        losses=losses,
        gradients=gradients,
        weights=weights,
        held_bytes=held_bytes,
        step_seconds=seconds[-1],
        every_step_seconds=seconds,
    )


def one(case: Case) -> Shared:
    """No sharing: every rank would do all of it. Meant for a single process."""
    gpt = case.gpt()
    return Shared(
        module=gpt,
        optimizer=adam(case, gpt.parameters()),
        passes=_passes(gpt),
        loss_of=torch.Tensor.item,
    )


def ddp(case: Case, shard_optimizer: bool = False) -> Shared:
    """Each rank takes a share of the batch; gradients are averaged during the backward pass."""
    # imported here: slow to load, and no other program needs it
    from torch.distributed.optim import ZeroRedundancyOptimizer
    from torch.nn.parallel import DistributedDataParallel

    gpt = case.gpt()
    optimizer = adam(case, gpt.parameters())
    if shard_optimizer:
        optimizer = ZeroRedundancyOptimizer(
            gpt.parameters(),
            torch.optim.AdamW,
            lr=case.learning_rate,
            eps=optimizer.defaults["eps"],
        )
    return Shared(
        module=gpt,  # the bare model: the wrapper puts "module." before every name
        optimizer=optimizer,
        passes=_passes(DistributedDataParallel(gpt), share(case)),
    )


def fsdp(case: Case, free_weights: bool) -> Shared:
    """Each rank keeps a part of every weight and gathers the others when it needs them."""
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    gpt = case.gpt()
    mesh = init_device_mesh(device().type, (size(),))
    for part in [*gpt.blocks, gpt]:  # inner ones first: the outer call takes the weights left over
        fully_shard(part, mesh=mesh, reshard_after_forward=free_weights)
    # the optimizer comes last: `fully_shard` has put new parameters in the place of the old ones
    return Shared(
        module=gpt, optimizer=adam(case, gpt.parameters()), passes=_passes(gpt, share(case))
    )


def tensor(case: Case) -> Shared:
    """Each rank has columns of a block's first matrices, the same rows of its last: whole heads."""
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.tensor.parallel import (
        ColwiseParallel,
        RowwiseParallel,
        parallelize_module,
    )

    gpt = case.gpt()
    if case.n_heads % size():
        raise ValueError(f"n_heads must be a multiple of the {size()} ranks, got {case.n_heads}")
    mesh = init_device_mesh(device().type, (size(),))
    plan: dict[str, Any] = {
        f"attention.{name}": ColwiseParallel() for name in ("query", "key", "value")
    }
    plan |= {
        "attention.output": RowwiseParallel(),
        "mlp.up": ColwiseParallel(),
        "mlp.down": RowwiseParallel(),
    }
    for block in gpt.blocks:
        parallelize_module(block, mesh, plan)
        attention: Any = block.attention
        attention.heads //= size()  # its columns hold only this rank's heads
    return Shared(
        module=gpt,
        optimizer=adam(case, gpt.parameters()),
        passes=_passes(gpt),
        loss_of=torch.Tensor.item,  # every rank sees the whole batch: nothing to average
    )


def _passes(model: nn.Module, mine: slice = slice(None)) -> Callable[..., torch.Tensor]:
    """The usual two passes over this rank's share of the batch."""

    def passes(
        inputs: torch.Tensor, targets: torch.Tensor, between: Callable[[], None]
    ) -> torch.Tensor:
        loss = tiny_gpt.loss(model, inputs[mine], targets[mine])
        between()
        loss.backward()
        return loss.detach()

    return passes


def _gradients(module: nn.Module) -> Tensors:
    return {
        name: weight.grad for name, weight in module.named_parameters() if weight.grad is not None
    }


def _bytes(part: torch.Tensor) -> int:
    """Bytes that this rank holds of a tensor."""
    local = part.to_local() if hasattr(part, "to_local") else part  # a DTensor counts as a whole
    return local.numel() * local.element_size()


def _held(module: nn.Module) -> int:
    return sum(_bytes(weight) for weight in module.parameters())


def _state_bytes(optimizer: torch.optim.Optimizer) -> int:
    """Bytes of the optimizer's tensors, its step counters (one number a weight matrix) left out."""
    inner = getattr(optimizer, "optim", optimizer)  # inside a ZeroRedundancyOptimizer
    states = [
        part for state in inner.state.values() for name, part in state.items() if name != "step"
    ]
    return sum(_bytes(part) for part in states)


PROGRAMS: dict[str, Callable[[Case], Shared]] = {
    "one": one,
    "ddp": ddp,
    "zero1": lambda case: ddp(case, shard_optimizer=True),
    "zero2": lambda case: fsdp(case, free_weights=False),
    "zero3": lambda case: fsdp(case, free_weights=True),
    "tensor": tensor,
    "gpipe": lambda case: pipeline.stages(case, "gpipe"),
    "1f1b": lambda case: pipeline.stages(case, "1f1b"),
}
"""Every way to train, by name; "one" needs no other rank."""
