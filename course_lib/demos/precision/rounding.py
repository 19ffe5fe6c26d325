"""What short numbers do to sums, to weights and to memory, in PyTorch's own formats.

Design choices:
- Every sum is done twice with the same numbers: the running sum kept in the short format, and kept
  in fp32. PyTorch's own product stands beside both.
- States are counted after a real step of Adam, tensor by tensor (`state_bytes`); nothing is
  estimated here.
- Weights are rounded to eight and four bits by the estimator, and put back into the model
  (`rounded`): the products still run in fp32, so that only the loss of accuracy shows.
- The device is an argument; an accelerator does the same.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import nn

from course_lib import checks
from course_lib.demos import tiny_gpt
from course_lib.estimators.precision import quantisation
from course_lib.estimators.precision.rounding import States

DTYPES = {
    "fp32": torch.float32,
    "fp16": torch.float16,
    "bf16": torch.bfloat16,
    "fp8_e4m3": torch.float8_e4m3fn,
    "fp8_e5m2": torch.float8_e5m2,
}
"""PyTorch's type of each format that it can cast to. fp8 is for storing only: PyTorch does not add
in it."""
SUMMED = ("fp32", "fp16", "bf16")
STATES = ("fp32", "autocast", "bf16 with fp32 masters", "bf16 alone")
"""Ways to train whose states are counted; the names are those of `precision.RECIPES`."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Errors:
    """The worst relative errors of one matrix product, done in three ways."""

    product: float
    """PyTorch's own product of two matrices of the short format."""
    fp32_sum: float
    """One term after the other, the running sum in fp32."""
    own_sum: float
    """One term after the other, the running sum in the short format."""


def count_ones(
    times: int, format: str = "bf16", sums: str | None = None, device: str = "cpu"
) -> list[float]:
    """The running sum after each of `times` additions of one.

    Args:
        times: how often one is added.
        format: the format of the one, one of `SUMMED`.
        sums: the format of the running sum; None for the same.
        device: where to add.

    >>> count_ones(300, "bf16")[-1], count_ones(300, "bf16", sums="fp32")[-1]
    (256.0, 300.0)
    """
    addend = torch.ones((), dtype=_dtype("format", format), device=device)
    # `+=` works in place, so the sum keeps its format
    total = torch.zeros((), dtype=_dtype("sums", sums or format), device=device)
    seen = torch.empty(checks.whole("times", times), device=device)
    for place in range(len(seen)):
        total += addend
        seen[place] = total
    return seen.tolist()


def product_errors(
    format: str = "bf16", terms: int = 4096, side: int = 8, device: str = "cpu"
) -> Errors:
    """Multiply matrices of side x terms by terms x side, random from 0 to 1, in three ways.

    >>> errors = product_errors("bf16", terms=1024)
    >>> errors.product < 0.01 < 0.1 < errors.own_sum
    True
    """
    dtype, generator = _dtype("format", format), torch.Generator().manual_seed(0)
    shape = (checks.whole("side", side), checks.whole("terms", terms))
    left, right = (torch.rand(shape, generator=generator).to(dtype).to(device) for _ in range(2))
    exact = left.double() @ right.double().T  # of the rounded inputs: only the sums are compared
    own, fine = (
        torch.zeros(side, side, dtype=each, device=device) for each in (dtype, torch.float32)
    )
    for a, b in zip(left.T, right.T, strict=True):  # term by term: outer products, added in order
        own += a[:, None] * b
        fine += a[:, None].float() * b.float()
    worst = [
        float(((each.double() - exact) / exact).abs().max())
        for each in (left @ right.T, fine.to(dtype), own)
    ]
    return Errors(product=worst[0], fp32_sum=worst[1], own_sum=worst[2])


def update(
    times: int = 1,
    format: str = "bf16",
    master: bool = False,
    step: float = 0.001,
    device: str = "cpu",
) -> float:
    """A weight of 1.0 after `times` updates by `step`, done by PyTorch's SGD.

    Args:
        times: updates.
        format: the format of the weight, one of `SUMMED`.
        master: whether the updates go to an fp32 copy, from which the weight is made anew.
        step: what each update adds.
        device: where.

    >>> update(1, "bf16"), update(1000, "bf16"), update(1000, "bf16", master=True)
    (1.0, 1.0, 2.0)
    """
    dtype = _dtype("format", format)
    weight = nn.Parameter(
        torch.ones(
            (), dtype=torch.float32 if checks.flag("master", master) else dtype, device=device
        )
    )
    weight.grad = -torch.ones_like(weight)  # minus: a step of SGD goes against the gradient
    optimizer = torch.optim.SGD([weight], lr=checks.positive("step", step), foreach=False)
    for _ in range(checks.whole("times", times)):
        optimizer.step()
    return float(weight.detach().to(dtype))


def state_bytes(gpt: tiny_gpt.TinyGPT, recipe: str = "fp32") -> States:
    """Bytes a parameter that PyTorch holds after one step of AdamW; the model itself is left alone.

    Args:
        gpt: the model, in fp32.
        recipe: one of `STATES`.

    >>> gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=1, d_model=32, context=16))
    >>> state_bytes(gpt, "fp32").total, state_bytes(gpt, "autocast").total
    (16.0, 16.0)
    """
    own = copy.deepcopy(gpt)
    if checks.one_of("recipe", recipe, STATES).startswith("bf16"):
        own = own.bfloat16()
    weights = list(own.parameters())
    masters = (
        [nn.Parameter(each.detach().float()) for each in weights]
        if recipe.endswith("masters")
        else []
    )
    optimizer = torch.optim.AdamW(masters or weights, foreach=False)
    _backward(own, autocast=recipe == "autocast")
    gradients = [cast(torch.Tensor, each.grad) for each in weights]
    for master, gradient in zip(masters, gradients, strict=False):  # without masters, no round
        master.grad = gradient.float()
    optimizer.step()
    # "step" is a counter of one number, no state that grows with the weights
    moments = [
        each for state in optimizer.state.values() for name, each in state.items() if name != "step"
    ]
    states: dict[str, Sequence[torch.Tensor]] = {
        "weights": weights,
        "gradients": gradients,
        "master": masters,
        "moments": moments,
    }
    numbers = sum(each.numel() for each in weights)
    return States(**{name: _bytes(tensors) / numbers for name, tensors in states.items()})


@torch.no_grad()
def rounded(gpt: tiny_gpt.TinyGPT, format: str) -> tiny_gpt.TinyGPT:
    """A copy of the model whose matrices went through a short format and back, a scale a row.

    Norms stay.

    Args:
        gpt: the model; it is left alone.
        format: one of `DTYPES`, cast without a scale, or "int8" or "int4".

    >>> gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=1, d_model=32, context=16))
    >>> len(rounded(gpt, "int4").tokens.weight[0].unique()) <= 15  # codes from -7 to 7
    True
    """
    checks.one_of("format", format, (*DTYPES, "int8", "int4"))
    short = copy.deepcopy(gpt)
    for weight in short.parameters():
        if weight.ndim == 2 and format in quantisation.FORMATS:
            values = quantisation.quantise(weight.cpu().numpy(), format).values
            weight.copy_(torch.from_numpy(values))
        elif weight.ndim == 2:
            weight.copy_(weight.to(DTYPES[format]))
    return short


def _backward(gpt: tiny_gpt.TinyGPT, autocast: bool) -> None:
    device = gpt.norm.weight.device
    tokens = torch.zeros(1, 8, dtype=torch.int64, device=device)
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=autocast):
        loss = tiny_gpt.loss(gpt, tokens, tokens)
    loss.backward()  # outside: each operation goes back in the format it went forward in


def _bytes(tensors: Sequence[torch.Tensor]) -> int:
    return sum(each.numel() * each.element_size() for each in tensors)


def _dtype(name: str, format: str) -> torch.dtype:
    return DTYPES[checks.one_of(name, format, SUMMED)]
