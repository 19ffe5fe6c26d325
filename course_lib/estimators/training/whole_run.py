"""A whole training run: the layout that fits, its days, its energy and its price, each with a
range.

The step is the work of `parallelism`, the bytes those of `memory`, the layout that of `layouts`.
What this module adds is the run around the steps: how many there are, and what a run loses beside
them.

Design choices:
- A run takes longer than its steps would at best; `paces` says by how much, and with which range,
  for published runs and for the quicker and the slower half of them.
- Whether a run fits is asked of the middle of the range (`fits`) and of its upper end
  (`surely_fits`) apart; a layout of one's own that does not fit is reckoned all the same, so that
  one sees by how much.
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
from course_lib.estimators import energy, flops, memory, parallelism
from course_lib.estimators.attention.text_limits import left_out, length_doubt, longest
from course_lib.estimators.layout import Layout
from course_lib.estimators.parallelism import layouts
from course_lib.estimators.ranges import Range
from course_lib.estimators.training.batches import usual_batch, whole_batch
from course_lib.estimators.training.bill import WORLD, RunBill, bill
from course_lib.estimators.training.paces import pace
from course_lib.units import HOUR

__all__ = ["Estimate", "estimate", "whole_batch"]

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
        low, high = (self.mfu * self.seconds / end for end in (self.high, self.low))
        return Range(low=low, value=self.mfu, high=high)

    @property
    def memory_range(self) -> Range:
        """Bytes on each device, with a range."""
        return layouts.memory_range(self.memory.total)

    @property
    def usable_memory_bytes(self) -> float | None:
        """Bytes of each device that the run may fill; None where no memory is stated."""
        return None if self.device.memory_bytes is None else layouts.room(self.device)

    @property
    def fits(self) -> checks.Flags | None:
        """Whether the middle of `memory_range` has room; None where no memory is stated."""
        room = self.usable_memory_bytes
        return None if room is None else self.memory_range.value <= room

    @property
    def surely_fits(self) -> checks.Flags | None:
        """Whether the upper end of `memory_range` has room too; None where no memory is stated."""
        room = self.usable_memory_bytes
        return None if room is None else self.memory_range.high <= room


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
    attention: str = "causal",
    fused: bool = True,
    code: str = "published",
    steps_share: Number | None = None,
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
        attention: which pairs of positions are computed, "full" or "causal".
        fused: whether attention keeps its scores on the chip, as programs do since 2023.
        code: whose pace the run has, one of `paces.CODES`: "published", "tuned" or "untuned".
        steps_share: part of the run's hours that its steps take; None takes that of `code`.
        assume: what machines and programs reach in a step.
        grid: where the electricity comes from, a record of the catalog or its name.
        usd_per_device_hour: rent; None takes the catalog's price of an hour of the device,
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
    checks.one_of("attention", attention, flops.ATTENTION)
    taken = pace(code)
    tokens = checks.positive("tokens", tokens)
    share = checks.share("steps_share", taken.steps_share if steps_share is None else steps_share)
    seq = _seq(model, seq)
    count = _count(devices, layout)
    size = (
        checks.whole("batch", batch)
        if batch is not None
        else usual_batch(model, count, seq, layout)
    )
    if layout is None:
        quickest = layouts.search(
            model,
            record,
            checks.single_whole("devices", count),
            batch=checks.single_whole("batch", size),
            seq=seq,
            format=format,
            attention=attention,
            fused=fused,
            assume=assume,
        )
        layout, device_memory, step = quickest.layout, quickest.memory, quickest.step
    else:
        device_memory = layouts.held(model, layout, size, seq, format)
        step = parallelism.step(
            model,
            layout,
            record,
            batch=size,
            seq=seq,
            assume=assume,
            attention=attention,
            fused=fused,
            format=format,
        )
    steps = tokens / (size * seq)
    seconds = steps * step.seconds / share
    hours = seconds * layout.devices / HOUR
    owed = bill(
        Range(low=taken.low * hours, value=hours, high=taken.high * hours),
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
        low=taken.low * seconds,
        high=taken.high * seconds,
        device_hours=hours,
        bill=owed,
        mfu=step.mfu * share,
        steps=steps,
        memory=device_memory,
        step=step,
        layout=layout,
        devices=layout.devices,
        device=record,
        assumptions=(
            *_assumptions(model, attention, seq, None if batch is not None else size),
            _share_words(share, taken.words),
            *owed.notes,
        ),
    )


def _seq(model: Transformer, seq: int | None) -> int:
    if seq is not None:
        number = checks.whole("seq", seq)
        if np.ndim(number):
            raise ValueError(f"seq must be a single number, got an array of {np.shape(number)}")
        return int(number)
    # 0 says that no longest text is stated.
    return min(SEQ, longest(model) or SEQ)


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
    model: Transformer, attention: str, seq: int, usual: Number | None
) -> tuple[str, ...]:
    """What was assumed of a step, a sentence each, and what the model's record leaves out; `usual`
    is the batch where none was given."""
    sentences = [
        f"Sequences of {seq} tokens; {_pairs_words(model, attention)}.",
        length_doubt(model, seq),
        "" if usual is None else f"Steps of {usual} sequences of {seq} tokens, a usual size.",
        *left_out(model),
    ]
    return tuple(each for each in sentences if each)


def _pairs_words(model: Transformer, attention: str) -> str:
    """Which pairs of positions are computed."""
    layers = [kind.layer for kind in model.layer_kinds if kind.layer.attention]
    if not layers:
        return "no layer attends"
    if attention == "full":
        return "attention takes every pair"
    if any(layer.causal or layer.windowed for layer in layers):
        return "attention skips the pairs that the mask hides"
    return "attention sees all pairs, as in an encoder"


def _share_words(share: Number, whose: str) -> str:
    # A set, so that equal ends are said once.
    taken = " to ".join(
        f"{end:.0%}" for end in sorted({float(np.min(share)), float(np.max(share))})
    )
    return f"The steps at their best take {taken} of the hours, as in {whose}."
