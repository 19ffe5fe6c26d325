"""Four ways to a model: train it from nothing, tune all of it, tune an adapter, or an adapter over
packed weights.

Design choices:
- FLOPs a token: 6 for each weight that is trained. A frozen weight costs 4: forward, and backward
  for what lies below it; its own gradient, the remaining 2, is never made.
- Bytes are the states of `memory.training`: 16 a trained weight, 2 a frozen one in 16 bits. Packing
  (nf4, as in QLoRA) leaves 4.13 bits a weight, scales included, in the layers' matrices only:
  tables, head and norms stay in 16 bits.
- Activations are left out; `ROOM` of a device's memory is kept for them.
- Packed weights are unpacked at every use, which costs time and no model FLOPs:
  `capacity.UNPACKING_TIME`, the same price as in `memory.capacity.ways`.
- Adapters sit beside every matrix of the layers. Mixtures and latent attention are not covered.

Sources: Hu et al. 2021 (arXiv 2106.09685); Dettmers et al. 2023 (arXiv 2305.14314).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib import checks
from course_lib.catalog import Device, Transformer
from course_lib.checks import Number
from course_lib.estimators import hardware, memory, parameters
from course_lib.estimators.memory import adapters, capacity
from course_lib.units import HOUR

TRAINED_FLOPS, FROZEN_FLOPS = 6, 4
ROOM = 0.3
"""Share of a device's memory that is kept for activations."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Way:
    """One way to a model."""

    name: str
    """What it is called in tables."""
    trained: Number
    """Weights that are trained."""
    flops: Number
    """FLOPs of the whole run."""
    memory_bytes: Number
    """Bytes that must be in memory, without activations."""
    devices: Number
    """Devices until that fits."""
    device_hours: Number
    """Devices times hours."""
    usd: Number
    """US dollars."""


def adapter_weights(model: Transformer, rank: Number = 8) -> Number:
    """Weights of adapters of that rank beside every matrix: rank x (inputs + outputs) each.

    Raises:
        TypeError, ValueError: by the argument's name; a mixture of experts, or latent attention.

    >>> from course_lib.catalog import models
    >>> adapter_weights(models["llama-2-7b"], rank=8)
    19988480
    """
    checks.instance("model", model, Transformer)
    if model.any_experts is not None or model.latent is not None:
        raise ValueError(
            f"model must be dense, without experts and latent attention, got {model.name}"
        )
    rank = checks.whole("rank", rank)
    checks.broadcast(**model.numbers(), rank=rank)
    return adapters.weights(model.layer_kinds, rank)[0]


def ways(
    model: Transformer,
    *,
    tokens: Number,
    pretraining_tokens: Number,
    device: Device,
    usd_per_device_hour: Number,
    rank: Number = 8,
    mfu: Number = 0.4,
) -> list[Way]:
    """From scratch, full tuning, LoRA, quantised LoRA: what each needs and costs on a device.

    Args:
        model: the architecture, dense.
        tokens: tokens of the purpose, all readings together.
        pretraining_tokens: tokens that a model from scratch reads before.
        device: what it runs on.
        usd_per_device_hour: price of an hour of one.
        rank: of the adapters.
        mfu: FLOPs of the model over the peak, above 0 and at most 1.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> from course_lib.catalog import devices, models
    >>> case = {"tokens": 1e7, "pretraining_tokens": 15e12, "device": devices["H100"]}
    >>> listed = ways(models["llama-3-8b"], **case, usd_per_device_hour=3.0)
    >>> [(way.name, int(way.devices)) for way in listed]
    [('from scratch', 3), ('full tuning', 3), ('LoRA', 1), ('quantised LoRA', 1)]
    """
    small, total = adapter_weights(model, rank), parameters.count(model).total
    tokens, before = (
        checks.positive("tokens", tokens),
        checks.positive("pretraining_tokens", pretraining_tokens),
    )
    price, mfu = (
        checks.positive("usd_per_device_hour", usd_per_device_hour),
        checks.share("mfu", mfu),
    )
    numbers = {
        "tokens": tokens,
        "pretraining_tokens": before,
        "usd_per_device_hour": price,
        "mfu": mfu,
    }
    checks.broadcast(**model.numbers(), rank=rank, **numbers)
    # A token passes all weights, frozen or not, and the adapters beside them.
    adapter_flops = FROZEN_FLOPS * total + TRAINED_FLOPS * small
    whole, frozen = _states(model), _states(model, lora_rank=rank)
    packed = _states(model, lora_rank=rank, base_format="nf4")
    plans = {
        "from scratch": (total, TRAINED_FLOPS * total * (before + tokens), whole, 1.0),
        "full tuning": (total, TRAINED_FLOPS * total * tokens, whole, 1.0),
        "LoRA": (small, adapter_flops * tokens, frozen, 1.0),
        "quantised LoRA": (small, adapter_flops * tokens, packed, capacity.UNPACKING_TIME),
    }
    rate = hardware.peak(checks.instance("device", device, Device)) * mfu
    return [
        _way(name, device, trained, work, held_bytes, work / rate / HOUR * slower, price)
        for name, (trained, work, held_bytes, slower) in plans.items()
    ]


def _states(model: Transformer, **choices: Any) -> Number:
    """Bytes of weights, gradients and optimizer on one device; they do not depend on the length of
    a sequence."""
    return memory.training(model, seq=1, **choices).states


def _way(
    name: str,
    device: Device,
    trained: Number,
    work: Number,
    held_bytes: Number,
    device_hours: Number,
    price: Number,
) -> Way:
    if device.memory_bytes is None:
        raise ValueError(f"device must have a stated memory, {device.name} has none")
    count = np.ceil(held_bytes / (device.memory_bytes * (1 - ROOM)))
    return Way(
        name=name,
        trained=trained,
        flops=work,
        memory_bytes=held_bytes,
        devices=count if np.ndim(count) else int(count),
        device_hours=device_hours,
        usd=device_hours * price,
    )
