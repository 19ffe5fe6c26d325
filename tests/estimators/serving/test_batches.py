"""Rules of thumb: the ridge in requests, the curve that saturates, Little's law."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course_lib.catalog import devices, findings
from course_lib.estimators import hardware
from course_lib.estimators.serving.batches import in_system, ridge_batch, step_seconds

H100 = {"peak_flops": 989e12, "bytes_per_second": 3.35e12}


@pytest.mark.parametrize(("weight_bytes", "key"), [(2, "s117"), (1, "s118")])
def test_the_ridge_of_a_tpu_is_the_published_one(weight_bytes: float, key: str) -> None:
    tpu = devices["TPU v5e"]
    peak, rate = hardware.peak(tpu, "bf16"), hardware.bandwidth(tpu)
    found = ridge_batch(peak, rate, weight_bytes)
    assert found == pytest.approx(findings[key].value, rel=0.01)


def test_at_the_ridge_both_times_are_equal() -> None:
    for weight_bytes, cache in ((2.0, 0.0), (1.0, 0.0), (2.0, 30e6), (0.5, 10e6)):
        edge = ridge_batch(**H100, weight_bytes=weight_bytes, cache_bytes=cache / 8e9)
        reading = (8e9 * weight_bytes + edge * cache) / H100["bytes_per_second"]
        arithmetic = 2 * 8e9 * edge / H100["peak_flops"]
        assert reading == pytest.approx(arithmetic)


def test_a_large_cache_has_no_ridge() -> None:
    """Each request must read fewer bytes than it has FLOPs / 295: 54 MB for 8 billion weights."""
    limit = 2 * 8e9 / (989e12 / 3.35e12)
    assert limit == pytest.approx(54.2e6, rel=0.001)
    below, at, above = ridge_batch(**H100, cache_bytes=np.array([0.99, 1, 1.01]) * limit / 8e9)
    assert below == pytest.approx(100 * 295.2, rel=0.001)
    assert at > 1e10 and above == np.inf
    assert ridge_batch(**H100, cache_bytes=1.0) == np.inf


def test_steps_by_hand() -> None:
    """8 billion weights of 2 bytes at 3.35 TB/s: 4.776 ms, up to 295 requests."""
    steps = step_seconds([1, 295, 296, 590], 8e9, **H100)
    assert steps[:2] == pytest.approx([16 / 3350, 16 / 3350])
    assert steps[2:] == pytest.approx([296 * 16 / 989e3, 590 * 16 / 989e3])
    cached = step_seconds(10, 8e9, cache_bytes=1e9, weight_bytes=1.0, **H100)
    assert cached == pytest.approx((8e9 + 10e9) / 3.35e12)


def test_tokens_a_second_saturate() -> None:
    batches = np.array([1, 2, 100, 1000, 2000])
    rates = batches / step_seconds(batches, 8e9, **H100)
    assert rates[1] == pytest.approx(2 * rates[0]) and rates[2] == pytest.approx(100 * rates[0])
    assert rates[3] == pytest.approx(rates[4]) == pytest.approx(989e12 / 16e9)
    # With a cache they saturate at its own reading, far below.
    cached = batches / step_seconds(batches, 8e9, cache_bytes=1e9, **H100)
    assert cached[-1] < 3.35e12 / 1e9 < 1.02 * cached[-1]


def test_littles_law_is_a_product() -> None:
    assert in_system(2.0, 15.0) == 30
    assert in_system([1, 2], [[3.0], [4.0]]).tolist() == [[3, 6], [4, 8]]
    assert in_system(0, 5) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ridge_batch(0, 1), "peak_flops must be above zero"),
        (lambda: ridge_batch(1, 0), "bytes_per_second must be above zero"),
        (lambda: ridge_batch(1, 1, 0), "weight_bytes must be above zero"),
        (lambda: ridge_batch(1, 1, 1, -1), "cache_bytes must be zero or more"),
        (lambda: step_seconds(0, 1, **H100), "batch must be at least 1"),
        (lambda: step_seconds(1, 0, **H100), "weights must be above zero"),
        (lambda: step_seconds(1, 1, cache_bytes=-1, **H100), "cache_bytes must be zero or more"),
        (lambda: step_seconds(1, 1, weight_bytes=0, **H100), "weight_bytes must be above zero"),
        (lambda: step_seconds([1, 2], [1, 2, 3], **H100), "shapes must broadcast"),
        (lambda: in_system(-1, 1), "arrivals_per_second must be zero or more"),
        (lambda: in_system(1, -1), "mean_seconds must be zero or more"),
    ],
)
def test_bad_arguments_are_named(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
