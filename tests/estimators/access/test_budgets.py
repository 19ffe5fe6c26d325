"""Budgets over the years, against published runs and arithmetic by hand."""

import numpy as np
import pytest

from course_lib.catalog import devices, findings, prices, runs
from course_lib.estimators import hardware
from course_lib.estimators.access import budgets
from course_lib.estimators.datasets import scaling_laws


def test_nothing_that_was_not_yet_sold_is_offered() -> None:
    for year in (2018, 2021, 2024):
        assert all(hour.year <= year and hour.device.year <= year for hour in budgets.hours(year))
    assert "H100" not in " ".join(hour.device.name for hour in budgets.hours(2021))


def test_more_years_never_offer_less_for_the_money() -> None:
    best = [budgets.best_hour(year).flops_per_usd for year in range(2017, 2027)]
    assert best == sorted(best)
    assert best[-1] > best[0]


def test_a_bought_hour_by_hand() -> None:
    """DGX-1 with 8 V100: USD 149 000 in 2017, over four years of 8766 hours."""
    hour = budgets.best_hour(2017)
    assert hour.usd == pytest.approx(149_000 / 8 / 4 / 8766)
    assert hour.flops_per_usd == pytest.approx(125e12 * 3600 / hour.usd)


def test_the_budget_of_gpt_2_then_and_now() -> None:
    """The published fall from USD 43 000 to 48 in seven years, and the dearer of two published runs
    of today."""
    then, now = findings["c210"].values
    assert then == pytest.approx(runs["gpt2-xl-openai"].cost_usd)
    assert budgets.fall_per_year(then, now, 7) == pytest.approx(2.64, abs=0.01)
    assert budgets.fall_per_year(then, runs["nanochat-d24"].cost_usd, 7) == pytest.approx(
        2.49, abs=0.01
    )


def test_a_budget_is_spent_to_the_last_flop() -> None:
    found = budgets.trains([1e3, 1e4], 3.0, 989e12, mfu=0.4)
    assert 6 * found.params * found.tokens == pytest.approx(found.flops)
    assert found.flops[1] == pytest.approx(1e4 / 3 * 3600 * 989e12 * 0.4)
    assert found.loss[1] < found.loss[0]


def test_no_other_split_of_the_budget_does_better() -> None:
    found = budgets.trains(1e5, 3.0, 989e12)
    for factor in (0.5, 0.9, 1.1, 2.0):
        other = scaling_laws.loss(
            scaling_laws.BESIROGLU, found.params * factor, found.tokens / factor
        )
        assert other > found.loss


def test_yearly_factor_of_an_exact_and_of_a_noisy_series() -> None:
    years = np.arange(2015, 2021)
    assert budgets.yearly_factor(years, 3.0 ** (years - 2015)) == pytest.approx((3.0, 3.0, 3.0))
    middle, low, high = budgets.yearly_factor(years, [1, 4, 8, 30, 80, 300])
    assert low < middle < high


def test_falls_take_arrays_and_scalars_stay_scalars() -> None:
    found = budgets.fall_per_year(np.array([1000, 100]), 10, 2)
    assert found == pytest.approx([10, 10**0.5])
    assert budgets.fall_per_year(1000, [10, 1000], [[1], [2]]) == pytest.approx(
        np.array([[100, 1], [10, 1]])
    )
    assert isinstance(budgets.fall_per_year(1000, 10, 2), float)


def test_bad_arguments_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="as_of"):
        budgets.hours(2010)
    for look_up in (budgets.hours, budgets.best_hour):
        with pytest.raises(
            TypeError, match=r"as_of must be a single year, got array\(\[2020, 2024\]\)"
        ):
            look_up(np.array([2020, 2024]))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"got then_usd \(2,\), years \(3,\)"):
        budgets.fall_per_year([1, 2], 1, [1, 2, 3])
    with pytest.raises(ValueError, match="years"):
        budgets.yearly_factor([2020, 2021], [1, 2])
    with pytest.raises(ValueError, match="mfu"):
        budgets.trains(1, 1, 1e15, mfu=1.5)
    assert hardware.peak(budgets.best_hour(2025).device) > 0


@pytest.mark.parametrize(
    ("name", "usd", "count"),
    [("V100 SXM2 16GB", 149_000, 8), ("V100 SXM2 32GB", 399_000, 16), ("A100 SXM", 199_000, 8)],
)
def test_hours_of_bought_systems_by_hand(name: str, usd: float, count: int) -> None:
    """List prices of DGX-1 with 8 devices, DGX-2 with 16 and DGX A100 with 8, over four years of
    8766 hours."""
    found = [
        hour.usd
        for hour in budgets.hours(2021)
        if hour.basis == "purchase" and hour.device.name.startswith(name)
    ]
    assert found == [pytest.approx(usd / count / 4 / 8766)]


def test_every_card_that_is_rented_has_one_hour_in_each_year() -> None:
    """Those with a peak in two bytes, each once, at the catalog's price of that year."""
    for year in (2023, 2024, 2025, 2026):
        found = [hour for hour in budgets.hours(year) if hour.basis == "rent"]
        names = [hour.device.name for hour in found]
        assert len(set(names)) == len(names)
        assert set(names) == {
            devices[key].name
            for key in prices.rented(as_of=str(year))
            if {"bf16", "fp16"} & set(devices[key].peak_flops)
        }
    h100 = next(hour for hour in found if hour.device.name == "H100 SXM 80GB")
    assert h100.usd == prices.rental("H100").usd_per_device_hour


def test_the_best_hour_is_the_best_of_all_by_hand() -> None:
    found = budgets.hours(2026)
    best = max(hardware.peak(hour.device) * 3600 / hour.usd for hour in found)
    assert budgets.best_hour(2026).flops_per_usd == pytest.approx(best)


def test_a_budget_at_two_fifths_of_the_peak_if_nothing_is_said() -> None:
    found = budgets.trains(3e6, 3.0, 989e12)
    assert found.flops == pytest.approx(1e6 * 3600 * 989e12 * 0.4)
    assert budgets.trains(3e6, 3.0, 989e12, mfu=1).flops == pytest.approx(2.5 * found.flops)


def test_leaving_out_each_point_by_hand() -> None:
    """1, 2 and 16 after 0, 1 and 3 years. Through two points: 2, the third root of 16, and the root
    of 8. Least squares through all: exponents 0, 1, 4 of two, so a slope of (19 / 3) / (14 / 3)."""
    found = budgets.yearly_factor([2019, 2020, 2022], [1, 2, 16])
    assert found == pytest.approx((2 ** (19 / 14), 2, 8**0.5))


def test_points_of_one_year_alone_say_nothing_and_are_passed_over() -> None:
    """Without 2021 two points of one year are left; without either of these 8 over 4 or over 1."""
    found = budgets.yearly_factor([2020, 2020, 2021], [1, 4, 8])
    assert found == pytest.approx((4, 2, 8))
    with pytest.raises(ValueError, match="at least 3 in different years"):
        budgets.yearly_factor([2020, 2020, 2020], [1, 2, 3])
    with pytest.raises(ValueError, match="equally many"):
        budgets.yearly_factor([2020, 2021, 2022], [1, 2, 3, 4])


def test_a_price_that_rose_fell_by_less_than_one() -> None:
    assert budgets.fall_per_year(1, 8, 3) == pytest.approx(0.5)
    assert budgets.fall_per_year(8, 1, 0.5) == pytest.approx(64)
