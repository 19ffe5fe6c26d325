"""Timings: which runs count, and what is read off them, against sums by hand."""

import pickle
import time

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from course_lib.demos import measure


def test_warm_up_runs_are_not_timed() -> None:
    runs: list[int] = []
    timing = measure.time_call(lambda: runs.append(1), repeats=4, warm_ups=3)
    assert len(runs) == 7 and timing.repeats == 4
    assert (
        timing.fastest_seconds <= timing.median_seconds <= timing.slowest_seconds
        and timing.spread >= 1
    )


def test_the_middle_half_by_hand() -> None:
    timing = measure.timing([4.0, 1.0, 3.0, 2.0, 9.0])
    assert timing.seconds == timing.median_seconds == 3
    # of five, the quartiles are the second and the fourth
    assert (timing.low_seconds, timing.high_seconds) == (2, 4)
    assert (timing.fastest_seconds, timing.slowest_seconds, timing.spread) == (1, 9, 9)
    assert timing.repeats == 5
    one = measure.timing([0.5])
    assert one.low_seconds == one.seconds == one.high_seconds == 0.5


@given(st.lists(st.floats(1e-9, 1e3), min_size=1, max_size=20))
def test_the_ends_are_in_order(runs: list[float]) -> None:
    found = measure.timing(runs)
    ends = (found.fastest_seconds, found.low_seconds, found.seconds, found.high_seconds)
    # a quantile between two equal numbers may differ from them in the last bit
    for first, second in zip(ends, (*ends[1:], found.slowest_seconds), strict=True):
        assert first <= second * (1 + 1e-12)


def test_a_timing_goes_from_one_process_to_another() -> None:
    timing = measure.timing([1.0, 2.0])
    assert pickle.loads(pickle.dumps(timing)).runs_seconds == (1.0, 2.0)


def test_a_budget_ends_the_runs_but_leaves_three() -> None:
    runs: list[int] = []

    def work() -> None:
        runs.append(1)
        time.sleep(0.002)

    assert measure.time_call(work, repeats=50, budget_seconds=1e-9).repeats == 3
    assert measure.time_call(work, repeats=2, budget_seconds=1e-9).repeats == 2
    assert measure.time_call(work, repeats=5, budget_seconds=1e9).repeats == 5


def test_an_accelerator_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(torch.accelerator, "synchronize", lambda: order.append("wait"))
    measure.time_call(lambda: order.append("work"), repeats=2, warm_ups=0)
    assert order == ["wait", "work", "wait"] * 2


@pytest.mark.parametrize(
    "bad", [{"repeats": 0}, {"repeats": 2.5}, {"warm_ups": -1}, {"budget_seconds": 0}]
)
def test_time_call_refuses_nonsense(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        measure.time_call(lambda: None, **bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [[], [0.0], [-1.0], [float("nan")]])
def test_a_timing_without_a_time_is_refused(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="runs_seconds"):
        measure.timing(bad)


def test_rounds_do_one_work_after_the_other() -> None:
    order: list[str] = []
    works = {name: lambda name=name: order.append(name) for name in "ab"}
    found = measure.time_rounds(works, repeats=2, warm_ups=1)
    assert order == ["a", "b", "b", "a", "a", "b"]  # every second round goes backwards
    assert {name: each.repeats for name, each in found.items()} == {"a": 2, "b": 2}


def test_a_budget_ends_the_rounds_but_leaves_three() -> None:
    works = {"a": lambda: time.sleep(0.001), "b": lambda: None}
    found = measure.time_rounds(works, repeats=50, budget_seconds=1e-9)
    assert {name: each.repeats for name, each in found.items()} == {"a": 3, "b": 3}
    assert measure.time_rounds(works, repeats=2, budget_seconds=1e-9)["a"].repeats == 2
    assert measure.time_rounds(works, repeats=5, budget_seconds=1e9)["a"].repeats == 5


def test_rounds_refuse_nonsense() -> None:
    with pytest.raises(ValueError, match="budget_seconds"):
        measure.time_rounds({"a": lambda: None}, budget_seconds=0)
    with pytest.raises(ValueError, match="works"):
        measure.time_rounds({})
    with pytest.raises(ValueError, match="repeats"):
        measure.time_rounds({"a": lambda: None}, repeats=0)
