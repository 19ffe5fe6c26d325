"""What each of several devices holds and reads of a model: its part of the weights, the experts
that a batch reaches, and its part of the cache.

Design choices:
- Devices that share every layer split its weights evenly, and its cache by key-value heads, so
  never finer than there are heads; the fullest device counts.
- A latent vector is for all heads, so each device needs it whole. Groups larger than a machine
  within one domain of fast links (a rack) let each device keep the attention of some of the
  sequences instead, as DeepSeek's published layout does: its weights are then copied and its cache
  is split.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators import parameters
from course_lib.estimators.memory.cache import kv_cache
from course_lib.estimators.memory.stages import pick
from course_lib.estimators.parallelism.clusters import MACHINE
from course_lib.estimators.precision import stored


@dataclass(frozen=True, kw_only=True, eq=False)
class Weights:
    """Bytes of weights that a pass reads on each device."""

    shared: Number
    """Of matrices that every token meets."""
    experts: Number
    """Of the experts that the tokens reach."""
    rows: Number
    """Tokens of an expert that is reached, on average; 1 where there are none."""


def read(
    model: Transformer, format: str | None, devices: Number, apart: checks.Flags, tokens: Number
) -> Weights:
    """Bytes that a pass over `tokens` tokens reads on each of `devices` devices.

    Args:
        model: the architecture.
        format: format of the weights; None for the model's own.
        devices: devices that share every layer.
        apart: whether each device has the attention of sequences of its own.
        tokens: tokens of the pass, of all sequences.
    """
    found = stored.weight_bytes(model, format)
    # The whole embedding table is stored, but a pass looks up a few of its rows only.
    shared = found.total - found.looked_up - found.routed
    experts: Number = 0.0
    rows: Number = 1.0
    for kind in model.layer_kinds:
        mixture = kind.layer.experts
        if mixture is not None and kind.name in found.experts:
            touched = experts_touched(mixture.count, mixture.active, tokens)
            experts = experts + found.experts[kind.name] * touched / mixture.count
            rows = tokens * mixture.active / touched
    return Weights(
        shared=shared / devices + _copied(model, found, devices, apart),
        experts=experts / devices,
        rows=rows,
    )


def held(model: Transformer, format: str | None, devices: Number, apart: checks.Flags) -> Number:
    """Bytes of all weights that each device keeps."""
    found = stored.weight_bytes(model, format)
    return found.total / devices + _copied(model, found, devices, apart)


def apart(model: Transformer, devices: Number, domain: Number) -> checks.Flags:
    """Whether devices that share a model each have the attention of sequences of their own: with a
    latent cache, in groups larger than a machine that are within one domain of fast links."""
    if not has_latent(model):
        return False
    found = np.logical_and(np.asarray(devices) > MACHINE, np.asarray(devices) <= domain)
    return found if found.ndim else bool(found)


def has_latent(model: Transformer) -> bool:
    """Whether a model keeps latent vectors in place of keys and values."""
    return any(kind.layer.latent is not None for kind in model.layer_kinds)


def _copied(
    model: Transformer, found: stored.WeightBytes, devices: Number, apart: checks.Flags
) -> Number:
    """Bytes of attention's matrices beyond an even part, where each device has them whole."""
    if not np.any(apart):
        return 0
    weights = parameters.count(model).attention
    attention = weights * found.matrices / checks.larger(found.matrix_weights, 1)
    return pick(apart, attention * (1 - 1 / devices), 0.0)


def cache(
    model: Transformer,
    batch: Number,
    context: Number,
    *,
    format: str,
    devices: Number,
    apart: checks.Flags = False,
    full: bool = False,
    decompressed: bool = False,
) -> Number:
    """Bytes of the key-value cache on each device.

    Args:
        model: the architecture.
        batch: sequences.
        context: tokens kept of each.
        format: format of keys and values.
        devices: devices that share every layer.
        apart: whether each has the attention of sequences of its own.
        full: whether room is kept for every token in windowed layers too.
        decompressed: whether latent attention keeps keys and values of all heads.
    """
    bytes_held: Number = 0.0
    for kind in model.layer_kinds:
        layer = kind.layer
        # Heads stay whole: of 8 heads on 7 devices one device keeps two. Minus twice rounds up.
        split = layer.n_kv_heads / -(-layer.n_kv_heads // devices)
        if layer.latent is not None and not decompressed:
            split = pick(apart, devices, 1)
        if layer.recurrent is not None and not layer.attention:
            split = devices
        one = kv_cache(layer, batch, context, format, full=full, decompressed=decompressed)
        bytes_held = bytes_held + kind.count * one / split
    return bytes_held


def experts_touched(count: Number, active: Number, tokens: Number) -> Number:
    """Different experts of `count` that `tokens` tokens reach, each picking `active` at random.

    >>> experts_touched(8, 2, 1), experts_touched(8, 2, 4)  # 8 x (1 - (3/4)^4)
    (2.0, 5.46875)
    """
    count, active, tokens = (
        checks.whole("count", count),
        checks.whole("active", active),
        checks.whole("tokens", tokens),
    )
    if np.any(active > count):
        raise ValueError(f"active must not exceed count, got {active} of {count}")
    return count * (1 - (1 - active / count) ** tokens)
