"""Texts with the same beginning: what is saved where its cache is kept and not computed again.

Two cases have closed forms: many requests behind one beginning (instructions, examples, a book),
and turns of one talk, where each turn sends the whole talk so far. `reading` says what the
rest costs on a machine, and `input_usd` what a seller asks for it.

Design choices:
- Only a beginning can be kept: a key and a value depend on all tokens before them.
- Hits are counted in tokens, as services publish them: tokens found in the cache over tokens read.
- The cache holds everything for ever here. What was dropped for lack of room, or lies on another
  machine, is a miss: published rates are lower by that (1.7 % against 92.2 % in one test).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog import Transformer, prices
from course_lib.checks import Number
from course_lib.estimators.inference import Machine
from course_lib.estimators.inference.work import pass_flops

MILLION = 1e6


@dataclass(frozen=True, kw_only=True, eq=False)
class Reuse:
    """Tokens sent to a server, and those of them that it knows already."""

    sent_tokens: Number
    """Tokens of all prompts."""
    new_tokens: Number
    """Tokens that have to be computed."""

    @property
    def cached_tokens(self) -> Number:
        """Tokens found in the cache."""
        return self.sent_tokens - self.new_tokens

    @property
    def hit_rate(self) -> Number:
        """Part of the tokens found in the cache."""
        return self.cached_tokens / self.sent_tokens


def shared(requests: Number, prefix: Number, own: Number) -> Reuse:
    """Requests that share a beginning: the first one computes it, the others find it.

    Args:
        requests: how many; arrays broadcast, here and below.
        prefix: tokens of the beginning.
        own: tokens of each request after it.

    Raises:
        TypeError, ValueError: by the argument's name; requests without a token.

    >>> shared(requests=10, prefix=900, own=100).hit_rate
    0.81
    """
    requests = checks.whole("requests", requests)
    prefix = checks.whole("prefix", prefix, at_least=0)
    own = checks.whole("own", own, at_least=0)
    checks.broadcast(requests=requests, prefix=prefix, own=own)
    if np.any(prefix + own == 0):
        raise ValueError("prefix and own must not both be 0")
    return Reuse(sent_tokens=requests * (prefix + own), new_tokens=prefix + requests * own)


def turns(turns: Number, first: Number, added: Number) -> Reuse:
    """Turns of one talk, each of which sends everything said before.

    Args:
        turns: how many.
        first: tokens that the first turn sends.
        added: tokens by which each further turn is longer: the answer, and what follows on it. An
            answer is in the cache since it was written, so with a cache these tokens are an upper
            end of what is computed.

    Raises:
        TypeError, ValueError: by the argument's name.

    Source: 33 turns, the median of 610 published traces of a coding agent, give 94.1 % where each
    turn adds as much as the first; the traces found 94.2 % (catalog, finding s017).

    >>> talk = turns(33, first=1000, added=1000)
    >>> int(talk.sent_tokens), int(talk.new_tokens), round(talk.hit_rate, 3)
    (561000, 33000, 0.941)
    """
    turns, first = checks.whole("turns", turns), checks.whole("first", first)
    added = checks.whole("added", added, at_least=0)
    checks.broadcast(turns=turns, first=first, added=added)
    # The sum of first, first + added, first + 2 x added, ... has turns (turns - 1) / 2 of `added`.
    grown = added * (turns * (turns - 1) // 2)
    return Reuse(sent_tokens=turns * first + grown, new_tokens=first + (turns - 1) * added)


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading:
    """What a prompt costs, whole and where its beginning is in the cache."""

    fresh_flops: Number
    """FLOPs to read all of it."""
    flops: Number
    """FLOPs to read what is not in the cache."""
    fresh_seconds: Number
    """Seconds for all of it."""
    seconds: Number
    """Seconds for what is not in the cache."""
    cache_bytes: Number
    """Bytes that the kept beginning takes on each device."""

    @property
    def flops_saved(self) -> Number:
        """Part of the FLOPs that is saved."""
        return 1 - self.flops / self.fresh_flops

    @property
    def speed_up(self) -> Number:
        """How many times sooner the prompt is read."""
        return self.fresh_seconds / self.seconds


def reading(machine: Machine, model: Transformer, *, prompt: Number, cached: Number) -> Reading:
    """What it costs to read a prompt whose first `cached` tokens are in the cache.

    Args:
        machine: device or devices, format and program.
        model: the architecture.
        prompt: tokens of the prompt; arrays broadcast.
        cached: how many of them are in the cache: fewer than all, because the last token has to be
            read to go on from it.

    Raises:
        TypeError, ValueError, KeyError: by the argument's name; as `inference.estimate`.

    >>> from course_lib.catalog import models
    >>> machine = Machine(device="H100", software="server")
    >>> found = reading(machine, models["llama-3-8b"], prompt=8000, cached=7600)
    >>> 0.9 < found.flops_saved < 0.95  # the rest still attends to the beginning
    True
    """
    checks.instance("machine", machine, Machine)
    prompt = checks.whole("prompt", prompt)
    cached = checks.whole("cached", cached, at_least=0)
    checks.broadcast(prompt=prompt, cached=cached)
    if np.any(cached >= prompt):
        raise ValueError(f"cached must be fewer than the prompt's tokens, got {cached} of {prompt}")
    rest = prompt - cached
    return Reading(
        fresh_flops=pass_flops(model, 1, prompt),
        flops=pass_flops(model, 1, rest, cached),
        fresh_seconds=machine.run(model, 1, prompt).seconds,
        seconds=machine.run(model, 1, rest, cached).seconds,
        cache_bytes=machine.cache_bytes(model, 1, cached, reserved=True),
    )


def cached_price(key: str) -> float:
    """What a seller asks for a cached token of a prompt over what it asks for a fresh one.

    From the catalog: `KEY-cached-input` over `KEY-input`.

    Raises:
        KeyError: no such prices.

    >>> cached_price("openai-gpt-4-1")
    0.25
    """
    return prices[f"{key}-cached-input"].value / prices[f"{key}-input"].value


def input_usd(
    sent_tokens: Number, hit_rate: Number, usd_per_million: Number, cached_price: Number = 1.0
) -> Number:
    """US dollars for the tokens of prompts, some of which are in the cache.

    Args:
        sent_tokens: tokens of all prompts; arrays broadcast.
        hit_rate: part of them found in the cache, 0 to 1.
        usd_per_million: price of a million fresh ones.
        cached_price: price of a cached one over that of a fresh one; 1 for no discount.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> input_usd(1e6, hit_rate=0.5, usd_per_million=2.0, cached_price=0.25)
    1.25
    """
    tokens = checks.positive("sent_tokens", sent_tokens, zero=True)
    hits = checks.share("hit_rate", hit_rate, zero=True)
    price = checks.positive("usd_per_million", usd_per_million, zero=True)
    part = checks.positive("cached_price", cached_price, zero=True)
    checks.broadcast(sent_tokens=tokens, hit_rate=hits, usd_per_million=price, cached_price=part)
    return tokens / MILLION * price * (1 - hits + hits * part)
