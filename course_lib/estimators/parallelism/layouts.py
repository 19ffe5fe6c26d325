"""Which layout to train with: every sensible one is laid out, what does not fit is dropped, the
quickest is taken, or one little slower that surely fits.

Design choices:
- `grids` says which layouts are sensible. Candidates that recompute alike are one `Layout` of
  arrays, so a search is two calls of the estimators.
- Attention is fused, so repeating its core alone would save nothing: "none" and "full" are tried.
- Memory is known within a range (`memory_range`). A layout may be a little slower if it surely
  fits: among those at most `SLOWER` slower than the quickest that fits, the quickest whose upper
  end has room is taken, and the quickest of all where there is none.
- `USABLE` of a device's stated memory is planned with, or nine tenths of what a process gets where
  the catalog knows that (`memory.room`), which is the same: chips hold some 7 % more than the
  decimal bytes that their makers state. The rest is for fragments and the framework. It is more
  than `capacity` fills on a card at home, because published runs of large models do fill more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog import Device
from course_lib.catalog.constants import spread
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators import memory
from course_lib.estimators.layout import SIZES, Layout
from course_lib.estimators.memory.room import usable_bytes
from course_lib.estimators.parallelism import grids, steps
from course_lib.estimators.ranges import Range

USABLE = 0.96
"""Part of the stated memory that a plan may fill."""
SLOWER = 0.1
"""Time of a step that is given up for a layout that surely fits, as a part of the quickest's."""
TRIED_RECOMPUTE = ("none", "full")
WIDE = ("fp32", "tf32")
"""Formats of products whose numbers lie in memory as fp32."""


class NothingFits(ValueError):
    """No layout fits the devices' memory; the message says what is missing, and what would fit."""

    leanest: Layout | None = None
    """The layout that comes nearest."""


@dataclass(frozen=True, kw_only=True, eq=False)
class BestLayout:
    """The quickest layout that fits, or one little slower that surely does."""

    layout: Layout
    """The layout, all its sizes single numbers."""
    memory: memory.TrainingMemory
    """What each device has to hold."""
    step: steps.Step
    """The time of a step."""
    tried: int
    """Layouts that were possible."""
    fitting: int
    """Those of them that fit."""


def search(
    model: Transformer,
    device: Device,
    devices: int,
    *,
    batch: int,
    seq: int,
    format: str = "bf16",
    attention: str = "causal",
    fused: bool = True,
    assume: steps.Assumptions | None = None,
) -> BestLayout:
    """The quickest layout of `devices` devices that fits their memory, or one little slower that
    surely does (see the module).

    Args:
        model: the architecture, all of its sizes single numbers.
        device: a record of the catalog with a stated memory.
        devices: how many there are.
        batch: sequences of a step.
        seq: tokens of a sequence.
        format: number format of the products.
        attention: which pairs of positions are computed, "full" or "causal".
        fused: whether attention keeps its scores on the chip.
        assume: what machines and programs reach in a step.

    Raises:
        NothingFits: no layout fits; the least missing memory and the next count of devices that
        would do are named.
        ValueError: the devices cannot be divided into any layout for this batch, or an argument
        breaks its rule.

    >>> from course_lib.catalog import devices, models
    >>> quickest = search(models["llama-3-8b"], devices["H100"], 8, batch=512, seq=8192)
    >>> quickest.layout.devices, quickest.memory.total < 80e9
    (8, True)
    """
    checks.instance("device", device, Device)
    _single(
        **checks.instance("model", model, Transformer).numbers(),
        devices=devices,
        batch=batch,
        seq=seq,
    )
    devices, batch, seq = (
        checks.whole(name, value)
        for name, value in (("devices", devices), ("batch", batch), ("seq", seq))
    )

    def timed(shared: Layout) -> steps.Step:
        return steps.step(
            model,
            shared,
            device,
            batch=batch,
            seq=seq,
            attention=attention,
            fused=fused,
            format=format,
            assume=assume,
        )

    available = room(device)
    best: tuple[float, Layout] | None = None
    surest: tuple[float, Layout] | None = None
    leanest: tuple[float, Layout] | None = None
    tried, fitting = 0, 0
    for layouts in candidates(model, devices, batch, seq, _domain(device)):
        needed = np.asarray(held(model, layouts, batch, seq, format).total)
        fits = needed <= available
        tried, fitting = tried + fits.size, fitting + int(fits.sum())
        place = int(np.argmin(needed))
        if leanest is None or needed[place] < leanest[0]:
            leanest = (float(needed[place]), one(layouts, place))
        if fits.any():
            seconds = timed(layouts).seconds
            best = _quicker(best, layouts, seconds, fits)
            surest = _quicker(
                surest, layouts, seconds, np.asarray(memory_range(needed).high <= available)
            )
    if best is None:
        # `candidates` yields at least one layout, or raises.
        assert leanest is not None
        problem = NothingFits(_shortage(model, device, devices, batch, seq, leanest[0]))
        problem.leanest = leanest[1]
        raise problem
    sure = surest is not None and surest[0] <= (1 + SLOWER) * best[0]
    layout = surest[1] if sure and surest is not None else best[1]
    return BestLayout(
        layout=layout,
        memory=held(model, layout, batch, seq, format),
        step=timed(layout),
        tried=tried,
        fitting=fitting,
    )


def memory_range(held_bytes: Number) -> Range:
    """Bytes in use on a device, with the range that published steps of known code lie in.

    >>> found = memory_range(70e9)
    >>> found.low < found.value < found.high
    True
    """
    ends = spread("memory-known-code")
    return Range(low=ends.low * held_bytes, value=held_bytes, high=ends.high * held_bytes)


def _quicker(
    best: tuple[float, Layout] | None, layouts: Layout, seconds: Number, allowed: np.ndarray
) -> tuple[float, Layout] | None:
    """The best so far, or the quickest of the allowed layouts if that is quicker."""
    if not allowed.any():
        return best
    # Infinity keeps what is not allowed from being the least, without losing its place.
    timed = np.where(allowed, seconds, np.inf)
    place = int(np.argmin(timed))
    # Strictly less: of equals the first stays, the one without recomputation.
    if best is None or timed[place] < best[0]:
        return float(timed[place]), one(layouts, place)
    return best


def candidates(
    model: Transformer, devices: int, batch: int, seq: int, domain: int = 8
) -> Iterator[Layout]:
    """Every sensible layout of `devices` devices: a `Layout` of arrays for each recomputation.

    >>> from course_lib.catalog import models
    >>> plain, full = candidates(models["llama-3-8b"], devices=2, batch=4, seq=1024)
    >>> sorted(set(zip(plain.data.tolist(), plain.tensor.tolist(), plain.pipeline.tolist())))
    [(1.0, 1.0, 2.0), (1.0, 2.0, 1.0), (2.0, 1.0, 1.0)]
    """
    rows = list(grids.rows(model, devices, batch, seq, domain))
    if not rows:
        raise ValueError(
            "devices must divide into data x tensor x pipeline x context ranks for a batch of "
            f"{batch} sequences, got {devices}; "
            "a multiple of 8 and a batch that it divides always do"
        )
    # Transposed: a row for each candidate becomes an array for each size.
    columns = dict(zip((*SIZES, "zero"), np.array(rows, dtype=np.float64).T, strict=True))
    for recompute in TRIED_RECOMPUTE:
        yield Layout(**columns, sequence_parallel=True, recompute=recompute)


def one(layouts: Layout, place: int) -> Layout:
    """The layout at one place of a `Layout` of arrays, its sizes plain ints.

    >>> one(Layout(data=np.array([1, 2]), tensor=4), 1).data
    2
    """
    shape = np.broadcast_shapes(*(np.shape(value) for value in layouts.numbers().values()))
    picked = {
        name: int(np.broadcast_to(value, shape)[place]) for name, value in layouts.numbers().items()
    }
    return Layout(
        **picked, sequence_parallel=layouts.sequence_parallel, recompute=layouts.recompute
    )


def held(
    model: Transformer, layout: Layout, batch: Number, seq: Number, format: str = "bf16"
) -> memory.TrainingMemory:
    """What each device holds as it works through its micro-batches: no more than there are.

    Products in fp32 or tf32 keep what they need in fp32; all others in two bytes.
    """
    return memory.training(
        model,
        layout,
        seq=seq,
        format="fp32" if format in WIDE else "bf16",
        micro_batches=layout.micro_batches(batch),
        short_ends=True,
    )


def room(device: Device) -> float:
    """Bytes of a device that a plan may fill: what its record says programs get, or `USABLE`.

    Raises:
        ValueError: no memory is stated.

    >>> from course_lib.catalog import devices
    >>> round(room(devices["H100"]) / 1e9)
    77
    """
    return usable_bytes(device, USABLE)


def _single(**numbers: Number) -> None:
    """A search is for one model, batch and count: of several, each has a layout of its own."""
    for name, value in numbers.items():
        if np.ndim(value):
            shape = np.shape(value)
            raise ValueError(
                f"{name} must be a single number where a layout is searched for, "
                f"got an array of {shape}"
            )


def _domain(device: Device) -> int:
    return int(min(8, steps.Cluster.of(device).domain))


def _shortage(
    model: Transformer, device: Device, devices: int, batch: int, seq: int, least: float
) -> str:
    """What to say when nothing fits: how much the leanest layout needs, and how many devices would
    do."""
    usable = f"a plan may fill {room(device) / 1e9:.1f} GB of a {device.name}"
    need = (
        f"devices must hold {model.name or 'the model'} while it trains: the leanest of all "
        f"layouts puts {least / 1e9:.1f} GB on each of {devices}, and {usable}"
    )
    # Doublings only: enough to name an order of size, and few searches.
    for count in (devices * 2**power for power in range(1, 15)):
        try:
            lean = min(
                float(np.min(memory.training(model, layouts, seq=seq).total))
                for layouts in candidates(model, count, batch, seq)
            )
        except ValueError:
            break
        if lean <= room(device):
            return f"{need}; with {count} of them it fits"
    return (
        f"{need}; more of them would not help at this batch, a device with more memory or LoRA may"
    )
