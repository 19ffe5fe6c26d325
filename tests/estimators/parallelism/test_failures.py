"""Failures: Young's and Daly's formulas by hand, the best interval by brute force, the simulation
against the exact mean, and published runs."""

import math

import numpy as np
import pytest

from course_lib.catalog import findings
from course_lib.estimators.parallelism.failures import (
    best_interval,
    between_failures,
    goodput,
    lost,
    simulate,
)

CASES = [(5.0, 11_000.0, 300.0), (60.0, 11_000.0, 0.0), (300.0, 1800.0, 600.0)]
"""Seconds of a save, between failures, of a restart."""
SEED = 16
"""Of a run whose first failure comes after 39 s and the second 129 s later."""


def test_young_by_hand() -> None:
    # a save of 8 minutes, a failure each day: the root of 2 x 480 x 86 400
    assert best_interval(480, 86_400, law="young") == pytest.approx(9107.36, rel=1e-5)
    assert best_interval(0, 86_400) == 0


def test_daly_by_hand() -> None:
    # delta 2, M 100: the root of delta / 2M is 0.1, that of 2 delta M is 20
    assert best_interval(2, 100) == pytest.approx(20 * (1 + 0.1 / 3 + 0.01 / 9) - 2)
    assert best_interval(200, 100) == best_interval(500, 100) == 100  # from twice the mean on


@pytest.mark.parametrize(("save", "mean", "restart"), CASES)
def test_the_best_interval_by_brute_force(save: float, mean: float, restart: float) -> None:
    tried = np.linspace(save / 10, 2 * mean, 200_001)
    left = goodput(tried, save, mean, restart)
    best = float(tried[np.argmax(left)])
    assert best_interval(save, mean) == pytest.approx(best, rel=0.005)
    # Young's is longer, and costs hardly anything where saves are short
    young = best_interval(save, mean, law="young")
    assert young > best
    assert goodput(young, save, mean, restart) > 0.98 * left.max()


def test_the_best_interval_solves_its_equation() -> None:
    """Where the derivative of the exact time vanishes: (1 - t / M) e^((t + d) / M) = 1."""
    save, mean = 10.0, 10_000.0
    interval = best_interval(save, mean)
    assert (1 - interval / mean) * math.exp((interval + save) / mean) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(("save", "mean", "restart"), CASES)
def test_the_simulation_reaches_the_exact_mean(save: float, mean: float, restart: float) -> None:
    interval = best_interval(save, mean)
    played = [
        simulate(
            400 * mean,
            interval=interval,
            save_seconds=save,
            mean_seconds=mean,
            restart_seconds=restart,
            seed=seed,
        )
        for seed in range(20)
    ]
    seconds = np.array([each.seconds for each in played])
    expected = 400 * mean / goodput(interval, save, mean, restart)
    error = seconds.std(ddof=1) / math.sqrt(len(seconds))
    assert abs(seconds.mean() - expected) < 4 * error + 0.002 * expected
    # as many failures as the whole time has means
    failures = sum(each.failures for each in played)
    assert failures == pytest.approx(seconds.sum() / mean, rel=4 / math.sqrt(failures))


def test_a_run_played_by_hand() -> None:
    """Three pieces of 20 s, each with a save of 2 s. The first failure comes at 39 s, in the second
    piece: 17 s are lost and 5 s go for the restart. The next would come after the end."""
    first, second = np.random.default_rng(SEED).exponential(100, 2)
    assert 22 < first < 44 and second > 5 + 44
    found = simulate(
        60, interval=20, save_seconds=2, mean_seconds=100, restart_seconds=5, seed=SEED
    )
    assert (found.failures, found.saving_seconds, found.restart_seconds) == (1, 6, 5)
    assert found.again_seconds == pytest.approx(first - 22)
    assert found.seconds == pytest.approx(66 + first - 22 + 5)


def test_shares_are_those_of_the_exact_mean_while_they_are_small() -> None:
    shares = lost(200.0, 2.0, 20_000.0, 30.0)
    assert shares.total == pytest.approx(0.01 + 0.005 + 0.0015)
    assert 1 / goodput(200.0, 2.0, 20_000.0, 30.0) - 1 == pytest.approx(shares.total, rel=0.02)


def test_at_youngs_interval_saving_costs_as_much_as_doing_again() -> None:
    save, mean = np.array([1.0, 10.0, 100.0]), 12_345.0
    shares = lost(best_interval(save, mean, law="young"), save, mean)
    assert shares.saving == pytest.approx(shares.again)


def test_more_devices_fail_more_often() -> None:
    assert between_failures([1, 10], 1000.0).tolist() == [1000, 100]


def test_a_published_run() -> None:
    """Llama 3 405B: 419 failures in 54 days are one in 3.1 hours; over 90 % were useful. By hand a
    tenth of 3.1 hours are 18.6 minutes for all that a failure costs, saves included."""
    cards, days = 16_384, 54
    device_seconds = cards * days * 86_400 / findings["t026"].value
    mean = between_failures(cards, device_seconds)
    assert mean / 3600 == pytest.approx(3.09, abs=0.005)
    assert device_seconds / 3600 == pytest.approx(50_700, rel=0.001)  # as the catalog's note says
    quick = goodput(best_interval(10, mean), 10, mean, 300)
    slow = goodput(best_interval(60, mean), 60, mean, 600)
    assert slow < findings["t034"].value < quick
    assert between_failures(8 * cards, device_seconds) == pytest.approx(mean / 8)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"interval": 0.0}, "interval"),
        ({"save_seconds": -1.0}, "save_seconds"),
        ({"mean_seconds": 0.0}, "mean_seconds"),
        ({"mean_seconds": 4.0}, "mean_seconds"),
        ({"work_seconds": [1.0, 2.0]}, "work_seconds"),
    ],
)
def test_what_is_refused(change: dict[str, object], name: str) -> None:
    fine = {"work_seconds": 1000.0, "interval": 100.0, "save_seconds": 1.0, "mean_seconds": 500.0}
    with pytest.raises((TypeError, ValueError), match=name):
        simulate(**(fine | change))  # type: ignore[arg-type]
