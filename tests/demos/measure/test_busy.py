"""Busy or quiet, on machines made up for the test."""

import os
import sys

import pytest

from course_lib.demos import measure
from course_lib.demos.measure import busy


def found(**changes: object) -> measure.Quiet:
    told = {"cores": 2, "load": 0.1, "busy_share": 0.05, "spin_spread": 1.05}
    return measure.Quiet(**told | changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "quiet"),
    [
        ({}, True),
        ({"busy_share": busy.MOST_BUSY_SHARE}, True),
        ({"busy_share": busy.MOST_BUSY_SHARE + 0.01}, False),
        ({"spin_spread": busy.MOST_SPIN_SPREAD + 0.01}, False),
        ({"busy_share": None, "load": None}, True),
        ({"busy_share": None, "spin_spread": 3.0}, False),
        ({"load": 50.0}, True),  # of a minute ago: shown, and no reason
    ],
)
def test_the_verdict_rests_on_share_and_spin(changes: dict[str, object], quiet: bool) -> None:
    assert found(**changes).quiet is quiet


def test_the_words_hold_every_number_that_is_known() -> None:
    assert found().words == (
        "quiet: others take 5% of 2 cores, a fixed piece of work varies by 1.05 times (load 0.1)"
    )
    assert found(cores=1, load=None, busy_share=None, spin_spread=2.0).words == (
        "not quiet: 1 core, a fixed piece of work varies by 2.00 times"
    )


def test_this_machine_is_looked_at() -> None:
    here = measure.quiet(window_seconds=0.05)
    assert here.cores >= 1 and here.spin_spread >= 1
    assert here.busy_share is None or 0 <= here.busy_share <= 1


def test_a_system_without_load_cores_or_psutil(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "getloadavg", raising=False)
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setitem(sys.modules, "psutil", None)  # as if it were not installed
    here = measure.quiet(window_seconds=0.01)
    assert here.load is None and here.busy_share is None
    assert here.cores == os.cpu_count()


def test_only_own_cores_count(monkeypatch: pytest.MonkeyPatch) -> None:
    psutil = pytest.importorskip("psutil")
    monkeypatch.setattr(psutil, "cpu_percent", lambda percpu: [100.0, 10.0, 30.0, 100.0])
    monkeypatch.setattr(busy, "own_cores", lambda: [1, 2])
    assert busy.busy_share(1e-6) == pytest.approx(0.2)
    monkeypatch.setattr(busy, "own_cores", lambda: [7])  # a number that the counters do not know
    assert busy.busy_share(1e-6) == pytest.approx(0.6)


def test_the_spin_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0])
    monkeypatch.setattr(busy, "_spin", lambda: next(seconds))
    assert busy.spin_spread(spins=11) == pytest.approx(10 / 2)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="window_seconds"):
        measure.quiet(window_seconds=0)
    with pytest.raises(ValueError, match="spins"):
        busy.spin_spread(spins=0)
