"""Owning and renting against published break-even hours, published run costs, and arithmetic by
hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.catalog import findings, prices, runs
from course_lib.estimators import cost
from course_lib.estimators.cost import offers

DGX = prices["nvidia-dgx-a100-320gb-list"].value
SERVER = cost.Server(
    purchase_usd=200_000,
    busy_watts=6500,
    idle_watts=2000,
    pue=1.5,
    usd_per_kwh=0.1,
    staff_usd_per_year=20_000,
    housing_usd_per_kw_month=150,
    life_years=4,
    resale_share=0.2,
)


@pytest.mark.parametrize(
    ("finding", "rent"), [("c212", "aws-p4d-24xlarge"), ("c213", "lambda-8x-a100-40gb")]
)
def test_the_published_break_even_hours_of_a_dgx_a100_reproduce(finding: str, rent: str) -> None:
    """The catalog's findings leave out power and staff, and so does this server."""
    found = cost.break_even_hours(cost.Server(purchase_usd=DGX), prices[rent].value)
    assert found == pytest.approx(findings[finding].value, abs=1)


@pytest.mark.parametrize(
    ("run", "rate"),
    [
        ("mpt-7b", 2.0),
        ("mosaic-sd2-8gpu", 2.0),
        ("mosaic-sd2-128gpu", 2.0),
        ("gpt2-xl-openai", 8.0),
    ],
)
def test_published_costs_are_hours_times_a_rate(run: str, rate: float) -> None:
    """Rows of the catalog whose cost basis names the rate: circular, so a test of arithmetic to
    rounding."""
    assert offers.rent_usd(rate, runs[run].device_hours * 3600) == pytest.approx(
        runs[run].cost_usd, rel=0.005
    )


def test_deepseek_v3_cost_by_its_own_table() -> None:
    """arXiv 2412.19437, table 1: 2664, 119 and 5 thousand H800 hours at USD 2 make USD 5.576
    million."""
    rate = prices["h800-hour-used-by-deepseek-v3"].value
    stages = [offers.rent_usd(rate, thousands * 1000 * 3600) for thousands in (2664, 119, 5)]
    assert stages == pytest.approx([5.328e6, 0.238e6, 0.010e6])
    assert sum(stages) == pytest.approx(5.576e6)


def test_a_year_of_a_server_by_hand() -> None:
    bill = cost.own(SERVER, years=1, utilisation=0.5)
    kwh = (6.5 + 2.0) * 4383
    assert bill.value_lost == pytest.approx(200_000 * 0.8 / 4)
    assert bill.energy == pytest.approx(kwh * 0.1)
    assert bill.cooling == pytest.approx(kwh * 0.05)
    assert bill.housing == pytest.approx(6.5 * 150 * 12)
    assert bill.staff == 20_000
    assert bill.total == pytest.approx(40_000 + kwh * 0.15 + 11_700 + 20_000)
    assert bill.usd_per_used_hour == pytest.approx(bill.total / 4383)


@given(rent=st.floats(5, 60), utilisation=st.floats(0.05, 1), resale=st.floats(0, 0.9))
def test_the_sweep_finds_what_the_formula_says(
    rent: float, utilisation: float, resale: float
) -> None:
    server = cost.Server(**SERVER.numbers() | {"resale_share": resale})
    formula = cost.break_even_hours(server, rent, utilisation)
    swept = cost.break_even_by_sweep(server, rent, utilisation, step=10)
    if math.isfinite(formula) and formula < 4 * 8766 * utilisation - 20:
        assert formula <= swept <= formula + 10 + 1e-6
        assert cost.spent(server, formula, utilisation) == pytest.approx(rent * formula)
    elif math.isinf(swept):
        assert math.isinf(formula)


@given(rent=st.floats(5, 100))
def test_over_a_whole_life_owner_and_tenant_are_even_at_the_break_even_utilisation(
    rent: float,
) -> None:
    share = cost.break_even_utilisation(SERVER, rent)
    if share <= 1:
        bill = cost.own(SERVER, SERVER.life_years, share)
        assert bill.total == pytest.approx(rent * bill.used_hours)
        more = min(1.0, share * 1.05)
        assert cost.own(SERVER, SERVER.life_years, more).usd_per_used_hour <= rent * (1 + 1e-9)


def test_lower_use_and_dearer_power_move_break_even_out() -> None:
    hours = cost.break_even_hours(SERVER, 32.77, utilisation=[1.0, 0.5, 0.25])
    assert hours[0] < hours[1] < hours[2]
    dear = cost.Server(**SERVER.numbers() | {"usd_per_kwh": [0.1, 0.3]})
    cheap, dearer = cost.break_even_hours(dear, 32.77)
    assert cheap < dearer


def test_a_rent_below_the_running_costs_never_breaks_even() -> None:
    assert cost.break_even_hours(SERVER, 1.0) == math.inf
    assert cost.break_even_by_sweep(SERVER, 1.0, step=100) == math.inf
    assert cost.break_even_utilisation(SERVER, 0.1) == math.inf


def test_arrays_broadcast_and_scalars_stay_scalars() -> None:
    found = cost.break_even_hours(SERVER, np.array([20.0, 40.0]), np.array([[1.0], [0.5]]))
    assert found.shape == (2, 2)
    assert isinstance(cost.break_even_hours(SERVER, 20.0), float)
    assert cost.own(SERVER, [1, 2]).total[1] == pytest.approx(2 * cost.own(SERVER, 1).total)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"purchase_usd": 0}, "purchase_usd"),
        ({"pue": 0.9}, "pue"),
        ({"resale_share": 1.0}, "resale_share"),
        (
            {"idle_watts": 500},
            "idle_watts must be at most busy_watts, got idle_watts=500 and busy_watts=0",
        ),
        ({"busy_watts": [300, 700], "idle_watts": 500}, "idle_watts must be at most busy_watts"),
    ],
)
def test_a_bad_server_is_refused_by_name(fields: dict[str, float], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        cost.Server(**{"purchase_usd": 1000.0} | fields)


@pytest.mark.parametrize("idle", [0, 250, 500])
def test_a_bill_over_the_whole_life_is_what_has_been_spent(idle: float) -> None:
    """Two ways to add up the same costs, up to a machine that draws as much without work as with
    it."""
    server = cost.Server(**SERVER.numbers() | {"busy_watts": 500, "idle_watts": idle})
    bill = cost.own(server, server.life_years, 0.5)
    assert cost.spent(server, bill.used_hours, 0.5) == pytest.approx(bill.total)


def test_a_building_cannot_save_electricity() -> None:
    with pytest.raises(ValueError, match=r"pue must be at least 1, got 0\.5"):
        cost.energy_usd(100, 1, 0.1, pue=0.5)
    assert cost.energy_usd(100, 10, 0.1, pue=[1, 2]).tolist() == pytest.approx([0.1, 0.2])


def test_bad_arguments_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="years"):
        cost.own(SERVER, years=5)
    with pytest.raises(ValueError, match="utilisation"):
        cost.break_even_hours(SERVER, 20, utilisation=1.2)
    with pytest.raises(TypeError, match="server"):
        cost.own(200_000, 1)  # type: ignore[arg-type]


def test_what_is_not_said_costs_nothing() -> None:
    """A bare price: five years of loss of value, used all the time, and nothing else."""
    bare = cost.Server(purchase_usd=50_000)
    bill = cost.own(bare, years=1)
    assert (bill.value_lost, bill.running, bill.total) == (10_000, 0, 10_000)
    assert bill.used_hours == 8766
    assert cost.spent(bare, 1000) == 50_000
    assert cost.own(bare, years=5).value_lost == 50_000
    watts = cost.Server(purchase_usd=50_000, busy_watts=1000, usd_per_kwh=0.1)
    bill = cost.own(watts, years=1)
    assert (bill.energy, bill.cooling) == (pytest.approx(876.6), 0)
    assert cost.energy_usd(1000, 1, 0.1) == pytest.approx(0.1)


def test_an_idle_hour_and_an_hour_of_work_by_hand() -> None:
    """6.5 kW of place at USD 150 a month for 12 months, and 20 000 of staff, over 8766 hours; 2 kW
    idle and 4.5 more at work, all times 1.5 at USD 0.1."""
    idle = (6.5 * 150 * 12 + 20_000) / 8766 + 2 * 1.5 * 0.1
    more = 4.5 * 1.5 * 0.1
    assert SERVER.usd_per_calendar_hour() == pytest.approx(idle)
    assert SERVER.usd_per_used_hour() == pytest.approx(more)
    assert SERVER.resale_usd == pytest.approx(40_000)
    assert cost.spent(SERVER, 100, 0.25) == pytest.approx(160_000 + 100 * more + 400 * idle)
    assert cost.spent(SERVER, 100) == pytest.approx(160_000 + 100 * (more + idle))
    assert cost.spent(SERVER, 0) == 160_000


def test_break_even_in_the_last_hour_of_its_life_still_counts() -> None:
    """USD 8766 over one year of 8766 hours: even at USD 1 an hour in the very last one, at half
    the use at USD 2."""
    server = cost.Server(purchase_usd=8766, life_years=1)
    assert cost.break_even_hours(server, 1.0) == 8766
    assert cost.break_even_hours(server, 2.0, utilisation=0.5) == 4383
    assert cost.break_even_hours(server, 0.999) == math.inf
    assert cost.break_even_hours(server, 1.999, utilisation=0.5) == math.inf
    assert cost.break_even_by_sweep(server, 1.0) == 8766
    assert cost.break_even_by_sweep(server, 2.0, utilisation=0.5) == 4383
    assert cost.break_even_by_sweep(server, 0.99) == math.inf
    assert cost.break_even_utilisation(server, 1.0) == pytest.approx(1.0)
    assert cost.break_even_utilisation(server, 4.0) == pytest.approx(0.25)


def test_the_sweep_stops_at_its_first_even_step() -> None:
    """USD 1000 by rents of 10, 8 and 3: hours 100, 125 and 333.3, the next multiple of the step."""
    server = cost.Server(purchase_usd=1000)
    assert cost.break_even_by_sweep(server, 10.0) == 100
    assert cost.break_even_by_sweep(server, 3.0) == 334
    assert cost.break_even_by_sweep(server, 8.0, step=10) == 130
    assert cost.break_even_by_sweep(server, 3.0, step=0.5) == 333.5


def test_a_rent_that_only_pays_the_running_costs_never_breaks_even() -> None:
    """Ten kilowatts at USD 0.1: an hour of work costs USD 1, so a rent of 1 pays for no machine."""
    server = cost.Server(purchase_usd=1000, busy_watts=10_000, usd_per_kwh=0.1)
    assert cost.break_even_hours(server, 1.0) == math.inf
    assert cost.break_even_utilisation(server, 1.0) == math.inf
    assert cost.break_even_hours(server, 2.0) == pytest.approx(1000)
    assert cost.break_even_utilisation(server, 2.0) == pytest.approx(1000 / (5 * 8766))


def test_the_smallest_and_largest_values_that_are_allowed() -> None:
    edge = cost.Server(
        purchase_usd=1, busy_watts=300, idle_watts=300, pue=1, resale_share=0.99, life_years=0.5
    )
    assert edge.usd_per_used_hour() == 0
    assert cost.own(edge, years=0.5, utilisation=1).value_lost == pytest.approx(0.01)
