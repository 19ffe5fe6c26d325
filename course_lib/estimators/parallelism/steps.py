"""How long a training step takes on many devices, and what it spends the time on.

A step is made of micro-batches that go through the pipeline, of what the devices send each other
meanwhile, and of the sum of the gradients and the optimizer at its end. Every part is counted by
itself, and the parts add up.

Design choices:
- What hardware reaches of its data sheet, and how much of a transfer hides behind arithmetic, is
  stated once, in `Assumptions`: every one can be set, to one number or to an array.
- Products run at what was measured for large ones, less where they are small (`product_share`) and
  in the groups of a mixture's experts. Fused attention and recurrent states have rates of their
  own. Only the layers' products are done in 8 bits where a step is; attention and head stay in 16.
- Norms, dropouts and activations, which move bytes and hardly compute, take their bytes over the
  memory's bandwidth.
- Ranks are placed as Megatron-LM does: tensor ranks side by side, then context, data and pipeline
  ranks. What a group has within one machine (`domain`) goes over its links, the rest over the
  network, each device with its own port.
- Stages differ by at most one layer, the last has the fewer ones and the head. The slowest stage
  sets the pace.
- Experts are evenly loaded, causal attention is evenly shared among context ranks; `slowest` says
  how much slower than the mean the slowest rank is.
Left out: embeddings' own sums, launches of kernels, loading of data, evaluation, checkpoints,
failures. How far published steps lie from the estimate says `Step.spread`; docs/validation.md says
where it errs most.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog.constants import spread
from course_lib.catalog.records.device import Device
from course_lib.catalog.records.spread import Spread
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators import flops, hardware
from course_lib.estimators.layout import Layout, check
from course_lib.estimators.parallelism.clusters import Assumptions, Cluster
from course_lib.estimators.parallelism.step_parts import Account


@dataclass(frozen=True, kw_only=True, eq=False)
class Step:
    """The time of one training step; arrays where layout, model or assumptions are arrays."""

    parts: dict[str, Number]
    """Seconds by what they are spent on; they add up to `seconds`. "arithmetic" (products),
    "elementwise" (norms, activations, loss), "recomputation"; what is sent and not hidden:
    "tensor", "context", "expert", "pipeline", "data"; what is waited for: "imbalance" of the
    stages, the "bubble", "waiting" for the slowest rank; the "optimizer". A part that nothing
    varies is one number, in a sweep too."""
    model_flops: Number
    """FLOPs of the step by the mathematics of the model: recomputation not counted."""
    tokens: Number
    """Tokens of the step."""
    devices: Number
    """Devices that work on it."""
    peak_flops: float
    """Dense peak of a device in FLOP/s."""
    circumstance: str
    """What `facts/spreads.toml` tells apart: "dense" or "mixture", and "narrow" products."""

    @property
    def seconds(self) -> Number:
        """Time of the step."""
        return sum(self.parts.values())

    @property
    def low(self) -> Number:
        """Lower end of an 80 % range of `seconds`."""
        return self.spread.low * self.seconds

    @property
    def high(self) -> Number:
        """Upper end of an 80 % range of `seconds`."""
        return self.spread.high * self.seconds

    @property
    def spread(self) -> Spread:
        """How far published steps lie from estimates, where the layout is told."""
        return spread(f"step-told-{self.circumstance}")

    @property
    def mfu(self) -> Number:
        """Model FLOPs over what all devices could do at their peak meanwhile."""
        return self.model_flops / (self.seconds * self.devices * self.peak_flops)

    @property
    def tokens_per_second(self) -> Number:
        """Tokens of all devices in a second."""
        return self.tokens / self.seconds

    @property
    def bubble_share(self) -> Number:
        """Part of the step in which stages wait for the first and the last micro-batch."""
        return self.parts["bubble"] / self.seconds

    @property
    def device_seconds(self) -> Number:
        """Seconds of all devices together: what is paid for."""
        return self.devices * self.seconds


def step(
    model: Transformer,
    layout: Layout,
    device: Device | Cluster,
    *,
    batch: Number,
    seq: Number,
    assume: Assumptions | None = None,
    attention: str = "full",
    fused: bool = True,
    format: str = "bf16",
) -> Step:
    """Time of a training step and its parts.

    Args:
        model: the architecture.
        layout: how the devices share the work.
        device: a record of the catalog, or a `Cluster` with its own links.
        batch: sequences of the step, all data ranks together.
        seq: tokens of a sequence.
        assume: what hardware and programs reach; None for `Assumptions.usual`.
        attention: which pairs of positions are computed, and counted as the model's: "full" or
            "causal".
        fused: whether attention keeps its scores on the chip, so that they cost no traffic to
            memory.
        format: number format of the products; "bf16" stands for either format of two bytes.

    Raises:
        TypeError, ValueError: by the argument's name; the batch does not divide into micro-batches,
            or there are too few of them for the data ranks; the model does not suit the layout.

    >>> from course_lib.catalog import devices, models
    >>> layout = Layout(data=4, tensor=8, pipeline=2, micro_batch=1, sequence_parallel=True)
    >>> case = {"batch": 256, "seq": 8192, "attention": "causal"}
    >>> timed = step(models["llama-3-70b"], layout, devices["H100"], **case)
    >>> timed.tokens, 0.3 < timed.mfu < 0.6, round(timed.bubble_share, 3)
    (2097152, True, 0.015)
    """
    checks.instance("model", model, Transformer)
    checks.instance("layout", layout, Layout)
    cluster = device if isinstance(device, Cluster) else Cluster.of(device)
    if assume is None:
        mixture = model.any_experts is not None
        assume = Assumptions.usual(cluster.device, mixture=mixture, fused=fused)
    checks.instance("assume", assume, Assumptions)
    batch, seq = checks.whole("batch", batch), checks.whole("seq", seq)
    checks.broadcast(**model.numbers(), **layout.numbers(), batch=batch, seq=seq, **vars(assume))
    check(model, layout, seq)
    checks.one_of("attention", attention, flops.ATTENTION)
    checks.flag("fused", fused)
    peak = hardware.peak(cluster.device, hardware.HALF if format in hardware.HALF else format)
    # Attention and the head stay in 16 bits, or in 32 where the products have them.
    half_peak = hardware.peak(cluster.device, hardware.HALF) if format != "fp32" else peak
    micro_batches = _micro_batches(layout, batch)
    work = flops.forward_parts(model, layout.micro_batch, seq, attention)
    account = Account(
        model=model,
        layout=layout,
        cluster=cluster,
        assume=assume,
        seq=seq,
        fused=fused,
        peak=peak,
        half_peak=half_peak,
        work=work,
    )
    return Step(
        parts=account.parts(micro_batches),
        # Forward, and twice as much backward.
        model_flops=3 * work.total * micro_batches * layout.data,
        tokens=batch * seq,
        devices=layout.devices,
        peak_flops=peak,
        circumstance=_circumstance(model, peak > half_peak),
    )


def _circumstance(model: Transformer, narrow: bool) -> str:
    kind = "dense" if model.any_experts is None else "mixture"
    return f"{kind}-narrow" if narrow else kind


def most_data(batch: Number, micro_batch: Number = 1) -> Number:
    """Data ranks at which every rank has one micro-batch left: more would find no work.

    >>> most_data(batch=2048, micro_batch=4)
    512
    """
    batch, micro_batch = checks.whole("batch", batch), checks.whole("micro_batch", micro_batch)
    checks.broadcast(batch=batch, micro_batch=micro_batch)
    return batch // micro_batch


def _micro_batches(layout: Layout, batch: Number) -> Number:
    """Micro-batches of a data rank, with an error where a rank would get none or the rounds do not
    come out."""
    most = most_data(batch, layout.micro_batch)
    if np.any(np.asarray(layout.data > most)):
        raise ValueError(
            f"data must be at most {most}, the micro-batches of a batch of {batch}, "
            f"got {layout.data}"
        )
    micro_batches = layout.micro_batches(batch)
    uneven = (layout.interleave > 1) & (micro_batches % layout.pipeline != 0)
    if np.any(np.asarray(uneven)):
        raise ValueError(
            f"interleave needs micro-batches in multiples of pipeline = {layout.pipeline}, "
            f"got {micro_batches}"
        )
    return micro_batches
