"""Stand-in devices: real processes and real messages, but the arithmetic is replaced by a wait.

Eight processes on two cores cannot show what eight devices would do: they would fight for the
cores. A process that sleeps takes no core, so its wait stands for the time a device would compute.
The all-reduces, the pipeline's messages and the waiting for each other are real. It is a model of
compute and no measurement of it: whatever is drawn from it says so.

Design choices:
- All programs of a set run in the same processes: subgroups stand for smaller sets, the others
  wait.
- Every rank tells the time of each of its steps, the first one (`WARM_STEPS`) included: who asks
  takes the slowest rank of a step, and the median of the steps.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
import torch.distributed as dist
from torch import nn

from course_lib.demos.parallelism import case

WARM_STEPS = 1


@dataclass(frozen=True, kw_only=True)
class StandInStep:
    """A training step on stand-in devices."""

    compute_seconds: float
    """Wait for the whole batch, in seconds; the ranks share it."""
    gradient_bytes: int
    """Bytes of the gradients, all-reduced in each step."""
    steps: int = 3
    """Steps to time, after one that does not count."""
    slow_rank: int | None = None
    """The rank that is slow, if any."""
    slow_factor: float = 1.0
    """How many times as long it waits."""
    micro_batches: int = 1
    """Pieces that each rank works through before it updates its weights."""
    reduce_each: bool = False
    """Whether gradients are all-reduced after every piece: the needless synchronisation."""
    uneven: float = 0.0
    """How much the wait of a piece varies from rank to rank, as a share of it: 0.5 means 50 to 150
    %."""
    wait_each: bool = False
    """Whether all ranks wait for each other after every piece."""


def scale(jobs: Sequence[StandInStep], counts: Sequence[int]) -> list[list[list[float]]]:
    """Seconds of this rank's steps, the warm-up first, for each job and each number of ranks.

    Where this rank does not take part, the list is empty.

    Raises:
        ValueError: a count above the number of ranks.
    """
    for count in counts:
        if not 1 <= count <= case.size():
            raise ValueError(f"counts must lie between 1 and the {case.size()} ranks, got {count}")
    # every rank must call `new_group`, also those that are no member
    groups = [dist.new_group(list(range(count))) for count in counts]
    seconds = [
        [_timed(job, count, group) for count, group in zip(counts, groups, strict=True)]
        for job in jobs
    ]
    for group in groups:  # else each call would leave its connections open
        if group is not dist.GroupMember.NON_GROUP_MEMBER:
            dist.destroy_process_group(group)
    return seconds


def _timed(job: StandInStep, count: int, group: dist.ProcessGroup) -> list[float]:
    """Seconds of the steps on the first `count` ranks; the others wait for the next job."""
    dist.barrier()  # of all ranks: the idle ones must not disturb the job before theirs
    if case.rank() >= count:
        return []
    gradients = torch.ones(job.gradient_bytes // 4, device=case.device())
    waits, seconds = _waits(job, count), []
    for _ in range(WARM_STEPS + job.steps):
        dist.barrier(group)
        start = time.perf_counter()
        _step(job, gradients, waits, group)
        seconds.append(time.perf_counter() - start)
    return seconds


def _step(
    job: StandInStep, gradients: torch.Tensor, waits: list[float], group: dist.ProcessGroup
) -> None:
    """Work through the pieces, then share the gradients."""
    for place, wait in enumerate(waits):
        time.sleep(wait)
        if job.wait_each:
            dist.barrier(group)
        if job.reduce_each or place == len(waits) - 1:
            dist.all_reduce(gradients, group=group)
    if gradients.is_cuda:  # NCCL returns before it is done
        torch.cuda.synchronize()


def _waits(job: StandInStep, count: int) -> list[float]:
    """How long this rank waits for each of its pieces."""
    each = job.compute_seconds / count / job.micro_batches
    if case.rank() == job.slow_rank:
        each *= job.slow_factor
    # other waits on each rank, the same ones in each run
    generator = torch.Generator().manual_seed(case.rank())
    spread = 2 * torch.rand(job.micro_batches, generator=generator) - 1  # from -1 to 1
    return [each * (1 + job.uneven * value) for value in spread.tolist()]


class Waiting(nn.Module):
    """A stage of a pipeline that waits going forward, and twice as long going backward."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds
        self.weight = nn.Parameter(torch.ones(1))  # without one, nothing asks for a backward pass

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(B, 1) -> (B, 1)."""
        return _Wait.apply(x * self.weight, self.seconds)


class _Wait(torch.autograd.Function):
    @staticmethod
    def forward(ctx: object, x: torch.Tensor, seconds: float) -> torch.Tensor:
        ctx.seconds = seconds  # type: ignore[attr-defined]
        time.sleep(seconds)
        return x.clone()  # autograd treats an input that comes back unchanged as a special case

    @staticmethod
    def backward(ctx: object, *gradients: torch.Tensor) -> tuple[torch.Tensor, None]:
        time.sleep(2 * ctx.seconds)  # type: ignore[attr-defined]
        return gradients[0], None  # one for each argument of `forward`: seconds have no gradient


def pipeline(
    micro_batches: Sequence[int],
    layer_seconds: float,
    layers: Sequence[int],
    schedule: str = "gpipe",
    steps: int = 1,
) -> list[list[float]]:
    """Seconds of the steps of a pipeline with one stage a rank, for each number of micro-batches.

    Args:
        micro_batches: the numbers to try.
        layer_seconds: wait for the forward pass of one layer and one micro-batch; backward takes
            twice as long.
        layers: layers of each stage.
        schedule: "gpipe" or "1f1b"; the second needs as many micro-batches as stages.
        steps: steps to time, after one that does not count.

    Raises:
        ValueError: the stages are not as many as the ranks.
    """
    from torch.distributed.pipelining import PipelineStage

    from course_lib.demos.parallelism.pipeline import SCHEDULES

    rank, size = case.rank(), case.size()
    if len(layers) != size:
        raise ValueError(
            f"layers must have one entry for each of the {size} ranks, got {len(layers)}"
        )
    seconds = []
    for count in micro_batches:
        # a new stage for each: it prepares its buffers for one number of micro-batches
        stage = PipelineStage(
            Waiting(layers[rank] * layer_seconds).to(case.device()), rank, size, case.device()
        )
        timetable = SCHEDULES[schedule](stage, count, loss_fn=lambda x, target: (x - target).mean())
        batch = torch.ones(count, 1, device=case.device())
        inputs: list[Any] = [batch] if rank == 0 else []
        targets: dict[str, Any] = {"target": batch} if rank == size - 1 else {}
        seconds.append(_slowest(partial(timetable.step, *inputs, **targets), steps))
    return seconds


def _slowest(step: Callable[[], object], steps: int) -> list[float]:
    """Seconds of each step on the slowest rank, after one that sets up the connections."""
    step()
    seconds = []
    for _ in range(steps):
        dist.barrier()
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    slowest = torch.tensor(seconds, dtype=torch.float64, device=case.device())
    dist.all_reduce(slowest, dist.ReduceOp.MAX)
    return slowest.tolist()
