"""Ways to a tuned model: what stands where nothing is said, and devices counted by hand."""

import dataclasses
import math

import pytest

from course_lib.catalog import Transformer, devices, models
from course_lib.estimators import parameters
from course_lib.estimators.access import tuning

LLAMA = models["llama-3-8b"]
CASE = {
    "tokens": 1e8,
    "pretraining_tokens": 1e12,
    "device": devices["H100"],
    "usd_per_device_hour": 2.0,
}


def test_adapters_of_rank_8_unless_said_otherwise() -> None:
    """Llama 3 8B, rank 8: eight times both sides of each matrix of a layer. Queries and output
    4096 + 4096, keys and values 4096 + 1024, three of the MLP 4096 + 14336; 32 layers."""
    by_hand = 32 * 8 * (2 * 8192 + 2 * 5120 + 3 * 18_432)
    assert tuning.adapter_weights(LLAMA) == by_hand == 20_971_520
    assert tuning.adapter_weights(LLAMA, 1) == by_hand // 8
    assert tuning.ways(LLAMA, **CASE)[2].trained == by_hand


def test_two_fifths_of_the_peak_unless_said_otherwise() -> None:
    usual, quick = tuning.ways(LLAMA, **CASE), tuning.ways(LLAMA, mfu=1, **CASE)
    for one, other in zip(usual, quick, strict=True):
        assert one.device_hours == pytest.approx(2.5 * other.device_hours)
    assert quick[1].device_hours == pytest.approx(6 * 8_030_261_248 * 1e8 / 989e12 / 3600)
    assert quick[1].usd == pytest.approx(2 * quick[1].device_hours)


def test_packed_weights_take_the_measured_half_longer() -> None:
    """Raschka 2023, Llama 2 7B on one A100: 1.85 hours for LoRA, 2.79 for QLoRA."""
    _, _, plain, packed = tuning.ways(LLAMA, **CASE)
    assert packed.device_hours / plain.device_hours == pytest.approx(2.79 / 1.85)
    assert packed.flops == plain.flops


def test_seven_tenths_of_a_memory_are_filled() -> None:
    """16 bytes a weight, and 56 of the 80 GB of a device: 3.5 billion weights on each."""
    found = tuning.ways(LLAMA, **CASE)[1]
    assert found.devices == math.ceil(16 * 8_030_261_248 / (0.7 * 80e9)) == 3
    for name in ("llama-2-7b", "llama-2-13b", "llama-3-70b"):
        weights = parameters.count(models[name]).total
        assert tuning.ways(models[name], **CASE)[0].devices == math.ceil(16 * weights / 56e9)


def test_scratch_reads_both_texts_and_tuning_only_its_own() -> None:
    scratch, full, adapter, _ = tuning.ways(LLAMA, **CASE)
    assert scratch.flops == pytest.approx(6 * 8_030_261_248 * (1e12 + 1e8))
    assert full.flops == pytest.approx(6 * 8_030_261_248 * 1e8)
    assert adapter.flops == pytest.approx((4 * 8_030_261_248 + 6 * 20_971_520) * 1e8)
    assert scratch.trained == full.trained == 8_030_261_248


def test_a_device_without_memory_is_named() -> None:
    bare = next(each for each in devices.values() if each.memory_bytes is None and each.peak_flops)
    if not {"bf16", "fp16"} & set(bare.peak_flops):
        bare = dataclasses.replace(devices["H100"], memory_bytes=None)
    with pytest.raises(ValueError, match="device must have a stated memory"):
        tuning.ways(LLAMA, **CASE | {"device": bare})


@pytest.mark.parametrize("key", ["mixtral-8x7b", "deepseek-v3"])
def test_experts_and_latent_attention_are_refused(key: str) -> None:
    model = models[key]
    assert isinstance(model, Transformer)
    with pytest.raises(ValueError, match="model must be dense"):
        tuning.adapter_weights(model)
