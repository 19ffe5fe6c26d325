"""One pass of a model over some tokens, on a device of the catalog: its bytes, its arithmetic and
its time.

A pass has to do its arithmetic and to move its bytes: the weights once for the whole batch, and the
key-value cache of every sequence. The slower of the two sets the time. A fixed cost a layer and,
where devices share the layers (tensor parallelism), two all-reduces a layer come on top.

Design choices:
- What a device reaches of its data sheet is stated once, as the defaults below, and can be
  overridden in every call.
- Of a mixture's experts, those are read that the batch really touches (`experts_touched`).
- Latent attention is reckoned as servers run it: keys and values are not rebuilt from the cache at
  each token.
- Devices that share a model split its weights evenly and its cache by key-value heads, so never
  finer than there are heads, and the fullest device counts; a latent cache is kept whole on each.
- Any number of devices is timed, because published rows hold some that do not divide the heads
  (programs for cards at home hand out whole layers). `serving` plans only what divides them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog import devices, links
from course_lib.catalog.records.device import Device
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators import flops, hardware
from course_lib.estimators.memory.cache import kv_cache
from course_lib.estimators.memory.stages import pick
from course_lib.estimators.precision import stored
from course_lib.estimators.precision.formats import FORMAT_BITS

UNPACKING = {"int8": 0.85, "int4": 0.85, "nf4": 0.85, "mxfp4": 0.85}
"""Part of the reached bandwidth that is left where weights are unpacked on the way in; elsewhere
all of it. Calibrated on whole numbers; the other formats that are unpacked go by them."""
ARITHMETIC = {
    "fp32": ("fp32",),
    "bf16": ("bf16", "fp16", "fp32"),
    "fp16": ("fp16", "bf16", "fp32"),
    "fp8": ("fp8", "bf16", "fp16", "fp32"),
    "int8": ("bf16", "fp16", "fp32"),
    "int4": ("bf16", "fp16", "fp32"),
    "nf4": ("bf16", "fp16", "fp32"),
    "fp4": ("fp4", "fp8", "bf16", "fp16", "fp32"),
    "mxfp4": ("bf16", "fp16", "fp32"),
}
"""Formats in which weights of each format are multiplied: the first that the device has a stated
peak for. Weights that stand beside activations of 16 bits (whole numbers, nf4, the experts of
gpt-oss) are unpacked on the way in; they save bytes, not arithmetic."""

BANDWIDTH_REACHED = 0.75
"""Part of the memory's stated bandwidth that a pass reaches."""
PEAK_REACHED = 0.4
"""Part of the stated peak that matrix products reach."""
LAYER_SECONDS = 30e-6
"""Time a layer takes beyond its bytes and its arithmetic: launches, norms, softmax."""
REDUCE_SECONDS = 4e-6
"""Time an all-reduce takes beyond its bytes, for each doubling of the devices and twice more for
starting."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Pass:
    """One pass of the whole model over some tokens of each sequence."""

    bytes_moved: Number
    """Bytes that each device reads: weights and cache."""
    flops: Number
    """FLOPs that each device does."""
    memory_seconds: Number
    """Time for the bytes."""
    arithmetic_seconds: Number
    """Time for the FLOPs."""
    extra_seconds: Number
    """Fixed costs of the layers, and all-reduces between devices."""

    @property
    def seconds(self) -> Number:
        """Time of the pass: bytes and arithmetic overlap, the rest comes on top."""
        return checks.larger(self.memory_seconds, self.arithmetic_seconds) + self.extra_seconds

    @property
    def bound(self) -> str | np.ndarray:
        """What sets the time: "bandwidth" or "compute"; for arrays an array of these words."""
        words = np.where(
            np.asarray(self.memory_seconds >= self.arithmetic_seconds), "bandwidth", "compute"
        )
        return words if words.ndim else str(words)


@dataclass(frozen=True, kw_only=True, eq=False)
class Machine:
    """A device, or several that share every layer, with what it reaches of its data sheet.

    >>> Machine(device="A100 SXM 80GB").peak_flops
    312000000000000.0
    """

    device: Device | str
    """A record of the catalog, or its name."""
    devices: Number = 1
    """Devices that share every layer."""
    format: str | None = None
    """Format of the weights, one of `precision.stored.FORMATS`; None for that of each model's own
    file, which is bf16 where no other is known."""
    cache_format: str = "bf16"
    """Format of the key-value cache."""
    full_cache: bool = False
    """Whether room is kept for every token in windowed layers too, as engines do that reserve
    pages for all layers alike; what is read stays the window's."""
    decompressed_cache: bool = False
    """Whether latent attention keeps keys and values of all heads, as simple code does."""
    bandwidth_reached: Number = BANDWIDTH_REACHED
    """Part of the stated bandwidth."""
    peak_reached: Number = PEAK_REACHED
    """Part of the stated peak."""
    layer_seconds: Number = LAYER_SECONDS
    """Fixed time a layer, in seconds."""

    def __post_init__(self) -> None:
        if self.format is not None:
            checks.one_of("format", self.format, stored.FORMATS)
        checks.one_of("cache_format", self.cache_format, tuple(FORMAT_BITS))
        checks.flag("full_cache", self.full_cache)
        checks.flag("decompressed_cache", self.decompressed_cache)
        # The record is frozen; this is the way past its lock.
        object.__setattr__(self, "devices", checks.whole("devices", self.devices))
        for name in ("bandwidth_reached", "peak_reached"):
            object.__setattr__(self, name, checks.positive(name, getattr(self, name)))
        object.__setattr__(
            self, "layer_seconds", checks.positive("layer_seconds", self.layer_seconds, zero=True)
        )

    @property
    def record(self) -> Device:
        """The device's record."""
        record = devices[self.device] if isinstance(self.device, str) else self.device
        return checks.instance("device", record, Device)

    @property
    def bandwidth(self) -> float:
        """Stated bandwidth of one device's memory, in bytes/s."""
        return hardware.bandwidth(self.record)

    @property
    def peak_flops(self) -> float:
        """Dense peak of a device, in FLOP/s, in the arithmetic the weights' format leads to."""
        return hardware.peak(self.record, ARITHMETIC[self.format or "bf16"])

    @property
    def link(self) -> float:
        """What a device sends to the others, in bytes/s one way: by its link, or by the host's."""
        record = self.record
        if record.link_one_way_bytes_per_second is not None:
            return record.link_one_way_bytes_per_second
        return _stated(
            record, links[record.host_link].bytes_per_second if record.host_link else None, "link"
        )

    def weight_bytes(self, model: Transformer, tokens: Number | None = None) -> Number:
        """Bytes of weights on each device: all, or those a pass over `tokens` tokens reads."""
        found = stored.weight_bytes(model, self.format)
        size = found.total
        if tokens is not None:
            # The whole embedding table is stored, but a pass looks up a few of its rows only.
            size = size - found.looked_up - found.unvisited
            for kind in model.layer_kinds:
                experts = kind.layer.experts
                if experts is not None and kind.name in found.experts:
                    touched = experts_touched(experts.count, experts.active, tokens)
                    size = size - found.experts[kind.name] * (1 - touched / experts.count)
        return size / self.devices

    def cache_bytes(
        self, model: Transformer, batch: Number, context: Number, reserved: bool = False
    ) -> Number:
        """Bytes of the key-value cache on each device: read by a token, or `reserved` for it."""
        full = self.full_cache and reserved
        held: Number = 0.0
        for kind in model.layer_kinds:
            layer = kind.layer
            # Heads stay whole: of 8 heads on 7 devices one device keeps two. Minus twice rounds up.
            split = layer.n_kv_heads / -(-layer.n_kv_heads // self.devices)
            if layer.latent is not None and not self.decompressed_cache:
                split = 1  # a latent vector is for all heads, so each device needs it whole
            if layer.recurrent is not None and not layer.attention:
                split = self.devices
            one = kv_cache(
                layer,
                batch,
                context,
                self.cache_format,
                full=full,
                decompressed=self.decompressed_cache,
            )
            held = held + kind.count * one / split
        return held

    def run(self, model: Transformer, batch: Number, tokens: Number, context: Number = 0) -> Pass:
        """The pass over `tokens` new tokens of `batch` sequences with `context` in the cache."""
        moved = self.weight_bytes(model, batch * tokens) + self.cache_bytes(
            model, batch, context + tokens
        )
        work = pass_flops(model, batch, tokens, context) / self.devices
        form = stored.format_of(model, self.format)
        return Pass(
            bytes_moved=moved,
            flops=work,
            memory_seconds=moved
            / (self.bandwidth * self.bandwidth_reached * UNPACKING.get(form, 1.0)),
            arithmetic_seconds=work
            / (hardware.peak(self.record, ARITHMETIC[form]) * self.peak_reached),
            extra_seconds=model.layers
            # One all-reduce after attention and one after the MLP, of activations of two bytes.
            * (self.layer_seconds + 2 * self._all_reduce(2 * batch * tokens * model.d_model)),
        )

    def _all_reduce(self, size_bytes: Number) -> Number:
        """Seconds to add up `size_bytes` over all devices: a ring's bytes, and a start that grows
        with doublings."""
        # First of all, so that a single device needs no stated link.
        if np.all(np.asarray(self.devices) == 1):
            return 0.0
        ring = 2 * (self.devices - 1) / self.devices * size_bytes / self.link
        start = REDUCE_SECONDS * (2 + np.log2(self.devices))
        return pick(self.devices > 1, start + ring, 0.0)


def pass_flops(model: Transformer, batch: Number, tokens: Number, context: Number = 0) -> Number:
    """FLOPs of a pass over `tokens` new tokens of each sequence; the head scores the last only.

    Attention counts the pairs that the mask lets through. A latent cache is expanded for the new
    tokens only.

    >>> tiny = Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
    >>> pass_flops(tiny, batch=1, tokens=1, context=9) == flops.decode(tiny, batch=1, context=9)
    True
    """
    alone = flops.forward_parts(model, batch, tokens, "causal")
    # What the whole text costs in attention, less what was done for the context: windows included.
    whole = flops.forward_parts(model, batch, context + tokens, "causal").attention_core
    before = flops.forward_parts(model, batch, checks.larger(context, 1), "causal").attention_core
    core = whole - (context > 0) * before
    # `forward_parts` has logits at every position, the last ones alone are needed.
    return alone.layers - alone.attention_core + core + alone.head / tokens


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


def _stated(record: Device, value: float | None, what: str) -> float:
    if value is None:
        raise ValueError(f"device must have a stated {what}, got {record.name}, which has none")
    return float(value)
