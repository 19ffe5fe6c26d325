"""One pass of a model over some tokens, on a device of the catalog: its bytes, its arithmetic and
its time.

A pass has three parts, one after the other in every layer: products with weights that all tokens
share, products of experts, and the core of attention. Each has to do its arithmetic and to move its
bytes, and takes the longer of the two times: in a large batch the products wait for arithmetic and
the cache for bandwidth. What layers, steps and sequences cost beside that, and two all-reduces a
layer where devices share the layers (tensor parallelism), come on top.

Design choices:
- What is reached of the data sheet, and what comes on top, goes by the kind of program
  (`software`). Three of its numbers can be set in every call.
- Of a mixture's experts, those are read that the batch really touches (`shares.experts_touched`).
  Few tokens for each of them fill a device badly.
- Latent attention is reckoned as servers run it: keys and values are not rebuilt from the cache at
  each token.
- Devices may also hold layers one after the other (`stages`). Then a long prompt goes through them
  as through a pipeline, in pieces; everything else waits for one after the other.
- Any number of devices is timed, because published rows hold some that do not divide the heads
  (programs for cards at home hand out whole layers). `serving` plans only what divides them.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog import devices
from course_lib.catalog.constants import constant
from course_lib.catalog.records.device import Device
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators import hardware
from course_lib.estimators.inference import exchanges, shares
from course_lib.estimators.inference.parts import Part, Pass
from course_lib.estimators.inference.rates import ARITHMETIC, UNPACKED, Rates
from course_lib.estimators.inference.shares import experts_touched
from course_lib.estimators.inference.software import FEW, RECORDED, SOFTWARE, Software, software
from course_lib.estimators.inference.work import PassFlops, of_pass, pass_flops
from course_lib.estimators.precision import stored
from course_lib.estimators.precision.formats import FORMAT_BITS

__all__ = ["ARITHMETIC", "UNPACKED", "Machine", "Part", "Pass", "experts_touched", "pass_flops"]

SUM_BYTES = 2
"""Bytes of a number that an all-reduce adds up."""
UNPACKED_BYTES = 4
"""Bytes of a weight that is unpacked into memory first: two written, two read."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Machine:
    """A device, or several that share a model, with what a program reaches of its data sheet.

    >>> Machine(device="A100 SXM 80GB").peak_flops
    312000000000000.0
    """

    device: Device | str
    """A record of the catalog, or its name."""
    devices: Number = 1
    """Devices that share every layer."""
    stages: Number = 1
    """Groups of them that hold layers one after the other."""
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
    software: str | None = None
    """Kind of program, one of `software.SOFTWARE`; None for `software.DEFAULT`."""
    bandwidth_reached: Number | None = None
    """Part of the stated bandwidth, for weights and cache; None for the program's."""
    peak_reached: Number | None = None
    """Part of the stated peak that products reach, in every format; None for the program's."""
    layer_seconds: Number | None = None
    """Fixed time a layer, in seconds; None for the program's."""

    def __post_init__(self) -> None:
        if self.format is not None:
            checks.one_of("format", self.format, stored.FORMATS)
        checks.one_of("cache_format", self.cache_format, tuple(FORMAT_BITS))
        checks.flag("full_cache", self.full_cache)
        checks.flag("decompressed_cache", self.decompressed_cache)
        if self.software is not None:
            checks.one_of("software", self.software, SOFTWARE)
        # The record is frozen; this is the way past its lock.
        for name in ("devices", "stages"):
            object.__setattr__(self, name, checks.whole(name, getattr(self, name)))
        for name in ("bandwidth_reached", "peak_reached", "layer_seconds"):
            value = getattr(self, name)
            if value is not None:
                value = checks.positive(name, value, zero=name == "layer_seconds")
                object.__setattr__(self, name, value)

    @property
    def record(self) -> Device:
        """The device's record."""
        record = devices[self.device] if isinstance(self.device, str) else self.device
        return checks.instance("device", record, Device)

    @property
    def program(self) -> Software:
        """The kind of program."""
        return software(self.software)

    @property
    def bandwidth(self) -> float:
        """Stated bandwidth of one device's memory, in bytes/s."""
        return hardware.bandwidth(self.record)

    @property
    def peak_flops(self) -> float:
        """Dense peak of a device, in FLOP/s, in the arithmetic the weights' format leads to."""
        return hardware.peak(self.record, ARITHMETIC[self.format or "bf16"])

    @property
    def link(self) -> Number:
        """What a device sends to the others, in bytes/s one way: by its link, or by the host's."""
        return exchanges.link(self.record, self.devices)

    def weight_bytes(self, model: Transformer, tokens: Number | None = None) -> Number:
        """Bytes of weights on each device: all, or those a pass over `tokens` tokens reads."""
        apart = self._apart(model)
        if tokens is None:
            return shares.held(model, self.format, self.devices, apart) / self.stages
        found = shares.read(model, self.format, self.devices, apart, tokens)
        return (found.shared + found.experts) / self.stages

    def cache_bytes(
        self, model: Transformer, batch: Number, context: Number, reserved: bool = False
    ) -> Number:
        """Bytes of the key-value cache on each device: read by a token, or `reserved` for it."""
        held = shares.cache(
            model,
            batch,
            context,
            format=self.cache_format,
            devices=self.devices,
            apart=self._apart(model),
            full=self.full_cache and reserved,
            decompressed=self.decompressed_cache,
        )
        return held / self.stages

    def run(self, model: Transformer, batch: Number, tokens: Number, context: Number = 0) -> Pass:
        """The pass over `tokens` new tokens of `batch` sequences with `context` in the cache."""
        apart = self._apart(model)
        weights = shares.read(model, self.format, self.devices, apart, batch * tokens)
        cache = self.cache_bytes(model, batch, context + tokens) * self.stages
        work = of_pass(model, batch, tokens, context)
        rates = Rates.of(
            self.record,
            self.program,
            stored.format_of(model, self.format),
            self.bandwidth_reached,
            self.peak_reached,
        )
        return Pass(
            bytes_moved=weights.shared + weights.experts + cache,
            flops=work.total / self.devices,
            products=Part(
                memory_seconds=weights.shared / rates.weights,
                arithmetic_seconds=work.products / self.devices / rates.products,
            ),
            experts=Part(
                memory_seconds=weights.experts / rates.weights,
                arithmetic_seconds=work.experts
                / self.devices
                / (rates.experts * _filled(weights.rows)),
            ),
            attention=Part(
                memory_seconds=cache / rates.cache,
                arithmetic_seconds=work.attention / self.devices / rates.attention,
            ),
            extra_seconds=self._fixed(model, batch, tokens, apart)
            + self._moved(model, batch, tokens, work) / rates.memory
            + self._unpacked(model, batch * tokens, work) / rates.weights
            + model.layers
            * (exchanges.PER_LAYER - apart)
            * exchanges.all_reduce(
                self.record,
                self.devices,
                SUM_BYTES * batch * tokens * model.d_model,
                self.program.reduce_seconds,
            ),
            overlap=self._overlap(batch * tokens),
        )

    def _apart(self, model: Transformer) -> checks.Flags:
        """Whether each device has the attention of sequences of its own."""
        # Asked first, so that other models need no word on what connects the devices.
        if not shares.has_latent(model):
            return False
        return shares.apart(model, self.devices, exchanges.domain(self.record))

    def _fixed(
        self, model: Transformer, batch: Number, tokens: Number, apart: checks.Flags
    ) -> Number:
        """Seconds of the layers, of the pass and of its sequences."""
        program = self.program
        layer = program.layer_seconds if self.layer_seconds is None else self.layer_seconds
        if self.layer_seconds is None:
            # Decoding steps are recorded whatever their batch.
            long = (tokens > 1) & (batch * tokens > RECORDED)
            layer = layer + long * program.long_layer_seconds
        mixed = sum(kind.count for kind in model.layer_kinds if kind.layer.experts is not None)
        # Who has sequences of their own has a host's loop for each device.
        host = self.host_seconds(batch / self.devices**apart)
        return model.layers * layer + mixed * constant("answer-expert-layer") + host

    def host_seconds(self, batch: Number) -> Number:
        """Seconds of a pass that are the host's: its loop, and its work for each sequence."""
        return self.program.step_seconds + self.program.sequence_seconds * batch

    def _moved(self, model: Transformer, batch: Number, tokens: Number, work: PassFlops) -> Number:
        """Bytes that a device moves beside weights and cache: activations, and scores that are kept
        in memory."""
        program, together = self.program, batch * tokens
        # Each score is a product of vectors as wide as a head, and weighs one.
        scores = work.attention / (4 * model.head_dim) / self.devices
        return (
            program.activation_bytes * model.layers * together * model.d_model
            + (together > FEW) * program.score_bytes * scores
        )

    def _unpacked(self, model: Transformer, tokens: Number, work: PassFlops) -> Number:
        """Bytes of weights that are unpacked into memory before their products."""
        if not self.program.unpacks_first:
            return 0.0
        if stored.format_of(model, self.format) not in UNPACKED:
            return 0.0
        weights = work.products / (2 * tokens) / self.devices
        return (tokens > FEW) * self._pieces(tokens) * UNPACKED_BYTES * weights

    def _pieces(self, tokens: Number) -> Number:
        """In how many pieces a pass goes through the layers."""
        piece = self.program.piece
        return 1 if piece is None else -(-tokens // piece)

    def _overlap(self, tokens: Number) -> Number:
        """How many times quicker the stages are than one after the other."""
        pieces = self._pieces(tokens)
        full = pieces * self.stages / (pieces + self.stages - 1)
        return 1 + constant("answer-pipeline") * (full - 1)


def _filled(rows: Number) -> Number:
    """Part of their rate that experts of so many tokens each reach."""
    return rows / (rows + constant("answer-expert-rows"))
