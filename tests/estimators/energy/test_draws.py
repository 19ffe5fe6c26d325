"""What a device draws, by hand and against measured servers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from course_lib.catalog.constants import constant, trying
from course_lib.estimators import energy
from course_lib.estimators.energy import draws

MEASURED = [
    # ml-energy leaderboard at 0cd52da, GPUs alone: device, watts of one, share of the bandwidth and
    # of the peak at the measured speed (weights and cache a step, two FLOPs a weight)
    ("B200 SXM", 759.9, 0.50, 0.025),  # Qwen3-14B, 8 at once
    ("B200 SXM", 319.8, 0.12, 0.003),  # the same with older code, which waits
    ("H100", 441.0, 0.68, 0.032),  # Qwen3-14B, 8 at once
    ("H100", 644.0, 0.42, 0.294),  # 253 at once
    ("B200 SXM", 970.0, 0.26, 0.401),  # Llama 3.1 70B on two, 255 at once
]


def test_by_hand() -> None:
    with trying({"power-waiting": 0.2, "power-memory": 1, "power-arithmetic": 2}):
        assert draws.load(0, 0) == pytest.approx(0.2)
        assert draws.load(0.25, 0.5) == pytest.approx(1 - 0.8 * math.exp(-1))


@pytest.mark.parametrize(("device", "watts", "memory", "arithmetic"), MEASURED)
def test_measured_power_within_a_third(
    device: str, watts: float, memory: float, arithmetic: float
) -> None:
    found = energy.power(device, draws.load(arithmetic, memory))
    assert found == pytest.approx(watts, rel=0.34)


def test_it_grows_with_both_and_never_passes_the_stated_power() -> None:
    shares = np.linspace(0, 1, 11)
    for found in (draws.load(shares, 0.1), draws.load(0.1, shares)):
        assert np.all(np.diff(found) > 0) and np.all(found < 1)
    assert draws.load(shares[:, None], shares).shape == (11, 11)


def test_a_training_run_draws_what_its_shares_say() -> None:
    """Forty percent of the peak and a third of the bandwidth."""
    assert draws.load(0.4, 0.3) == pytest.approx(draws.training().value, abs=0.05)


def test_a_constant_with_its_ends() -> None:
    found = draws.known("power-training")
    assert found.value == constant("power-training")
    with trying({"power-training": 0.5}):
        assert draws.known("power-training").low == 0.5


@pytest.mark.parametrize("change", [{"arithmetic": -0.1}, {"memory": "much"}])
def test_bad_shares(change: dict[str, object]) -> None:
    with pytest.raises((TypeError, ValueError), match=next(iter(change))):
        draws.load(**{"arithmetic": 0.1, "memory": 0.1} | change)  # type: ignore[arg-type]
