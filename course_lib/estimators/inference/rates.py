"""What a device reaches under a kind of program, in bytes/s and FLOP/s, by the format of the
weights."""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

from course_lib.catalog.constants import constant
from course_lib.catalog.records.device import Device
from course_lib.checks import Number
from course_lib.estimators import hardware
from course_lib.estimators.inference.software import Software

HALF = ("bf16", "fp16", "fp32")
"""Formats of the products of 16 bits: the first that a device has a stated peak for."""
ARITHMETIC = {
    "fp32": ("fp32",),
    "bf16": HALF,
    "fp16": ("fp16", "bf16", "fp32"),
    "fp8": ("fp8", *HALF),
    "int8": HALF,
    "int4": HALF,
    "nf4": HALF,
    "fp4": ("fp4", "fp8", *HALF),
    "mxfp4": HALF,
}
"""Formats in which weights of each format are multiplied: the first that the device has a stated
peak for. Weights that stand beside activations of 16 bits (whole numbers, nf4, the experts of
gpt-oss) are unpacked on the way in; they save bytes, not arithmetic."""
UNPACKED = ("int8", "int4", "nf4", "mxfp4")
"""Formats that are unpacked on the way in."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Rates:
    """What a machine reaches, in bytes/s and FLOP/s of one device."""

    memory: Number
    """Of the memory, for activations and scores."""
    weights: Number
    """Of the memory, for weights in their format."""
    cache: Number
    """Of the memory, for the cache."""
    products: Number
    """Of products with weights in their format."""
    experts: Number
    """Of experts' products, with many tokens each."""
    attention: Number
    """Of the core of attention, in 16 bits."""

    @classmethod
    def of(
        cls,
        device: Device,
        program: Software,
        form: str,
        bandwidth_reached: Number | None = None,
        peak_reached: Number | None = None,
    ) -> Rates:
        """The rates of a device under a kind of program, with weights in a format.

        Args:
            device: the record.
            program: what the program reaches.
            form: format of the weights.
            bandwidth_reached: part of the bandwidth, in place of the program's.
            peak_reached: part of the stated peak, in place of the program's, in every format.

        Raises:
            ValueError: the device's bandwidth or peak is not stated.
        """
        stacked = "HBM" in device.memory_type
        memory: Number = program.bandwidth_reached
        weights: Number = program.stacked_bandwidth_reached if stacked else memory
        cache: Number = weights if program.cache_reached is None else program.cache_reached
        if bandwidth_reached is not None:
            memory = weights = cache = bandwidth_reached
        products, half = _products(device, program, form, peak_reached)
        stated = hardware.bandwidth(device)
        return cls(
            memory=stated * memory,
            weights=stated * weights * (program.unpacking if form in UNPACKED else 1.0),
            cache=stated * cache,
            products=products,
            experts=products * constant("answer-expert-products"),
            attention=half * constant("answer-attention"),
        )


def _products(
    device: Device, program: Software, form: str, peak_reached: Number | None
) -> tuple[Number, Number]:
    """FLOP/s of products in the weights' format, and in 16 bits."""
    half, stated = hardware.peak(device, HALF), hardware.peak(device, ARITHMETIC[form])
    if program.sums == "fp16" and device.fp16_sums_flops is not None:
        stated = stated * device.fp16_sums_flops / half
        half = device.fp16_sums_flops
    if peak_reached is not None:
        return stated * peak_reached, half * peak_reached
    # Each halving of the bits brings less than twice the rate.
    narrower = constant("answer-narrower") ** max(0.0, log2(stated / half))
    return stated * program.peak_reached * narrower, half * program.peak_reached
