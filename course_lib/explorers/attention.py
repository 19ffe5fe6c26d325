"""Lesson 03's panel: how large attention's share of the arithmetic is at a length, for a model and
a kind of attention, and what the cache holds.

The kinds change which pairs a layer computes, nothing else: all of them; those of the causal mask,
with whatever windows the model was built with; a window in every layer; or a window in all layers
but every sixth, as Gemma 3 has it. The last two are for models without windows of their own.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from course_lib.catalog import Transformer, devices, models
from course_lib.estimators import attention, flops, hardware, memory, parameters
from course_lib.explorers.found import Amount, Found, problem
from course_lib.explorers.look import COLOURS, GREY, INK, fmt
from course_lib.explorers.plot import SMALL, Frame, Scale, label
from course_lib.explorers.settings import Topic, menu, slider

__all__ = ["TOPIC", "find", "of_kind", "shares"]

LENGTHS = tuple(1024 * 2**doubling for doubling in range(11))
PLAIN = ("llama-3-8b", "llama-3-1-405b", "deepseek-v3")
MIXED = ("gemma-3-27b-text", "gpt-oss-120b", "qwen3-next-80b-a3b")
MODELS = {models.peek(key).name: key for key in (*PLAIN, *MIXED)}
FULL, CAUSAL, WINDOW, MOSTLY = "full", "causal", "window", "mostly"
SPAN = 1024
"""Tokens of the window that a kind brings."""
KINDS = {
    "all pairs": FULL,
    "causal mask": CAUSAL,
    f"causal, window of {SPAN} in every layer": WINDOW,
    f"causal, window of {SPAN} in five of six layers": MOSTLY,
}
NAMED = {
    FULL: ("all pairs ", 6, "right", "bottom"),
    CAUSAL: (" causal", 7, "left", "top"),
    WINDOW: ("windows", 10, "right", "bottom"),
    MOSTLY: ("five of six", 10, "right", "bottom"),
}
"""Names of the curves that are not chosen, and where they stand."""
PALE = "#BBBBBB"
CARD = "h100-sxm-80gb"
HALF = 0.5
AIM = 2**18
"""Tokens up to which the question keeps attention below half."""
LENGTH = Scale(low=1024, high=2**20, name="length (tokens)", log=True, marks=LENGTHS[::2])
SHARE = Scale(
    low=0.0, high=1.0, name="share of attention's core", unit="%", marks=(0, 0.25, 0.5, 0.75, 1)
)
GROUND = Frame(x=LENGTH, y=SHARE, height_px=300)


@cache
def of_kind(model: str, kind: str) -> tuple[Transformer, str]:
    """A model with a kind of attention, and how its pairs are counted ("full" or "causal").

    Args:
        model: a name of the catalog.
        kind: a value of `KINDS`.

    Raises:
        ValueError: a window for a model that has windows, or layers without attention, of its own.

    >>> windowed, pairs = of_kind("llama-3-8b", "mostly")
    >>> windowed.windowed_layers, pairs
    (27, 'causal')
    """
    known = models[model]
    if kind in (FULL, CAUSAL):
        return known, kind
    if any(known.windowed) or known.pattern:
        raise ValueError(f"{known.name} has windows, or layers without attention, of its own")
    pattern = (True,) if kind == WINDOW else (True,) * 5 + (False,)
    return replace(known, sliding_window=SPAN, windowed=pattern), CAUSAL


@cache
def shares(model: str, kind: str) -> np.ndarray:
    """Share of the core of attention in a forward pass, at each of `LENGTHS`.

    >>> found = shares("llama-3-8b", "full").tolist()
    >>> 0.03 < found[0] < 0.04, 0.97 < found[-1] < 1
    (True, True)
    """
    changed, pairs = of_kind(model, kind)
    parts = flops.forward_parts(changed, 1, np.array(LENGTHS), pairs)
    return np.asarray(parts.attention_core / parts.total, dtype=float)


def find(*, length: int, model: str, kind: str) -> Found:
    """Attention's share at a length, and the cache.

    Args:
        length: tokens of the text, one of `LENGTHS`.
        model: a name of the catalog of models.
        kind: a value of `KINDS`.

    >>> found = find(length=8192, model="llama-3-8b", kind="causal")
    >>> found.numbers["cache"], found.numbers["attention takes half at"]
    ('1.07 GB', '57.3 thousand tokens')
    """
    try:
        changed, pairs = of_kind(model, kind)
    except ValueError as refused:
        return problem(f"{refused}: choose the causal mask, which keeps them as they are.")
    share = float(shares(model, kind)[LENGTHS.index(length)])
    takeover = float(attention.takeover_length(changed, pairs))
    held = memory.kv_cache(changed, 1, length)
    work = flops.forward(changed, 1, length, pairs)
    text = f"{fmt(length, exact=True)} tokens"
    return Found(
        sentence=(
            f"{changed.name}, {_kind(kind)}, {text}: attention's core takes {fmt(share, '%')} of "
            f"the arithmetic, and the cache {fmt(held, 'B')}."
        ),
        values={
            "share of attention's core": Amount(share, "%"),
            "attention takes half at": (
                "no length" if np.isinf(takeover) else Amount(takeover, "tokens")
            ),
            "cache": Amount(held, "B"),
            "cache, of the weights in 16 bits": Amount(
                held / (2 * parameters.count(changed).total), "%"
            ),
            "arithmetic of reading it": Amount(work, "FLOP"),
            f"{devices[CARD].name} at its peak": Amount(work / hardware.peak(devices[CARD]), "s"),
            "longest text it was published for": Amount(changed.max_positions, "tokens"),
        },
        draw=lambda axes: _draw(axes, model, kind, length, takeover),
        ground=GROUND,
    )


def _kind(kind: str) -> str:
    """The kind as the control shows it."""
    return next(text for text, value in KINDS.items() if value == kind)


def _draw(axes: Any, model: str, kind: str, length: int, takeover: float) -> None:
    """The share over the length; the other kinds thin and grey; half and its length marked."""
    axes.plot([LENGTH.low, LENGTH.high], [HALF, HALF], color=INK, linestyle=":", linewidth=1.4)
    for other, (text, at, side, level) in NAMED.items():
        if other != kind and (model in PLAIN or other in (FULL, CAUSAL)):
            curve = shares(model, other)
            axes.plot(LENGTHS, curve, color=PALE, linewidth=1.4)
            place = {"ha": side, "va": level, "color": GREY, "fontsize": SMALL}
            axes.text(LENGTHS[at], curve[at], text, **place)
    axes.plot(LENGTHS, shares(model, kind), color=COLOURS[0], linewidth=2.6)
    if LENGTH.low <= takeover <= LENGTH.high:
        axes.plot([takeover] * 2, [0, HALF], color=INK, linestyle=":", linewidth=1.4)
        side = "right" if takeover < LENGTHS[-4] else "left"
        label(axes, takeover, 0.12, f"half at {fmt(takeover, exact=True)} tokens", side)
    here = shares(model, kind)[LENGTHS.index(length)]
    axes.plot([length], [here], "o", color=COLOURS[1], markersize=11, clip_on=False)
    label(axes, length, here, fmt(here, "%"), "above" if here < 0.9 else "left")


def _answer() -> str:
    """The kind that stays below half up to the aim and lets some layer see everything."""
    found = {kind: find(length=AIM, model=PLAIN[0], kind=kind) for kind in (CAUSAL, WINDOW, MOSTLY)}
    half = found[MOSTLY].numbers["attention takes half at"]
    return (
        f"The window in five of six layers: attention takes half at {half} only, and the cache of "
        f"{fmt(AIM, exact=True)} tokens is {found[MOSTLY].numbers['cache']} in place of "
        f"{found[CAUSAL].numbers['cache']}. A window in every layer saves more "
        f"({found[WINDOW].numbers['cache']}), but then no layer sees the whole text."
    )


TOPIC = Topic(
    name="attention",
    title="when attention takes over",
    question=(
        f"{models.peek(PLAIN[0]).name} reads {fmt(AIM, exact=True)} tokens. Which kind of "
        "attention stays below half of the arithmetic there, while some layer still sees the whole "
        "text? What becomes of the cache?"
    ),
    settings=(
        slider(
            "length",
            "Length (tokens)",
            LENGTHS,
            8192,
            texts={each: fmt(each, exact=True) for each in LENGTHS},
        ),
        menu("model", "Model", MODELS, PLAIN[0]),
        menu("kind", "Kind of attention", KINDS, CAUSAL),
    ),
    find=find,
    answer=_answer,
)
