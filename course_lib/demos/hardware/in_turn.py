"""Products and a ReLU, timed in turn so that they can be compared; and how far a law of their times
misses.

Design choices:
- All works of a comparison take turns, round by round (`measure.time_rounds`): a machine that slows
  down for a while slows all of them. Every run is kept.
- The batches share one weight matrix. It is larger than most caches, so that it comes from memory
  each time.
- A law says how long each work should take. What it misses is taken for each round apart, so that
  two laws can be told apart by `measure.clearly`, as two times are.
- Where a machine is too busy to tell, a recorded one does (`laws_of_record`, `relu_of_record`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch

from course_lib import checks
from course_lib.catalog.machines import Record
from course_lib.demos import measure
from course_lib.demos.hardware.kernels import FORMATS, WIDTH, item_bytes, random
from course_lib.estimators import hardware

__all__ = [
    "Timed",
    "batches",
    "laws_of_record",
    "misses",
    "product_and_relu",
    "relu_of_record",
    "timed_in_turn",
    "worst",
]

REPEATS = 7
BUDGET_SECONDS = 4.0
"""No further round starts after so long; three are made in any case."""
LEAST_MISS = 1e-6
"""A law that hits a time exactly is taken to miss it by so much: `clearly` compares what is above
zero."""

Name = TypeVar("Name", bound=Hashable)
Run = Callable[[], object]


@dataclass(frozen=True, kw_only=True, eq=False)
class Timed:
    """A piece of work and the seconds of its runs."""

    work: hardware.Work
    """What it asks of a machine."""
    timing: measure.Timing
    """Every run."""

    @property
    def seconds(self) -> float:
        """The middle run."""
        return self.timing.median_seconds

    @property
    def spread(self) -> float:
        """Slowest run over fastest."""
        return self.timing.spread

    @property
    def flops_per_second(self) -> float:
        """FLOP/s of the middle run."""
        return float(self.work.flops) / self.seconds

    @property
    def bytes_per_second(self) -> float:
        """Bytes/s of the middle run, if each byte is moved once."""
        return float(self.work.moved_bytes) / self.seconds


def batches(
    sizes: Sequence[int],
    format: str = "fp32",
    width: int = WIDTH,
    repeats: int = REPEATS,
) -> dict[int, Timed]:
    """Time one weight matrix, width x width, applied to some tokens at once, for several numbers of
    tokens in turn.

    Args:
        sizes: tokens at once; each is timed once, whatever its place.
        format: "fp32", "bf16" or "fp16".
        width: side of the matrix.
        repeats: timed runs of each.

    Raises:
        ValueError: no size, no token, an unknown format, or no repeat.

    >>> found = batches([1, 4], width=64, repeats=3)
    >>> found[4].work.flops / found[1].work.flops
    4.0
    """
    width, item = checks.whole("width", width), item_bytes(format)
    tokens = [checks.whole("sizes", size) for size in sizes]
    weights = random((width, width), FORMATS[format])
    works: dict[int, tuple[hardware.Work, Run]] = {}
    for size in tokens:
        work = hardware.product(size, width, width, item)
        works[size] = work, _multiply(random((size, width), FORMATS[format], seed=1), weights)
    return timed_in_turn(works, repeats)


def product_and_relu(
    tokens: int = 8192, width: int = 1024, repeats: int = REPEATS
) -> dict[str, Timed]:
    """Time the product of some tokens with a square matrix, in turn with the ReLU of its result, in
    fp32.

    >>> found = product_and_relu(tokens=8, width=16, repeats=3)
    >>> found["product"].work.flops / found["ReLU"].work.flops  # 2 x width
    32.0
    """
    rows, side = checks.whole("tokens", tokens), checks.whole("width", width)
    multiply = _multiply(
        random((rows, side), torch.float32), random((side, side), torch.float32, seed=1)
    )
    before = multiply()
    after = torch.empty_like(before)
    works: dict[str, tuple[hardware.Work, Run]] = {
        "product": (hardware.product(rows, side, side, 4), multiply),
        # torch's own relu takes no `out`, and would ask for memory each time
        "ReLU": (
            hardware.elementwise(rows * side, 1, 4),
            lambda: torch.clamp_min(before, 0, out=after),
        ),
    }
    return timed_in_turn(works, repeats)


def timed_in_turn(
    works: Mapping[Name, tuple[hardware.Work, Run]], repeats: int = REPEATS
) -> dict[Name, Timed]:
    """Time several works in turn; each comes as what it asks of a machine and what does it.

    Raises:
        ValueError: no work, or no repeat.
    """
    runs = {name: run for name, (_, run) in works.items()}
    timings = measure.time_rounds(runs, repeats, budget_seconds=BUDGET_SECONDS)
    return {name: Timed(work=works[name][0], timing=timing) for name, timing in timings.items()}


def misses(timed: Sequence[Timed], law: Sequence[float]) -> list[float]:
    """How far a law misses the measured times, a number for each round.

    Of a round it is the mean of |ln(law / measured)| over all works: 0.1 is about a tenth too much
    or too little.

    Args:
        timed: works that were timed in the same rounds.
        law: the seconds that it says of each.

    Raises:
        ValueError: another number of seconds than of works, works of different rounds, or seconds
            that are not above zero.

    >>> timing = measure.timing([1.0, 2.0, 4.0])
    >>> work = Timed(work=hardware.product(1, 1, 1), timing=timing)
    >>> [round(miss, 2) for miss in misses([work], [2.0])]
    [0.69, 0.0, 0.69]
    """
    said = [float(each) for each in checks.positive("law", list(law))]
    rounds = {each.timing.repeats for each in timed}
    if len(said) != len(timed) or len(rounds) != 1:
        raise ValueError(
            f"law must hold a time for each of {len(timed)} works of as many rounds, "
            f"got {len(said)} for works of {sorted(rounds)} rounds"
        )
    by_round = zip(*(each.timing.runs_seconds for each in timed), strict=True)
    return [
        max(
            LEAST_MISS,
            sum(abs(math.log(a / b)) for a, b in zip(said, runs, strict=True)) / len(said),
        )
        for runs in by_round
    ]


def worst(law: Sequence[float], measured: Sequence[float]) -> float:
    """The error of a law that lies furthest from zero, with its sign; 0.1 is a tenth too much.

    >>> round(worst([1.1, 0.5], [1.0, 1.0]), 2)
    -0.5
    """
    return max((a / b - 1 for a, b in zip(law, measured, strict=True)), key=abs)


def laws_of_record(record: Record, format: str = "fp32") -> dict[str, float]:
    """How far both laws are off on a recorded machine, at most: the "longer" time, and both
    "added".

    Its smallest batch of several tokens tells the bandwidth at which products fetch their weights
    there, and the larger ones are predicted.

    Raises:
        ValueError: fewer than two batches of several tokens were recorded in the format.
    """
    several = [each for each in record.of("batch", format) if each.size > 1]
    if len(several) < 2:
        raise ValueError(
            f"record must hold two batches of several tokens in {format}, got {len(several)}"
        )
    works = [hardware.Work(flops=each.flops, moved_bytes=each.moved_bytes) for each in several]
    clock, peak = [each.median_seconds for each in several], record.peak(format)
    fetching = hardware.reached_bandwidth(works[0], clock[0], peak)
    laws = {
        name: [float(hardware.seconds(work, peak, fetching, overlap=overlap)) for work in works[1:]]
        for name, overlap in (("longer", True), ("added", False))
    }
    return {name: worst(law, clock[1:]) for name, law in laws.items()}


def relu_of_record(record: Record, tokens: int = 8192, width: int = 1024) -> float:
    """The time of the ReLU over that of its product (`product_and_relu`) on a recorded machine, by
    its best rate of products and the rate of its ReLU, in fp32.

    Raises:
        ValueError: no ReLU or no product was recorded in fp32.
    """
    recorded = record.of("relu", "fp32")
    if not recorded:
        raise ValueError("record must hold a ReLU in fp32, got none")
    rows, side = checks.whole("tokens", tokens), checks.whole("width", width)
    rate = max(each.moved_bytes / each.median_seconds for each in recorded)
    relu_seconds = hardware.elementwise(rows * side, 1, 4).moved_bytes / rate
    product_seconds = hardware.product(rows, side, side, 4).flops / record.peak("fp32")
    return float(relu_seconds / product_seconds)


def _multiply(left: torch.Tensor, right: torch.Tensor) -> Callable[[], torch.Tensor]:
    """The product into a buffer that is there: asking for memory would be timed, too."""
    result = torch.empty(len(left), right.shape[1], dtype=left.dtype)
    return lambda: torch.mm(left, right, out=result)
