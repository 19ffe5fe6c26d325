"""What one task takes when the model thinks first: tokens, FLOPs, seconds, joules and dollars.

Design choices:
- A hidden token (a thought) costs what a visible one does: a pass through the model, a place in the
  cache, and its price as output.
- One try on a machine of one's own choice; `usd` is the rent of the cards, shared by the batch.
  What a seller asks instead stands in `token_prices`.
- Energy is that of `energy.answers`, for a batch of such tasks, with servers and cooling.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog import Device, Transformer, prices
from course_lib.checks import Number
from course_lib.estimators import energy, inference
from course_lib.estimators.ranges import Range
from course_lib.estimators.thinking.token_prices import listed
from course_lib.estimators.thinking.tries import best_of_flops
from course_lib.units import HOUR

__all__ = ["Task", "api_usd", "task"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Task:
    """What one task takes."""

    read_tokens: Number
    """Tokens of the prompt."""
    visible_tokens: Number
    """Tokens written for the reader."""
    hidden_tokens: Number
    """Tokens written before them, which nobody reads."""
    flops: Number
    """FLOPs of reading and writing."""
    seconds: Number
    """From the start to the last token."""
    joules: Range
    """Energy, with servers and cooling; its 80 % range."""
    usd: Number
    """Rent of the cards over that time, divided by the tasks that share them."""
    fits: checks.Flags | None
    """Whether all tasks of the batch have room on each device; None where no memory is stated."""

    @property
    def written_tokens(self) -> Number:
        """All tokens written."""
        return self.visible_tokens + self.hidden_tokens

    @property
    def hidden_share(self) -> Number:
        """Part of the written tokens that nobody reads."""
        return self.hidden_tokens / self.written_tokens


def task(
    model: Transformer,
    *,
    device: Device | str,
    prompt: Number,
    visible: Number,
    hidden: Number = 0,
    batch: Number = 1,
    devices: Number = 1,
    format: str | None = None,
    software: str | None = "server",
    usd_per_device_hour: Number | None = None,
) -> Task:
    """What a task takes on cards that serve a batch of such tasks.

    Args:
        model: the architecture.
        device: a record of the catalog, or its name.
        prompt: tokens read; arrays broadcast, here and below.
        visible: tokens written for the reader.
        hidden: tokens thought first.
        batch: tasks that run at once.
        devices: devices that share every layer.
        format: format of the weights, as in `inference.estimate`.
        software: kind of program.
        usd_per_device_hour: rent of a device; None for the catalog's on the course's date.

    Raises:
        TypeError, ValueError, KeyError: by the argument's name; as `inference.estimate`.

    >>> from course_lib.catalog import models
    >>> case = {"device": "H100", "prompt": 200, "visible": 400, "batch": 16}
    >>> llama = models["llama-3-8b"]
    >>> plain, thought = (task(llama, **case, hidden=hidden) for hidden in (0, 6000))
    >>> thought.written_tokens, round(thought.flops / plain.flops, 1)  # 16 times the tokens written
    (6400, 12.1)
    >>> 15 < thought.seconds / plain.seconds < 20
    True
    """
    prompt, visible = checks.whole("prompt", prompt), checks.whole("visible", visible)
    hidden, batch = checks.whole("hidden", hidden, at_least=0), checks.whole("batch", batch)
    devices, written = checks.whole("devices", devices), visible + hidden
    if usd_per_device_hour is None:
        usd_per_device_hour = prices.rental(device).usd_per_device_hour
    price = checks.positive("usd_per_device_hour", usd_per_device_hour, zero=True)
    answer = inference.estimate(
        model,
        device=device,
        batch=batch,
        prompt=prompt,
        output=written,
        devices=devices,
        format=format,
        software=software,
    )
    each = energy.answers.token(
        model,
        device=device,
        batch=batch,
        prompt=prompt,
        output=written,
        devices=devices,
        format=format,
        software=software,
    )
    return Task(
        read_tokens=prompt,
        visible_tokens=visible,
        hidden_tokens=hidden,
        flops=best_of_flops(model, prompt=prompt, output=written),
        seconds=answer.request_seconds,
        joules=each.scaled(written),
        usd=answer.request_seconds * devices * price / HOUR / batch,
        fits=answer.fits,
    )


def api_usd(
    key: str, *, read: Number, visible: Number, hidden: Number = 0, cached: Number = 0
) -> Number:
    """What a seller asks for a task, at the catalog's list prices: thoughts are priced as output.

    Args:
        key: of the prices, as in `token_prices.listed`.
        read: tokens of the prompts that are computed; arrays broadcast.
        visible: tokens written for the reader.
        hidden: tokens thought first.
        cached: tokens of the prompts found in the cache.

    Raises:
        TypeError, ValueError, KeyError: by the argument's name; no such prices.

    Source: the arithmetic against published bills, in the tests (finding r021 to r023).

    >>> api_usd("openai-gpt-5", read=10_000, visible=500, hidden=9_500)  # 0.0125 + 0.1
    0.1125
    """
    visible = checks.positive("visible", visible, zero=True)
    hidden = checks.positive("hidden", hidden, zero=True)
    return listed(key).usd(read=read, cached=cached, written=visible + hidden)
