"""What a training step holds in memory, byte by byte.

Design choices:
- PyTorch's `MemTracker` sees every tensor come and go, and tells weights, gradients, optimizer
  states and the rest apart. Under `FakeTensorMode` tensors have shapes and no numbers, so that a
  model far too large for this machine can be measured (`pretend`): the bytes are those that PyTorch
  would have asked for.
- Recomputation is PyTorch's own `checkpoint`, put around the plain tiny GPT from outside
  (`recomputed`). "selective" makes the attention core again (scores, softmax, weighted sum), "full"
  a whole layer from its input.
- Adam updates one weight tensor after the other here. PyTorch's default takes all at once, and
  needs temporary room for it that is no state.
- Every function works on an accelerator, too: the tensors decide where.
Letters for shapes: B sequences, N heads, T tokens, H head width.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils.checkpoint import checkpoint

from course_lib import checks
from course_lib.catalog import Transformer
from course_lib.demos import attention, tiny_gpt

if TYPE_CHECKING:
    from torch.distributed._tools.mem_tracker import MemTracker

RECOMPUTE = ("none", "selective", "full")
"""What the backward pass makes again."""
ATTENTION = ("plain", "fused")
OPTIMIZERS: Mapping[str, Callable[..., torch.optim.Optimizer]] = {
    "adam": partial(torch.optim.AdamW, lr=1e-3, foreach=False),
    "sgd_momentum": partial(torch.optim.SGD, lr=1e-3, momentum=0.9, foreach=False),
    "sgd": partial(torch.optim.SGD, lr=1e-3, foreach=False),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Held:
    """The bytes that one training step holds."""

    weights: int
    """The model, frozen parts included."""
    gradients: int
    """Gradients after the backward pass."""
    optimizer: int
    """States of the optimizer after its first step."""
    activations: int
    """What the forward pass leaves for the backward pass."""
    peak: int
    """The most at any time of the step, everything together; the optimizer's states come in at its
    end."""

    @property
    def states(self) -> int:
        """Weights, gradients and optimizer states."""
        return self.weights + self.gradients + self.optimizer


def recomputed(
    gpt: tiny_gpt.TinyGPT, recompute: str = "none", kernel: str = "plain"
) -> tiny_gpt.TinyGPT:
    """Choose what the backward pass of a tiny GPT makes again, in place.

    Weights and results stay. Returns the model.

    Args:
        gpt: the model; an earlier choice is undone.
        recompute: one of `RECOMPUTE`.
        kernel: one of `ATTENTION`; "fused" never keeps the scores in the first place.

    >>> gpt = recomputed(tiny_gpt.TinyGPT(tiny_gpt.shape(layers=2)), "full")
    >>> recomputed(gpt).blocks[0].forward.__func__ is tiny_gpt.Block.forward
    True
    """
    checks.one_of("recompute", recompute, RECOMPUTE)
    core = (
        _plain
        if checks.one_of("kernel", kernel, ATTENTION) == "plain"
        else partial(attention.fused, causal=True)
    )
    # the older, reentrant kind gives no gradients where no input wants one
    again = partial(checkpoint, core, use_reentrant=False)
    for block in gpt.blocks:
        part = cast(tiny_gpt.Attention, block.attention)
        for wrapped in (block, part):
            wrapped.__dict__.pop("forward", None)  # what an earlier choice put there
        # an attribute of the object hides the method of its class: for this layer only
        if recompute == "selective" or kernel == "fused":
            part.__dict__["forward"] = partial(
                _attend, part, again if recompute == "selective" else core
            )
        if recompute == "full":
            block.__dict__["forward"] = partial(checkpoint, block.forward, use_reentrant=False)
    return gpt


def held(
    gpt: nn.Module, tokens_BT: torch.Tensor, optimizer: str = "adam", micro_batches: int = 1
) -> Held:
    """Bytes of one training step, which is really done.

    Args:
        gpt: any model of tokens to scores; weights that want no gradient get no states.
        tokens_BT: int64; inputs and targets at the same time, since bytes do not depend on what is
        predicted.
        optimizer: one of `OPTIMIZERS`.
        micro_batches: pieces that the batch is worked through in, their gradients added up.

    Raises:
        ValueError: the optimizer is unknown, or the batch does not divide into so many pieces.
    """
    make = OPTIMIZERS[checks.one_of("optimizer", optimizer, tuple(OPTIMIZERS))]
    gpt.zero_grad()
    stepper = make([weight for weight in gpt.parameters() if weight.requires_grad])
    parts = pieces(tokens_BT, micro_batches)
    from torch.distributed._tools.mem_tracker import MemTracker  # a second, and only needed here

    tracker = MemTracker()
    tracker.track_external(gpt, stepper, tokens_BT)  # it would not see what was there before it
    with _frozen_as_buffers(gpt), tracker:
        for piece in parts:
            tracker.reset_mod_stats()  # it refuses a second pass through a module otherwise
            loss = tiny_gpt.loss(gpt, piece, piece) / micro_batches
            forward = _by_kind(tracker, "current")
            loss.backward()
            del loss  # else it would count as held after the backward pass
        backward = _by_kind(tracker, "current")
        stepper.step()
        update = _by_kind(tracker, "current")
    return Held(
        weights=forward["PARAM"] + forward["BUFFER"],
        gradients=backward["GRAD"],
        optimizer=update["OPT"],
        activations=forward["ACT"] + forward["TEMP"],
        peak=_by_kind(tracker, "peak")["Total"],
    )


def pretend(
    model: Transformer,
    batch: int,
    seq: int,
    optimizer: str = "adam",
    recompute: str = "none",
    kernel: str = "plain",
) -> Held:
    """`held` for a GPT of any size that need not fit anywhere: shapes without numbers.

    >>> pretend(tiny_gpt.shape(layers=2, d_model=64), batch=1, seq=16).weights  # 123 200 of 4 bytes
    492800
    """
    with FakeTensorMode():  # the model must be made inside: a real one has its bytes already
        gpt = recomputed(tiny_gpt.TinyGPT(model), recompute, kernel)
        return held(gpt, torch.zeros(batch, seq, dtype=torch.long), optimizer)


def gradients(
    gpt: nn.Module, inputs_BT: torch.Tensor, targets_BT: torch.Tensor, micro_batches: int = 1
) -> list:
    """The gradients of a batch, worked through in so many pieces: a tensor for each weight."""
    gpt.zero_grad()
    both = zip(pieces(inputs_BT, micro_batches), pieces(targets_BT, micro_batches), strict=True)
    for inputs, targets in both:
        (tiny_gpt.loss(gpt, inputs, targets) / micro_batches).backward()
    by_weight = [weight.grad for weight in gpt.parameters() if weight.grad is not None]
    gpt.zero_grad()  # frees the names, not the tensors that are handed over
    return by_weight


def difference(first: list[torch.Tensor], second: list[torch.Tensor]) -> float:
    """How far two lists of tensors are apart: the difference's length over the first's.

    >>> difference([torch.tensor([3.0, 4.0])], [torch.tensor([3.0, 6.5])])  # 2.5 over 5
    0.5
    """
    apart = torch.stack(
        [(tensor - other).norm() for tensor, other in zip(first, second, strict=True)]
    ).norm()  # the length of the lengths: that of all numbers in one vector
    return float(apart / torch.stack([tensor.norm() for tensor in first]).norm())


def pieces(tokens_BT: torch.Tensor, micro_batches: int) -> tuple[torch.Tensor, ...]:
    """A batch in equal pieces of whole sequences.

    Raises:
        ValueError: the batch does not divide into so many.

    >>> [len(piece) for piece in pieces(torch.zeros(6, 5), 3)]
    [2, 2, 2]
    """
    checks.divides(
        "micro_batches", checks.whole("micro_batches", micro_batches), "batch", len(tokens_BT)
    )
    return tokens_BT.chunk(micro_batches)


def _plain(q_BNTH: torch.Tensor, k_BNTH: torch.Tensor, v_BNTH: torch.Tensor) -> torch.Tensor:
    hide_TT = attention.hidden("causal", q_BNTH.shape[-2]).to(q_BNTH.device)
    return attention.naive(q_BNTH, k_BNTH, v_BNTH, hide_TT)


def _attend(
    part: tiny_gpt.Attention, core: Callable[..., torch.Tensor], x_BTD: torch.Tensor
) -> torch.Tensor:
    """The tiny GPT's attention with another core."""
    q_BNTH, k_BNTH, v_BNTH = (
        part._by_head(matrix(x_BTD)) for matrix in (part.query, part.key, part.value)
    )
    return part.output(core(q_BNTH, k_BNTH, v_BNTH).transpose(1, 2).flatten(2))


@contextmanager
def _frozen_as_buffers(gpt: nn.Module) -> Iterator[None]:
    """Weights that want no gradient stand as buffers meanwhile: the tracker asks every parameter
    for a gradient."""
    frozen = [
        (part, name, weight)
        for part in gpt.modules()
        for name, weight in list(part.named_parameters(recurse=False))
        if not weight.requires_grad
    ]
    for part, name, weight in frozen:
        delattr(part, name)  # a name that is taken cannot be registered
        part.register_buffer(name, weight.detach())
    try:
        yield
    finally:
        for part, name, weight in frozen:
            delattr(part, name)
            part.register_parameter(name, weight)  # the same object: an optimizer may hold it


def _by_kind(tracker: MemTracker, when: str) -> dict[str, int]:
    """Bytes by kind, over all devices: PARAM, GRAD, OPT, ACT, TEMP and so on, and Total."""
    sums: dict[str, int] = {}
    for kinds in tracker.get_tracker_snapshot(when).values():
        for kind, amount in kinds.items():
            name = getattr(kind, "name", str(kind))  # members of an enum, but "Total" is a string
            sums[name] = sums.get(name, 0) + amount
    return sums
