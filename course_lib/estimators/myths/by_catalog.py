"""Claims whose numbers come from the catalog alone, so that they can be decided for any year.

Design choices:
- Each function takes catalogs, all of today or `as_of` a year, and gives the numbers that the
  claim's rules ask for, by name. It does what the claim's lesson does; a test holds it against the
  number that the lesson recorded.
- Where the catalogs hold too little of a year, it gives None: there is no verdict of that year.
  What is too little: fewer cases than `ENOUGH` for a share or an extreme, fewer countries than
  `COUNTRIES`, no survey of that year or the one before.
- A card's price is that of the year: before somebody rented it there is no verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from course_lib.catalog import COURSE_DATE, Device, Run
from course_lib.catalog.as_of import Catalogs
from course_lib.estimators import flops, hardware, parameters
from course_lib.estimators.myths import kind, pairs
from course_lib.units import DAY, HOUR, YEAR

Numbers = Mapping[str, float]
ENOUGH = 10
"""Fewer cases than this cannot show what nine in ten do."""
COUNTRIES = 100
"""Fewer countries than this say nothing about one in ten of the world's."""
SURVEY = "Industry average"
UTILISATION = 0.4
"""Share of the peak that a run is planned with."""
ACCELERATOR, SERVER_CPU = "h100-sxm-80gb", "xeon-platinum-8480"
"""The devices of B01: the H100, and the server CPU of lesson 05 (claim C03)."""
PRICED = "llama-3-8b"
"""The model of C08's jobs."""

__all__ = ["CLAIMS", "lasting", "numbers"]


def numbers(claim: str, catalogs: Catalogs) -> Numbers | None:
    """The numbers that decide a claim, from the catalogs; None where they hold too little.

    Raises:
        KeyError: the claim is not decided by the catalog alone.

    >>> from course_lib.catalog.as_of import as_of
    >>> numbers("A07", as_of(2020))["deepest"], numbers("A07", as_of(2021))["deepest"]
    (96, 105)
    >>> numbers("C08", as_of(2021)) is None  # no price of an hour was known
    True
    """
    if claim not in CLAIMS:
        raise KeyError(
            f"no claim {claim!r} is decided by the catalog alone; these are: {', '.join(CLAIMS)}"
        )
    return CLAIMS[claim](catalogs)


def sizes(catalogs: Catalogs) -> Numbers | None:
    """A01a: of the decoders since 2022, the share with a billion weights, and how many have a
    trillion."""
    totals = [
        int(parameters.count(model).total)
        for model in kind.decoders(catalogs.models).values()
        if model.year >= kind.SINCE
    ]
    if len(totals) < ENOUGH:
        return None
    return {
        "share_billion": sum(total >= 1e9 for total in totals) / len(totals),
        "models_trillion": sum(total >= 1e12 for total in totals),
    }


def depth(catalogs: Catalogs) -> Numbers | None:
    """A07: the depth of the deepest decoder."""
    layers = [int(model.layers) for model in kind.decoders(catalogs.models).values()]
    return {"deepest": max(layers)} if len(layers) >= ENOUGH else None


def devices_needed(catalogs: Catalogs) -> Numbers | None:
    """B01: the share of full runs that would take over a year on one H100, and the time of the
    smallest on one server CPU, both at 40 % of the peak."""
    runs = kind.full_runs(catalogs.runs, kind.of_articles_kind(catalogs.models))
    works = [float(flops.training(model, run.tokens)) for run, model in runs if run.tokens]
    if len(works) < ENOUGH or not {ACCELERATOR, SERVER_CPU} <= set(catalogs.devices):
        return None
    rate, slow_rate = (
        UTILISATION * hardware.peak(catalogs.devices[key]) for key in (ACCELERATOR, SERVER_CPU)
    )
    return {
        "share_long": sum(work / rate > YEAR for work in works) / len(works),
        "smallest_on_cpu": min(works) / slow_rate,
    }


def durations(catalogs: Catalogs) -> Numbers | None:
    """B03: the share of full runs that lasted between a day and a year."""
    runs = kind.full_runs(catalogs.runs, kind.of_articles_kind(catalogs.models))
    lasted = [seconds for run, _ in runs if (seconds := lasting(run))]
    if len(lasted) < ENOUGH:
        return None
    return {"share_between": sum(DAY <= seconds <= YEAR for seconds in lasted) / len(lasted)}


def lasting(run: Run) -> float | None:
    """Seconds that a run lasted: as stated, or its device hours over its devices; None where
    neither is stated.

    >>> from course_lib.catalog import runs
    >>> round(lasting(runs["falcon-40b"]) / 86400), lasting(runs["llama-3-8b"])
    (60, None)
    """
    if run.wall_seconds:
        return float(run.wall_seconds)
    if run.device_hours and run.devices:
        return float(run.device_hours / run.devices * HOUR)
    return None


def cooled(catalogs: Catalogs) -> Numbers | None:
    """B05: what the latest industry average and the best place add to their machines' energy."""
    added = {hall.name: (hall.source.date, hall.pue - 1) for hall in catalogs.cooling.values()}
    surveys = [survey for name, survey in added.items() if name.startswith(SURVEY)]
    # Pairs compare by their date first, so the largest is the latest.
    if not surveys or int(max(surveys)[0][:4]) < _year(catalogs) - 1:
        return None
    return {"average": max(surveys)[1], "best": min(more for _, more in added.values())}


def places(catalogs: Catalogs) -> Numbers | None:
    """B07: the carbon of the ninth country in ten over that of the first."""
    grams = sorted(
        grid.grams_per_kwh for grid in catalogs.grids.values() if grid.category == "country"
    )
    if len(grams) < COUNTRIES:
        return None
    # First and ninth tenth of the sorted grids; whole numbers, so that no rounding moves a place.
    return {"place": grams[len(grams) * 9 // 10] / grams[len(grams) // 10]}


def extremes(catalogs: Catalogs) -> Numbers | None:
    """C01: the best GPU over the worst, in peak, bandwidth and memory."""
    gpus = [card for card in catalogs.devices.values() if card.kind == "gpu" and _stated(card)]
    if len(gpus) < ENOUGH:
        return None
    offered: dict[str, list[float]] = {
        "training_ratio": [hardware.peak(card) for card in gpus],
        "decoding_ratio": [card.memory_bytes_per_second or 0.0 for card in gpus],
        "memory_ratio": [card.memory_bytes or 0.0 for card in gpus],
    }
    return {name: max(values) / min(values) for name, values in offered.items()}


def cheaper(catalogs: Catalogs) -> Numbers | None:
    """C08: the share of pairs in which the data-centre card does a job for less."""
    cards, as_of = dict(catalogs.devices.items()), _date(catalogs)
    compared = pairs.pairs(cards, as_of=as_of)
    if PRICED not in catalogs.models or len(compared) < ENOUGH:
        return None
    used = {key: cards[key] for pair in compared for key in pair}
    won = pairs.share_won(pairs.job_usd(catalogs.models[PRICED], used, as_of=as_of), compared)
    return {f"share_{job}": share for job, share in won.items()}


CLAIMS: dict[str, Callable[[Catalogs], Numbers | None]] = {
    "A01a": sizes,
    "A07": depth,
    "B01": devices_needed,
    "B03": durations,
    "B05": cooled,
    "B07": places,
    "C01": extremes,
    "C08": cheaper,
}
"""How each claim's numbers come about."""


def _stated(card: Device) -> bool:
    """Whether it is sold, and the catalog states a peak in two bytes, a memory and a bandwidth."""
    if card.status:
        return False
    half = any(name in card.peak_flops for name in hardware.HALF)
    return half and card.memory_bytes is not None and card.memory_bytes_per_second is not None


def _date(catalogs: Catalogs) -> str:
    """The date that the catalogs stand for: the end of their year, or the course's own."""
    return str(getattr(catalogs.prices, "year", COURSE_DATE))


def _year(catalogs: Catalogs) -> int:
    return int(_date(catalogs)[:4])
