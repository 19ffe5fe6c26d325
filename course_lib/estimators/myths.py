"""Claims whose numbers come from the catalog alone, so that they can be decided for any year.

Design choices:
- Each function takes catalogs, all of today or `as_of` a year, and gives the numbers that the
  claim's rules ask for, by name. It does what the claim's lesson does; a test holds it against the
  number that the lesson recorded.
- Where the catalogs lack what the test sentence needs, it gives None: nobody could have decided
  then.
- A card's price is that of the year: before somebody rented it there is no verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from course_lib.catalog import COURSE_DATE, Device, Transformer
from course_lib.catalog.as_of import Catalogs
from course_lib.estimators import flops, hardware, parameters
from course_lib.estimators.cost import jobs, offers
from course_lib.units import DAY, HOUR, YEAR

Numbers = Mapping[str, float]
EXAMPLES = {"gpt-4": 100e9, "llama-3-70b": 65e9, "gemini-1-0-ultra": 100e9}
"""The sizes that the articles name, in parameters, by key of the model they must mean."""
CENTRE, HOME = ("a40", "l40", "h100-sxm-80gb"), ("rtx-3090", "rtx-4090")
SURVEY = "Industry average"
COUNTRIES = 100
"""Fewer countries than this say nothing about one in ten of the world's."""
TRAINED_TOKENS, ANSWER_TOKENS = 1e9, 1_000_000

__all__ = ["CLAIMS", "numbers"]


def numbers(claim: str, catalogs: Catalogs) -> Numbers | None:
    """The numbers that decide a claim, from the catalogs; None where they hold too little.

    Raises:
        KeyError: the claim is not decided by the catalog alone.

    >>> from course_lib.catalog.as_of import as_of
    >>> numbers("A07", as_of(2021))["deepest"], numbers("A07", as_of(2022))["deepest"]
    (96, 118)
    >>> numbers("C08", as_of(2021)) is None  # no price of an hour was known
    True
    """
    if claim not in CLAIMS:
        raise KeyError(
            f"no claim {claim!r} is decided by the catalog alone; these are: {', '.join(CLAIMS)}"
        )
    return CLAIMS[claim](catalogs)


def sizes(catalogs: Catalogs) -> Numbers | None:
    """A01: shares and counts of decoders by size, and the three named examples that are known."""
    totals = [int(parameters.count(model).total) for model in _decoders(catalogs)]
    if not totals:
        return None
    known = [
        (catalogs.models[key].published.total_params, named)
        for key, named in EXAMPLES.items()
        if key in catalogs.models
    ]
    close = [abs(size / named - 1) <= 0.05 for size, named in known if size]
    return {
        "share_billion": sum(total >= 1e9 for total in totals) / len(totals),
        "models_trillion": sum(total >= 1e12 for total in totals),
        "examples_confirmed": close.count(True),
        "examples_wrong": close.count(False),
    }


def depth(catalogs: Catalogs) -> Numbers | None:
    """A07: the share of decoders with more than 100 layers, and the deepest."""
    layers = [int(model.layers) for model in _decoders(catalogs)]
    return (
        {"share": sum(count > 100 for count in layers) / len(layers), "deepest": max(layers)}
        if layers
        else None
    )


def durations(catalogs: Catalogs) -> Numbers | None:
    """B03: how long full runs lasted, and how near the simple estimate comes."""
    # Plain dicts: each run then costs no look-up by name in a catalog.
    models, devices = dict(catalogs.models.items()), dict(catalogs.devices.items())
    full = [run for run in catalogs.runs.values() if run.kind == "full_run"]
    times = [
        times
        for run in full
        if (
            times := _times(run, models.get(run.model_key or ""), devices.get(run.device_key or ""))
        )
    ]
    if not times:
        return None
    return {
        "share_between": sum(DAY <= lasted <= YEAR for lasted, _ in times) / len(times),
        "share_close": sum(0.5 <= planned / lasted <= 2 for lasted, planned in times) / len(times),
        "longest": max(lasted for lasted, _ in times),
    }


def cooled(catalogs: Catalogs) -> Numbers | None:
    """B05: what the latest industry average and the best place add to their machines' energy."""
    added = {hall.name: (hall.source.date, hall.pue - 1) for hall in catalogs.cooling.values()}
    surveys = [survey for name, survey in added.items() if name.startswith(SURVEY)]
    if not surveys:
        return None
    # Pairs compare by their date first, so the largest is the latest.
    return {"average": max(surveys)[1], "best": min(more for _, more in added.values())}


def places(catalogs: Catalogs) -> Numbers | None:
    """B07: the ninth grid of ten over the first, and the least swing of a published day."""
    grams = sorted(
        grid.grams_per_kwh for grid in catalogs.grids.values() if grid.category == "country"
    )
    swings = [
        max(day.grams_per_kwh) / min(day.grams_per_kwh) for day in catalogs.grid_days.values()
    ]
    if len(grams) < COUNTRIES or not swings:
        return None
    # First and ninth tenth of the sorted grids; whole numbers, so that no rounding moves a place.
    return {"place": grams[len(grams) * 9 // 10] / grams[len(grams) // 10], "hour": min(swings)}


def alike(catalogs: Catalogs) -> Numbers | None:
    """C01: the best GPU over the worst, in peak, bandwidth and memory."""
    gpus = [card for card in catalogs.devices.values() if card.kind == "gpu" and _stated(card)]
    if not gpus:
        return None
    offered: dict[str, list[float]] = {
        "training_ratio": [hardware.peak(card) for card in gpus],
        "decoding_ratio": [card.memory_bytes_per_second or 0.0 for card in gpus],
        "memory_ratio": [card.memory_bytes or 0.0 for card in gpus],
    }
    return {name: max(values) / min(values) for name, values in offered.items()}


def dearer(catalogs: Catalogs) -> Numbers | None:
    """C08: the share of pairs in which the data-centre card does a job for less."""
    as_of = _date(catalogs)
    if "llama-3-8b" not in catalogs.models or not all(
        key in catalogs.devices and offers.rental(key, as_of=as_of) for key in CENTRE + HOME
    ):
        return None
    llama = catalogs.models["llama-3-8b"]
    tasks = {
        "training": jobs.training(llama, TRAINED_TOKENS),
        "decoding": jobs.decoding(llama, ANSWER_TOKENS),
    }
    usd = {
        name: {key: jobs.offer(job, key, as_of=as_of).usd for key in CENTRE + HOME}
        for name, job in tasks.items()
    }
    pairs = [(centre, home) for centre in CENTRE for home in HOME]
    return {
        # `or 0` is for the type checker: every card has a price, as was asked above.
        f"share_{name}": sum((spent[centre] or 0) < (spent[home] or 0) for centre, home in pairs)
        / len(pairs)
        for name, spent in usd.items()
    }


CLAIMS: dict[str, Callable[[Catalogs], Numbers | None]] = {
    "A01": sizes,
    "A07": depth,
    "B03": durations,
    "B05": cooled,
    "B07": places,
    "C01": alike,
    "C08": dearer,
}
"""How each claim's numbers come about."""


def _decoders(catalogs: Catalogs) -> list[Transformer]:
    return [model for model in catalogs.models.values() if isinstance(model, Transformer)]


def _times(run: Any, model: Any, device: Device | None) -> tuple[float, float] | None:
    """Seconds that a run lasted, and those planned at 40 % of the peak; None where something is not
    stated."""
    stated = run.tokens and run.devices and (run.wall_seconds or run.device_hours)
    if not stated or device is None or not isinstance(model, Transformer):
        return None
    lasted = run.wall_seconds or run.device_hours / run.devices * HOUR
    work = flops.training(model, run.tokens)
    planned = hardware.training_seconds(work, hardware.peak(device), devices=run.devices)
    return float(lasted), float(planned)


def _stated(card: Device) -> bool:
    """Whether it is sold, and the catalog states a peak in two bytes, a memory and a bandwidth."""
    if card.status:
        return False
    half = any(name in card.peak_flops for name in hardware.HALF)
    return half and card.memory_bytes is not None and card.memory_bytes_per_second is not None


def _date(catalogs: Catalogs) -> str:
    """The date that the catalogs stand for: the end of their year, or the course's own."""
    return str(getattr(catalogs.prices, "year", COURSE_DATE))
