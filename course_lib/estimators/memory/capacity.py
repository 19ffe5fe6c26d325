"""What fits on one device, by which measures, and what each of them costs in time.

Design choices:
- A way to train is a combination of measures: number format, 8-bit Adam, checkpointing (full
  recomputation), offload, LoRA, a quantised base. `WAYS` lists them from the plainest to the
  leanest.
- Its price is a factor on the time of a step in mixed precision with nothing else. Two things cost
  time here: FLOPs (recomputation adds some, a slower format does them later, LoRA leaves out the
  gradients of frozen matrices) at the same utilisation, and bytes over the host's link at its rate,
  not hidden behind the arithmetic. That is the worst case for transfers; good code hides part of
  them.
- Full precision runs in tf32 where the device has it. Attention is causal, FLOPs are those of
  `flops`. Adam itself and quantising once at the start are left out.
- A quantised base is unpacked at every use, which takes time and no model FLOPs. It has one price
  in the whole course, here and in `access.tuning`: `UNPACKING_TIME`.
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
from course_lib.catalog import Device, Transformer, links, models
from course_lib.checks import Number
from course_lib.estimators import flops, hardware
from course_lib.estimators.layout import Layout
from course_lib.estimators.memory import activations, adapters, training_memory
from course_lib.estimators.memory.conventions import Choices
from course_lib.estimators.memory.stages import pick

USABLE = 0.9
"""Part of the stated memory that is filled."""
UTILISATION = 0.4
"""Share of the peak that the arithmetic reaches."""
HOST_BYTES = 1e12
"""Memory of the host where nothing is said: a well-equipped server."""
LINK = "pcie-4-x16"
"""Link to the host where the catalog does not know the device's own."""
UNPACKING_TIME = 2.79 / 1.85
"""Time of a step over packed weights, relative to frozen ones of 16 bits: hours measured for LoRA
and QLoRA on Llama 2 7B by S. Raschka, "Practical Tips for Finetuning LLMs Using LoRA" (2023;
recalled, not read again)."""
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
    link = _link(device) if link_bytes_per_second is None else link_bytes_per_second
    link = checks.positive("link_bytes_per_second", link)
    plain = (
        steps
        * flops.training_step(model, batch, seq, attention="causal")
        / (_peak(device, "bf16") * rate)
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
    return memory, steps * _seconds(model, device, grid, seq, choices)


def _seconds(
    model: Transformer, device: Device, grid: Layout, seq: Number, choices: Mapping[str, Any]
) -> Number:
    """Arithmetic of one micro-batch at the full peak, unpacking included."""
    work = _flops(model, grid, seq, choices.get("lora_rank"))
    if choices.get("base_format") is not None:
        work = work * UNPACKING_TIME
    return work / _peak(device, choices.get("format", "bf16"))


def price(
    model: Transformer,
    device: Device,
    seq: Number = 2048,
    *,
    layout: Layout | None = None,
    micro_batches: int = 1,
    utilisation: Number = UTILISATION,
    **choices: Any,
) -> Number:
    """Time of a step over that of a plain one, in mixed precision with nothing else.

    By the rules of `ways`, for any choices of `memory.training`. On several devices each works on
    a batch of its own; messages between them are left out.

    Args:
        model: the architecture.
        device: a record of the catalog.
        seq: tokens of a sequence.
        layout: micro-batch, recomputation, and how devices share the states; None for one device.
        micro_batches: micro-batches of a step.
        utilisation: share of the peak reached.
        choices: keywords of `memory.training`.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> from course_lib.catalog import devices
    >>> one, many = (price(models["llama-3-8b"], devices["H100"], layout=Layout(micro_batch=texts),
    ...                    offload="optimizer") for texts in (1, 64))
    >>> round(one, 2), round(many, 2)
    (3.11, 1.03)
    """
    grid = Layout() if layout is None else checks.instance("layout", layout, Layout)
    rate = checks.positive("utilisation", utilisation)
    steps = checks.whole("micro_batches", micro_batches)
    held = training_memory.training(model, grid, seq, micro_batches=micro_batches, **choices)
    plain = _seconds(model, device, replace(grid, recompute="none"), seq, {})
    seconds = steps * _seconds(model, device, grid, seq, choices) / rate + held.moved / _link(
        device
    )
    return seconds * rate / (steps * plain)


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


def _flops(model: Transformer, grid: Layout, seq: Number, rank: Number | None) -> Number:
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


def _peak(device: Device, format: str) -> float:
    """Peak in the format, or in the nearest that the device knows."""
    wanted = ("tf32", "fp32", *hardware.HALF) if format == "fp32" else (*hardware.HALF, "fp32")
    return hardware.peak(
        device, next((name for name in wanted if name in device.peak_flops), wanted[0])
    )


def _link(device: Device) -> float:
    return links[device.host_link if device.host_link in links else LINK].bytes_per_second


def _room(device: Device, usable: Number) -> Number:
    checks.instance("device", device, Device)
    if device.memory_bytes is None:
        raise ValueError(f"device must have a stated memory, {device.name} has none")
    return device.memory_bytes * checks.share("usable", usable)
