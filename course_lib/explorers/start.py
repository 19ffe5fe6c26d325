"""Lesson 00's panel: one answer on four ladders of powers of ten: FLOP, seconds, Wh and cents.

The question has 200 tokens. The answer is as long as the control says; so many users write at the
same time, on the fewest H100s (1, 2, 4, ...) that hold the model and what it keeps of all their
texts. Times are those of `inference.estimate`, energy of `energy.answers.token`, prices of the
catalog's rent of an hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import numpy as np

from course_lib.catalog import datasets, models
from course_lib.catalog.records.dataset import Dataset
from course_lib.estimators import cost, flops, inference
from course_lib.estimators.energy import answers
from course_lib.explorers.found import Amount, Found, problem
from course_lib.explorers.ladders import Ladder, Ladders
from course_lib.explorers.look import COLOURS, fmt
from course_lib.explorers.settings import Topic, menu, slider
from course_lib.units import DAY, HOUR

__all__ = ["TOPIC", "find", "words"]

CARD, PROMPT = "h100-sxm-80gb", 200
SMALLEST, LARGEST = "llama-3-8b", "llama-3-1-405b"
MODELS = {models.peek(key).name: key for key in (SMALLEST, "llama-3-70b", LARGEST)}
TOKENS = (50, 100, 200, 400, 800, 1600, 3200, 6400)
USERS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
CARDS = (1, 2, 4, 8, 16, 32, 64)
WORD_BYTES = 6
"""Bytes of a word, its space included, as lesson 00 takes them."""
CUTTER = "bytes-per-token-llama-3-tokenizer-on-english"


LADDERS = Ladders(
    rows=(
        Ladder("work", "FLOP", 11, (1e12, 1e13, 1e14, 1e15, 1e16, 1e17)),
        Ladder("time", "s", -2, (0.1, 1, 10, 60, HOUR, DAY)),
        Ladder("energy", "Wh", -4, (1e-3, 0.01, 0.1, 1, 10, 100, 1000)),
        Ladder("price", "cents", -4, (0.001, 0.01, 0.1, 1, 10, 100)),
    ),
    decades=7,
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """What one answer costs."""

    flops: float
    seconds: float
    wh: Amount
    cents: float
    cards: int

    @property
    def rungs(self) -> tuple[float, float, float, float]:
        """Its amounts, in the order of the ladders."""
        return self.flops, self.seconds, cast(float, self.wh.value), self.cents


def words(tokens: float) -> float:
    """Words of English that so many tokens of Llama 3 write.

    >>> 200 < words(400) < 300
    True
    """
    return tokens * _words_of_token(datasets[CUTTER])


def _words_of_token(cutter: Dataset) -> float:
    """Words that a token stands for, by the bytes of both."""
    assert cutter.bytes_per_token is not None  # it is the entry of a measured tokenizer
    return cutter.bytes_per_token / WORD_BYTES


@cache
def cost_of(model: str, tokens: int, users: int) -> Answer | None:
    """One answer's amounts, with so many users on the cards; None where none of `CARDS` do.

    >>> alone, crowd = (cost_of("llama-3-8b", 400, users) for users in (1, 64))
    >>> alone.flops == crowd.flops, alone.cents > 10 * crowd.cents
    (True, True)
    """
    known = models[model]
    for cards in CARDS:
        found = inference.estimate(
            known, device=CARD, devices=cards, batch=users, prompt=PROMPT, output=tokens
        )
        if found.fits:
            break
    else:
        return None
    energy = answers.token(
        known, device=CARD, devices=cards, batch=users, prompt=PROMPT, output=tokens
    )
    rent = cost.rental(CARD)
    assert rent is not None and rent.usd_per_device_hour is not None  # the course's own card
    usd = cost.rent_usd(rent.usd_per_device_hour, found.request_seconds, cards) / users
    hours = tokens / HOUR  # joules of a token to watt-hours of the answer
    return Answer(
        flops=_flops(model, tokens),
        seconds=float(found.request_seconds),
        wh=Amount(energy.value * hours, "Wh", energy.low * hours, energy.high * hours),
        cents=100 * float(usd),
        cards=cards,
    )


@cache
def _flops(model: str, tokens: int) -> float:
    """FLOPs of reading the question and writing; the first token comes out of the reading."""
    known, context = models[model], np.arange(PROMPT, PROMPT + tokens - 1.0)
    reading = flops.forward(known, batch=1, seq=PROMPT)
    return float(reading + np.sum(flops.decode(known, batch=1, context=context)))


def find(*, tokens: int, model: str, users: int) -> Found:
    """What one answer costs.

    Args:
        tokens: tokens of the answer.
        model: a name of the catalog of models.
        users: users whose answers are written at the same time.

    >>> find(tokens=400, model="llama-3-8b", users=1).amount("cards")
    1
    """
    answer, name = cost_of(model, tokens, users), models[model].name
    if answer is None:
        return problem(
            f"{name} with {fmt(users)} users does not fit on {CARDS[-1]} cards. Take fewer users."
        )
    return Found(
        sentence=(
            f"{name}, {fmt(users, 'users')}: {fmt(answer.flops, 'FLOP')}, "
            f"{fmt(answer.seconds, 's')}, {fmt(answer.wh.value, 'Wh')} and "
            f"{fmt(answer.cents, 'cents')} for one answer of {fmt(words(tokens), 'words', 2)}."
        ),
        values={"tokens of the answer": Amount(tokens)} | _values(answer, users),
        draw=lambda axes: _draw(axes, answer),
        ground=LADDERS,
    )


def _values(answer: Answer, users: int) -> dict[str, Amount]:
    return {
        "arithmetic": Amount(answer.flops, "FLOP"),
        "time until the last word": Amount(answer.seconds, "s"),
        "energy": answer.wh,
        "rent of the cards": Amount(answer.cents, "cents"),
        "cards": Amount(answer.cards),
        "users for each card": Amount(users / answer.cards),
    }


def _draw(axes: Any, answer: Answer) -> None:
    """The answer as dots; hollow, where the panel begins."""
    begin = cost_of(SMALLEST, TOPIC.defaults()["tokens"], 1)
    assert begin is not None
    rows = range(len(LADDERS.rows))
    colours, levels = COLOURS[: len(rows)], [LADDERS.level(row) for row in rows]
    old, new = ([LADDERS.place(row, each.rungs[row]) for row in rows] for each in (begin, answer))
    axes.hlines(levels, old, new, colors=colours, linewidth=3)
    axes.scatter(old, levels, s=64, facecolors="white", edgecolors=colours, zorder=3)
    axes.scatter(new, levels, s=144, c=colours, zorder=4)
    for at, level, amount, ladder, colour in zip(
        new, levels, answer.rungs, LADDERS.rows, colours, strict=True
    ):
        text = {"ha": "center", "weight": "bold", "color": colour}
        axes.text(at, level + 11, fmt(amount, ladder.unit), **text)


def _answer() -> str:
    """The crowd that makes the large model's answer as cheap as the small one's alone."""
    tokens = TOPIC.defaults()["tokens"]
    alone = cost_of(SMALLEST, tokens, 1)
    prices = {users: cost_of(LARGEST, tokens, users) for users in USERS}
    assert alone is not None
    enough = [users for users, each in prices.items() if each and each.cents <= alone.cents]
    first = prices[1]
    assert first is not None
    times = fmt(first.cents / alone.cents, "x")
    if not enough:
        return f"No crowd of the slider does it; alone it costs {times} as much."
    return (
        f"Alone it costs {times} as much. With {fmt(enough[0])} users it costs as little: the "
        "cards are paid once for all of them. The FLOPs of an answer stay as they are."
    )


TOPIC = Topic(
    name="start",
    title="what one answer costs",
    question=(
        f"How many users must share the cards until an answer of {models.peek(LARGEST).name} costs "
        f"no more cents than {models.peek(SMALLEST).name} takes for a single user?"
    ),
    settings=(
        slider(
            "tokens",
            "Length of the answer",
            TOKENS,
            400,
            texts={
                each: fmt(each * _words_of_token(datasets.peek(CUTTER)), "words", 2)
                for each in TOKENS
            },
        ),
        menu("model", "Model", MODELS, SMALLEST),
        slider("users", "Users on the cards", USERS, 1),
    ),
    find=find,
    answer=_answer,
)
