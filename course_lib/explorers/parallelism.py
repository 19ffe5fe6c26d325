"""Lesson 10's panel: a training step laid out on many H100s: what each card must hold, and what a
step is spent on.

Bytes are those of `memory.training`, times those of `parallelism.step`: a batch of 512 sequences of
8 192 tokens, products in bf16, all activations kept. Cards are as many as the three sizes make.
Machines hold eight cards on NVLink; the link that can be chosen joins the machines.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np

from course_lib.catalog import devices, links, models
from course_lib.checks import Number
from course_lib.estimators import layout as layouts
from course_lib.estimators import memory, parallelism
from course_lib.explorers.found import Amount, Found, problem
from course_lib.explorers.look import COLOURS, GREY, HATCHES, INK, WIDTH_PX, Bare, fmt
from course_lib.explorers.plot import SMALL
from course_lib.explorers.settings import Topic, buttons, menu, slider

__all__ = ["TOPIC", "find", "laid"]

MODELS = {models.peek(key).name: key for key in ("llama-3-8b", "llama-3-70b", "llama-3-1-405b")}
NETWORKS = {
    "Ethernet, 10 Gb/s": "ethernet-10g",
    "Ethernet, 100 Gb/s": "ethernet-100g",
    "InfiniBand NDR": "infiniband-ndr-4x",
}
CARD = "h100-sxm-80gb"
BATCH, SEQ = 512, 8192
DATA = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
TENSOR = (1, 2, 4, 8)
PIPELINE = (1, 2, 4, 8, 16)
ZERO = {"0": 0, "1": 1, "2": 2, "3": 3}
MICRO = (1, 2, 4, 8, 16)
NOTHING = 1e-9
"""Seconds below which a part of a step is a rounding."""
ASKED = 64
"""Cards of the question."""
HELD = ("weights", "gradients", "optimizer", "activations", "temporary")
SPENT = {
    "arithmetic": ("arithmetic", "elementwise", "recomputation", "optimizer"),
    "messages": ("tensor", "context", "expert", "pipeline", "data"),
    "waiting": ("bubble", "imbalance", "waiting"),
}
"""Parts of a step as the panel adds them up; norms and optimizer count as arithmetic, the bubble
and stages of unequal size are waiting."""
GROUND = Bare(212)
LEFT, RIGHT, BAR = 12.0, 12.0, 34.0
"""Margins and the height of a bar, in pixels."""
UPPER, LOWER = 186.0, 72.0
"""Where the two bars begin, in pixels from below."""

Laid = tuple[memory.TrainingMemory, parallelism.Step]


@lru_cache(maxsize=1024)
def laid(
    model: str, data: int, tensor: int, pipeline: int, zero: int, micro: int, network: str
) -> Laid:
    """Memory of the fullest card and time of a step; the arguments are those of `find`."""
    return _both(model, _grid(data, tensor, pipeline, zero, micro), network)


def _grid(
    data: Number, tensor: Number, pipeline: Number, zero: Number, micro: Number
) -> layouts.Layout:
    """A layout, or an array of layouts that cut matrices all, or all do not."""
    return layouts.Layout(
        data=data,
        tensor=tensor,
        pipeline=pipeline,
        zero=zero,
        micro_batch=micro,
        sequence_parallel=bool(np.all(np.asarray(tensor) > 1)),
    )


def _both(model: str, grid: layouts.Layout, network: str) -> Laid:
    """Memory and step of a layout, or of an array of layouts."""
    cluster = parallelism.Cluster.of(devices[CARD], network=links[network].bytes_per_second)
    known = models[model]
    held = memory.training(known, grid, SEQ, micro_batches=grid.micro_batches(BATCH))
    return held, parallelism.step(known, grid, cluster, batch=BATCH, seq=SEQ, attention="causal")


def find(
    *, model: str, data: int, tensor: int, pipeline: int, zero: int, micro: int, network: str
) -> Found:
    """A step of a layout.

    Args:
        model: a name of the catalog of models.
        data: copies of the model.
        tensor: cards that share every matrix.
        pipeline: stages.
        zero: stage of ZeRO, 0 to 3.
        micro: sequences of a micro-batch.
        network: a name of the catalog of links.

    >>> case = {"model": "llama-3-8b", "tensor": 1, "pipeline": 1, "micro": 1}
    >>> find(data=8, zero=0, network="ethernet-10g", **case).numbers["fits"]
    'no: 80.0 GB a card'
    >>> find(data=8, zero=3, network="ethernet-10g", **case).numbers["fits"]
    'yes'
    """
    if data * micro > BATCH:
        return problem(
            f"{fmt(data, 'copies')} with {fmt(micro, 'sequences')} at a time want more than the "
            f"{BATCH} sequences of a step. Choose fewer copies, or fewer at a time."
        )
    held, step = laid(model, data, tensor, pipeline, zero, micro, network)
    room = float(devices[CARD].memory_bytes or 0)
    parts = {name: float(getattr(held, name)) for name in HELD}
    spent = _spent(step)
    needed, seconds, cards = sum(parts.values()), sum(spent.values()), data * tensor * pipeline
    verdict = "fits" if needed <= room else "does not fit"
    micro_batches = BATCH // (data * micro)
    return Found(
        sentence=(
            f"{models[model].name} on {fmt(cards, 'cards')}: {fmt(needed, 'B')} a card, which "
            f"{verdict}; a step of {fmt(seconds, 's')}, of it {fmt(spent['messages'], 's')} "
            f"messages and {fmt(spent['waiting'], 's')} waiting."
        ),
        values={
            "cards": Amount(cards),
            "micro-batches a step": Amount(micro_batches),
            "memory of the fullest card": Amount(needed, "B"),
            "fits": "yes" if needed <= room else f"no: {fmt(room, 'B')} a card",
            "time of a step": Amount(seconds, "s"),
            **{f"of it {name}": Amount(amount, "s") for name, amount in spent.items()},
            "share of the peak": Amount(float(step.mfu), "%"),
            "tokens a second for a card": Amount(BATCH * SEQ / seconds / cards),
        },
        draw=lambda axes: _draw(axes, parts, room, spent),
        ground=GROUND,
    )


def _spent(step: parallelism.Step) -> dict[str, float]:
    """Seconds of a step by kind; they add up to the step."""
    sums = {kind: sum(float(step.parts[name]) for name in names) for kind, names in SPENT.items()}
    # A bubble is a difference: where there is none, a rounding is left.
    return {kind: amount if amount > NOTHING else 0.0 for kind, amount in sums.items()}


def _draw(axes: Any, parts: dict[str, float], room: float, spent: dict[str, float]) -> None:
    """Two bars: what a card holds, against its memory; and what a step is spent on."""
    needed, seconds = sum(parts.values()), sum(spent.values())
    end = max(needed, room) * 1.02
    name = f"a card holds {fmt(needed, 'B')}; it has room for {fmt(room, 'B')} (black line)"
    _bar(axes, UPPER, name, parts, "B", end)
    at = LEFT + (WIDTH_PX - LEFT - RIGHT) * room / end
    axes.plot([at, at], [UPPER - BAR - 5, UPPER + 5], color=INK, linewidth=2.4)
    _bar(axes, LOWER, f"a step takes {fmt(seconds, 's')}", spent, "s", seconds)


def _bar(axes: Any, top: float, name: str, parts: dict[str, float], unit: str, end: float) -> None:
    """A bar of parts, its name above it and the parts' names below it."""
    wide, left = WIDTH_PX - LEFT - RIGHT, LEFT
    axes.text(LEFT, top + 7, name, va="bottom")
    column = wide / 3
    for place, (part, amount) in enumerate(parts.items()):
        look = {"facecolor": COLOURS[place], "hatch": HATCHES[place], "edgecolor": "white"}
        long = wide * amount / end
        axes.broken_barh([(left, long)], (top - BAR, BAR), linewidth=0.6, **look)
        left += long
        x, y = LEFT + column * (place % 3), top - BAR - 21 - 17 * (place // 3)
        axes.broken_barh([(x, 12)], (y, 12), linewidth=0, **look)
        said = "in use for a moment" if part == "temporary" else part
        axes.text(x + 17, y + 6, f"{said}: {fmt(amount, unit)}", va="center", fontsize=SMALL)
    axes.plot([LEFT, LEFT + wide], [top - BAR] * 2, color=GREY, linewidth=0.6)


def _answer() -> str:
    """The quickest layout of the cards asked for that fits, of all that the controls can set."""
    begin = TOPIC.defaults()
    best = min(_fitting(begin["model"], begin["network"]), default=None)
    if best is None:
        return f"No layout of {ASKED} cards fits."
    _, data, tensor, pipeline, zero, micro = best
    chosen = {"data": data, "tensor": tensor, "pipeline": pipeline, "zero": zero, "micro": micro}
    found = find(**(begin | chosen))
    return (
        f"{data} copies x {tensor} cards on each matrix x {pipeline} stages, ZeRO {zero}, {micro} "
        f"at a time: {found.numbers['time of a step']} a step, "
        f"{found.numbers['share of the peak']} of the peak, "
        f"{found.numbers['memory of the fullest card']} a card."
    )


def _fitting(model: str, network: str) -> list[tuple[float, ...]]:
    """Every layout of the cards asked for that fits: its seconds, then its sizes as in `find`.

    All are asked for at once, as arrays.
    """
    tried = np.array(
        [
            (ASKED // (tensor * pipeline), tensor, pipeline, zero, micro)
            for tensor, pipeline, zero, micro in product(TENSOR, PIPELINE, ZERO.values(), MICRO)
            if ASKED % (tensor * pipeline) == 0 and ASKED // (tensor * pipeline) * micro <= BATCH
        ]
    )
    found: list[tuple[float, ...]] = []
    for some in (tried[tried[:, 1] == 1], tried[tried[:, 1] > 1]):
        data, tensor, pipeline, zero, micro = some.T
        held, step = _both(model, _grid(data, tensor, pipeline, zero, micro), network)
        fits = np.asarray(held.total) <= float(devices[CARD].memory_bytes or 0)
        seconds = np.asarray(step.seconds)[fits].tolist()
        sizes = some[fits].tolist()
        found += [(time, *row) for time, row in zip(seconds, sizes, strict=True)]
    return found


TOPIC = Topic(
    name="parallelism",
    title="lay out a training step",
    question=(
        f"{ASKED} H100s train Llama 3 70B, {BATCH} sequences a step; as the panel begins, nothing "
        "fits. Which mixture fits and takes the least time over InfiniBand?"
    ),
    settings=(
        menu("model", "Model", MODELS, "llama-3-70b"),
        slider("data", "Copies (data parallel)", DATA, 64),
        slider("tensor", "Cut matrices (tensor)", TENSOR, 1),
        slider("pipeline", "Stages (pipeline)", PIPELINE, 1),
        buttons("zero", "ZeRO stage", ZERO, 0),
        slider("micro", "Sequences at a time", MICRO, 1),
        menu("network", "Between machines", NETWORKS, "infiniband-ndr-4x"),
    ),
    find=find,
    answer=_answer,
)
