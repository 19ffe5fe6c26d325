"""Pipelines: the closed formulas against schedules played through."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course_lib.estimators.parallelism import pipelines
from course_lib.estimators.parallelism.pipelines import (
    bubble_ratio,
    bubble_share,
    kept,
    order,
    run,
    seconds,
)

CASES = [
    (schedule, stages, micro_batches, interleave)
    for schedule in pipelines.SCHEDULES
    for stages in (1, 2, 3, 4, 8)
    for micro_batches in (1, 3, 8, 24)
    for interleave in ((1, 2, 3) if schedule == "interleaved" else (1,))
    if schedule != "interleaved" or micro_batches % stages == 0
]


@pytest.mark.parametrize(("schedule", "stages", "micro_batches", "interleave"), CASES)
def test_formulas_equal_the_schedule(
    schedule: str, stages: int, micro_batches: int, interleave: int
) -> None:
    played = run(
        schedule,
        stages=stages,
        micro_batches=micro_batches,
        interleave=interleave,
        forward=1,
        backward=2.5,
    )
    assert played.seconds == pytest.approx(seconds(micro_batches, 3.5, 3.5 * stages, interleave))
    assert played.bubble_share() == pytest.approx(bubble_share(stages, micro_batches, interleave))
    assert played.seconds / (3.5 * micro_batches) - 1 == pytest.approx(
        bubble_ratio(stages, micro_batches, interleave)
    )
    for stage in range(stages):
        expected = kept(stages, micro_batches, stage, schedule, interleave)
        assert played.most_kept(stage) == pytest.approx(expected)


@pytest.mark.parametrize("schedule", pipelines.SCHEDULES)
def test_every_operation_once_and_in_order(schedule: str) -> None:
    interleave = 2 if schedule == "interleaved" else 1
    played = run(schedule, stages=4, micro_batches=8, interleave=interleave)
    rows = set(zip(played.stage, played.forward, played.micro_batch, played.group, strict=True))
    assert len(rows) == len(played.stage) == 4 * 2 * 8 * interleave
    start = {
        (s, f, m, g): t
        for s, f, m, g, t in zip(
            played.stage,
            played.forward,
            played.micro_batch,
            played.group,
            played.start_seconds,
            strict=True,
        )
    }
    for (stage, forward, micro_batch, group), at in start.items():
        if stage:  # forward runs down the stages, backward up
            before = start[stage - 1, forward, micro_batch, group]
            assert at > before if forward else at < before
    for stage in range(4):
        mine = played.stage == stage
        ends = np.sort(played.end_seconds[mine])
        assert np.all(np.sort(played.start_seconds[mine])[1:] >= ends[:-1] - 1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_the_slowest_stage_sets_the_pace(seed: int) -> None:
    random = np.random.default_rng(seed)
    stages, micro_batches = int(random.integers(2, 7)), int(random.integers(1, 24))
    forward = random.uniform(0.5, 2, stages)
    formula = seconds(micro_batches, 3 * forward.max(), 3 * forward.sum())
    sizes = {"stages": stages, "micro_batches": micro_batches}
    times = {"forward": forward, "backward": 2 * forward}
    both = {name: run(name, **sizes, **times).seconds for name in ("gpipe", "1f1b")}
    assert both["gpipe"] == pytest.approx(formula)
    assert (
        max(3 * forward.max() * micro_batches, 0.75 * formula)
        <= both["1f1b"]
        <= formula * (1 + 1e-12)
    )


def test_messages_that_take_time_make_it_longer() -> None:
    free = run("1f1b", stages=4, micro_batches=8).seconds
    assert run("1f1b", stages=4, micro_batches=8, send=0.1).seconds >= free + 2 * 3 * 0.1 - 1e-9


def test_published_worked_numbers() -> None:
    # arXiv 2205.05198, appendix C: interleaving keeps p (1 + (p - 1) / (p m)) micro-batches on the
    # first stage.
    assert kept(8, 64, 0, "interleaved", 3) == pytest.approx(8 * (1 + 7 / (8 * 3)))
    # arXiv 2104.04473, section 2.2.2: the bubble shrinks by the number of groups.
    assert bubble_ratio(8, 64, 4) == bubble_ratio(8, 64) / 4


def test_arrays_equal_single_calls() -> None:
    stages, micro_batches = np.array([1, 4, 16]), np.array([[8], [64]])
    shares = bubble_share(stages, micro_batches)
    assert shares.shape == (2, 3)
    assert shares[1, 2] == bubble_share(16, 64)
    assert kept(stages, micro_batches)[0].tolist() == [1, 4, 8]


def test_every_schedule_keeps_the_shape() -> None:
    stages = np.array([4, 8])
    assert kept(stages, 64, schedule="gpipe").tolist() == [64, 64]
    assert kept(8, 64, np.array([0, 1, 2]), schedule="gpipe").shape == (3,)
    assert kept(8, 64, schedule="gpipe") == 64
    for schedule in pipelines.SCHEDULES:
        assert kept(stages, 64, schedule=schedule).dtype == np.float64


def test_order_of_1f1b() -> None:
    names = [name for name, _, _ in order("1f1b", 4, 5, stage=3)]
    assert names == ["forward", "backward"] * 5


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (
            lambda: run("interleaved", stages=4, micro_batches=6, interleave=2),
            "divide micro_batches",
        ),
        (lambda: run("1f1b", stages=4, micro_batches=6, interleave=2), "interleave must be 1"),
        (lambda: run("2f2b", stages=4, micro_batches=6), "schedule"),
        (lambda: kept(4, 8, stage=4), "stage must be below stages"),
        (lambda: seconds(4, slowest=2, total=1), "total must be at least slowest"),
        (lambda: bubble_share(0, 4), "stages"),
        (
            lambda: kept(8, 64, schedule="1f1b", interleave=7),
            "interleave must be 1 for schedule '1f1b'",
        ),
        (
            lambda: kept(8, 64, schedule="gpipe", interleave=np.array([1, 2])),
            "interleave must be 1",
        ),
        (lambda: order("1f1b", 2, 3, stage=5), "stage must be below stages"),
        (lambda: order("1f1b", 2, 3, stage=-1), "stage must be at least 0"),
        (lambda: order("1f1b", 0, 3, stage=0), "stages must be at least 1"),
        (lambda: order("gpipe", 2, 3, stage=0, interleave=2), "interleave must be 1"),
        (lambda: order("interleaved", 2, 3, stage=0, interleave=2), "divide micro_batches"),
    ],
)
def test_what_is_refused(call: Callable[[], object], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        call()


def test_a_backward_pass_takes_two_seconds_and_a_forward_pass_one_unless_said_otherwise() -> None:
    """Four stages and nine micro-batches: twelve rounds of three seconds."""
    played = run("1f1b", stages=4, micro_batches=9)
    assert played.seconds == 36
    assert [played.busy_seconds(stage) for stage in range(4)] == [27, 27, 27, 27]
    assert played.bubble_share() == 0.25


def test_one_micro_batch_waits_for_every_message() -> None:
    """Down three stages and up again: four messages."""
    played = run("gpipe", stages=3, micro_batches=1, forward=1, backward=4, send=0.5)
    assert played.seconds == 3 * 1 + 3 * 4 + 4 * 0.5
    grouped = run("interleaved", stages=3, micro_batches=3, interleave=2, send=0.5)
    first = [
        (stage, start)
        for stage, forward, micro_batch, group, start in zip(
            grouped.stage, grouped.forward, grouped.micro_batch, grouped.group,
            grouped.start_seconds, strict=True,
        )
        if forward and micro_batch == 0 and group == 0
    ]  # fmt: skip
    assert sorted(first) == [(0, 0.0), (1, 1.0), (2, 2.0)]  # half a second each, and a message


@pytest.mark.parametrize(
    ("schedule", "stage", "interleave", "expected"),
    [
        ("gpipe", 0, 1, "f0 f1 f2 f3 b0 b1 b2 b3"),
        ("1f1b", 0, 1, "f0 f1 b0 f2 b1 f3 b2 b3"),
        ("1f1b", 1, 1, "f0 b0 f1 b1 f2 b2 f3 b3"),
        # Narayanan et al. 2021, figure 4 (bottom), for two stages: two micro-batches through one
        # group, the same two through the next, then the next two.
        (
            "interleaved", 1, 2,
            "f0 f1 f0' b0' f1' b1' f2 b0 f3 b1 f2' b2' f3' b3' b2 b3",
        ),
        (
            "interleaved", 0, 2,
            "f0 f1 f0' f1' f2 b0' f3 b1' f2' b0 f3' b1 b2' b3' b2 b3",
        ),
    ],
)  # fmt: skip
def test_orders_written_out(schedule: str, stage: int, interleave: int, expected: str) -> None:
    found = order(schedule, 2, 4, stage, interleave)
    told = [f"{name[0]}{micro_batch}{group * chr(39)}" for name, micro_batch, group in found]
    assert " ".join(told) == expected


def test_what_stages_keep_by_hand() -> None:
    """Four stages, two groups each: stage 1 has 2 x 2 + 4 groups ahead and one under way."""
    assert kept(4, 64, 1, "interleaved", 2) == 9 / 2
    assert kept(4, 64, 3, "interleaved", 2) == 5 / 2
    assert kept(4, 1, 0, "interleaved", 2) == 1
    assert kept(4, 3) == 3 and kept(4, 64) == 4
    assert kept(4, 64, 2) == 2


@pytest.mark.parametrize("name", ["stages", "micro_batches", "interleave"])
def test_one_schedule_is_played_not_a_sweep(name: str) -> None:
    sizes: dict[str, Any] = {"stages": 2, "micro_batches": 4, "interleave": 2}
    sizes[name] = np.array([2, 4])
    with pytest.raises(TypeError, match=f"^{name} must be a single number"):
        run("interleaved", **sizes)
    with pytest.raises(TypeError, match=f"^{name} must be a single number"):
        order("interleaved", stage=0, **sizes)
    place: Any = np.array([0, 1])
    with pytest.raises(TypeError, match=r"^stage must be a single number"):
        order("1f1b", 2, 3, stage=place)
