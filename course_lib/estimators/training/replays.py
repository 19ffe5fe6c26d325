"""Blind replays: a published run is planned from what was known before it started, and only then
compared.

Design choices:
- `Facts` is all that a plan may see: architecture, tokens, devices, batch. What the run took
  (hours, utilisation, energy, cost) is no field of it, so that it cannot be read by mistake.
  `published` alone opens the row.
- A guess is a range. It is judged by how far its middle lies from the truth, in powers of two
  (twice and half are equally far), by whether it holds the truth, and by how wide it is.
  `Score.points` puts the last two together: the interval score of Gneiting and Raftery (2007,
  section 6.2) for an 80 % range, on logarithms to base 2.
- Errors are taken without sign: being twice too high and twice too low is no good plan on average.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist, median

import numpy as np

from course_lib import checks
from course_lib.catalog import Transformer, devices, models, runs
from course_lib.estimators import flops, hardware
from course_lib.estimators.ranges import Range
from course_lib.estimators.training import whole_run
from course_lib.units import HOUR

COVERAGE = 0.8
"""Share of truths that a range should hold."""
HOURS_A_MONTH = 30 * 24
FINE = 10
"""What a power of two beyond an end costs: 2 / (1 - COVERAGE), the factor for which honest ranges
score best."""
NORMAL_END = NormalDist().inv_cdf((1 + COVERAGE) / 2)
"""Standard deviations from the middle of a normal distribution to the end of its 80 % range."""
PLAIN_MFU = 0.4


@dataclass(frozen=True, kw_only=True, eq=False)
class Facts:
    """What is known of a run before it starts."""

    key: str
    """Its key in the catalog of runs."""
    model: Transformer
    """What is trained."""
    tokens: int
    """Tokens trained on."""
    device: str
    """Key of the device."""
    devices: int
    """How many work together."""
    devices_stated: bool
    """Whether the source says how many; where not, so many are taken as would need a month by the
    plain rule."""
    batch: int | None
    """Sequences of a step, where stated."""
    seq: int | None
    """Tokens of a sequence, where stated."""


@dataclass(frozen=True, kw_only=True)
class Score:
    """How good one range was."""

    error: float
    """Distance of the middle from the truth in powers of two, without sign: 1 is twice or half."""
    hit: bool
    """Whether the range holds the truth."""
    width: float
    """High over low in powers of two."""
    points: float
    """Width, and a fine for missing: ten times the distance to the nearer end. Less is better."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """How good many ranges were."""

    count: int
    """How many."""
    error: float
    """Median distance in powers of two."""
    hits: float
    """Share that held the truth; 0.8 is what an 80 % range promises."""
    width: float
    """Median width in powers of two."""
    points: float
    """Mean points."""


def blind(key: str) -> Facts:
    """What may be known of a published run before it starts.

    Raises:
        KeyError: no such run.
        ValueError: a row without a decoder of the catalog, its tokens or its device.

    >>> facts = blind("falcon-40b")
    >>> facts.devices, hasattr(facts, "device_hours")
    (384, False)
    """
    run = runs[key]
    model = models[run.model_key] if run.model_key else None
    if not isinstance(model, Transformer) or run.tokens is None or run.device_key is None:
        raise ValueError(
            f"key must be a run with a decoder, tokens and a device of the catalog, got {key!r}"
        )
    seq = run.sequence_length
    batch = run.batch_sequences or (run.batch_tokens // seq if run.batch_tokens and seq else None)
    count = run.devices or _devices(model, run.tokens, run.device_key)
    return Facts(
        key=runs.key(key),
        model=model,
        tokens=run.tokens,
        device=run.device_key,
        devices=count,
        devices_stated=run.devices is not None,
        batch=int(whole_run.whole_batch(batch, count)) if batch else None,
        seq=seq,
    )


def planned(facts: Facts) -> whole_run.Estimate:
    """The planner's answer from the facts alone.

    >>> round(planned(blind("falcon-40b")).device_hours, -4)
    610000.0
    """
    checks.instance("facts", facts, Facts)
    return whole_run.estimate(
        facts.model,
        tokens=facts.tokens,
        device=facts.device,
        devices=facts.devices,
        batch=facts.batch,
        seq=facts.seq,
    )


def plain_hours(model: Transformer, tokens: float, device: str, mfu: float = PLAIN_MFU) -> float:
    """Device hours by the rule that everybody knows: 6ND over a share of the peak.

    >>> round(plain_hours(models["llama-3-8b"], 15e12, "h100-sxm-80gb"))
    507474
    """
    return float(flops.training(model, tokens) / (mfu * hardware.peak(devices[device])) / HOUR)


def published(key: str) -> float:
    """Device hours that the run took, as published.

    Raises:
        ValueError: the row has none.
    """
    hours = runs[key].device_hours
    if hours is None:
        raise ValueError(f"key must be a run with published device hours, got {key!r}")
    return float(hours)


def score(guess: Range, truth: float) -> Score:
    """How good a range was.

    >>> judged = score(Range(low=2, value=4, high=8), truth=16)
    >>> judged.error, judged.hit, judged.width, judged.points  # 2 wide, and 1 beyond its end
    (2.0, False, 2.0, 12.0)
    """
    checks.instance("guess", guess, Range)
    low, middle, high, true = (
        math.log2(end)
        for end in (guess.low, guess.value, guess.high, checks.positive("truth", truth))
    )
    # At most one of the two is above zero; inside the range neither is.
    beyond = max(low - true, true - high, 0.0)
    return Score(
        error=abs(middle - true),
        hit=beyond == 0,
        width=high - low,
        points=high - low + FINE * beyond,
    )


def summary(scores: Iterable[Score]) -> Summary:
    """Many scores in five numbers.

    Raises:
        ValueError: no scores.

    >>> guess = Range(low=1, value=2, high=4)
    >>> summary([score(guess, 2), score(guess, 8)]).hits
    0.5
    """
    listed = list(scores)
    if not listed:
        raise ValueError("scores must hold at least one score")
    return Summary(
        count=len(listed),
        error=median(each.error for each in listed),
        hits=sum(each.hit for each in listed) / len(listed),
        width=median(each.width for each in listed),
        points=sum(each.points for each in listed) / len(listed),
    )


def drawn_share(parts: Sequence[Range], total: Range, draws: int = 20_000, seed: int = 13) -> float:
    """Share of random sums that lie in `total`, each part drawn by itself so that 80 % lie in its
    range.

    Each side of a part is half a normal distribution, as wide as that side says.

    >>> part = Range(low=70, value=100, high=130)
    >>> 0.79 < drawn_share([part] * 4, Range(low=340, value=400, high=460)) < 0.81
    True
    """
    random = np.random.default_rng(seed)
    sums = np.zeros(checks.whole("draws", draws))
    for part in parts:
        # A draw of 1 or -1 is then the end of the range.
        drawn = random.standard_normal(len(sums)) / NORMAL_END
        sums += part.value + np.where(
            drawn < 0, (part.value - part.low) * drawn, (part.high - part.value) * drawn
        )
    return float(np.mean((sums >= total.low) & (sums <= total.high)))


def _devices(model: Transformer, tokens: int, device: str) -> int:
    """A power of two of devices that would need about a month by the plain rule, at least 8."""
    return max(8, 2 ** round(math.log2(plain_hours(model, tokens, device) / HOURS_A_MONTH)))
