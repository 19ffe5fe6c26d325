"""What lesson 10 calls: training shared among real processes, and stand-in devices that scale,
straggle and wait.

Design choices:
- Everything takes a set of ranks that runs already (`Ranks`), because starting one costs more than
  most measurements.
- Results are compared with one process, here in the notebook: the largest difference over the
  largest value.
- Times of stand-in devices are real waiting and real messages around pretended arithmetic; see
  `standins`.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from course_lib.demos import measure
from course_lib.demos.parallelism import standins
from course_lib.demos.parallelism.case import Case, Outcome, Tensors
from course_lib.demos.parallelism.launch import Ranks, run
from course_lib.demos.parallelism.programs import PROGRAMS, train
from course_lib.demos.parallelism.standins import StandInStep

SHARED = tuple(name for name in PROGRAMS if name != "one")
"""The programs that share a training step among ranks."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A shared training run beside the same run in one process."""

    program: str
    """One of `SHARED`."""
    loss_error: float
    """Largest difference of a step's loss, over the loss."""
    gradient_error: float
    """Largest difference of a gradient of the first step, over the largest gradient of the same
    matrix."""
    weight_error: float
    """The same for the weights after the last step."""
    held_bytes: Mapping[str, int]
    """Bytes of weights, gradients and optimizer states on the rank that holds most."""
    step_seconds: float
    """Time of the last step, in seconds."""
    timing: measure.Timing
    """Times of the steps on the slowest rank, the first one left out."""

    @property
    def error(self) -> float:
        """The largest of the three differences."""
        return max(self.loss_error, self.gradient_error, self.weight_error)

    @property
    def states(self) -> int:
        """Bytes of all states on that rank."""
        return sum(self.held_bytes.values())


def alone(case: Case | None = None) -> Outcome:
    """The training run in this process, without any other."""
    return train("one", case or Case())


def beside_one(
    ranks: Ranks, programs: Sequence[str] = SHARED, case: Case | None = None
) -> list[Compared]:
    """Train `case` by each program on the ranks, and set it beside one process.

    Raises:
        KeyError: an unknown program.
        RankFailure: a rank failed; the batch, the heads or the layers may not divide among the
        ranks.
    """
    unknown = [name for name in programs if name not in SHARED]
    if unknown:
        raise KeyError(f"no program {unknown[0]!r}: there are {', '.join(SHARED)}")
    case = case or Case()
    truth = alone(case)
    return [
        compared(name, ranks.run(train, name, case), truth)
        for name in measure.track(programs, "programs run")
    ]


def compared(program: str, outcomes: Sequence[Outcome], truth: Outcome) -> Compared:
    """What the ranks gave, by rank, beside the truth."""
    first = outcomes[0]  # only rank 0 returns gradients and weights
    most = max(outcomes, key=lambda outcome: sum(outcome.held_bytes.values()))
    losses = zip(first.losses, truth.losses, strict=True)
    return Compared(
        program=program,
        loss_error=max(abs(loss - true) / true for loss, true in losses),
        gradient_error=_difference(first.gradients, truth.gradients),
        weight_error=_difference(first.weights, truth.weights),
        held_bytes=most.held_bytes,
        step_seconds=max(outcome.step_seconds for outcome in outcomes),
        timing=steps_timing(outcomes),
    )


def steps_timing(outcomes: Sequence[Outcome]) -> measure.Timing:
    """Times of the steps of one run, by its slowest rank, the first step left out.

    >>> two = [Outcome(losses=[], every_step_seconds=[9.0, 1.0]),
    ...        Outcome(losses=[], every_step_seconds=[9.0, 2.0])]
    >>> steps_timing(two).seconds
    2.0
    """
    every = zip(*(outcome.every_step_seconds for outcome in outcomes), strict=True)
    return measure.timing([max(step) for step in every][standins.WARM_STEPS :])


def times(
    ranks: Ranks, jobs: Mapping[str, StandInStep], counts: Sequence[int] | None = None
) -> dict[str, list[float]]:
    """Seconds of a step on stand-in devices, by job and number of ranks (None: all of them).

    >>> jobs = {"short": StandInStep(compute_seconds=0.01, gradient_bytes=1000)}
    >>> with Ranks(2) as ranks:
    ...     seconds = times(ranks, jobs, counts=[1, 2])
    >>> len(seconds["short"]), seconds["short"][0] >= 0.01
    (2, True)

    Raises:
        RankFailure: a rank failed, or a count is beyond the set.
    """
    found = timings(ranks, jobs, counts)
    return {name: [each.seconds for each in timed] for name, timed in found.items()}


def timings(
    ranks: Ranks, jobs: Mapping[str, StandInStep], counts: Sequence[int] | None = None
) -> dict[str, list[measure.Timing]]:
    """As `times`, with every step that was timed, so that two of them can be compared.

    >>> jobs = {"short": StandInStep(compute_seconds=0.01, gradient_bytes=1000, steps=3)}
    >>> with Ranks(2) as ranks:
    ...     timings(ranks, jobs)["short"][0].repeats
    3
    """
    counts = [ranks.count] if counts is None else list(counts)
    by_rank = ranks.run(standins.scale, list(jobs.values()), counts)
    return {
        name: [
            # the ranks from `count` on had no part in it: their lists are empty
            measure.timing(slowest_steps([mine[job][place] for mine in by_rank[:count]]))
            for place, count in enumerate(counts)
        ]
        for job, name in enumerate(jobs)
    }


def rank_times(job: StandInStep, counts: Sequence[int] = (1, 2, 4)) -> dict[int, list[list[float]]]:
    """Seconds of each step of each rank, by the number of ranks, on new processes.

    The first step is a warm-up.

    >>> job = StandInStep(compute_seconds=0.01, gradient_bytes=1000, steps=2)
    >>> seconds = rank_times(job, counts=[1, 2])
    >>> {count: [len(steps) for steps in ranks] for count, ranks in seconds.items()}
    {1: [3], 2: [3, 3]}
    """
    by_rank = run(standins.scale, max(counts), [job], list(counts))
    return {
        count: [mine[0][place] for mine in by_rank[:count]] for place, count in enumerate(counts)
    }


def step_seconds(by_rank: Sequence[Sequence[float]]) -> float:
    """A step is over when its slowest rank is done; the median of the steps after the warm-up.

    >>> step_seconds([[9.0, 1.0, 1.0], [9.0, 2.0, 3.0]])
    2.5
    """
    return statistics.median(slowest_steps(by_rank))


def slowest_steps(by_rank: Sequence[Sequence[float]]) -> list[float]:
    """Seconds of each step by its slowest rank, the warm-up left out.

    >>> slowest_steps([[9.0, 1.0, 1.0], [9.0, 2.0, 3.0]])
    [2.0, 3.0]
    """
    return [max(step) for step in zip(*by_rank, strict=True)][standins.WARM_STEPS :]


def bubbles(
    ranks: Ranks,
    micro_batches: Sequence[int],
    layers: Sequence[int] | None = None,
    layer_seconds: float = 0.004,
) -> list[float]:
    """Seconds of a step of a stand-in pipeline (GPipe), for each number of micro-batches.

    A stage stands on each rank.

    Args:
        ranks: one stage each.
        micro_batches: the numbers to try.
        layers: layers of each stage; None for one each.
        layer_seconds: wait for one layer and one micro-batch going forward; going back takes twice
            as long.

    Raises:
        RankFailure: a rank failed, or `layers` does not fit the set.
    """
    timed = bubble_timings(ranks, micro_batches, layers, layer_seconds, steps=1)
    return [each.seconds for each in timed]


def bubble_timings(
    ranks: Ranks,
    micro_batches: Sequence[int],
    layers: Sequence[int] | None = None,
    layer_seconds: float = 0.004,
    steps: int = 3,
) -> list[measure.Timing]:
    """As `bubbles`, with `steps` timed steps each, so that two pipelines can be compared.

    >>> with Ranks(2) as ranks:
    ...     bubble_timings(ranks, [2], layer_seconds=0.001)[0].repeats
    3
    """
    layers = [1] * ranks.count if layers is None else list(layers)
    run_by = (standins.pipeline, list(micro_batches), layer_seconds, layers, "gpipe", steps)
    return [measure.timing(runs) for runs in ranks.run(*run_by)[0]]


def _difference(gathered: Tensors, true: Tensors) -> float:
    """The largest difference, each over the largest value of its tensor."""
    if set(gathered) != set(true):
        raise ValueError(f"tensors differ: {', '.join(sorted(set(gathered) ^ set(true)))}")
    # a tensor of zeros: without the clamp 0 / 0 would be NaN, and a maximum can lose a NaN
    scales = {
        name: tensor.abs().max().clamp(min=torch.finfo(tensor.dtype).tiny)
        for name, tensor in true.items()
    }
    return max(((gathered[name] - true[name]).abs().max() / scales[name]).item() for name in true)
