"""Where a training step's time goes: preparing data, multiplying matrices, the rest.

Design choices:
- A clock around every operation of PyTorch, forward and backward, tells matrix products from the
  rest. It costs time itself, so only shares are taken from it, and seconds from a step without it.
  Each clocked step gives a share of its own, so that "at least half" can be told from chance.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from course_lib import checks
from course_lib.demos import corpus, measure, tiny_gpt

PRODUCTS = {
    op.default
    for op in (torch.ops.aten.mm, torch.ops.aten.addmm, torch.ops.aten.bmm, torch.ops.aten.baddbmm)
}
BATCH, SEQ = 8, 128
REPEATS = 7
FEWEST_STEPS = 3
BUDGET_SECONDS = 3.0
"""No further timed run starts after so long; three are made in any case."""

Batch = tuple[torch.Tensor, torch.Tensor]


@dataclass(frozen=True, kw_only=True)
class Split:
    """The seconds of one training step, one part after the other."""

    prepare_seconds: float
    """Cutting a batch out of the text and handing it to the device."""
    product_seconds: float
    """Matrix products, forward and backward."""
    other_seconds: float
    """Everything else: softmax, norms, GELU, loss, the update of the weights."""
    product_shares: tuple[float, ...] = ()
    """Share of matrix products in each clocked step."""

    @property
    def step_seconds(self) -> float:
        """Without preparing the data."""
        return self.product_seconds + self.other_seconds

    @property
    def product_share(self) -> float:
        """Share of matrix products in the step without preparing."""
        return self.product_seconds / self.step_seconds

    @property
    def spread(self) -> float:
        """Largest share of matrix products over the smallest."""
        return max(self.product_shares) / min(self.product_shares)

    @property
    def is_clear(self) -> bool:
        """Whether matrix products take clearly more, or clearly less, than all the rest."""
        rest = [1 - share for share in self.product_shares]
        return measure.clearly(rest, self.product_shares) != "not clear"

    @property
    def prepare_share(self) -> float:
        """Share of preparing in step and preparing together."""
        return self.prepare_seconds / (self.prepare_seconds + self.step_seconds)


class Trainer:
    """The tiny GPT with its optimizer and its text, ready to do steps."""

    def __init__(self, device: str = "cpu", batch: int = BATCH, seq: int = SEQ) -> None:
        self.device, self.batch, self.seq = (
            device,
            checks.whole("batch", batch),
            checks.whole("seq", seq),
        )
        self.gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(context=self.seq)).to(device)
        self.optimizer = torch.optim.AdamW(self.gpt.parameters(), lr=1e-3)
        self.batches = corpus.batches(corpus.tokens(), self.batch, self.seq)

    def prepare(self) -> Batch:
        """The next batch, on the device."""
        inputs, targets = next(self.batches)
        return inputs.to(self.device), targets.to(self.device)

    def step(self, batch: Batch) -> None:
        """Forward, loss, backward, update."""
        self.optimizer.zero_grad()
        tiny_gpt.loss(self.gpt, *batch).backward()
        self.optimizer.step()
        if torch.device(self.device).type == "cuda":  # kernels run on after their calls return
            torch.cuda.synchronize(self.device)


def split(trainer: Trainer, repeats: int = REPEATS) -> Split:
    """Measure where a step's time goes."""
    batch = trainer.prepare()
    once = partial(measure.time_call, repeats=repeats, budget_seconds=BUDGET_SECONDS)
    prepare = once(trainer.prepare).median_seconds
    step = once(lambda: trainer.step(batch)).median_seconds
    shares = product_shares(trainer, batch, repeats)
    products = step * statistics.median(shares)
    return Split(
        prepare_seconds=prepare,
        product_seconds=products,
        other_seconds=step - products,
        product_shares=tuple(shares),
    )


def product_shares(trainer: Trainer, batch: Batch, repeats: int) -> list[float]:
    """Share of matrix products in the time of all operations, for each of some steps.

    No further step is clocked after `BUDGET_SECONDS`, but three are in any case (fewer if `repeats`
    says so).
    """
    shares: list[float] = []
    begun = time.perf_counter()
    for _ in range(checks.whole("repeats", repeats)):
        if len(shares) >= FEWEST_STEPS and time.perf_counter() - begun > BUDGET_SECONDS:
            break
        with _Clock() as clock:
            trainer.step(batch)
        shares.append(clock.products / clock.total)
    return shares


class _Clock(TorchDispatchMode):
    """Adds up the seconds of all operations, and those of matrix products apart."""

    def __init__(self) -> None:
        super().__init__()
        self.total = self.products = 0.0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        start = _now()
        # inside this method the mode is off: the call does not come back here
        result = func(*args, **(kwargs or {}))
        spent = _now() - start
        self.total += spent
        self.products += spent * (func in PRODUCTS)  # times 1 or 0
        return result


def _now() -> float:
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter()
