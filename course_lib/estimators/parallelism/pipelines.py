"""Pipelines: groups of layers one behind the other, what waits in them, and what they keep.

Three orders of work. "gpipe" does all forward passes, then all backward ones. "1f1b" begins a
backward pass as soon as it can, and so keeps fewer micro-batches. "interleaved" gives each stage
several groups of layers, so that a micro-batch comes round more often and the start is shorter.

Design choices:
- The closed formulas (`bubble_ratio`, `bubble_share`, `seconds`) hold when messages take no time;
  `run` plays the schedule through, one operation after another, and takes any times.
- Stages count from 0. Times are of one micro-batch on a whole stage; a group of an interleaved
  stage takes its part.
Sources: Huang et al. 2019 (GPipe, arXiv 1811.06965); Narayanan et al. 2021 (arXiv 2104.04473),
sections 2.2 and 4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.checks import Number

SCHEDULES = ("gpipe", "1f1b", "interleaved")
Operation = tuple[str, int, int]
"""("forward" or "backward", micro-batch, group of layers on the stage)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Played:
    """A schedule played through."""

    stage: np.ndarray
    """Stage of each operation, shape (operations,), like all the arrays here."""
    forward: np.ndarray
    """Whether it is a forward pass."""
    micro_batch: np.ndarray
    """Its micro-batch."""
    group: np.ndarray
    """Its group of layers on the stage: 0 unless interleaved."""
    start_seconds: np.ndarray
    """When it begins."""
    end_seconds: np.ndarray
    """When it ends."""

    @property
    def seconds(self) -> float:
        """From the first start to the last end."""
        return float(self.end_seconds.max())

    def busy_seconds(self, stage: int) -> float:
        """Time in which a stage works."""
        mine = self.stage == stage
        return float((self.end_seconds - self.start_seconds)[mine].sum())

    def bubble_share(self) -> float:
        """Part of all stages' time in which they wait."""
        stages = int(self.stage.max()) + 1
        busy = sum(self.busy_seconds(stage) for stage in range(stages))
        return 1 - busy / (stages * self.seconds)

    def most_kept(self, stage: int) -> float:
        """Most micro-batches a stage keeps at a time, in whole stages (a group is a part)."""
        mine = np.flatnonzero(self.stage == stage)
        # Stable: operations that begin together keep the order in which they were played.
        order = mine[np.argsort(self.start_seconds[mine], kind="stable")]
        # A forward pass adds its activations, a backward pass frees them.
        held_groups = np.cumsum(np.where(self.forward[order], 1, -1))
        return float(held_groups.max()) / (int(self.group.max()) + 1)


def bubble_ratio(stages: Number, micro_batches: Number, interleave: Number = 1) -> Number:
    """Waiting over the ideal time, (p - 1) / (v m), for stages of equal length.

    Source: Narayanan et al. 2021, section 2.2.

    >>> bubble_ratio(stages=8, micro_batches=64), bubble_ratio(8, 64, interleave=7)
    (0.109375, 0.015625)
    """
    stages, micro_batches, interleave = _sizes(stages, micro_batches, interleave)
    return (stages - 1) / (interleave * micro_batches)


def bubble_share(stages: Number, micro_batches: Number, interleave: Number = 1) -> Number:
    """Waiting over the whole time, (p - 1) / (v m + p - 1), for stages of equal length.

    >>> bubble_share(stages=4, micro_batches=9)  # 3 of 12
    0.25
    """
    stages, micro_batches, interleave = _sizes(stages, micro_batches, interleave)
    return (stages - 1) / (interleave * micro_batches + stages - 1)


def seconds(
    micro_batches: Number, slowest: Number, total: Number, interleave: Number = 1
) -> Number:
    """Time of all micro-batches: the slowest stage's for all, the others' for one.

    m x slowest + (total - slowest) / v. Exact for equal stages, and for GPipe if every stage's
    backward pass takes the same multiple of its forward pass. Uneven stages under 1F1B are never
    slower, and up to a fifth faster where micro-batches are few: while a slow stage starts up, the
    others already work.

    Args:
        micro_batches: how many go through.
        slowest: forward and backward time of one micro-batch on the slowest stage.
        total: the same on all stages together.
        interleave: groups of layers on a stage.

    >>> seconds(micro_batches=9, slowest=1.0, total=4.0)  # 9 + 3 steps of one second
    12.0
    """
    micro_batches, interleave = (
        checks.whole("micro_batches", micro_batches),
        checks.whole("interleave", interleave),
    )
    slowest, total = checks.positive("slowest", slowest), checks.positive("total", total)
    checks.broadcast(
        micro_batches=micro_batches, slowest=slowest, total=total, interleave=interleave
    )
    if np.any(total < slowest):
        raise ValueError(f"total must be at least slowest, got total={total} and slowest={slowest}")
    return micro_batches * slowest + (total - slowest) / interleave


def kept(
    stages: Number,
    micro_batches: Number,
    stage: Number = 0,
    schedule: str = "1f1b",
    interleave: Number = 1,
) -> Number:
    """Micro-batches whose activations a stage keeps at the same time, counted in whole stages.

    GPipe keeps all of them; 1F1B at most as many as stages follow, itself included; interleaved
    somewhat more: on the first stage p (1 + (p - 1) / (p v)), the factor of Korthikanti et al. 2022
    (arXiv 2205.05198), appendix C.

    Args:
        stages: p.
        micro_batches: m.
        stage: which one, from 0.
        schedule: one of `SCHEDULES`.
        interleave: v, groups of layers on a stage; above 1 for "interleaved" only.

    >>> kept(stages=8, micro_batches=64), kept(8, 64, schedule="gpipe")
    (8, 64)
    >>> kept(8, 64, schedule="interleaved", interleave=7)
    9.0
    """
    checks.one_of("schedule", schedule, SCHEDULES)
    stages, micro_batches, interleave = _sizes(stages, micro_batches, interleave, schedule)
    stage = _place(stage, stages)
    checks.broadcast(stages=stages, micro_batches=micro_batches, interleave=interleave, stage=stage)
    if schedule == "gpipe":
        return micro_batches + 0 * (stages - stage)  # as many for each, in the shape of all of them
    if schedule == "1f1b":
        return checks.smaller(stages - stage, micro_batches)
    # So many groups go forward before the first backward pass; the one between them makes one more.
    ahead = 2 * (stages - stage - 1) + (interleave - 1) * stages
    return checks.smaller(ahead + 1, interleave * micro_batches) / interleave


def run(
    schedule: str,
    *,
    stages: int,
    micro_batches: int,
    forward: Number = 1.0,
    backward: Number = 2.0,
    interleave: int = 1,
    send: float = 0.0,
) -> Played:
    """Play a schedule: every operation starts when its stage is free and its input has arrived.

    Args:
        schedule: one of `SCHEDULES`.
        stages: how many, p.
        micro_batches: how many, m; a multiple of p for "interleaved".
        forward: seconds of a forward pass of a micro-batch on a stage: one number, or one for each
            stage.
        backward: the same of a backward pass.
        interleave: groups of layers on a stage; above 1 for "interleaved" only.
        send: seconds a message between stages takes.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> run("1f1b", stages=4, micro_batches=9).bubble_share()
    0.25
    """
    stages, micro_batches, interleave = _played(schedule, stages, micro_batches, interleave)
    group_seconds = {
        # One number stands for all stages; a group takes its part of a stage.
        "forward": np.broadcast_to(checks.positive("forward", forward), (stages,)) / interleave,
        "backward": np.broadcast_to(checks.positive("backward", backward), (stages,)) / interleave,
    }
    orders = [order(schedule, stages, micro_batches, stage, interleave) for stage in range(stages)]
    return _play(orders, group_seconds, interleave, checks.positive("send", send, zero=True))


def order(
    schedule: str, stages: int, micro_batches: int, stage: int, interleave: int = 1
) -> list[Operation]:
    """What a stage does, one operation after another.

    The arguments are those of `run`, and `stage` counts from 0.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> [name[0] + str(micro_batch) for name, micro_batch, group in order("1f1b", 2, 3, stage=0)]
    ['f0', 'f1', 'b0', 'f2', 'b1', 'b2']
    """
    stages, micro_batches, interleave = _played(schedule, stages, micro_batches, interleave)
    stage = checks.single_whole("stage", _place(stage, stages), at_least=0)
    count = micro_batches * interleave
    warm_up = {
        "gpipe": count,
        "1f1b": stages - stage - 1,
        "interleaved": 2 * (stages - stage - 1) + (interleave - 1) * stages,
    }[schedule]
    # Few micro-batches end the start early.
    warm_up = min(warm_up, count)
    forwards = [_turn(turn, stages, interleave, "forward") for turn in range(count)]
    backwards = [_turn(turn, stages, interleave, "backward") for turn in range(count)]
    # One forward, one backward, until the forwards run out: `zip` stops there, and the slice below
    # has the backwards that are left.
    both = [
        operation for pair in zip(forwards[warm_up:], backwards, strict=False) for operation in pair
    ]
    return forwards[:warm_up] + both + backwards[count - warm_up :]


def _played(
    schedule: str, stages: int, micro_batches: int, interleave: int
) -> tuple[int, int, int]:
    """The sizes of a schedule that is played through: single numbers that suit it."""
    checks.one_of("schedule", schedule, SCHEDULES)
    stages = checks.single_whole("stages", stages)
    micro_batches = checks.single_whole("micro_batches", micro_batches)
    interleave = checks.single_whole("interleave", interleave)
    _sizes(stages, micro_batches, interleave, schedule)
    if schedule == "interleaved":
        checks.divides("stages", stages, "micro_batches", micro_batches)
    return stages, micro_batches, interleave


def _turn(turn: int, stages: int, interleave: int, name: str) -> Operation:
    """The operation at a turn: groups change after as many micro-batches as there are stages."""
    if interleave == 1:
        return name, turn, 0
    round_, rest = divmod(turn, stages * interleave)
    group, place = divmod(rest, stages)
    # Backward goes through the groups from the last to the first.
    return name, round_ * stages + place, group if name == "forward" else interleave - 1 - group


def _play(
    orders: list[list[Operation]],
    group_seconds: dict[str, np.ndarray],
    interleave: int,
    send: float,
) -> Played:
    stages = len(orders)
    ends: dict[tuple[int, Operation], float] = {}
    position, free, rows = [0] * stages, [0.0] * stages, []
    left = sum(map(len, orders))
    while left:
        for stage in range(stages):
            while position[stage] < len(orders[stage]):
                operation = orders[stage][position[stage]]
                needed = _needed(stage, operation, stages, interleave)
                # The input is not made yet: go on with the next stage, and come back in the next
                # round.
                if needed is not None and needed not in ends:
                    break
                # A comparison counts as 0 or 1: what stays on a stage is not sent.
                arrived = 0.0 if needed is None else ends[needed] + send * (needed[0] != stage)
                start = max(free[stage], arrived)
                free[stage] = ends[stage, operation] = start + group_seconds[operation[0]][stage]
                rows.append(
                    (
                        stage,
                        operation[0] == "forward",
                        operation[1],
                        operation[2],
                        start,
                        free[stage],
                    )
                )
                position[stage] += 1
                left -= 1
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    names = ("stage", "forward", "micro_batch", "group", "start_seconds", "end_seconds")
    return Played(**dict(zip(names, columns, strict=True)))


def _needed(
    stage: int, operation: Operation, stages: int, interleave: int
) -> tuple[int, Operation] | None:
    """The stage and operation that makes the input of this one; None for the first forward pass."""
    name, micro_batch, group = operation
    place = group * stages + stage  # in the chain of all groups of layers
    if name == "backward":
        # The top of the chain turns round: its backward pass follows its own forward pass.
        if place == stages * interleave - 1:
            return stage, ("forward", micro_batch, group)
        name_before, place = "backward", place + 1
    elif place == 0:
        return None
    else:
        name_before, place = "forward", place - 1
    return place % stages, (name_before, micro_batch, place // stages)


def _place(stage: Number, stages: Number) -> Number:
    stage = checks.whole("stage", stage, at_least=0)
    checks.broadcast(stages=stages, stage=stage)
    if np.any(stage >= stages):
        raise ValueError(f"stage must be below stages, got {stage} of {stages}")
    return stage


def _sizes(
    stages: Number, micro_batches: Number, interleave: Number, schedule: str = "interleaved"
) -> tuple[Number, Number, Number]:
    stages, micro_batches = (
        checks.whole("stages", stages),
        checks.whole("micro_batches", micro_batches),
    )
    interleave = checks.whole("interleave", interleave)
    checks.broadcast(stages=stages, micro_batches=micro_batches, interleave=interleave)
    if schedule != "interleaved" and np.any(interleave != 1):
        raise ValueError(f"interleave must be 1 for schedule {schedule!r}, got {interleave}")
    return stages, micro_batches, interleave
