"""Plain rules that everybody knows, to hold the estimators against.

Each gives a time in seconds or a rate from the model's size and the device's data sheet alone. None
has a range.
"""

from __future__ import annotations

from course_lib.catalog import Device, Transformer
from course_lib.estimators import flops, hardware, parameters

SIX_ND = "6ND at 40 % MFU"
CONSTANT = "constant 45 % MFU"
BANDWIDTH = "weights over bandwidth"
TWO_ND = "2ND at 40 % of the peak"
SIX_ND_MFU, CONSTANT_MFU, READING = 0.4, 0.45, 0.4
BYTES = {"fp32": 4.0, "int8": 1.0, "fp8": 1.0, "int4": 0.5, "nf4": 0.5, "fp4": 0.5, "mxfp4": 0.5}
"""Bytes of a weight by format; 2 for all others."""
WIDE = (*hardware.HALF, "fp32")
"""Formats of the products: the first that a device has a stated peak for."""


def training_seconds(
    model: Transformer, device: Device, tokens: float, devices: float, seq: int | None
) -> dict[str, float]:
    """Seconds to train on `tokens` tokens by the two rules for training.

    "6ND" takes six FLOPs a weight and token; "constant" counts attention too, where `seq` is known.

    >>> from course_lib.catalog import devices, models
    >>> found = training_seconds(models["llama-3-8b"], devices["H100"], 15e12, 1, None)
    >>> round(found[SIX_ND] / 3600)  # hours of one card
    507474
    """
    rate = hardware.peak(device) * devices
    return {
        SIX_ND: float(flops.training(model, tokens) / (SIX_ND_MFU * rate)),
        CONSTANT: float(flops.training(model, tokens, seq) / (CONSTANT_MFU * rate)),
    }


def token_seconds(model: Transformer, device: Device, devices: int, format: str | None) -> float:
    """Seconds of a decoding step: the weights that a token uses, read once at the stated bandwidth.

    >>> from course_lib.catalog import devices, models
    >>> round(1e3 * token_seconds(models["llama-3-8b"], devices["H100"], 1, "bf16"), 1)
    4.8
    """
    weights = float(parameters.count(model).active) * BYTES.get(format or "", 2.0)
    return weights / (hardware.bandwidth(device) * devices)


def reading_seconds(model: Transformer, device: Device, devices: int, tokens: float) -> float:
    """Seconds to read a prompt: two FLOPs a weight and token, at 40 % of the 16-bit peak.

    >>> from course_lib.catalog import devices, models
    >>> round(1e3 * reading_seconds(models["llama-3-8b"], devices["H100"], 1, 1024), 1)
    41.6
    """
    work = 2 * float(parameters.count(model).active) * tokens
    return work / (READING * hardware.peak(device, WIDE) * devices)


def answer_seconds(
    model: Transformer,
    device: Device,
    devices: int,
    format: str | None,
    *,
    batch: int,
    prompt: int,
    output: int,
) -> float:
    """Seconds of a whole batch of requests by the two rules for answering together.

    >>> from course_lib.catalog import devices, models
    >>> case = {"batch": 1, "prompt": 1, "output": 101}
    >>> found = answer_seconds(models["llama-3-8b"], devices["H100"], 1, "bf16", **case)
    >>> round(found, 2)  # 100 further tokens of 4.8 ms
    0.48
    """
    return reading_seconds(model, device, devices, batch * prompt) + (output - 1) * token_seconds(
        model, device, devices, format
    )
