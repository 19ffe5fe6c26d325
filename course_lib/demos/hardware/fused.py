"""Fused attention by length: forward alone, and forward and back as in training.

Design choices:
- PyTorch's `scaled_dot_product_attention` under a causal mask; torch picks the program.
- FLOPs are those that the mask lets through, by `flops.pairs_seen`: 4 x width for a pair and head
  forward, and twice that on the way back. The fused way back computes the scores once more; that is
  not counted, as nowhere in the course (`recompute`).
- Bytes are those that must move at least. Forward: queries, keys and values in, the result out. On
  the way back: those four and the result's gradient in, three gradients out.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch

from course_lib import checks
from course_lib.catalog.machines.record import Measurement
from course_lib.demos.hardware import devices
from course_lib.demos.hardware.kernels import FORMATS, REPEATS, item_bytes, random, timed
from course_lib.estimators import flops, hardware

LENGTHS = {
    "cpu": (256, 512, 1024, 2048, 4096),
    "cuda": (1024, 2048, 4096, 8192, 16384, 32768),
    "mps": (1024, 2048, 4096, 8192),
}
"""Tokens, by kind of device: from what is over in a moment to what takes a second."""
HEADS = {"cpu": (8, 64), "cuda": (32, 128), "mps": (8, 64)}
"""Heads and their width: those of Llama 3 8B on a card, which a small layer would leave idle."""
LONGEST_FP32 = 8192
"""Cards have no fast fused program for fp32: longer ones would only cost time."""


def lengths(format: str, device: str = "cpu") -> tuple[int, ...]:
    """The lengths that are measured in a format on a device.

    >>> lengths("fp32", "cuda")
    (1024, 2048, 4096, 8192)
    """
    found = LENGTHS[devices.kind(device)]
    return tuple(each for each in found if format != "fp32" or each <= LONGEST_FP32)


def attention(
    seq: int,
    format: str = "fp32",
    device: str = "cpu",
    repeats: int = REPEATS,
    backward: bool = False,
) -> Measurement:
    """Time fused causal attention over `seq` tokens, or it and its way back.

    Args:
        seq: tokens of the one sequence.
        format: "fp32", "bf16" or "fp16".
        device: torch's word for it; heads and width go by its kind (`HEADS`).
        repeats: timed readings.
        backward: whether the gradients of queries, keys and values are computed too.

    Raises:
        ValueError: an unknown format or device, no token, no repeat.
        NotHere: the device has no units for the format.

    >>> attention(8, repeats=1).flops  # 36 pairs x 8 heads x 4 x 64
    73728.0
    """
    item, tokens = item_bytes(format), checks.whole("seq", seq)
    devices.need(format, device)
    heads, width = HEADS[devices.kind(device)]
    forward = 4 * heads * width * flops.pairs_seen(tokens)
    tensor_bytes = heads * tokens * width * item
    work = hardware.Work(
        flops=forward * (3 if backward else 1), moved_bytes=tensor_bytes * (12 if backward else 4)
    )
    told = f"fused attention, {heads} heads of {width}, over {tokens} tokens in {format}"
    return timed(
        "attention-training" if backward else "attention",
        told + (", forward and back" if backward else ""),
        format,
        tokens,
        work,
        attend(tokens, format, device, backward),
        repeats,
        device,
    )


def attend(
    seq: int, format: str, device: str = "cpu", backward: bool = False
) -> Callable[[], object]:
    """A function that attends once, over random tensors made once.

    >>> attend(8, "fp32")().shape
    torch.Size([1, 8, 8, 64])
    """
    heads, width = HEADS[devices.kind(device)]
    shape = (1, heads, seq, width)
    q, k, v = (random(shape, FORMATS[format], device, seed) for seed in range(3))
    fused = torch.nn.functional.scaled_dot_product_attention
    forward = partial(fused, q, k, v, is_causal=True)
    if not backward:
        return torch.no_grad()(forward)
    inputs = [each.requires_grad_() for each in (q, k, v)]
    above = random(shape, FORMATS[format], device, 3)  # the gradient that comes from above
    # `grad`, not `backward`: nothing is added to, so every run is the same
    return lambda: torch.autograd.grad(forward(), inputs, above)
