"""The tiny GPT cut into pipeline stages: each rank holds some layers and passes on what comes out
of them.

Design choices:
- The embedding table is used twice, at the first stage and in the head at the last. Both hold a
  copy, and the two gradients are added up after the backward pass, as large models with tied
  embeddings do.
- The schedules are PyTorch's own (torch.distributed.pipelining): GPipe runs all forward passes
  first, 1F1B begins a backward pass as soon as it can. The gradients are the same.
- Between the passes there is no moment at which all micro-batches stand still, so weights are
  counted at the start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.pipelining import PipelineStage, Schedule1F1B, ScheduleGPipe
from torch.distributed.pipelining.schedules import PipelineScheduleSingle
from torch.nn import functional

from course_lib.demos import tiny_gpt
from course_lib.demos.parallelism import case as ranks
from course_lib.demos.parallelism.case import Case, Shared, Tensors

SCHEDULES: dict[str, Any] = {"gpipe": ScheduleGPipe, "1f1b": Schedule1F1B}


class Stage(nn.Module):
    """Some layers of the tiny GPT; the first with the embeddings, the last with norm and head."""

    def __init__(self, gpt: tiny_gpt.TinyGPT, stage: int, stages: int) -> None:
        super().__init__()
        self.first, self.last = stage == 0, stage == stages - 1
        each = -(-len(gpt.blocks) // stages)  # rounded up: the last stage may hold fewer
        # a dict with the layers' old numbers: weights keep the names they have in the whole model
        self.blocks = nn.ModuleDict(
            {str(i): gpt.blocks[i] for i in range(len(gpt.blocks)) if i // each == stage}
        )
        if self.first or self.last:
            self.tokens = gpt.tokens
        if self.first:
            self.positions = gpt.positions
        if self.last:
            self.norm = gpt.norm

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(B, T, D) to (B, T, D); the first stage takes (B, T), the last gives (B, T, V)."""
        if self.first:
            x = self.tokens(x) + self.positions.weight[: x.shape[1]]
        for block in self.blocks.values():
            x = block(x)
        return functional.linear(self.norm(x), self.tokens.weight) if self.last else x


def stages(case: Case, schedule: str) -> Shared:
    """Train in as many stages as there are ranks.

    Raises:
        ValueError: fewer layers than ranks, or a batch that does not divide into micro-batches.
    """
    rank, size = ranks.rank(), ranks.size()
    if case.layers < size:
        raise ValueError(f"layers must be at least the {size} ranks, got {case.layers}")
    if case.batch % case.micro_batches:
        raise ValueError(
            f"batch must be a multiple of micro_batches={case.micro_batches}, got {case.batch}"
        )
    module = Stage(case.gpt(), rank, size)
    stage = PipelineStage(module, rank, size, ranks.device())
    timetable = SCHEDULES[schedule](stage, case.micro_batches, loss_fn=_loss)
    return Shared(
        module=module,
        optimizer=ranks.adam(case, module.parameters()),
        # every rank must call `new_group`, also those that are no member
        passes=_passes(timetable, module, dist.new_group([0, size - 1])),
        loss_of=_from_last,
        whole=_gather,
    )


def _passes(
    timetable: PipelineScheduleSingle, module: Stage, ends: dist.ProcessGroup
) -> Callable[..., torch.Tensor]:
    def passes(
        inputs: torch.Tensor, targets: torch.Tensor, between: Callable[[], None]
    ) -> torch.Tensor:
        between()  # at once: there is no moment between the passes of all micro-batches
        losses: list[torch.Tensor] = []
        options: dict[str, Any] = {"target": targets, "losses": losses} if module.last else {}
        # the schedule takes inputs at the first stage only, targets at the last only
        timetable.step(*([inputs] if module.first else []), **options)
        # an end, but not both at once: two copies of the embedding table, whose gradients add up
        if module.first is not module.last:
            dist.all_reduce(module.tokens.weight.grad, group=ends)
        return (
            torch.stack(losses).mean().detach()
            if module.last
            else inputs.new_zeros((), dtype=torch.float32)  # the inputs are int64
        )

    return passes


def _loss(scores_BTV: torch.Tensor, targets_BT: torch.Tensor) -> torch.Tensor:
    return functional.cross_entropy(scores_BTV.flatten(0, 1), targets_BT.flatten())


def _from_last(loss: torch.Tensor) -> float:
    """The loss is known at the last stage; the others hold a zero."""
    total = loss.clone()
    dist.all_reduce(total)
    return total.item()


def _gather(parts: Tensors) -> Tensors:
    """Every stage's tensors under the names of the whole model."""
    mine = {name: part.detach().cpu() for name, part in parts.items()}
    gathered: list[Tensors] = [{} for _ in range(ranks.size())]
    dist.all_gather_object(gathered, mine)
    # both ends bring the embedding table, and the same numbers: it does not matter which one stays
    return {name: part for stage in gathered for name, part in stage.items()}
