"""Preparing a machine: what is chosen, what is set, and how long it may take at most."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import torch

from course_lib.demos import measure
from course_lib.demos.measure import preparing


@pytest.fixture(autouse=True)
def two_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    monkeypatch.setattr(preparing, "FIRST_THREADS", 2)
    yield
    torch.set_num_threads(before)


def look(share: float) -> measure.Quiet:
    return measure.Quiet(cores=2, load=None, busy_share=share, spin_spread=1.0)


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "quiet", lambda window_seconds: look(1.0))


def wait_with_two() -> None:
    """Work that two threads slow down a hundredfold, as on a busy machine."""
    time.sleep(0.1 if torch.get_num_threads() == 2 else 0.001)


def test_the_quickest_number_is_set_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "quiet", lambda window_seconds: look(0.0))
    found = measure.prepare(wait_with_two)
    assert found.threads == torch.get_num_threads() == 1
    assert found.quiet and found.words.endswith("torch uses 1 of 2 threads")
    assert found.seconds > 0


@pytest.mark.usefixtures("busy")
def test_a_later_trial_may_go_back_up() -> None:
    torch.set_num_threads(1)
    found = measure.prepare(lambda: time.sleep(0.02 if torch.get_num_threads() == 1 else 0.001))
    assert found.threads == torch.get_num_threads() == 2


@pytest.mark.usefixtures("busy")
def test_time_up_after_one_round_still_chooses_on_a_busy_machine() -> None:
    found = measure.prepare(wait_with_two, seconds=0.01)
    assert found.trial.timings[2].repeats == 1  # the limit was over
    assert not found.quiet and found.threads == 1


@pytest.mark.usefixtures("busy")
def test_what_hardly_differs_changes_nothing() -> None:
    found = measure.prepare(lambda: time.sleep(0.003), seconds=0.01)
    assert found.threads == torch.get_num_threads() == 2


def test_one_thread_alone_says_nothing_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    monkeypatch.setattr(preparing, "FIRST_THREADS", 1)
    found = measure.prepare(seconds=0.1)
    assert found.threads == 1 and "threads" not in found.words


def test_the_small_layers_are_the_same_each_time() -> None:
    first, again = preparing.small_layers()(), preparing.small_layers()()
    assert torch.equal(first, again) and bool(first.isfinite().all()) and bool((first != 0).any())


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_nonsense_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="seconds"):
        measure.prepare(seconds=seconds)
