"""Lesson 05's panel: what one reader waits for, and how full the card is.

Times are those of `inference.estimate` for a single sequence under a tuned program, with its range.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import floor, log10
from typing import Any

from course_lib.catalog import devices, models
from course_lib.estimators import inference
from course_lib.estimators.memory import kv_cache
from course_lib.explorers.found import Amount, Found
from course_lib.explorers.look import COLOURS, GREY, INK, WIDTH_PX, Bare, fmt, short
from course_lib.explorers.plot import SMALL
from course_lib.explorers.settings import Topic, buttons, menu, slider

__all__ = ["TOPIC", "estimate", "find"]

MODELS = {
    models.peek(key).name: key
    for key in ("llama-3-8b", "qwen3-30b-a3b", "llama-3-1-70b", "gpt-oss-120b")
}
CARDS = {
    devices.peek(key).name: key
    for key in (
        "h100-sxm-80gb",
        "h200-sxm",
        "b200-sxm",
        "rtx-4090",
        "rtx-3070",
        "xeon-platinum-8480",
    )
}
PROMPTS = (50, 200, 1000, 4000, 8000, 16_000, 32_000, 64_000, 128_000)
OUTPUTS = (50, 100, 200, 400, 1000, 2000, 4000, 8000)
WAITS = {"bandwidth": "memory", "compute": "arithmetic"}
FORMATS = {"16 bits": "bf16", "8 bits": "fp8", "4 bits": "int4"}
ASKED = {"model": "llama-3-1-70b", "card": "h100-sxm-80gb"}
"""What the question is about."""
GROUND = Bare(200)
LEFT, RIGHT, BAR = 12.0, 12.0, 32.0
"""Margins and the height of a bar, in pixels."""


@cache
def estimate(model: str, card: str, prompt: int, output: int, format: str) -> inference.Estimate:
    """The answer's times and memory; the arguments are those of `find`."""
    return inference.estimate(
        models[model], device=card, prompt=prompt, output=output, format=format
    )


def find(*, model: str, card: str, prompt: int, output: int, format: str) -> Found:
    """What one reader waits for.

    Args:
        model: a name of the catalog of models.
        card: a name of the catalog of devices.
        prompt: tokens that are read.
        output: tokens that are written.
        format: of the weights.

    >>> case = {"model": "llama-3-8b", "card": "H100", "prompt": 200, "output": 400}
    >>> sixteen, four = (find(**case, format=format) for format in ("bf16", "int4"))
    >>> sixteen.amount("each further token") > four.amount("each further token")
    True
    """
    found, known, device = (
        estimate(model, card, prompt, output, format),
        models[model],
        devices[card],
    )
    held = float(kv_cache(known, 1, prompt + output))
    needed, room = float(found.memory_bytes), float(found.usable_memory_bytes or 0)
    memory = {
        "weights": Amount(needed - held, "B"),
        "cache at the end": Amount(held, "B"),
        "the card may hold": Amount(room, "B"),
    }
    if needed > room:
        return Found(
            sentence=(
                f"{known.name} needs {fmt(needed, 'B')}, and {device.name} may hold "
                f"{fmt(room, 'B')}: it does not fit. Take fewer bits, a shorter text, or a card "
                "with more memory."
            ),
            values=memory | {"too much": Amount(needed - room, "B")},
            draw=lambda axes: _too_much(axes, needed - held, held, room),
            ground=GROUND,
        )
    first, whole = float(found.first_token_seconds), float(found.request_seconds)
    too_long = 0 < known.max_positions < prompt + output  # 0 where none is stated
    warning = " The text is longer than the model was published for." if too_long else ""
    return Found(
        sentence=(
            f"{known.name} on {device.name}: the first token after {fmt(first, 's')}, then one "
            f"each {fmt(found.token_seconds, 's')}; the card is {fmt(needed / room, '%')} full."
            f"{warning}"
        ),
        values={
            "first token": Amount(first, "s"),
            "each further token": Amount(float(found.token_seconds), "s"),
            "tokens a second, all in all": Amount(
                float(found.tokens_per_second), "", float(found.low), float(found.high)
            ),
            "a further token waits for": WAITS[str(found.bound)],
            **memory,
            "longest text it was published for": Amount(known.max_positions, "tokens"),
        },
        draw=lambda axes: _both(axes, (first, whole), (needed - held, held, room)),
        ground=GROUND,
    )


def _both(axes: Any, times: tuple[float, float], memory: tuple[float, float, float]) -> None:
    """Two bars: the wait, and the card's memory."""
    first, whole = times
    end = _round_up(whole)
    parts = {"reading the prompt": first, "writing": whole - first}
    _bar(axes, 168, "the wait", parts, "s", end)
    axes.text(WIDTH_PX - RIGHT, 176, f"width: {short(end, 's')}", ha="right", fontsize=SMALL)
    _memory(axes, *memory)


def _too_much(axes: Any, weights: float, held: float, room: float) -> None:
    """The overfull memory, and no wait."""
    axes.text(LEFT, 150, "no answer: the model does not fit", color=COLOURS[1], weight="bold")
    _memory(axes, weights, held, room)


def _memory(axes: Any, weights: float, held: float, room: float) -> None:
    """The card's memory as a bar: what fills it, and where it ends."""
    parts, top = {"weights": weights, "cache": held}, 72.0
    whole = max(room, weights + held)
    _bar(axes, top, "the card's memory", parts, "B", whole)
    end = LEFT + room / whole * (WIDTH_PX - LEFT - RIGHT)
    axes.plot([end, end], [top - BAR - 5, top + 5], color=INK, linewidth=2)
    # on the side with room: the bar's own name stands at the left
    side = "right" if end > 0.7 * WIDTH_PX else "left"
    axes.text(max(end, 330), top + 8, f"may hold {fmt(room, 'B')}", ha=side, fontsize=SMALL)


def _bar(
    axes: Any, top: float, name: str, parts: Mapping[str, float], unit: str, whole: float
) -> None:
    """Two parts behind each other, of a whole that is as wide as the picture."""
    scale, left = (WIDTH_PX - LEFT - RIGHT) / whole, LEFT
    axes.text(LEFT, top + 8, f"{name}: {fmt(sum(parts.values()), unit)}", weight="bold")
    # a broken line of boxes costs a fraction of as many patches
    spans = [(LEFT, whole * scale)]
    for amount in parts.values():
        spans.append((left, amount * scale))
        left += amount * scale
    axes.broken_barh(
        spans,
        (top - BAR, BAR),
        facecolors=("#F2F2F2", *COLOURS[:2]),
        edgecolors=GREY,
        linewidth=0.6,
    )
    sides = ((LEFT, "left"), (WIDTH_PX - RIGHT, "right"))
    for (part, amount), colour, (at, side) in zip(parts.items(), COLOURS, sides, strict=False):
        text = f"{part}: {fmt(amount, unit)}"
        axes.text(at, top - BAR - 5, text, ha=side, va="top", fontsize=SMALL, color=colour)


def _round_up(amount: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50, ...

    >>> _round_up(2.73), _round_up(0.05)
    (5.0, 0.05)
    """
    power = 10.0 ** floor(log10(amount))
    # the factor that is a hair too small by rounding still counts
    return next(step * power for step in (1, 2, 5, 10) if step * power * (1 + 1e-9) >= amount)


def _answer() -> str:
    """The bits that fit, and the first prompt whose reading takes longer than the writing."""
    begin = TOPIC.defaults() | ASKED
    fits = [bits for bits, form in FORMATS.items() if _fits(begin | {"format": form})]
    fewest = FORMATS[fits[-1]]
    for prompt in PROMPTS:
        found = find(**(begin | {"prompt": prompt, "format": fewest}))
        if "first token" not in found.values:
            return f"In {fits[-1]} the text stops fitting before the first token takes over."
        first, each = found.amount("first token"), found.amount("each further token")
        if first > each * (begin["output"] - 1):
            break
    return (
        f"It fits in {' or '.join(fits)}. In {fits[-1]}, a prompt of "
        f"{fmt(prompt, exact=True)} tokens makes you wait {fmt(first, 's')} for the first token, "
        f"and {fmt(each * (begin['output'] - 1), 's')} for the rest."
    )


def _fits(chosen: Mapping[str, Any]) -> bool:
    return "first token" in find(**chosen).values


TOPIC = Topic(
    name="inference",
    title="what one reader waits for",
    question=(
        f"{models.peek(ASKED['model']).name} on one {devices.peek(ASKED['card']).name}: which bits "
        "make it fit? And from which prompt on is the wait for the first token longer than for "
        "all the others?"
    ),
    settings=(
        menu("model", "Model", MODELS, "llama-3-8b"),
        menu("card", "Card", CARDS, "h100-sxm-80gb"),
        slider("prompt", "Prompt (tokens)", PROMPTS, 200),
        slider("output", "Answer (tokens)", OUTPUTS, 400),
        buttons("format", "A weight has", FORMATS, "bf16"),
    ),
    find=find,
    answer=_answer,
)
