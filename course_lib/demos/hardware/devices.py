"""What a device is called, which number formats it has, and what of it torch can use.

Design choices:
- `device` is torch's word: "cpu", "cuda" ("cuda:1") or "mps". AMD's cards answer to "cuda" as well;
  `torch.version.hip` tells them apart, and here they are called by their own name.
- Which formats are tried stands in a list; whether this very card has one is asked when it is to be
  measured, and the answer is a reason (`NotHere`), so that a list can be shown on any machine.
"""

from __future__ import annotations

import time

import torch

from course_lib import checks

TRIED = {
    "cpu": ("fp32", "bf16", "fp16", "int8"),
    "cuda": ("fp32", "tf32", "bf16", "fp16", "fp8", "int8"),
    "mps": ("fp32", "bf16", "fp16"),
}
"""Formats in which products are tried. The processor's fp8 products of torch are a reference that
takes seconds, so they are not."""
WHOLE = {
    "cpu": ("fp32", "bf16"),
    "cuda": ("fp32", "bf16", "fp16"),
    "mps": ("fp32", "bf16", "fp16"),
}
"""Formats in which everything is measured, the tiny GPT included: many processors do fp16 by
emulation, and 8 bits are for products."""
NVIDIA_SINCE = {
    "tf32": ((8, 0), "Ampere"),
    "bf16": ((8, 0), "Ampere"),
    "fp8": ((8, 9), "Ada and Hopper"),
    "int8": ((7, 5), "Turing"),
}
"""Compute capability from which NVIDIA's cards have units for a format (CUDA C++ Programming Guide,
"Arithmetic Instructions" and "Tensor Cores")."""
AMD_FP8 = ("gfx94", "gfx95", "gfx12")
"""AMD's architectures with units for fp8: CDNA 3 and 4, RDNA 4 (ROCm documentation, "Data types and
precision support")."""


class NotHere(RuntimeError):
    """This device lacks what a measurement needs; the text says what."""


def kind(device: str) -> str:
    """ "cpu", "cuda" or "mps".

    Raises:
        ValueError: another device.

    >>> kind("cuda:1")
    'cuda'
    """
    try:
        found = torch.device(device).type
    except RuntimeError:  # no device of torch at all
        found = device
    return checks.one_of("device", found, tuple(TRIED))


def formats(device: str = "cpu") -> tuple[str, ...]:
    """The formats in which everything is measured on a device.

    >>> formats("cpu")
    ('fp32', 'bf16')
    """
    return WHOLE[kind(device)]


def product_formats(device: str = "cpu") -> tuple[str, ...]:
    """The formats in which products are tried on a device.

    >>> product_formats("cuda")
    ('fp32', 'tf32', 'bf16', 'fp16', 'fp8', 'int8')
    """
    return TRIED[kind(device)]


def is_amd() -> bool:
    """Whether torch's "cuda" is AMD's ROCm."""
    return torch.version.hip is not None


def software(device: str = "cpu") -> str:
    """What stands between torch and the device, with its version; empty for a processor.

    >>> software("cpu")
    ''
    """
    if kind(device) == "cuda":
        return f"ROCm {torch.version.hip}" if is_amd() else f"CUDA {torch.version.cuda}"
    return "Metal (mps)" if kind(device) == "mps" else ""


def need(format: str, device: str = "cpu") -> None:
    """Do nothing where the device has a format.

    Raises:
        NotHere: it has not, and why.

    >>> need("bf16", "cpu")
    """
    if format not in TRIED[kind(device)]:
        raise NotHere(f"torch has no products in {format} for {kind(device)}")
    if kind(device) != "cuda":
        return
    if is_amd():
        _need_amd(format, device)
        return
    least, since = NVIDIA_SINCE.get(format, ((0, 0), ""))
    found = torch.cuda.get_device_capability(device)
    if found < least:
        raise NotHere(
            f"units for {format} came with {since} (compute capability {least[0]}.{least[1]}), "
            f"this card has {found[0]}.{found[1]}"
        )


def _need_amd(format: str, device: str) -> None:
    name = architecture(device)
    if format == "tf32":
        raise NotHere("tf32 is a format of NVIDIA's")
    if format == "fp8" and not name.startswith(AMD_FP8):
        raise NotHere(f"AMD's {name} has no units for fp8")


def fp8(device: str = "cpu") -> torch.dtype:
    """The fp8 with 4 bits of exponent that the device knows: AMD's first ones differ a little."""
    odd = kind(device) == "cuda" and is_amd() and architecture(device).startswith("gfx94")
    return torch.float8_e4m3fnuz if odd else torch.float8_e4m3fn


def architecture(device: str) -> str:
    """AMD's name for the kind of card, such as gfx942."""
    return str(getattr(torch.cuda.get_device_properties(device), "gcnArchName", "")).split(":")[0]


def memory_bytes(device: str) -> int | None:
    """Memory of a card; None for a device that shares the machine's."""
    if kind(device) != "cuda":
        return None
    return int(torch.cuda.get_device_properties(device).total_memory)


def warm_up(device: str, seconds: float = 1.0) -> None:
    """Keep an accelerator at work for a while: at rest its clock is low, and needs time to rise."""
    if kind(device) == "cpu":
        return
    left = torch.ones(1024, 1024, device=device)
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        for _ in range(20):
            torch.mm(left, left)
        torch.accelerator.synchronize()
