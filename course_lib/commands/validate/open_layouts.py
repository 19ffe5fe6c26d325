"""What a row tells of a training step, and the layouts that it leaves open.

Design choices:
- Sizes that a row does not tell (micro-batch, interleaving, recomputation, sharding) are tried, as
  far as the told ones allow them.
- Programs up to 2022 compute every pair of positions and keep the scores, unless told otherwise:
  FlashAttention came in May 2022 (arXiv 2205.14135). Later ones skip the pairs that a causal mask
  hides. Where the recomputation of an early row is not told, it is full.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from course_lib.catalog import Device, Transformer
from course_lib.estimators.layout import Layout
from course_lib.estimators.parallelism.clusters import NEWER

EARLY = 2022
"""The last year whose programs are taken to keep the scores of attention."""
OWN_KERNELS = 2024
"""The last year whose programs ran attention on devices from `NEWER` on by kernels written for the
generation before: FlashAttention-3, for Hopper, is of July 2024 (arXiv 2407.08608)."""
MICRO_BATCHES = (1, 2, 4, 8, 16, 32)
INTERLEAVES = (1, 2, 3, 4, 6, 8)


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """What a row tells of a step; None for what it leaves open."""

    model: Transformer
    """The architecture."""
    device: Device
    """What works."""
    devices: int
    """How many."""
    seq: int
    """Tokens of a sequence."""
    batch: int | None = None
    """Sequences of a step."""
    format: str = "bf16"
    """Format of the products."""
    tensor: int | None = None
    """Tensor ranks."""
    pipeline: int | None = None
    """Pipeline stages."""
    context: int = 1
    """Context ranks."""
    expert: int = 1
    """Expert ranks."""
    zero: int | None = None
    """Stage of sharding."""
    micro_batch: int | None = None
    """Sequences at a time."""
    recompute: str | None = None
    """What the backward pass makes again."""
    interleave: int | None = None
    """Groups of layers that a stage takes in turn."""
    sequence_parallel: bool | None = None
    """Whether norms are split among the tensor ranks; None for what programs of the time do."""
    early: bool = False
    """Whether attention keeps its scores and computes every pair."""
    tuned: bool = False
    """Whether the program is one that a vendor tunes for its devices."""
    borrowed: bool = False
    """Whether attention runs by kernels that were written for an older generation of devices."""

    @property
    def attention(self) -> str:
        """Which pairs of positions the program computes: "full" or "causal"."""
        return "full" if self.early else "causal"

    @property
    def fused(self) -> bool:
        """Whether its attention keeps the scores on the chip."""
        return not self.early

    @property
    def told(self) -> bool:
        """Whether enough of the layout is told to need no search."""
        return self.tensor is not None or self.pipeline is not None or self.zero == 3

    @property
    def ranks(self) -> int:
        """Devices of one data rank."""
        return (self.tensor or 1) * (self.pipeline or 1) * self.context

    @property
    def recomputed(self) -> tuple[str, ...]:
        """What the backward pass may make again: as told, all in an early program, or either."""
        if self.recompute is not None:
            return (self.recompute,)
        return ("full",) if self.early else ("none", "full")


def borrowed(device: Device, year: int | None, program: str = "") -> bool:
    """Whether a program of a year has no attention kernels of its own for a device.

    >>> from course_lib.catalog import devices
    >>> borrowed(devices["H100"], 2023), borrowed(devices["A100"], 2023)
    (True, False)
    """
    older = "torchtitan" in program.lower() or (year is not None and year <= OWN_KERNELS)
    return device.year >= NEWER and older


def choices(case: Case, batch: int) -> list[tuple[Layout, int]]:
    """Layouts that a case leaves open, each with a batch near the asked one that divides into it.

    Args:
        case: what is told.
        batch: sequences of the step, as asked.

    >>> from course_lib.catalog import devices, models
    >>> asked = {"device": devices["H100"], "devices": 8, "seq": 4096, "tensor": 8}
    >>> found = choices(Case(model=models["llama-3-8b"], **asked, micro_batch=2), 7)
    >>> [(layout.recompute, batch) for layout, batch in found]
    [('none', 8), ('full', 8)]
    """
    data = case.devices // case.ranks
    stages = case.pipeline or 1
    parallel = not case.early if case.sequence_parallel is None else case.sequence_parallel
    found = []
    for micro in _micro_batches(case, batch, data, stages):
        rounds = max(1, round(batch / (data * micro)))
        for interleave in _interleaves(case, stages):
            if interleave > 1 and (
                rounds % stages or stages * interleave > float(case.model.layers)
            ):
                continue
            for recompute, zero in product(case.recomputed, _zeros(case, data)):
                layout = Layout(
                    data=data,
                    tensor=case.tensor or 1,
                    pipeline=stages,
                    context=case.context,
                    expert=int(np.gcd(case.expert, data)),
                    zero=zero,
                    micro_batch=micro,
                    interleave=interleave,
                    sequence_parallel=parallel,
                    recompute=recompute,
                )
                found.append((layout, rounds * data * micro))
    return found


def _micro_batches(case: Case, batch: int, data: int, stages: int) -> list[int]:
    """The stated size, or all that leave each rank something to do.

    A stated size that leaves a pipeline fewer micro-batches than stages, though smaller ones would
    not, is what a rank has in a step: some programs call that their batch.
    """
    each = max(1, batch // data)
    stated = case.micro_batch
    if stated is not None and not (stages > 1 and stated > 1 and each / stated < stages):
        return [stated]
    return [size for size in MICRO_BATCHES if size <= each] or [1]


def _interleaves(case: Case, stages: int) -> tuple[int, ...]:
    if stages == 1:
        return (1,)
    return INTERLEAVES if case.interleave is None else (case.interleave,)


def _zeros(case: Case, data: int) -> tuple[int, ...]:
    """The stated stage, or what programs of the time offer; stages of a pipeline shard the states
    alone, because weights would be gathered again for each micro-batch."""
    if data * case.context == 1:
        return (0,)
    if case.zero is not None:
        return (case.zero,)
    if case.early:
        return (0,)
    return (1,) if (case.pipeline or 1) > 1 else (1, 3)
