"""A whole training run: the layout that fits, its days, its energy and its price, each with a
range.

The step is the work of `parallelism`, the bytes those of `memory`, the layout that of `layouts`.
What this module adds is the run around the steps: how many there are, and what a run loses beside
them.

Design choices:
- A run takes longer than its steps would at best: restarts, evaluation, slow machines, untuned
  programs. `STEPS_SHARE` is the part of a run's device hours that the steps account for.
- `STEPS_SHARE`, `LOW` and `HIGH` come from the published device hours of full runs in the catalog
  (see the tests): the share is the median of estimate over published hours, and four rows in five
  lie between the two ends.
- What is not given is assumed, and every assumption is named in the answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog import Device, Grid
from course_lib.catalog import devices as catalog_devices
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators import energy, memory, parallelism
from course_lib.estimators.layout import Layout
from course_lib.estimators.parallelism import layouts
from course_lib.estimators.ranges import Range
from course_lib.estimators.training.bill import WORLD, RunBill, bill
from course_lib.units import HOUR

STEPS_SHARE = 0.63
"""Hours that the steps of the quickest layout would take, over those that runs publish. Restarts,
evaluation and checkpoints cost some of the rest; layouts and programs that are not the best cost
more."""
LOW, HIGH = 0.65, 1.55
"""Published over estimated hours: 80 % of the rows lie between the two."""
LEAST_MEMORY, MOST_MEMORY = 0.95, 1.1
"""Memory in use over the estimate: kernels that keep a little less, and libraries' buffers and
fragments. Assumed."""
BATCH_TOKENS = 4 * 2**20
"""Tokens of a step where none are given: at least 4 million, as LLaMA took."""
TOKENS_EACH = {"dense": (2048, 16 * 2**20), "mixture": (16384, 64 * 2**20)}
"""Or so many for each device, up to a limit: Llama 3.1 405B took 16 million, the mixture
DeepSeek-V3 63 million."""
SEQ = 4096
"""Tokens of a sequence where none are given, unless the model's context is shorter."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Estimate:
    """What a training run takes."""

    model: Transformer
    """What is trained."""
    tokens: Number
    """On how many tokens, repeats counted."""
    format: str
    """Number format of the products."""
    batch: Number
    """Sequences of an optimizer step."""
    seq: int
    """Tokens of a sequence."""
    seconds: Number
    """From the first step to the last, everything that comes between included."""
    low: Number
    """Lower end of an 80 % range of `seconds`."""
    high: Number
    """Upper end of that range."""
    device_hours: Number
    """Hours of all devices together."""
    mfu: Number
    """Model FLOPs utilisation of the whole run; that of its steps alone is `step.mfu`."""
    steps: Number
    """Optimizer steps."""
    memory: memory.TrainingMemory
    """What each device has to hold."""
    bill: RunBill
    """Energy, carbon and money."""
    step: parallelism.Step
    """One step, and what it spends its time on."""
    layout: Layout
    """How the devices share the work."""
    devices: Number
    """How many work together."""
    device: Device
    """What they are."""
    assumptions: tuple[str, ...]
    """What was assumed, in words."""

    @property
    def energy_joules(self) -> Number | None:
        """Energy of the run, building included; None where no power is stated."""
        return None if self.bill.energy is None else self.bill.energy.total

    @property
    def seconds_range(self) -> Range:
        """The seconds with their range."""
        return Range(low=self.low, value=self.seconds, high=self.high)

    @property
    def device_hours_range(self) -> Range:
        """Hours of all devices together, with the range that that of the time brings."""
        return self.seconds_range.scaled(self.devices / HOUR)

    @property
    def mfu_range(self) -> Range:
        """The utilisation with the range that that of the time brings."""
        # Inverse to the time: the longest run has the lowest utilisation.
        return Range(low=self.mfu / HIGH, value=self.mfu, high=self.mfu / LOW)

    @property
    def memory_range(self) -> Range:
        """Bytes on each device, with a range."""
        total = self.memory.total
        return Range(low=LEAST_MEMORY * total, value=total, high=MOST_MEMORY * total)


def estimate(
    model: Transformer,
    *,
    tokens: Number,
    device: Device | str,
    devices: Number | None = None,
    layout: Layout | None = None,
    batch: Number | None = None,
    seq: int | None = None,
    format: str = "bf16",
    steps_share: Number = STEPS_SHARE,
    assume: parallelism.Assumptions | None = None,
    grid: Grid | str = WORLD,
    usd_per_device_hour: Number | None = None,
    site: energy.Site = energy.TYPICAL,
) -> Estimate:
    """Time, memory, utilisation and bill of a training run.

    With a layout, its sizes, tokens and batch may be arrays.

    Args:
        model: the architecture.
        tokens: tokens trained on, repeats counted.
        device: a record of the catalog, or its name.
        devices: how many work together; may be left out where a layout says it.
        layout: how they share the work; None looks for the quickest one that fits
            (`parallelism.layouts.search`).
        batch: sequences of an optimizer step; None takes a usual size that the devices can divide.
        seq: tokens of a sequence; None takes `SEQ`, or the model's context where that is shorter.
        format: number format of the products, one that the device has a stated peak for.
        steps_share: part of the run's hours that its steps take.
        assume: what machines and programs reach in a step.
        grid: where the electricity comes from, a record of the catalog or its name.
        usd_per_device_hour: rent; None takes the catalog's cheapest on-demand hour of the device,
            if it has one.
        site: servers, network and cooling around the devices.

    Raises:
        TypeError, ValueError: by the argument's name. `layouts.NothingFits`, a ValueError, where
            the model fits on no layout of the devices; it says what would.
        KeyError: no device of that name.

    Source: steps by `parallelism.step`; the range from the catalog's full runs.

    >>> from course_lib.catalog import models
    >>> run = estimate(models["llama-3-8b"], tokens=15e12, device="H100", devices=1024)
    >>> run.low < run.seconds < run.high, run.memory.total < 80e9
    (True, True)
    """
    checks.instance("model", model, Transformer)
    record = checks.instance(
        "device", catalog_devices[device] if isinstance(device, str) else device, Device
    )
    tokens, share = checks.positive("tokens", tokens), checks.share("steps_share", steps_share)
    seq = _seq(model, seq)
    count = _count(devices, layout)
    size = (
        checks.whole("batch", batch)
        if batch is not None
        else _usual_batch(model, count, seq, layout)
    )
    if layout is None:
        quickest = layouts.search(
            model,
            record,
            checks.single_whole("devices", count),
            batch=checks.single_whole("batch", size),
            seq=seq,
            format=format,
            assume=assume,
        )
        layout, device_memory, step = quickest.layout, quickest.memory, quickest.step
    else:
        device_memory = layouts.held(model, layout, size, seq)
        step = parallelism.step(
            model,
            layout,
            record,
            batch=size,
            seq=seq,
            assume=assume,
            attention="causal",
            format=format,
        )
    steps = tokens / (size * seq)
    seconds = steps * step.seconds / share
    hours = seconds * layout.devices / HOUR
    owed = bill(
        Range(low=LOW * hours, value=hours, high=HIGH * hours),
        record,
        grid=grid,
        usd_per_device_hour=usd_per_device_hour,
        site=site,
    )
    return Estimate(
        model=model,
        tokens=tokens,
        format=format,
        batch=size,
        seq=seq,
        seconds=seconds,
        low=LOW * seconds,
        high=HIGH * seconds,
        device_hours=hours,
        bill=owed,
        mfu=step.mfu * share,
        steps=steps,
        memory=device_memory,
        step=step,
        layout=layout,
        devices=layout.devices,
        device=record,
        assumptions=(*_assumptions(batch, size, seq, share), *owed.notes),
    )


def whole_batch(sequences: Number, devices: Number) -> Number:
    """A batch near `sequences` that many layouts of the devices can divide: within 5 % where that
    can be had.

    It is a multiple of the odd part of the devices' count, and of as many twos as keep it near.

    >>> whole_batch(1024, 992), whole_batch(2048, 1024)  # 992 is 31 x 32
    (992, 2048)
    """
    checks.positive("sequences", sequences)
    checks.whole("devices", devices)
    if np.ndim(devices):
        pairs = np.broadcast(sequences, devices)
        return np.array(
            [whole_batch(wanted, int(count)) for wanted, count in pairs], dtype=float
        ).reshape(pairs.shape)
    odd, twos = int(devices), 1
    while odd % 2 == 0:
        odd, twos = odd // 2, 2 * twos
    # All twos of the devices, and 20 more, for batches many times their count.
    sizes = [odd * 2**power for power in range(twos.bit_length() + 20)]
    # The multiple nearest to what is wanted, at least one.
    near = [size * max(1, round(float(sequences) / size)) for size in sizes]
    close = [batch for batch in near if abs(batch / sequences - 1) <= 0.05]
    # Sizes ascend, so the last one is divided by the most twos.
    return close[-1] if close else near[0]


def _seq(model: Transformer, seq: int | None) -> int:
    if seq is not None:
        number = checks.whole("seq", seq)
        if np.ndim(number):
            raise ValueError(f"seq must be a single number, got an array of {np.shape(number)}")
        return int(number)
    longest = int(np.max(model.max_positions))
    # 0 says that no longest context is stated.
    return min(SEQ, longest) if longest else SEQ


def _usual_batch(model: Transformer, devices: Number, seq: int, layout: Layout | None) -> Number:
    """Sequences of a step where none are given: what the devices divide, and a given layout too."""
    usual = whole_batch(_batch_tokens(model, devices) / seq, devices)
    if layout is None:
        return usual
    # Interleaved stages want whole rounds of as many micro-batches as stages; a comparison counts
    # as 0 or 1.
    rounds = (
        layout.data * layout.micro_batch * (1 + (layout.interleave > 1) * (layout.pipeline - 1))
    )
    # Up to the next multiple.
    return -(-usual // rounds) * rounds


def _batch_tokens(model: Transformer, devices: Number) -> Number:
    device_tokens, most = TOKENS_EACH["dense" if model.experts is None else "mixture"]
    return checks.smaller(most, checks.larger(BATCH_TOKENS, device_tokens * devices))


def _count(devices: Number | None, layout: Layout | None) -> Number:
    """How many devices there are, by the argument or by the layout, which must not contradict each
    other."""
    if layout is None:
        if devices is None:
            raise ValueError("devices must be given where layout is None")
        return checks.whole("devices", devices)
    checks.instance("layout", layout, Layout)
    if devices is not None and np.any(np.asarray(layout.devices != devices)):
        raise ValueError(f"devices must be those of the layout, {layout.devices}, got {devices}")
    return layout.devices


def _assumptions(
    stated_batch: Number | None, batch: Number, seq: int, share: Number
) -> tuple[str, ...]:
    """What was assumed, a sentence each."""
    sentences = [f"Sequences of {seq} tokens; attention skips the pairs that the mask hides."]
    if stated_batch is None:
        sentences.append(f"Steps of {batch} sequences of {seq} tokens, a usual size.")
    # A set, so that equal ends are said once.
    taken = " to ".join(
        f"{end:.0%}" for end in sorted({float(np.min(share)), float(np.max(share))})
    )
    sentences.append(f"The steps at their best take {taken} of the hours, as in published runs.")
    return tuple(sentences)
