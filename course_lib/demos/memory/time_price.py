"""What it costs in time to hold less: the price list of recomputation, fused attention and a batch
in pieces.

Design choices:
- Bytes and seconds come from separate steps: the tracker that counts bytes is far too slow to be
  timed with.
- Seconds are medians of whole steps, forward, backward and update: a forward pass alone would not
  show the price.
- The ways are timed in rounds, a step of each (`measure.time_rounds`), and each step is compared
  with the plain one of its round: so that a machine which slows down for a while disturbs the
  ratios less than the seconds.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import nn

from course_lib import checks
from course_lib.demos import measure, tiny_gpt
from course_lib.demos.measure import Timing
from course_lib.demos.memory.held_bytes import OPTIMIZERS, RECOMPUTE, Held, held, pieces, recomputed

BUDGET_SECONDS = 12.0
"""No further round starts after so long."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Price:
    """One way to hold less, and what it costs."""

    name: str
    """The way."""
    held: Held
    """Bytes of its step."""
    timing: Timing
    """Seconds of its step."""
    slow_down: float
    """Its time over that of the plain step beside it: the median of all rounds."""


def step(
    gpt: nn.Module, stepper: torch.optim.Optimizer, tokens_BT: torch.Tensor, micro_batches: int = 1
) -> None:
    """One training step in so many pieces: forward, loss, backward for each, then one update."""
    for piece in pieces(tokens_BT, micro_batches):  # a mean of a batch is the mean of its pieces'
        (tiny_gpt.loss(gpt, piece, piece) / micro_batches).backward()
    stepper.step()
    stepper.zero_grad()


def prices(
    gpt: tiny_gpt.TinyGPT, tokens_BT: torch.Tensor, split: Sequence[int] = (4,), repeats: int = 5
) -> list[Price]:
    """The price list of Adam's step.

    Nothing done, each recomputation, fused attention, and the batch in pieces.

    Args:
        gpt: the model; it is trained on by a few steps.
        tokens_BT: int64, the batch.
        split: numbers of pieces to try.
        repeats: timed steps of each way; fewer where they would take more than `BUDGET_SECONDS`.
    """
    ways = [(kind, kind, "plain", 1) for kind in RECOMPUTE] + [
        ("fused attention", "none", "fused", 1)
    ]
    ways += [(f"{many} pieces", "none", "plain", many) for many in split]
    sizes = {
        name: held(recomputed(gpt, kind, kernel), tokens_BT, micro_batches=many)
        for name, kind, kernel, many in ways
    }
    stepper = OPTIMIZERS["adam"](gpt.parameters())

    def once(recompute: str, kernel: str, many: int) -> None:
        recomputed(gpt, recompute, kernel)  # a few attributes: nothing beside a step
        step(gpt, stepper, tokens_BT, many)

    timed = measure.time_rounds(
        {name: partial(once, kind, kernel, many) for name, kind, kernel, many in ways},
        repeats=checks.whole("repeats", repeats),
        budget_seconds=BUDGET_SECONDS,
        what="rounds of steps timed",
    )
    recomputed(gpt)  # leave the model plain
    plain = timed[ways[0][0]].runs_seconds  # the first way of all does nothing
    return [
        Price(
            name=name,
            held=sizes[name],
            timing=timing,
            slow_down=statistics.median(
                other / beside for other, beside in zip(timing.runs_seconds, plain, strict=True)
            ),
        )
        for name, timing in timed.items()
    ]


def readings(
    gpt: tiny_gpt.TinyGPT, batch: int, seq: int, recompute: str = "none", steps: int = 6
) -> dict:
    """Raw readings of some steps: seconds of each, the first one cold, and bytes.

    Keys: step_seconds and forward_seconds (lists), saved_bytes (kept by the forward pass),
    peak_bytes.
    """
    tokens_BT = torch.zeros(batch, seq, dtype=torch.long)
    bytes_of_step = held(recomputed(gpt, recompute), tokens_BT)
    stepper = OPTIMIZERS["adam"](gpt.parameters())
    once = partial(measure.time_call, repeats=1, warm_ups=0)  # the cold first step is wanted
    whole = [
        once(lambda: step(gpt, stepper, tokens_BT)).median_seconds
        for _ in range(checks.whole("steps", steps))
    ]
    forward = [
        once(lambda: tiny_gpt.loss(gpt, tokens_BT, tokens_BT)).median_seconds for _ in range(steps)
    ]
    recomputed(gpt)
    saved, peak = bytes_of_step.activations, bytes_of_step.peak
    return {
        "step_seconds": whole,
        "forward_seconds": forward,
        "saved_bytes": saved,
        "peak_bytes": peak,
    }


def cuda_peak(work: Callable[[], object]) -> int | None:
    """Most bytes that `work()` takes on the accelerator beside what was there; None without one."""
    if not torch.cuda.is_available():
        return None
    torch.cuda.synchronize()  # what was launched before may still be running
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    work()
    torch.cuda.synchronize()
    return int(torch.cuda.max_memory_allocated()) - before
