"""The roofline against published figures, arithmetic by hand, and its own definition."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.catalog import devices
from course_lib.estimators import hardware

POSITIVE = st.floats(1e-3, 1e18)


@pytest.mark.parametrize(
    ("key", "format", "by_hand"),
    [
        ("h100-sxm-80gb", "bf16", 989 / 3.35),
        ("a100-sxm-80gb", "bf16", 312 / 2.039),
        ("h100-sxm-80gb", "fp8", 1979 / 3.35),
        ("t4", "fp16", 65 / 0.32),
    ],
)
def test_ridge_points_are_those_of_the_data_sheets(key: str, format: str, by_hand: float) -> None:
    device = devices[key]
    found = hardware.ridge(hardware.peak(device, format), hardware.bandwidth(device))
    assert found == pytest.approx(by_hand, rel=0.01)


def test_a_product_is_counted_by_brute_force() -> None:
    work = hardware.product(3, 4, 5, item_bytes=2)
    assert work.flops == sum(2 for _ in range(3) for _ in range(4) for _ in range(5))
    assert work.moved_bytes == 2 * (3 * 4 + 4 * 5 + 3 * 5)


def test_a_sweep_is_one_call() -> None:
    batch = np.array([1.0, 16.0, 4096.0])
    work = hardware.product(batch, 4096, 4096)
    times = hardware.seconds(work, 989e12, 3.35e12)
    assert times.shape == (3,)
    for place, size in enumerate(batch):
        single = hardware.seconds(hardware.product(int(size), 4096, 4096), 989e12, 3.35e12)
        assert times[place] == pytest.approx(single)
    assert list(hardware.bound(work, 989e12, 3.35e12)) == ["memory", "memory", "arithmetic"]


@given(POSITIVE, POSITIVE, POSITIVE)
def test_the_roof_is_never_passed_and_always_touched(
    intensity: float, peak: float, bandwidth: float
) -> None:
    rate = hardware.attainable(intensity, peak, bandwidth)
    assert rate <= peak
    assert rate <= bandwidth * intensity * (1 + 1e-12)
    assert math.isclose(rate, peak) or math.isclose(rate, bandwidth * intensity)


@given(POSITIVE, POSITIVE)
def test_at_the_ridge_both_times_are_equal(peak: float, bandwidth: float) -> None:
    times = hardware.level_seconds(
        hardware.ridge(peak, bandwidth), peak, {"memory": (1, bandwidth)}
    )
    assert times["arithmetic"] == pytest.approx(times["memory"])


def test_the_slowest_level_decides() -> None:
    levels = {"cache": (8e9, 2e12), "memory": (1e9, 1e11)}
    assert hardware.level_seconds(1e9, 1e12, levels)["total"] == pytest.approx(0.01)
    assert hardware.level_seconds(1e12, 1e12, levels)["total"] == pytest.approx(1)


@given(
    st.one_of(
        st.floats(max_value=0),
        st.just(math.nan),
        st.just(math.inf),
        st.just("1"),
        st.none(),
        st.booleans(),
    )
)
def test_bad_speeds_are_refused_by_name(bad: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="peak_flops"):
        hardware.attainable(1, bad, 1)
    with pytest.raises((TypeError, ValueError), match="bytes_per_second"):
        hardware.ridge(1, bad)


def test_what_is_not_stated_is_not_guessed() -> None:
    with pytest.raises(ValueError, match=r"T4.*got fp4"):
        hardware.peak(devices["t4"], "fp4")
    with pytest.raises(ValueError, match="levels"):
        hardware.level_seconds(1, 1, {"total": (1, 1)})
    with pytest.raises(ValueError, match="moved_bytes"):
        _ = hardware.Work(flops=1, moved_bytes=0).intensity
    with pytest.raises(TypeError, match="device"):
        hardware.peak("H100")


def test_without_overlap_the_two_times_add_up_and_can_be_undone() -> None:
    work = hardware.Work(flops=np.array([1e9, 8e9]), moved_bytes=1e9)
    summed = hardware.seconds(work, 1e12, 2e11, overlap=False)
    assert summed.tolist() == pytest.approx([0.001 + 0.005, 0.008 + 0.005])
    assert hardware.reached_bandwidth(work, summed, 1e12) == pytest.approx([2e11, 2e11])


def test_a_time_below_the_arithmetic_leaves_no_bandwidth() -> None:
    for measured in (0.5, 1.0):  # the arithmetic alone takes one second
        with pytest.raises(ValueError, match="measured_seconds must exceed"):
            hardware.reached_bandwidth(hardware.Work(flops=1e12, moved_bytes=1), measured, 1e12)


def test_plain_elementwise_work_is_one_flop_and_two_numbers_of_two_bytes() -> None:
    """Of an addition of a constant, in 16 bits: one number read, one FLOP, one number written."""
    work = hardware.elementwise(10)
    assert (work.flops, work.moved_bytes) == (10, 10 * (2 + 2))
    wide = hardware.elementwise(np.array([10, 20]), flops_each=8, item_bytes=4)
    assert wide.flops.tolist() == [80, 160]
    assert wide.moved_bytes.tolist() == [10 * (4 + 4), 20 * (4 + 4)]
