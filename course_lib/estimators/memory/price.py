"""What a measure that saves memory costs in time: a factor on a step in mixed precision with
nothing else.

Design choices:
- Two things cost time: FLOPs (recomputation adds some, a slower format does them later, LoRA leaves
  out the gradients of frozen matrices) at the same utilisation, and bytes over the host's link at
  its rate, not hidden behind the arithmetic. That is the worst case for transfers.
- A quantised base is unpacked at every use, which takes time and no model FLOPs. It has one price
  in the whole course, here and in `access.tuning`: `UNPACKING_TIME`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from course_lib import checks
from course_lib.catalog import Device, Transformer, links
from course_lib.checks import Number
from course_lib.estimators import flops, hardware
from course_lib.estimators.layout import Layout
from course_lib.estimators.memory import adapters, training_memory

UTILISATION = 0.4
"""Share of the peak that the arithmetic reaches."""
LINK = "pcie-4-x16"
"""Link to the host where the catalog does not know the device's own."""
UNPACKING_TIME = 2.79 / 1.85
"""Time of a step over packed weights, relative to frozen ones of 16 bits: hours measured for LoRA
and QLoRA on Llama 2 7B by S. Raschka, "Practical Tips for Finetuning LLMs Using LoRA" (2023;
recalled, not read again)."""


__all__ = [
    "LINK",
    "UNPACKING_TIME",
    "UTILISATION",
    "at_peak_seconds",
    "link_rate",
    "peak",
    "price",
]


def price(
    model: Transformer,
    device: Device,
    seq: Number = 2048,
    *,
    layout: Layout | None = None,
    micro_batches: int = 1,
    utilisation: Number = UTILISATION,
    format: str = "bf16",
    optimizer: str = "adam",
    lora_rank: Number | None = None,
    base_format: str | None = None,
    offload: str = "none",
) -> Number:
    """Time of a step over that of a plain one, in mixed precision with nothing else.

    By the rules of `capacity.ways`, for any mix of measures. On several devices each works on
    a batch of its own; messages between them are left out.

    Args:
        model: the architecture.
        device: a record of the catalog.
        seq: tokens of a sequence.
        layout: micro-batch, recomputation, and how devices share the states; None for one device.
        micro_batches: micro-batches of a step.
        utilisation: share of the peak reached.
        format: of the products.
        optimizer: "adam" or "adam8bit".
        lora_rank: rank of adapters; None where all weights are trained.
        base_format: of frozen matrices, quantised; None where they are not.
        offload: what lies in the host's memory: "none", "optimizer" or "all".

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> from course_lib.catalog import devices, models
    >>> one, many = (price(models["llama-3-8b"], devices["H100"], layout=Layout(micro_batch=texts),
    ...                    offload="optimizer") for texts in (1, 64))
    >>> round(one, 2), round(many, 2)
    (3.11, 1.03)
    """
    grid = Layout() if layout is None else checks.instance("layout", layout, Layout)
    rate = checks.positive("utilisation", utilisation)
    steps = checks.whole("micro_batches", micro_batches)
    choices: dict[str, Any] = {"format": format, "lora_rank": lora_rank}
    choices |= {"base_format": base_format, "optimizer": optimizer, "offload": offload}
    held = training_memory.training(model, grid, seq, micro_batches=micro_batches, **choices)
    plain = at_peak_seconds(model, device, replace(grid, recompute="none"), seq, {})
    seconds = steps * at_peak_seconds(
        model, device, grid, seq, choices
    ) / rate + held.moved / link_rate(device)
    return seconds * rate / (steps * plain)


def at_peak_seconds(
    model: Transformer, device: Device, grid: Layout, seq: Number, choices: Mapping[str, Any]
) -> Number:
    """Arithmetic of one micro-batch at the full peak, unpacking included."""
    work = _work(model, grid, seq, choices.get("lora_rank"))
    if choices.get("base_format") is not None:
        work = work * UNPACKING_TIME
    return work / peak(device, choices.get("format", "bf16"))


def _work(model: Transformer, grid: Layout, seq: Number, rank: Number | None) -> Number:
    """FLOPs of one micro-batch. Frozen matrices get no gradients of their own, a third of a step;
    adapters do."""
    batch = grid.micro_batch
    whole = flops.training_step(model, batch, seq, recompute=grid.recompute, attention="causal")
    if rank is None:
        return whole
    parts = flops.forward_parts(model, batch, seq, attention="causal")
    used: Number = 0
    for kind in model.layer_kinds:
        plain, routed = adapters.weights([kind], rank)
        experts = kind.layer.experts
        # `weights` counts the adapters of all experts, a token passes those of its own alone.
        share_used = 1 if experts is None else experts.active / experts.count
        used = used + plain + routed * share_used
    adapter = 2 * batch * seq * used
    return (
        whole
        # The core has no matrix of its own, so freezing saves nothing there.
        - (parts.total - parts.attention_core)
        # An adapter goes forward once and backward twice; a recomputed one forward again.
        + (4 if grid.recompute == "full" else 3) * adapter
    )


def peak(device: Device, format: str) -> float:
    """Peak in the format, or in the nearest that the device knows."""
    wanted = ("tf32", "fp32", *hardware.HALF) if format == "fp32" else (*hardware.HALF, "fp32")
    return hardware.peak(
        device, next((name for name in wanted if name in device.peak_flops), wanted[0])
    )


def link_rate(device: Device) -> float:
    """Bytes a second between a device and its host, one way."""
    return links[device.host_link if device.host_link in links else LINK].bytes_per_second
