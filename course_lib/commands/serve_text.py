"""A service as it was planned: its numbers by name, as text and as plain data.

Design choices:
- Every number has its range, in one unit a line. Its ends come from fleets that are planned by
  themselves, so that more cards may mean fewer requests on each: the ends are sorted.
- Where the slow end of the range holds on no number of cards, there is no upper end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from course_lib.catalog import Device, Transformer
from course_lib.commands.plan_amounts import together
from course_lib.commands.plan_text import line
from course_lib.commands.plan_words import bullets, format_note, paragraph, weights_words
from course_lib.display.fmt import fmt
from course_lib.estimators.attention.text_limits import left_out, length_doubt
from course_lib.estimators.ranges import Range
from course_lib.estimators.serving.plan import Fleet, Load, Needed

ROWS = (
    ("cards", "devices", ""),
    ("in flight, mean", "mean_batch", ""),
    ("in flight, most", "batch", ""),
    ("memory per card", "memory_bytes", "B"),
    ("first token, p95", "first_token", "s"),
    ("each token, p95", "each_token", "s"),
    ("busy", "utilisation", "%"),
    ("cost, 1M tokens", "usd", "USD"),
)
"""Lines of the table: what they are called, their key in `values`, the unit of the data."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Service:
    """A service as it was asked for, and what it needs."""

    model: Transformer
    """What is served."""
    device: Device
    """On what."""
    load: Load
    """What is asked."""
    format: str
    """Format of the weights."""
    found: Needed | None
    """What it needs; None where no number of cards is enough."""
    why_not: str
    """What stands in the way; blank where nothing does."""
    would_hold: tuple[str, ...]
    """What would hold, in words."""
    usd_per_device_hour: float | None
    """Price of an hour of a card; None where none is known."""
    price_note: str
    """Where it comes from."""

    @property
    def name(self) -> str:
        """What the model is called."""
        return self.model.name or "the model"


def as_text(service: Service) -> str:
    """The service as a table, with the limits and the assumptions."""
    load = service.load
    lines = [
        paragraph(
            f"{service.name} served on {service.device.name}: {load.arrivals_per_second:g} "
            f"requests a second, prompts of {load.prompt} tokens, answers of {load.output} "
            f"({service.format})"
        )
    ]
    if service.found is None:
        why = f"Does not hold the limits on any number of cards. {service.why_not}."
        lines.append(paragraph(why))
        for heading, words in (
            ("The nearest that hold:", service.would_hold),
            ("\nAssumptions", _of_model(service)),
        ):
            lines += [heading, *bullets(words)] if words else []
        return "\n".join(lines)
    best, slow = service.found.middle, service.found.slow
    copies = fmt(best.replicas, "copies" if best.replicas > 1 else "copy", exact=True)
    held = f"Holds the limits with {fmt(best.cards, 'cards', exact=True)}: {copies} of the model, "
    lines.append(paragraph(f"{held}each on {fmt(best.group, 'cards')}."))
    if slow is None:
        why = f"At the slow end of the range nothing does. {service.found.why_not}."
        lines.append(paragraph(why))
    elif slow.cards > best.cards:
        cards = fmt(slow.cards, "cards", exact=True)
        lines.append(f"At the slow end of the range {cards} are needed.")
    if service.usd_per_device_hour is None:
        unknown = f"Cost is unknown: no price is known for an hour of {service.device.name}"
        lines.append(paragraph(f"{unknown}; --price gives one."))
    lines += ["", f"{'':20}{'estimate':>18}   80 % range"]
    lines += [_row(service, service.found, *row) for row in ROWS]
    return "\n".join([*lines, "", "Assumptions", *bullets(_assumed(service))])


def values(service: Service, fleet: Fleet) -> dict[str, float | None]:
    """The numbers of a service by name, those that may be limited among them."""
    hourly, stated = service.usd_per_device_hour, service.device.memory_bytes
    return {
        "devices": fleet.cards,
        "batch": fleet.batch,
        "mean_batch": fleet.mean_batch,
        "memory": None if stated is None else fleet.memory_bytes / stated,
        "memory_bytes": fleet.memory_bytes,
        "memory_gb": fleet.memory_bytes / 1e9,
        "first_token": fleet.first_token_seconds,
        "each_token": fleet.token_seconds,
        "utilisation": fleet.utilisation,
        "usd": None if hourly is None else fleet.usd_per_million(service.load, hourly),
    }


def as_data(service: Service) -> dict[str, Any]:
    """The service as plain data: each number as low, estimate and high; high is null where the slow
    end holds on no number of cards."""
    load = service.load
    asked = {
        "model": service.name,
        "device": service.device.name,
        "format": service.format,
        **{name: getattr(load, name) for name in vars(load)},
        "usd_per_device_hour": service.usd_per_device_hour,
        "holds": service.found is not None,
    }
    if service.found is None:
        why = {"why_not": service.why_not, "would_hold": list(service.would_hold)}
        return asked | why | {"assumptions": _of_model(service)}
    found = service.found
    rows = {name: _ends(service, found, name) for _, name, _ in ROWS}
    shape = {"replicas": found.middle.replicas, "group": found.middle.group}
    slow_end = {"slow_end": found.why_not or "holds"}
    return asked | shape | rows | slow_end | {"assumptions": _assumed(service)}


def is_service(data: object) -> bool:
    """Whether plain data is what `as_data` makes of a service.

    >>> is_service({"arrivals_per_second": 5, "holds": True}), is_service({"purpose": "letters"})
    (True, False)
    """
    return isinstance(data, Mapping) and {"arrivals_per_second", "holds"} <= set(data)


def _ends(service: Service, found: Needed, name: str) -> list[float | None] | None:
    """Low, estimate and high of a number; its ends may lie either way."""
    fleets = [found.quick, found.middle, *([found.slow] if found.slow else [])]
    known = [values(service, fleet)[name] for fleet in fleets]
    numbers = [number for number in known if number is not None]
    if len(numbers) < len(known):
        return None
    return [min(numbers), numbers[1], max(numbers) if found.slow else None]


def _row(service: Service, found: Needed, label: str, name: str, unit: str) -> str:
    ends = _ends(service, found, name)
    if ends is None:
        return line(label, None, unit)
    low, middle, high = ends
    assert low is not None and middle is not None
    if high is not None:
        return line(label, Range(low=low, value=middle, high=high), unit)
    shown = together(Range(low=min(low, middle), value=middle, high=middle), unit)[0]
    return f"{label:20}{shown:>18}   no upper end"


def _assumed(service: Service) -> list[str]:
    load = service.load
    each = (
        "" if load.token_seconds is None else f", each further one within {load.token_seconds:g} s"
    )
    return [
        f"Limits, for 95 of 100 requests: first token within {load.first_token_seconds:g} s{each}.",
        "Requests arrive at random; answers have exponential lengths, prompts are all alike.",
        "Each end of the range is planned by itself: its cards hold the limits too.",
        "Cost is the rent of all cards over the tokens written.",
        service.price_note,
        *_of_model(service),
    ]


def _of_model(service: Service) -> list[str]:
    """What is assumed of the model: its size, its format, texts longer than it was made for, and
    what is left out."""
    sentences = (
        weights_words(service.model),
        format_note(service.device, service.format),
        length_doubt(service.model, service.load.prompt + service.load.output),
        *left_out(service.model),
    )
    return [each for each in sentences if each]
