"""The tiny GPT trained in fp32, bf16 and fp16 by PyTorch's own mixed precision: losses, lost
gradients, bytes, time.

Design choices:
- `torch.autocast` picks the format of each operation: products in 16 bits; softmax and loss in
  fp32. Weights, gradients of weights and Adam's states stay in fp32.
- `torch.amp.GradScaler` multiplies the loss before the backward pass and divides the gradients
  after it. On an overflow it skips the step and halves the scale.
- "bf16 alone" is the mode without any care: weights, gradients and Adam's states in bf16.
- Gradients of activations are caught on their way back (`activation_gradients`), in the format they
  have there. A zero counts as flushed only if the same gradient in fp32 is not zero.
- All modes start from the same weights and see the same batches. The device is an argument: an
  accelerator does the same.

Sources: Micikevicius et al. 2017, Mixed Precision Training, arXiv 1710.03740; PyTorch's
documentation of `torch.amp`.
"""

from __future__ import annotations

import copy
import math
import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import torch
from torch import nn

from course_lib import checks
from course_lib.demos import measure, tiny_gpt
from course_lib.estimators.precision.rounding import Fate

AUTOCAST = {
    "fp32": None,
    "bf16": torch.bfloat16,
    "fp16": torch.float16,
    "fp16 scaled": torch.float16,
}
"""The 16-bit format of each mode that autocast knows; None for none."""
MODES = (*AUTOCAST, "bf16 alone")
LEARNING_RATE = 4e-3
BUDGET_SECONDS = 4.0
"""No further timed step starts after so long; three are made in any case."""

Batch = tuple[torch.Tensor, torch.Tensor]


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """One training."""

    mode: str
    """One of `MODES`."""
    losses: Sequence[float]
    """Training loss of each step, in nats."""
    unseen_loss: float
    """Loss on unseen text after the last step, computed in fp32, in nats."""
    step_seconds: float
    """Median time of a step, the first left out, in seconds."""
    scales: Sequence[float]
    """Factor on the loss before the first step and after each; 1 without scaling."""
    skipped: int
    """Steps that the scaler left out because a gradient overflowed."""
    gpt: tiny_gpt.TinyGPT
    """The trained model, in fp32."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Survivors:
    """Gradients below fp16's smallest number that did not become zero all the same."""

    numbers: int
    """How many there are."""
    size_ratio: float
    """The middle one's amount over its true amount."""
    right_sign: float
    """Share of them with the sign of the true gradient; a coin gets half."""


def train(
    gpt: tiny_gpt.TinyGPT,
    batches: Iterable[Batch],
    unseen: Batch,
    mode: str = "fp32",
    steps: int = 30,
    device: str = "cpu",
    scale: float | None = None,
) -> Run:
    """Train a copy of the model in one mode; the learning rate warms up, then falls to zero.

    Args:
        gpt: the weights to start from, left alone.
        batches: inputs and targets, one pair a step.
        unseen: inputs and targets of the test.
        mode: one of `MODES`.
        steps: how many.
        device: where to train.
        scale: a fixed factor on the loss in place of the mode's own; below 1 it makes gradients as
            small as those of a batch that is larger by as much.

    Raises:
        ValueError: an unknown mode, no step, a scale that is not above zero, or fewer batches than
        steps.
    """
    checks.one_of("mode", mode, MODES)
    own = copy.deepcopy(gpt).to(device, torch.bfloat16 if mode == "bf16 alone" else torch.float32)

    optimizer = torch.optim.AdamW(
        own.parameters(), lr=LEARNING_RATE, betas=(0.9, 0.95), foreach=False
    )
    scaler = _scaler(mode, device, scale)
    losses, seconds, scales = [], [], [scaler.get_scale()]
    wanted = islice(batches, checks.whole("steps", steps))
    for step, batch in enumerate(measure.track(wanted, "training steps", steps)):
        # up within ten steps, and from the middle on down to zero
        optimizer.param_groups[0]["lr"] = LEARNING_RATE * min(
            1.0, (step + 1) / 10, (steps - step) / steps * 2
        )
        start = time.perf_counter()
        losses.append(_step(own, batch, mode, optimizer, scaler))
        seconds.append(time.perf_counter() - start)
        scales.append(scaler.get_scale())
    if len(losses) < steps:
        raise ValueError(f"batches must hold a pair for each of {steps} steps, got {len(losses)}")
    return Run(
        mode=mode,
        losses=losses,
        unseen_loss=_unseen_loss(own.float(), unseen),
        step_seconds=statistics.median(seconds[1:] or seconds),  # unless there is only one
        scales=scales,
        # the scale falls exactly where a step was skipped
        skipped=sum(after < before for before, after in pairwise(scales)),
        gpt=own,
    )


def loss(gpt: nn.Module, batch: Batch, mode: str = "fp32") -> torch.Tensor:
    """The loss of one batch, its operations in the formats of the mode; float32.

    >>> gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=1, d_model=32, context=16))
    >>> tokens = torch.zeros(1, 8, dtype=torch.int64)
    >>> [loss(gpt, (tokens, tokens), mode).dtype for mode in ("fp32", "bf16")]  # never short
    [torch.float32, torch.float32]
    """
    checks.one_of("mode", mode, MODES)
    inputs, targets = (each.to(next(gpt.parameters()).device) for each in batch)
    dtype = AUTOCAST.get(mode)
    # fp32 is no format of autocast: it is switched off, and the format beside it says nothing
    with torch.autocast(
        inputs.device.type, dtype=dtype or torch.bfloat16, enabled=dtype is not None
    ):
        return nn.functional.cross_entropy(gpt(inputs).flatten(0, 1).float(), targets.flatten())


def activation_gradients(
    gpt: tiny_gpt.TinyGPT, batch: Batch, mode: str = "fp32", scale: float = 1.0
) -> dict[str, torch.Tensor]:
    """The gradients at the outputs of all linear layers, as float32 and still times `scale`.

    Args:
        gpt: the model; gradients of its weights are cleared.
        batch: inputs and targets.
        mode: a mode of `AUTOCAST`; "fp16 scaled" is the same as "fp16" here.
        scale: factor on the loss.
    """
    checks.one_of("mode", mode, tuple(AUTOCAST))
    caught: dict[str, torch.Tensor] = {}

    def watch(name: str, output: torch.Tensor) -> None:
        # `__setitem__` returns None: whatever else a hook returns takes the gradient's place
        output.register_hook(lambda gradient: caught.__setitem__(name, gradient.detach().float()))

    hooks = [
        # `name=name` keeps this round's name; without it all hooks would see the last one
        module.register_forward_hook(lambda _, __, output, name=name: watch(name, output))
        for name, module in gpt.named_modules()
        if isinstance(module, nn.Linear)
    ]
    try:
        (loss(gpt, batch, mode) * checks.positive("scale", scale)).backward()
    finally:
        for hook in hooks:
            hook.remove()
        gpt.zero_grad()  # its gradients are still times the scale
    return caught


def flushed(
    gpt: tiny_gpt.TinyGPT,
    batch: Batch,
    scale: float = 1.0,
    mode: str = "fp16",
    exact: Sequence[torch.Tensor] = (),
) -> Fate:
    """Gradients of activations that a 16-bit backward pass turns into zeros, or into infinities.

    Args:
        gpt: the model.
        batch: inputs and targets.
        scale: factor on the loss.
        mode: a mode of `AUTOCAST`.
        exact: the gradients in fp32, without scale, where they are known already.

    Returns:
        The counts; what is zero in fp32, too, is a true zero.
    """
    truth = joined(exact or activation_gradients(gpt, batch).values())
    short = joined(activation_gradients(gpt, batch, mode, scale).values())
    lost = (short == 0) & (truth != 0)
    return Fate(
        numbers=truth.numel(),
        true_zeros=int((truth == 0).sum()),
        flushed=int(lost.sum()),
        overflowed=int((~short.isfinite()).sum()),
        # in fp64: a sum of millions of tiny numbers
        flushed_size=float(truth[lost].abs().double().sum() / truth.abs().double().sum()),
    )


def survivors(
    gpt: tiny_gpt.TinyGPT,
    batch: Batch,
    scale: float = 1.0,
    mode: str = "fp16",
    exact: Sequence[torch.Tensor] = (),
) -> Survivors:
    """Gradients that fp16 should have flushed and a real backward pass did not: rounding noise.

    Args:
        gpt: the model.
        batch: inputs and targets.
        scale: factor on the loss.
        mode: a mode of `AUTOCAST`.
        exact: the gradients in fp32, without scale, where they are known already.

    Returns:
        Their number and quality; ratio and share are 0 where there are none.
    """
    truth = joined(exact or activation_gradients(gpt, batch).values()) * scale
    short = joined(activation_gradients(gpt, batch, mode, scale).values())
    # `half` rounds the exact gradient once; a backward pass rounds at each layer
    odd = (truth.half() == 0) & (truth != 0) & (short != 0)
    if not bool(odd.any()):
        return Survivors(numbers=0, size_ratio=0.0, right_sign=0.0)
    ratio = short[odd] / truth[odd]
    return Survivors(
        numbers=int(odd.sum()),
        size_ratio=float(ratio.abs().median()),
        right_sign=float((ratio > 0).float().mean()),
    )


def joined(tensors: Iterable[torch.Tensor]) -> torch.Tensor:
    """All numbers of some tensors in one vector.

    >>> joined([torch.zeros(2, 3), torch.ones(4)]).shape
    torch.Size([10])
    """
    return torch.cat([each.flatten() for each in tensors])


def kept_bytes(gpt: tiny_gpt.TinyGPT, batch: Batch, mode: str = "fp32") -> int:
    """Bytes that a forward pass keeps for the backward pass, autocast's 16-bit copies included."""
    return measure.saved_bytes(lambda: loss(gpt, batch, mode), gpt)


def step_time(
    gpt: tiny_gpt.TinyGPT, batch: Batch, mode: str = "fp32", repeats: int = 5
) -> measure.Timing:
    """Time forward and backward pass of one batch."""
    work = lambda: loss(gpt, batch, mode).backward()  # noqa: E731
    return measure.time_call(work, repeats, budget_seconds=BUDGET_SECONDS)


def _scaler(mode: str, device: str, scale: float | None) -> torch.amp.GradScaler:
    """PyTorch's scaler: dynamic in the mode "fp16 scaled", with a fixed factor where one is named,
    else idle."""
    kind = torch.device(device).type
    if scale is None:
        return torch.amp.GradScaler(kind, enabled=mode == "fp16 scaled")
    # grows after so many steps only: never, so the factor is fixed unless a gradient overflows
    return torch.amp.GradScaler(
        kind, init_scale=checks.positive("scale", scale), growth_interval=2**31 - 1
    )


@torch.no_grad()
def _unseen_loss(gpt: nn.Module, unseen: Batch) -> float:
    return float(loss(gpt, unseen))


def _step(
    gpt: nn.Module,
    batch: Batch,
    mode: str,
    optimizer: torch.optim.Optimizer,
    scaler: torch.amp.GradScaler,
) -> float:
    """One training step; the loss as a number, NaN included."""
    optimizer.zero_grad()
    step_loss = loss(gpt, batch, mode)
    scaler.scale(step_loss).backward()
    scaler.step(optimizer)  # divides the gradients first; skips the update if one is not finite
    scaler.update()
    value = float(step_loss.detach())
    return value if math.isfinite(value) else math.nan  # infinity too: one word for "diverged"
