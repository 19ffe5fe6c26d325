"""Utilisation and the time of a run against published runs and arithmetic by hand."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.catalog import devices, models, runs
from course_lib.estimators import flops, hardware


def test_years_on_one_card_by_hand() -> None:
    seconds = hardware.training_seconds(3.8e25, 989e12, 0.4)
    assert seconds / 31_557_600 == pytest.approx(3.8e25 / 3.956e14 / 31_557_600)


@pytest.mark.parametrize("key", ["llama1-65b", "llama2-7b", "mpt-7b", "tinyllama-1-1b"])
def test_published_device_hours_lie_between_30_and_60_per_cent_of_the_peak(key: str) -> None:
    run = runs[key]
    peak = devices[run.device_key].peak_flops["bf16"]
    work = flops.training(models[run.model_key], run.tokens)
    low, high = (hardware.training_seconds(work, peak, mfu) / 3600 for mfu in (0.6, 0.3))
    assert low < run.device_hours < high


def test_time_is_an_array_for_arrays() -> None:
    days = hardware.training_seconds(1e24, 989e12, np.array([0.2, 0.4]), np.array([[8], [16]]))
    assert days.shape == (2, 2)
    assert days[0, 0] == pytest.approx(4 * days[1, 1])


@given(
    st.one_of(
        st.floats(max_value=0),
        st.floats(min_value=1.001),
        st.just(math.nan),
        st.none(),
        st.just("0.4"),
    )
)
def test_a_utilisation_is_a_share(bad: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="mfu"):
        hardware.training_seconds(1e20, 1e15, bad)


def test_by_default_one_device_trains_at_two_fifths_of_its_peak() -> None:
    """A device of 100 FLOP/s: 400 FLOPs take 10 s at 40 %; 50 FLOP/s are half of its peak."""
    assert hardware.training_seconds(400, 100) == pytest.approx(10)
    assert hardware.training_seconds(400, 100, devices=2) == pytest.approx(5)
    assert hardware.mfu(5, tokens_per_second=10, peak_flops=100) == pytest.approx(0.5)
    assert hardware.efficiency(50, seconds=1, peak_flops=100) == pytest.approx(0.5)


def test_errors_name_the_argument() -> None:
    with pytest.raises(ValueError, match="devices"):
        hardware.training_seconds(1, 1, 0.4, 0)


@pytest.mark.parametrize("key", ["llama31-405b-stage-8k", "llama31-405b-stage-16k"])
def test_mfu_of_llama_3_1_405b_is_the_published_one(key: str) -> None:
    run, peak = runs[key], hardware.peak(devices["h100-sxm-80gb"])
    assert hardware.efficiency(run.achieved_flops_per_device, 1, peak) == pytest.approx(
        run.mfu, abs=0.01
    )


@pytest.mark.parametrize(
    "key", ["mcore-h100-1-7b", "mcore-h100-7-1b", "mcore-h100-177b", "mcore-h100-314b"]
)
def test_mfu_of_megatron_core_is_the_published_one(key: str) -> None:
    run, peak = runs[key], hardware.peak(devices["h100-sxm-80gb"])
    assert hardware.efficiency(run.achieved_flops_per_device, 1, peak) == pytest.approx(
        run.mfu, abs=0.01
    )


def test_mfu_of_palm_without_and_with_attention() -> None:
    """Appendix B of the paper: 238.3 thousand tokens a second on 6144 chips give 45.7 %, with
    attention 46.2 %."""
    palm, peak = models["palm-540b"], hardware.peak(devices["tpu-v4"])
    without = hardware.mfu(6 * palm.published.total_params, 238.3e3, peak, 6144)
    assert without == pytest.approx(0.457, abs=0.002)
    core = 3 * flops.forward_parts(palm, 1, 2048).attention_core / 2048
    assert hardware.mfu(
        6 * palm.published.total_params + core, 238.3e3, peak, 6144
    ) == pytest.approx(0.462, abs=0.003)
