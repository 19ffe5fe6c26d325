"""What fits on one device, by which measures, and what each of them costs in time.

Design choices:
- A way to train is a combination of measures: number format, 8-bit Adam, checkpointing (full
  recomputation), offload, LoRA, a quantised base. `WAYS` lists them from the plainest to the
  leanest.
- Its price in time is told by `price`.
- Full precision runs in tf32 where the device has it. Attention is causal, FLOPs are those of
  `flops`. Adam itself and quantising once at the start are left out.
- A device's memory is filled to `USABLE`: the rest is for fragments, libraries and the framework.
- A faster way need not be as good: LoRA and quantised bases train something else than all weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from course_lib import checks
from course_lib.catalog import Device, Transformer, models
from course_lib.checks import Number
from course_lib.estimators import flops
from course_lib.estimators.layout import Layout
from course_lib.estimators.memory import activations, training_memory
from course_lib.estimators.memory.conventions import Choices
from course_lib.estimators.memory.price import (
    LINK,
    UNPACKING_TIME,
    UTILISATION,
    at_peak_seconds,
    link_rate,
    peak,
    price,
)
from course_lib.estimators.memory.stages import pick

__all__ = [
    "HOST_BYTES",
    "LINK",
    "UNPACKING_TIME",
    "USABLE",
    "UTILISATION",
    "WAYS",
    "Way",
    "decoders",
    "every_model",
    "largest_micro_batch",
    "price",
    "quickest",
    "ways",
]

USABLE = 0.9
"""Part of the stated memory that is filled."""
HOST_BYTES = 1e12
"""Memory of the host where nothing is said: a well-equipped server."""
LARGEST = 2**40
"""Micro-batches are not searched beyond this one."""
_FULL = {"recompute": "full"}
_EIGHT = {"optimizer": "adam8bit"}
_LORA = {"lora_rank": 16}
_QLORA = {**_LORA, "base_format": "nf4"}
WAYS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "full precision": {"format": "fp32"},
        "mixed precision": {},
        "8-bit Adam": _EIGHT,
        "checkpointing": _FULL,
        "8-bit Adam, checkpointing": {**_EIGHT, **_FULL},
        "optimizer offloaded": {"offload": "optimizer"},
        "optimizer offloaded, checkpointing": {"offload": "optimizer", **_FULL},
        "all offloaded, checkpointing": {"offload": "all", **_FULL},
        "LoRA": _LORA,
        "LoRA, checkpointing": {**_LORA, **_FULL},
        "QLoRA": _QLORA,
        "QLoRA, checkpointing": {**_QLORA, **_FULL},
    }
)
"""Ways to train on one device, by name: keywords of `memory.training`, and `recompute`."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Way:
    """One way to train a model on a device."""

    name: str
    """One of `WAYS`."""
    memory: training_memory.TrainingMemory
    """Bytes on the device and on the host."""
    fits: checks.Flags
    """Whether the bytes on the device and those on the host have room."""
    seconds: Number
    """Time of a step."""
    price: Number
    """That time over the time in mixed precision with nothing else, whether or not that fits."""

    @property
    def all_weights(self) -> bool:
        """Whether every weight is trained."""
        return "lora_rank" not in WAYS[self.name]


def ways(
    model: Transformer,
    device: Device,
    seq: Number = 2048,
    *,
    micro_batch: Number = 1,
    micro_batches: Number = 1,
    link_bytes_per_second: Number | None = None,
    utilisation: Number = UTILISATION,
    usable: Number = USABLE,
    host_bytes: Number = HOST_BYTES,
) -> list[Way]:
    """Every way of `WAYS` to train `model` on one device, the cheapest in time first.

    Args:
        model: the architecture.
        device: a record of the catalog with a stated memory.
        seq: tokens of a sequence.
        micro_batch: sequences at a time.
        micro_batches: micro-batches of a step; more of them spread the optimizer's transfers.
        link_bytes_per_second: rate of the link to the host, one way; None: the device's own link,
            or `LINK`.
        utilisation: share of the peak reached.
        usable: share of the memory filled.
        host_bytes: memory of the host for what is offloaded.

    Raises:
        TypeError, ValueError: by the argument's name; a device without a stated memory.

    >>> from course_lib.catalog import devices
    >>> listed = ways(models["llama-3-8b"], devices["H100"])
    >>> [way.name for way in listed if way.fits and way.all_weights]
    ['optimizer offloaded', 'optimizer offloaded, checkpointing', 'all offloaded, checkpointing']
    """
    batch, steps = (
        checks.whole("micro_batch", micro_batch),
        checks.whole("micro_batches", micro_batches),
    )
    room, host = _room(device, usable), checks.positive("host_bytes", host_bytes, zero=True)
    rate = checks.positive("utilisation", utilisation)
    link = link_rate(device) if link_bytes_per_second is None else link_bytes_per_second
    link = checks.positive("link_bytes_per_second", link)
    plain = (
        steps
        * flops.training_step(model, batch, seq, attention="causal")
        / (peak(device, "bf16") * rate)
    )
    listed = []
    for name in WAYS:
        memory, arithmetic = _done(model, device, seq, name, batch, steps)
        seconds, fits = (
            arithmetic / rate + memory.moved / link,
            (memory.total <= room) & (memory.host <= host),
        )
        listed.append(
            Way(name=name, memory=memory, fits=fits, seconds=seconds, price=seconds / plain)
        )
    # Sweeps have one order for all of their places: that of the mean price.
    return sorted(listed, key=lambda way: float(np.mean(way.price)))


def _done(
    model: Transformer, device: Device, seq: Number, name: str, batch: Number, steps: Number
) -> tuple[training_memory.TrainingMemory, Number]:
    """Memory of one way, and seconds of its arithmetic at the full peak."""
    # A copy, because `recompute` is taken out: it belongs to the layout.
    choices = dict(WAYS[name])
    grid = Layout(micro_batch=batch, recompute=choices.pop("recompute", "none"))
    memory = training_memory.training(model, grid, seq, micro_batches=steps, **choices)
    return memory, steps * at_peak_seconds(model, device, grid, seq, choices)


def quickest(
    model: Transformer,
    device: Device,
    seq: Number = 2048,
    all_weights: bool = False,
    *,
    micro_batch: Number = 1,
    micro_batches: Number = 1,
    link_bytes_per_second: Number | None = None,
    utilisation: Number = UTILISATION,
    usable: Number = USABLE,
    host_bytes: Number = HOST_BYTES,
) -> Way | None:
    """The first of `ways` that fits, None where none does; keywords as there, all numbers single.

    Args:
        model: the architecture.
        device: a record of the catalog.
        seq: tokens of a sequence.
        all_weights: whether only ways count that train every weight.
        micro_batch: sequences at a time.
        micro_batches: micro-batches of a step.
        link_bytes_per_second: rate of the link to the host; None: the device's own, or `LINK`.
        utilisation: share of the peak reached.
        usable: share of the memory filled.
        host_bytes: memory of the host for what is offloaded.

    >>> from course_lib.catalog import devices
    >>> quickest(models["llama-3-8b"], devices["RTX 4090"]).name
    'LoRA, checkpointing'
    >>> quickest(models["llama-3.1-405b"], devices["RTX 4090"]) is None  # too big for the host too
    True
    """
    tried = ways(
        model,
        device,
        seq,
        micro_batch=micro_batch,
        micro_batches=micro_batches,
        link_bytes_per_second=link_bytes_per_second,
        utilisation=utilisation,
        usable=usable,
        host_bytes=host_bytes,
    )
    for way in tried:
        if way.fits and (way.all_weights or not checks.flag("all_weights", all_weights)):
            return way
    return None


def decoders() -> dict[str, Transformer]:
    """The catalog's decoders by key, but for DeepSeek V4's kind: what its attention keeps for the
    backward pass is not described.

    >>> "llama-3-8b" in decoders(), "deepseek-v4-flash" in decoders()
    (True, False)
    """
    every = {key: model for key, model in models.items() if isinstance(model, Transformer)}
    return {key: model for key, model in every.items() if activations.described(model)}


def every_model(
    device: Device,
    seq: Number = 2048,
    all_weights: bool = False,
    among: Iterable[str] | None = None,
) -> dict[str, Way | None]:
    """`quickest` for every one of `decoders`, or those `among` the given names.

    >>> from course_lib.catalog import devices
    >>> best = every_model(devices["H100"], among=("llama-3-8b", "llama-3-70b"))
    >>> {name: way.name for name, way in best.items()}
    {'llama-3-8b': 'LoRA', 'llama-3-70b': 'QLoRA, checkpointing'}
    """
    known = decoders()
    chosen = known if among is None else {key: known[models.key(key)] for key in among}
    return {key: quickest(model, device, seq, all_weights) for key, model in chosen.items()}


def largest_micro_batch(
    model: Transformer,
    device: Device,
    seq: Number = 2048,
    layout: Layout | None = None,
    *,
    usable: Number = USABLE,
    choices: Choices | None = None,
) -> Number:
    """The most sequences at a time with which training fits on each device; 0 where none does.

    Args:
        model: the architecture; its numbers, `seq` and the layout's may be arrays.
        device: a record of the catalog with a stated memory.
        seq: tokens of a sequence.
        layout: how devices share the work; its `micro_batch` is not read. None for one device.
        usable: share of the memory filled.
        choices: how it is trained; None for mixed-precision Adam with fused kernels.

    >>> from course_lib.catalog import devices
    >>> naive = Choices(attention="naive")
    >>> largest_micro_batch(models["gpt2"], devices["H100"], 1024, choices=naive)
    68
    """
    grid = Layout() if layout is None else checks.instance("layout", layout, Layout)
    room, choices = _room(device, usable), Choices() if choices is None else choices

    def fits(count: Number) -> checks.Flags:
        tried = replace(grid, micro_batch=checks.larger(count, 1))
        return training_memory.for_choices(model, tried, seq, choices).total <= room

    # Memory only grows with the micro-batch, so each power of two from the largest down is kept if
    # there is room.
    largest = 0 * pick(fits(1), 1, 1)  # 0, or an array of zeros
    step = LARGEST
    while step:
        largest = largest + step * pick(fits(largest + step), 1, 0)
        step //= 2
    return largest


def _room(device: Device, usable: Number) -> Number:
    checks.instance("device", device, Device)
    if device.memory_bytes is None:
        raise ValueError(f"device must have a stated memory, {device.name} has none")
    return device.memory_bytes * checks.share("usable", usable)
