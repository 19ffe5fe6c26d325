"""Carbon against published runs, and hours against a walk through the day."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib.catalog import grid_days, quantities, runs
from course_lib.estimators.energy import carbon

BOTH = [
    key
    for key, run in runs.items()
    if run.energy_joules and run.carbon_kg and run.grid_grams_per_kwh and "PUE" in run.energy_scope
]


@pytest.mark.parametrize("key", BOTH)
def test_published_carbon_follows_from_energy_and_grid(key: str) -> None:
    row = runs[key]
    energy = row.energy_joules * (
        row.pue if key == "olmo-7b-a100" else 1
    )  # its energy is that of the cards alone
    found = carbon.location_based(energy, row.grid_grams_per_kwh)
    assert found == pytest.approx(row.carbon_kg, rel=0.02, abs=500)  # tonnes, rounded to whole ones


def test_there_are_rows_to_reproduce() -> None:
    assert len(BOTH) >= 5


def test_worked_example_of_strubell() -> None:
    """arXiv 1906.02243: 0.954 lb for a kWh, so 201 kWh of the big Transformer are 192 lb."""
    grams = 0.954 * 453.59237
    assert carbon.location_based(201 * 3.6e6, grams) / 0.45359237 == pytest.approx(192, abs=0.5)


def test_worked_example_of_bloom() -> None:
    """arXiv 2211.02001: 24.69 t in use, 11.2 t for making servers and cards, of 50.5 t in all."""
    in_use = carbon.location_based(433_196 * 3.6e6, 57)
    assert in_use == pytest.approx(24_690, rel=1e-3)
    life, share = quantities["bloom-server-life"].value, quantities["bloom-server-use"].value
    making = quantities["bloom-gpu-embodied"].value + quantities["bloom-server-embodied"].value / 8
    machines = carbon.embodied(making, 1_082_880, life_years=life, used_share=share)
    assert machines == pytest.approx(quantities["bloom-embodied"].kilograms, rel=0.002)
    idle = carbon.location_based(quantities["bloom-idle-energy"].joules, 57)
    assert in_use + machines + idle == pytest.approx(
        quantities["bloom-carbon-total"].kilograms, rel=0.01
    )


def test_market_based() -> None:
    assert carbon.market_based(3.6e9, 400, covered=1) == 0
    assert carbon.market_based(3.6e9, 400, covered=0) == carbon.location_based(3.6e9, 400)
    assert carbon.market_based(3.6e9, 400, covered=0.5, contract_grams=40) == pytest.approx(220)


def test_hours_by_a_walk_through_the_day() -> None:
    profile = grid_days["California"].grams_per_kwh
    for hours in (1, 5, 24, 30):
        walked = [
            np.mean([profile[(start + step) % 24] for step in range(hours)]) for start in range(24)
        ]
        assert np.allclose(carbon.by_start(profile, hours), walked)


def test_a_whole_day_has_no_clean_start() -> None:
    start = carbon.cleanest_start(grid_days["California"].grams_per_kwh, 24)
    assert start.saving == pytest.approx(0) and start.grams_per_kwh == pytest.approx(250.4, abs=0.1)


def test_a_short_job_is_moved_into_the_sun() -> None:
    start = carbon.cleanest_start(grid_days["California"].grams_per_kwh, 4)
    assert 9 <= start.hour <= 14 and start.saving > 0.3
    assert carbon.cleanest_start([100.0] * 24, 3).hour == 0
    assert carbon.cleanest_start([0.0] * 24, 3).saving == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: carbon.location_based(-1, 400), "energy_joules must be zero or more"),
        (lambda: carbon.market_based(1, 400, covered=1.5), "covered must be from 0 to 1, got 1.5"),
        (lambda: carbon.embodied(150, 10, life_years=0), "life_years must be above zero"),
        (
            lambda: carbon.embodied(150, 10, life_years=5, used_share=2),
            "used_share must be above 0 and at most 1, got 2",
        ),
        (lambda: carbon.by_start([1.0] * 23, 2), "grams_per_kwh must have 24 numbers"),
        (lambda: carbon.by_start([1.0] * 24, 0), "hours must be at least 1"),
    ],
)
def test_bad_arguments(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]


def test_arrays() -> None:
    assert np.allclose(carbon.location_based(3.6e9, [50.0, 400.0]), [50, 400])
    assert np.allclose(
        carbon.embodied(150, np.array([1000.0, 2000.0]), life_years=4)[1] * 4 * 8766, 300_000
    )
