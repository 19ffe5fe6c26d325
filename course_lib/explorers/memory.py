"""Lesson 09's panel: one training step on a card: what each part of its memory takes, against cards
of three sizes, and what the measures cost in time.

Bytes are those of `memory.training` on each of the cards, weights, gradients and optimizer states
cut among all of them (ZeRO stage 3); the price is the time of a step on H100s over that of a plain
one, all weights trained and nothing done (`memory.capacity.price`). Messages between cards are
lesson 10's, and left out of it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from course_lib.catalog import devices, models
from course_lib.checks import Number
from course_lib.estimators import memory
from course_lib.estimators.layout import Layout
from course_lib.estimators.memory import capacity
from course_lib.explorers.found import Amount, Found
from course_lib.explorers.look import COLOURS, GREY, HATCHES, INK, fmt, short
from course_lib.explorers.plot import Frame, Scale, label
from course_lib.explorers.settings import Topic, buttons, menu, slider

__all__ = ["TOPIC", "find", "fits"]

MODELS = {models.peek(key).name: key for key in ("llama-3-2-1b", "llama-3-8b", "llama-3-70b")}
WAYS: dict[str, str] = {
    "all weights, Adam": "adam",
    "all weights, 8-bit Adam": "adam8bit",
    "LoRA": "lora",
    "QLoRA, four bits": "qlora",
}
CHOICES: dict[str, dict[str, Any]] = {
    "adam": {},
    "adam8bit": {"optimizer": "adam8bit"},
    "lora": {"lora_rank": 16},
    "qlora": {"lora_rank": 16, "base_format": "nf4"},
}
"""What `memory.training` is told for each way."""
AGAIN = {"keep all": "none", "keep layer inputs": "full"}
HOSTS = {"nothing": "none", "optimizer": "optimizer", "all states": "all"}
TEXTS = (1, 2, 4, 8, 16, 32, 64)
LENGTHS = (512, 1024, 2048, 4096, 8192, 16_384, 32_768)
CARDS = (1, 2, 4, 8, 16, 64)
SIZES = (24e9, 80e9, 192e9)
"""Bytes of the cards that a bar is held against: RTX 4090, H100, MI300X."""
ENDS = (40e9, 100e9, 250e9, 1e12, 4e12, 16e12)
"""Right ends of the picture: the first that has room is taken."""
PRICED = "h100-sxm-80gb"
CARD, HOST, KEY, BOTTOM = 1.0, 0.1, -0.65, -0.85
"""Levels of the two bars, of the samples of their parts, and of the picture's lower end."""
PARTS = {
    "weights": "weights",
    "gradients": "gradients",
    "optimizer": "optimizer",
    "activations": "activations",
    "a moment": "temporary",
}
"""Parts of the bar, and their names in `memory.TrainingMemory`."""


@lru_cache(maxsize=512)
def step(
    model: str, way: str, again: str, host: str, texts: int, length: int, cards: int
) -> tuple[memory.TrainingMemory, float]:
    """Bytes on each card and the price in time; the arguments are those of `find`."""
    grid = Layout(data=cards, zero=3 if cards > 1 else 0, micro_batch=texts, recompute=again)
    choices = {**CHOICES[way], "offload": host}
    found = memory.training(models[model], grid, length, micro_batches=1, **choices)
    price = capacity.price(models[model], devices[PRICED], length, layout=grid, **choices)
    return found, float(price)


def fits(total: Number, card_bytes: float) -> bool:
    """Whether bytes have room on a card: a tenth of it is left to libraries and fragments."""
    return float(total) <= capacity.USABLE * card_bytes


def find(
    *, model: str, way: str, again: str, host: str, texts: int, length: int, cards: int
) -> Found:
    """One training step of a model.

    Args:
        model: a name of the catalog of models.
        way: what is trained and how, a key of `CHOICES`.
        again: recomputation, "none" or "full".
        host: what lies in the host's memory: "none", "optimizer" or "all".
        texts: texts of a step on each card.
        length: tokens of each.
        cards: cards that share the states.

    >>> plain = {"model": "llama-3-8b", "way": "adam", "again": "none", "host": "none"}
    >>> found = find(**plain, texts=1, length=2048, cards=1)
    >>> found.numbers["all of it, on each card"], found.numbers["time of a step"]
    ('140 GB', '1.00x')
    """
    held, price = step(model, way, again, host, texts, length, cards)
    room = [size for size in SIZES if fits(held.total, size)]
    where = f"fits a card of {short(room[0], 'B')}" if room else "fits none of the three cards"
    each = "" if cards == 1 else f" on each of {cards} cards"
    return Found(
        sentence=(
            f"{fmt(held.total, 'B')}{each}, states {fmt(held.states, 'B')} of it: it {where}. "
            f"A step takes {fmt(price, 'x')} the time of a plain one."
        ),
        values={
            "weights": Amount(held.weights, "B"),
            "gradients": Amount(held.gradients, "B"),
            "optimizer states": Amount(held.optimizer, "B"),
            "activations": Amount(held.activations, "B"),
            "in use for a moment": Amount(held.temporary, "B"),
            "all of it, on each card": Amount(held.total, "B"),
            "in the host's memory, for each card": Amount(held.host, "B"),
            "smallest of the three cards with room": short(room[0], "B")
            if room
            else "none of the three",
            "time of a step": Amount(price, "x"),
        },
        draw=lambda axes: _draw(axes, held),
        ground=_ground(max(float(held.total), float(held.host))),
    )


def _ground(most: float) -> Frame:
    """Axes that are wide enough for so many bytes."""
    high = next((end for end in ENDS if most <= 0.95 * end), ENDS[-1])
    return Frame(
        x=Scale(low=0.0, high=high, name="bytes", unit="B"),
        y=Scale(low=BOTTOM, high=1.9, name="on each card, and below in its host", marks=(9.0,)),
        height_px=280,
    )


def _draw(axes: Any, held: memory.TrainingMemory) -> None:
    """Two bars of parts, and the cards as upright lines."""
    high = axes.get_xlim()[1]
    for size in SIZES:
        if size < high:
            axes.plot([size] * 2, [-0.5, 1.5], color=INK, linestyle=":", linewidth=1.4)
            label(axes, size, 1.5, short(size, "B"), "above")
    left = 0.0
    for number, (name, part) in enumerate(PARTS.items()):
        size, at = float(getattr(held, part)), number * 0.21 * high
        _part(axes, (left, CARD - 0.3), (size, 0.6), number)
        _part(axes, (at, KEY - 0.1), (0.025 * high, 0.2), number)
        label(axes, at + 0.015 * high, KEY, name)
        left += size
    label(axes, left, CARD, fmt(left, "B"))
    if held.host:
        _part(axes, (0.0, HOST - 0.3), (float(held.host), 0.6), None)
        label(axes, held.host, HOST, f"{fmt(held.host, 'B')} in the host's memory")


def _part(
    axes: Any, corner: tuple[float, float], sides: tuple[float, float], number: int | None
) -> None:
    """A part of a bar, or its sample."""
    from matplotlib.patches import Rectangle

    colour, hatch = (GREY, "") if number is None else (COLOURS[number], HATCHES[number])
    box = Rectangle(corner, *sides, facecolor=colour, hatch=hatch, edgecolor="white")
    axes.add_patch(box)


def _answer() -> str:
    """The cheapest step of all weights of the 8B model that fits the smallest card."""
    begin = TOPIC.defaults()
    found = {
        (host, again, texts): find(**(begin | {"host": host, "again": again, "texts": texts}))
        for host in HOSTS.values()
        for again in AGAIN.values()
        for texts in TEXTS
    }
    total, time = "all of it, on each card", "time of a step"
    room = {how: each for how, each in found.items() if fits(each.amount(total), SIZES[0])}
    if not room:
        return f"Nothing brings it to {short(SIZES[0], 'B')}."
    best = min(room, key=lambda how: room[how].amount(time))
    host, again, texts = best
    alone = found[host, again, 1].numbers[time]
    moved = next(name for name, value in HOSTS.items() if value == host)
    kept = next(name for name, value in AGAIN.items() if value == again)
    return (
        f"With {moved} in the host's memory and “{kept}”: {room[best].numbers[total]}. With "
        f"{fmt(texts, 'texts')} at a time a step takes {room[best].numbers[time]} the time of a "
        f"plain one, with one text {alone}: the journey to the host is the same for all texts of "
        "a step."
    )


TOPIC = Topic(
    name="memory",
    title="fill the card",
    question=(
        f"Train every weight of {models.peek('llama-3-8b').name} with Adam on one card of "
        f"{short(SIZES[0], 'B')}, texts of 2048 tokens. Which settings bring it in, with a tenth "
        "of the card left free? And with how many texts at a time is the price in time lowest?"
    ),
    settings=(
        menu("model", "Model", MODELS, "llama-3-8b"),
        menu("way", "What is trained", WAYS, "adam"),
        buttons("again", "For the backward pass", AGAIN, "none"),
        buttons("host", "In the host's memory", HOSTS, "none"),
        slider("texts", "Texts at a time", TEXTS, 1),
        slider("length", "Tokens of a text", LENGTHS, 2048),
        slider("cards", "Cards, states shared", CARDS, 1),
    ),
    find=find,
    answer=_answer,
)
