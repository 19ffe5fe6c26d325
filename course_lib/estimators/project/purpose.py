"""Four ways to one purpose, all counted alike: call a model, train an adapter, tune, train from
nothing.

A plan is only as good as its alternatives, and these are only comparable if each is charged with
everything: device hours, people, text, and a year of answers, by call or on a card kept ready.

Design choices:
- A way has parts that err independently, like a plan; the plan of a way is made from the very same
  parts (`Way.others`).
- An hour costs what the catalog says for that card, so another card brings its own price.
- An adapter costs the share of full tuning's device hours that `access.tuning` counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog import Transformer
from course_lib.estimators import access, cost, parameters
from course_lib.estimators.ranges import Range, added, ranged
from course_lib.estimators.training import estimate
from course_lib.units import DAYS_A_YEAR

NAMES = ("call", "adapter", "tune", "from nothing")
TRAINED = NAMES[1:]
"""Ways that leave a model of one's own: text is needed, and a card that answers."""
HOURS = "device hours"
ANSWERS = "a year of answers"
PROMPT, OUTPUT, CROWD = 512, 256, 64
"""Tokens read and written for an answer, and users that share a busy card."""
SPREAD = Range(low=0.6, value=1.0, high=1.5)
"""Of the price of a year's answers: assumed."""

__all__ = ["ANSWERS", "HOURS", "NAMES", "TRAINED", "Way", "hour_usd", "ways"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Way:
    """One way to the purpose, with all that is paid for in its first year."""

    name: str
    """One of `NAMES`."""
    parts_usd: Mapping[str, Range]
    """All that is paid for, by name."""

    @property
    def usd(self) -> Range:
        """All parts together; they err independently."""
        return added(self.parts_usd.values())

    @property
    def others(self) -> dict[str, Range]:
        """What is paid for besides device hours: `other_usd` of the way's plan."""
        return {name: part for name, part in self.parts_usd.items() if name != HOURS}


def hour_usd(device: str) -> float:
    """The course-date price of an hour of a card.

    Raises:
        ValueError: the catalog has none.

    >>> hour_usd("H100") > hour_usd("RTX 4090")
    True
    """
    price = cost.rental(device)
    if price is None:
        raise ValueError(f"device={device!r}: must have a rental price in the catalog, it has none")
    return float(price.usd_per_device_hour)


def ways(
    model: Transformer,
    *,
    device: str,
    devices: int,
    read_tokens: float,
    first_tokens: float,
    answers_a_day: float,
    people_usd: Mapping[str, Range],
    text_usd: Range | float,
    api: str = "openai-gpt-4-1",
) -> dict[str, Way]:
    """Every way with its parts, by name.

    Args:
        model: the architecture, dense.
        device: card that trains and answers, a name of the catalog.
        devices: how many train together; one answers.
        read_tokens: tokens of the purpose's text that tuning and the adapter read, rereadings
            counted.
        first_tokens: tokens that a model from nothing reads in all.
        answers_a_day: answers, each of `PROMPT` tokens read and `OUTPUT` written.
        people_usd: what people cost, by the name of a way.
        text_usd: collecting and cleaning the text.
        api: the catalog's key of the model that is called.

    Raises:
        KeyError: a way without people.
        ValueError: a card without a price, or one that the training does not fit on.

    >>> from course_lib.catalog import models
    >>> case = {"device": "H100", "devices": 64, "read_tokens": 1e11, "first_tokens": 1e12}
    >>> paid = {"people_usd": dict.fromkeys(NAMES, Range(low=60e3, value=90e3, high=140e3)),
    ...         "text_usd": 15e3}
    >>> found = ways(models["llama-3-8b"], answers_a_day=1e5, **case, **paid)
    >>> sorted(found["call"].parts_usd), sorted(found["tune"].parts_usd)
    (['a year of answers', 'people'], ['a year of answers', 'device hours', 'people', 'text'])
    >>> found["adapter"].usd.value < found["tune"].usd.value < found["from nothing"].usd.value
    True
    """
    checks.positive("answers_a_day", answers_a_day)
    text, hour = ranged("text_usd", text_usd), hour_usd(device)
    tuned, first = (
        estimate(
            model, tokens=tokens, device=device, devices=devices, usd_per_device_hour=hour
        ).bill.usd
        for tokens in (read_tokens, first_tokens)
    )
    assert tuned is not None and first is not None  # a price was given
    hours = {"adapter": tuned.scaled(_adapter_share(model)), "tune": tuned, "from nothing": first}
    answers = {
        name: SPREAD.scaled(_answers_usd(model, device, hour, answers_a_day)) for name in TRAINED
    }
    answers["call"] = SPREAD.scaled(_calls_usd(answers_a_day, api))
    found = {}
    for name in NAMES:
        parts = {HOURS: hours[name], "text": text} if name in TRAINED else {}
        parts |= {"people": people_usd[name], ANSWERS: answers[name]}
        found[name] = Way(name=name, parts_usd=parts)
    return found


def _adapter_share(model: Transformer) -> float:
    """Work of an adapter's training over that of full tuning; both read the same text."""
    count = access.tuning.adapter_weights(model)
    total = parameters.count(model).total
    frozen, trained = access.tuning.FROZEN_FLOPS, access.tuning.TRAINED_FLOPS
    return float((frozen * total + trained * count) / (trained * total))


def _answers_usd(model: Transformer, device: str, hour: float, answers_a_day: float) -> float:
    """A year of answers on cards of one's own: at least one is kept ready."""
    price = cost.token_price.served(
        model,
        device=device,
        batch=CROWD,
        prompt=PROMPT,
        output=OUTPUT,
        usd_per_device_hour=hour,
        utilisation=0.5,
    )
    written = answers_a_day * OUTPUT
    return float(access.upkeep.hosting_usd(written, price.per_output, 1, hour))


def _calls_usd(answers_a_day: float, api: str) -> float:
    """A year of calls at a list price."""
    each = cost.token_price.usage_usd(PROMPT, OUTPUT, *cost.token_price.api(api))
    return float(each * answers_a_day * DAYS_A_YEAR)
