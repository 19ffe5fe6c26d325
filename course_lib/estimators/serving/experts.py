"""A mixture's experts spread over cards: what each card reads and computes for a step, and what the
cards send each other.

Every card holds some of the experts and all of the rest (attention, shared experts, head), and has
requests of its own. In each layer its tokens travel to the cards of the experts that they picked,
and the results travel back: two all-to-all exchanges.

An expert sees only the tokens that picked it: of 256 experts with 8 picked, one token in 32. So the
batch of all cards together has to be that many times larger before an expert's weights are used as
often as they are in a dense model; and only many cards hold the caches of so large a batch.

Design choices:
- Experts are picked evenly. In services some are picked more often, and the fullest card sets the
  pace; copies of popular experts even that out.
- Times of the parts are those of `inference.Machine`: experts as on `devices` cards, the rest as on
  one card with its own requests.
- The exchange takes the bytes that leave a card over the rate of its link; the two exchanges of
  every layer add up. `hidden` says how much of it runs behind arithmetic, as with two half batches
  that take turns.
Source: DeepSeek-AI 2025 (arXiv 2505.09343, section 2.3.2) for the exchange.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from course_lib import checks
from course_lib.catalog import Experts, Transformer
from course_lib.catalog.records.patterns import LayerKind
from course_lib.checks import Number
from course_lib.estimators import parameters
from course_lib.estimators.inference import Machine, exchanges, shares
from course_lib.estimators.memory.stages import pick
from course_lib.estimators.parallelism.clusters import Cluster
from course_lib.estimators.precision import stored

DISPATCHED, COMBINED = 1, 2
"""Bytes of a number on its way to an expert (fp8) and back (bf16), as in DeepSeek's services."""


def tokens_per_expert(tokens: Number, count: Number, active: Number) -> Number:
    """Tokens that an expert sees on average: each token picks `active` of `count`.

    Args:
        tokens: tokens of a pass on all cards together; arrays broadcast.
        count: experts of a layer.
        active: experts that a token picks.

    Raises:
        TypeError, ValueError: by the argument's name; more picked than there are.

    >>> tokens_per_expert(tokens=64, count=256, active=8)
    2.0
    """
    tokens = checks.positive("tokens", tokens, zero=True)
    count, active = checks.whole("count", count), checks.whole("active", active)
    checks.broadcast(tokens=tokens, count=count, active=active)
    if np.any(active > count):
        raise ValueError(f"active must not exceed count, got {active} of {count}")
    return tokens * active / count


def exchange_bytes(
    tokens: Number,
    picked: Number,
    width: Number,
    *,
    devices: Number | None = None,
    dispatch_bytes: Number = DISPATCHED,
    combine_bytes: Number = COMBINED,
) -> Number:
    """Bytes that one card sends in a layer for its own tokens, there and back.

    Args:
        tokens: tokens of the card; arrays broadcast.
        picked: experts that a token picks.
        width: numbers of a token, the model's width.
        devices: cards that the experts are spread over: of the picked experts one part in so many
            is on the card itself; None for none of them.
        dispatch_bytes: bytes of a number on its way to an expert.
        combine_bytes: bytes of a number on its way back.

    Raises:
        TypeError, ValueError: by the argument's name.

    Source: the published example, 32 tokens to 8 experts and a shared one at a width of "7K" over
    50 GB/s, takes 120.96 microseconds (arXiv 2505.09343, section 2.3.2).

    >>> 1e6 * exchange_bytes(32, picked=9, width=7000) / 50e9
    120.96
    """
    numbers = {
        "tokens": checks.positive("tokens", tokens, zero=True),
        "picked": checks.whole("picked", picked),
        "width": checks.whole("width", width),
        "dispatch_bytes": checks.positive("dispatch_bytes", dispatch_bytes),
        "combine_bytes": checks.positive("combine_bytes", combine_bytes),
    }
    leaving: Number = 1
    if devices is not None:
        numbers["devices"] = checks.whole("devices", devices)
        leaving = 1 - 1 / numbers["devices"]
    checks.broadcast(**numbers)
    both = numbers["dispatch_bytes"] + numbers["combine_bytes"]
    return numbers["tokens"] * numbers["picked"] * numbers["width"] * both * leaving


@dataclass(frozen=True, kw_only=True, eq=False)
class Spread:
    """A decoding step of a mixture on each of its cards."""

    held_bytes: Number
    """Weights that a card holds."""
    read_bytes: Number
    """Weights that it reads in a step: those of the experts that some token picked, and the
    rest."""
    cache_bytes: Number
    """Cache of its own requests."""
    tokens_per_expert: Number
    """Tokens that an expert sees."""
    exchange_bytes: Number
    """Bytes that it sends, all layers together."""
    expert_seconds: Number
    """Time for its experts."""
    other_seconds: Number
    """Time for the rest, attention included."""
    exchange_seconds: Number
    """Time to send, as far as it is not hidden."""
    requests: Number
    """Requests of the card itself."""

    @property
    def token_seconds(self) -> Number:
        """Time of a step: a token of each request."""
        return self.expert_seconds + self.other_seconds + self.exchange_seconds

    @property
    def tokens_per_second(self) -> Number:
        """Tokens that each card writes a second."""
        return self.requests / self.token_seconds


def spread(
    machine: Machine,
    model: Transformer,
    *,
    devices: Number,
    requests: Number,
    context: Number,
    link_bytes_per_second: Number | None = None,
    hidden: Number = 0.0,
) -> Spread:
    """A decoding step with the experts over so many cards.

    Args:
        machine: one card, format and program.
        model: a mixture.
        devices: cards that the experts are spread over; arrays broadcast.
        requests: requests that each card has of its own.
        context: tokens in the cache of each.
        link_bytes_per_second: what a card sends to the others; None for its links within a machine
            or a rack (`Cluster.domain`), and for its network port beyond.
        hidden: part of the exchange that runs behind arithmetic, 0 to 1.

    Raises:
        TypeError, ValueError, KeyError: by the argument's name; as `inference.estimate`; ValueError
            too for a model without experts and for a machine of several cards.

    >>> from course_lib.catalog import models
    >>> case = {"requests": 64, "context": 4000}
    >>> card, deepseek = Machine(device="H800", software="server"), models["deepseek-v3"]
    >>> few, many = (spread(card, deepseek, devices=count, **case) for count in (16, 128))
    >>> few.tokens_per_expert, many.tokens_per_expert
    (32.0, 256.0)
    >>> many.read_bytes < few.read_bytes / 2
    True
    """
    mixtures = _mixtures(machine, model)
    devices, requests = checks.whole("devices", devices), checks.whole("requests", requests)
    context = checks.whole("context", context, at_least=0)
    part = checks.share("hidden", hidden, zero=True)
    checks.broadcast(devices=devices, requests=requests, context=context, hidden=part)
    every = requests * devices
    own = machine.run(model, requests, 1, context)
    theirs = replace(machine, devices=devices).run(model, every, 1, context)
    found = stored.weight_bytes(model, machine.format)
    read = shares.read(model, machine.format, 1, False, every)
    sent = _sent(mixtures, requests, devices)
    rate = _link(machine, devices, link_bytes_per_second)
    first = mixtures[0][1]
    return Spread(
        held_bytes=found.total - found.routed + found.routed / devices,
        read_bytes=read.shared + read.experts / devices,
        cache_bytes=machine.cache_bytes(model, requests, context + 1),
        tokens_per_expert=tokens_per_expert(every, first.count, first.active),
        exchange_bytes=sent,
        expert_seconds=theirs.experts.seconds,
        other_seconds=own.seconds - own.experts.seconds,
        exchange_seconds=(1 - part) * sent / rate,
        requests=requests,
    )


def _mixtures(machine: Machine, model: Transformer) -> list[tuple[LayerKind[Transformer], Experts]]:
    """The kinds of layers that have experts, for one card."""
    checks.instance("machine", machine, Machine)
    if np.any(machine.devices != 1) or np.any(machine.stages != 1):
        raise ValueError("machine must be one card; devices says over how many experts are spread")
    kinds = checks.instance("model", model, Transformer).layer_kinds
    found = [(kind, experts) for kind in kinds if (experts := kind.layer.experts) is not None]
    if not found:
        raise ValueError(f"model must have experts, {model.name} has none")
    return found


def _sent(
    mixtures: list[tuple[LayerKind[Transformer], Experts]], requests: Number, devices: Number
) -> Number:
    """Bytes that a card sends in all layers."""
    total: Number = 0.0
    for kind, experts in mixtures:
        # Experts may work on a vector narrower than the model's.
        width = parameters.expert_width(kind.layer, experts)
        sent = exchange_bytes(requests, experts.active, width, devices=devices)
        total = total + kind.count * sent
    return total


def _link(machine: Machine, devices: Number, given: Number | None) -> Number:
    """What a card sends to the others, in bytes/s."""
    if given is not None:
        return checks.positive("link_bytes_per_second", given)
    cluster = Cluster.of(machine.record)
    inside = exchanges.link(machine.record, devices)
    return pick(devices > cluster.domain, cluster.network_bytes_per_second, inside)
