"""Records of machines: fields, rates, and what they refuse."""

from typing import Any

import pytest

from course_lib.catalog import machines
from course_lib.catalog.machines import Measurement, Record, Skipped


def measurement(**changes: Any) -> Measurement:
    told = {
        "name": "product",
        "kind": "measurement",
        "work": "product",
        "format": "fp32",
        "size": 8,
    }
    told |= {"flops": 1000.0, "moved_bytes": 100.0, "repeats": 3}
    told |= {"median_seconds": 2.0, "fastest_seconds": 1.0, "slowest_seconds": 4.0}
    return Measurement(**told | changes)


def record(name: str, *measurements: Measurement) -> Record:
    return Record(machine=machines.here(name), measurements=measurements)


def test_rates_come_from_the_median() -> None:
    one = measurement()
    assert (one.flops_per_second, one.bytes_per_second, one.intensity, one.spread) == (
        500,
        50,
        10,
        4,
    )


def test_a_median_outside_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match="median_seconds"):
        measurement(median_seconds=5.0)


def test_unknown_work_is_refused() -> None:
    with pytest.raises(ValueError, match="work must be one of"):
        measurement(work="mining")


def test_peak_is_the_best_product_and_bandwidth_the_largest_copy() -> None:
    small = measurement(work="copy", flops=0, moved_bytes=10.0, median_seconds=1.0)
    large = measurement(work="copy", flops=0, moved_bytes=80.0)
    found = record("here", measurement(), measurement(flops=6000.0), small, large)
    assert found.peak() == 3000
    assert found.bandwidth() == 40
    with pytest.raises(ValueError, match="'bf16'"):
        found.peak("bf16")
    with pytest.raises(ValueError, match="copy"):
        record("here", measurement()).bandwidth()


def test_the_middle_half_is_optional_and_lies_within() -> None:
    assert measurement().low_seconds is None
    one = measurement(low_seconds=1.5, high_seconds=3.0)
    assert (one.low_seconds, one.high_seconds) == (1.5, 3)
    assert measurement(low_seconds=2.0, high_seconds=2.0).high_seconds == 2
    # a file keeps four digits: a quartile may round past the median
    assert measurement(low_seconds=2.0004).low_seconds == 2.0004


@pytest.mark.parametrize(
    "bad",
    [{"low_seconds": 0.9}, {"low_seconds": 2.1}, {"high_seconds": 1.9}, {"high_seconds": 4.1}],
)
def test_a_middle_half_out_of_order_is_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        measurement(**bad)


def test_what_was_skipped_needs_a_reason() -> None:
    assert Skipped(name="product, fp8", kind="skipped", reason="no units").reason == "no units"
    with pytest.raises(ValueError, match="reason"):
        Skipped(name="product, fp8", kind="skipped", reason=" ")
