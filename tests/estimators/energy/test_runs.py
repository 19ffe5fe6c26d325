"""Energy against measured runs, against published worked examples, and against the arithmetic of
circular rows."""

from __future__ import annotations

import math

import numpy as np
import pytest

from course_lib.catalog import cooling, devices, models, runs
from course_lib.catalog.constants import constant
from course_lib.estimators import energy
from course_lib.estimators.energy.runs import CARDS_ALONE, Site
from course_lib.estimators.ranges import Range

MWH = 3.6e9
MEASURED = [
    key
    for key, run in runs.items()
    if run.energy_measured and run.energy_joules and run.tokens and run.model_key and run.device_key
]
CIRCULAR = [
    key
    for key, run in runs.items()
    if run.energy_basis.startswith("circular") and run.energy_joules
]


def test_which_rows_there_are() -> None:
    assert MEASURED == ["olmo-7b-a100", "olmo-7b-mi250x"]
    assert len(CIRCULAR) == 5


@pytest.mark.parametrize("key", MEASURED)
def test_measured_runs_within_a_quarter(key: str) -> None:
    """The defaults know nothing of these rows: utilisation comes from runs whose energy was not
    measured."""
    row = runs[key]
    model = models[row.model_key]
    found = energy.training(model, row.tokens, device=row.device_key, seq=2048, site=CARDS_ALONE)
    assert found.total == pytest.approx(row.energy_joules, rel=0.25)
    assert found.low < row.energy_joules < found.high


def test_the_utilisation_is_that_of_the_catalog() -> None:
    found = []
    for run in runs.values():
        if (
            run.kind == "full_run"
            and run.device_hours
            and run.tokens
            and run.params
            and run.device_key
        ):
            peaks = devices[run.device_key].peak_flops
            peak = peaks.get("bf16") or peaks.get("fp16")
            if peak and not run.energy_measured:
                found.append(
                    6
                    * (run.active_params or run.params)
                    * run.tokens
                    / (run.device_hours * 3600 * peak)
                )
    ends = np.percentile(found, [10, 50, 90])
    assert (energy.MFU.low, energy.MFU.value, energy.MFU.high) == pytest.approx(
        tuple(ends), abs=0.01
    )


def test_buildings_reach_from_the_best_fleets_to_the_average_of_the_industry() -> None:
    """A run for a course stands in a rented building: a little worse than the middle of the
    catalog's."""
    # Since 2022: surveys of earlier years are history.
    known = [row.pue for row in cooling.values() if row.source.date >= "2022"]
    assert energy.PUE.low == min(known)
    assert energy.PUE.high == cooling["industry-average-uptime-survey-2024"].pue
    assert energy.PUE.value == pytest.approx(np.median(known), abs=0.05)


def test_an_hour_of_a_typical_device_by_hand() -> None:
    """An H100 of 700 W at 0.9 of what lies above idling draws 637 W (511 to 700); servers 1.3 (1.15
    to 1.5), network 1.05 (1.02 to 1.1), building 1.2 (1.08 to 1.56) as the module states them."""
    found = energy.run(1, device="H100")
    assert found.total / 3600 == pytest.approx(637 * 1.3 * 1.05 * 1.2)
    high = math.hypot(
        math.log(700 / 637), math.log(1.5 / 1.3), math.log(1.1 / 1.05), math.log(1.56 / 1.2)
    )
    low = math.hypot(
        math.log(637 / 511), math.log(1.3 / 1.15), math.log(1.05 / 1.02), math.log(1.2 / 1.08)
    )
    assert found.high / found.total == pytest.approx(math.exp(high))
    assert found.total / found.low == pytest.approx(math.exp(low))


@pytest.mark.parametrize(
    "key", ["mlperf40-smc-1n-lora", "mlperf40-smc-1n-bert", "mlperf40-smc-1n-resnet"]
)
def test_power_of_whole_nodes(key: str) -> None:
    drawn = energy.run(1, device=runs[key].device_key, site=Site(network=1, pue=1))
    assert drawn.total / 3600 == pytest.approx(runs[key].power_watts_per_device, rel=0.1)
    assert drawn.low / 3600 < runs[key].power_watts_per_device < drawn.high / 3600


@pytest.mark.parametrize("key", CIRCULAR)
def test_circular_rows_reproduce(key: str) -> None:
    """Published as hours x power x PUE, so nothing but rounding may differ; some are cut, not
    rounded."""
    row = runs[key]
    pue = 1 if "no PUE" in row.energy_scope else row.pue
    watts = row.power_watts_per_device or devices[row.device_key].power_watts
    found = (
        energy.run(row.device_hours, watts=watts, site=Site(server=1, network=1, pue=pue)).total
        / MWH
    )
    assert found == pytest.approx(row.energy_joules / MWH, abs=1, rel=0)


@pytest.mark.parametrize(
    ("name", "watts", "hours", "kwh"),
    [
        ("Transformer base, 8 P100", 1415.78, 12, 27),
        ("Transformer big, 8 P100", 1515.43, 84, 201),
        ("ELMo, 3 P100", 517.66, 336, 275),
        ("BERT base, 64 V100", 12_041.51, 79, 1507),
    ],
)
def test_worked_examples_of_strubell(name: str, watts: float, hours: float, kwh: float) -> None:
    """Strubell et al. 2019, arXiv 1906.02243, table 3: measured watts x hours x 1.58, in kWh."""
    found = energy.run(hours, watts=watts, site=Site(server=1, network=1, pue=1.58))
    assert found.total / 3.6e6 == pytest.approx(kwh, rel=0.008), name


@pytest.mark.parametrize("key", ["patterson-t5", "patterson-meena", "patterson-gpt3"])
def test_worked_examples_of_patterson(key: str) -> None:
    """Patterson et al. 2021, arXiv 2104.10350, table 4: measured watts a chip x chips x days x
    PUE."""
    row = runs[key]
    site = Site(server=1, network=1, pue=row.pue)
    found = energy.run(row.device_hours, watts=row.power_watts_per_device, site=site)
    assert found.total == pytest.approx(row.energy_joules, rel=0.005)


def test_worked_example_of_bloom() -> None:
    """arXiv 2211.02001: 1 082 990 h x 400 W, beside 256 646 kWh of waiting machines."""
    found = energy.run(1_082_990, watts=400, site=CARDS_ALONE)
    assert found.total / 3.6e6 == pytest.approx(433_196)
    waiting = energy.run(1, watts=400, idle_hours=100, site=CARDS_ALONE)
    assert waiting.idle == pytest.approx(100 * 3600 * 400 * constant("power-idle"))


def test_a_stated_power_that_holds_the_host_gets_no_servers() -> None:
    """TPU v3's 450 W are a chip's with its part of the host (arXiv 2104.10350, table 4)."""
    site = Site(server=1.3, network=1.0, pue=1.1)
    held, alone = (energy.run(1, device=name, load=1, site=site) for name in ("TPU v3", "TPU v4"))
    assert held.servers == 0 and alone.servers > 0
    assert held.total / 3600 == pytest.approx(450 * 1.1)
    # a power that is given may hold anything, so all that the site says comes on top
    assert energy.run(1, watts=450, site=site).servers == pytest.approx(450 * 3600 * 0.3)


def test_parts_add_up_and_stack() -> None:
    site = Site(server=1.3, network=1.1, pue=1.5)
    found = energy.run(10, device="H100", load=1, idle_hours=5, site=site)
    parts = found.devices + found.idle + found.servers + found.network + found.cooling
    assert parts == pytest.approx(found.total)
    assert found.devices == pytest.approx(10 * 3600 * 700) and found.idle == pytest.approx(
        5 * 3600 * 70
    )
    assert found.total == pytest.approx((found.devices + found.idle) * 1.3 * 1.1 * 1.5)
    assert found.machines == pytest.approx(found.total / 1.5)


def test_power_goes_from_idle_to_stated() -> None:
    assert energy.power("H100", 0) == pytest.approx(70) and energy.power(
        "H100", 1
    ) == pytest.approx(700)
    assert np.allclose(energy.power("A100 SXM 40GB", [0, 0.5, 1], idle=0.2), [80, 240, 400])


def test_arrays_in_arrays_out() -> None:
    hours, pue = np.array([[1.0], [10.0]]), np.array([1.1, 1.2, 1.5])
    found = energy.run(hours, device="H100", site=Site(pue=pue))
    one = energy.run(10.0, device="H100", site=Site(pue=1.5))
    assert found.total.shape == (2, 3)
    assert (found.total[1, 2], found.low[1, 2], found.high[1, 2]) == pytest.approx(
        (one.total, one.low, one.high)
    )
    swept = energy.training(models["llama-3-8b"], np.array([1e12, 2e12]), device="H100")
    assert swept.total[1] == pytest.approx(2 * swept.total[0])


def test_ranges_narrow_with_knowledge() -> None:
    guessed = energy.run(100, device="H100")
    known = energy.run(100, watts=650, site=Site(server=1.3, network=1.05, pue=1.1))
    assert known.low == pytest.approx(known.total) == pytest.approx(known.high)
    assert guessed.high / guessed.low > 1.5
    wide = energy.run(Range(low=50, value=100, high=200), device="H100")
    assert wide.high / wide.low > guessed.high / guessed.low


def test_efficiency_and_rebound() -> None:
    assert energy.flops_per_joule("H100") == pytest.approx(989e12 / 700)
    gain = energy.flops_per_joule("B200 SXM") / energy.flops_per_joule("V100 SXM2 32GB")
    assert gain == pytest.approx((2250 / 1000) / (125 / 300))
    assert energy.rebound(8, 8) == 1 and np.allclose(energy.rebound(10, [1, 5, 20]), [0.1, 0.5, 2])


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"device": None}, ValueError, "device must be given exactly where watts is not"),
        ({"watts": 400}, ValueError, "device must be given exactly where watts is not"),
        ({"device_hours": 0}, ValueError, "device_hours must be above zero"),
        ({"load": 1.2}, ValueError, "load must be from 0 to 1, got 1.2"),
        ({"load": "garbage"}, TypeError, "load must be a number"),
        ({"device": None, "watts": 400, "load": "garbage"}, TypeError, "load must be a number"),
        (
            {"device": None, "watts": 400, "load": 1.2},
            ValueError,
            "load must be from 0 to 1, got 1.2",
        ),
        (
            {"idle_hours": [1, 2], "load": [0.5, 0.6, 0.7]},
            ValueError,
            r"got idle_hours \(2,\), load \(3,\)",
        ),
        (
            {"device_hours": [1, 2], "idle_hours": [1, 2, 3]},
            ValueError,
            r"shapes must broadcast together, got device_hours \(2,\), idle_hours \(3,\)",
        ),
        (
            {"device_hours": Range(low=1, value=2, high=[3, 4]), "site": Site(pue=[1.1, 1.2, 1.3])},
            ValueError,
            r"got device_hours \(2,\), pue \(3,\)",
        ),
        (
            {"device": None, "watts": [1, 2], "idle_hours": [1] * 3},
            ValueError,
            r"got idle_hours \(3,\), watts \(2,\)",
        ),
        ({"idle_hours": -1}, ValueError, "idle_hours must be zero or more"),
        ({"site": 1.2}, TypeError, "site must be a record of type Site"),
        ({"device": "H1000"}, KeyError, "devices has no entry 'H1000'"),
        (
            {"device": "TPU v5p"},
            ValueError,
            "device must have its power stated in the catalog, got TPU v5p",
        ),
    ],
)
def test_bad_arguments(change: dict[str, object], error: type[Exception], message: str) -> None:
    arguments = {"device_hours": 10, "device": "H100"} | change
    with pytest.raises(error, match=message):
        energy.run(**arguments)  # type: ignore[arg-type]


def test_arrays_that_do_not_fit_are_named() -> None:
    with pytest.raises(ValueError, match=r"got load \(2,\), idle \(3,\)"):
        energy.power("H100", load=[0.5, 1.0], idle=[0.1, 0.2, 0.3])
    with pytest.raises(ValueError, match=r"got training_flops \(2,\), mfu \(3,\)"):
        energy.training(models["llama-3-8b"], [1e12, 2e12], device="H100", mfu=[0.2, 0.3, 0.4])


def test_a_building_cannot_save_energy() -> None:
    with pytest.raises(ValueError, match=r"pue must be at least 1, got 0\.9"):
        Site(pue=0.9)
