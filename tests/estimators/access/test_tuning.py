"""Ways to a tuned model: adapters counted against a real wrapped model, costs against each other
and by hand."""

import dataclasses

import numpy as np
import pytest

from course_lib.catalog import devices, models
from course_lib.demos import tiny_gpt
from course_lib.demos.memory import lora
from course_lib.estimators import memory, parameters
from course_lib.estimators.access import tuning
from course_lib.estimators.memory import capacity

LLAMA = models["llama-3-8b"]
CASE = {
    "tokens": 1e7,
    "pretraining_tokens": 15e12,
    "device": devices["H100"],
    "usd_per_device_hour": 3.0,
}


@pytest.mark.parametrize("rank", [1, 8])
def test_adapters_equal_those_that_pytorch_holds(rank: int) -> None:
    shape = tiny_gpt.shape(layers=2, d_model=32, n_heads=4)
    wrapped = lora.add(tiny_gpt.TinyGPT(shape), rank=rank)
    assert tuning.adapter_weights(shape, rank) == lora.trainable_weights(wrapped)


def test_the_published_adapter_of_llama_2_7b() -> None:
    """Rank 8 beside all linear layers of Llama 2 7B: 20 million of 6.7 billion (S. Raschka 2023: 20
    277 248 with the head's adapter of 8 x (4096 + 32000))."""
    head = 8 * (4096 + 32000)
    assert tuning.adapter_weights(models["llama-2-7b"], 8) + head == 20_277_248


def test_flops_by_hand() -> None:
    total, adapters = parameters.count(LLAMA).total, tuning.adapter_weights(LLAMA, 8)
    scratch, full, adapter, packed = tuning.ways(LLAMA, **CASE)
    assert scratch.flops == pytest.approx(6 * total * (15e12 + 1e7))
    assert full.flops == 6 * total * 1e7
    assert adapter.flops == packed.flops == (4 * total + 6 * adapters) * 1e7
    assert adapter.device_hours == pytest.approx(adapter.flops / (989e12 * 0.4) / 3600)
    assert packed.device_hours == pytest.approx(adapter.device_hours * capacity.UNPACKING_TIME)
    assert full.usd == pytest.approx(3 * full.device_hours)


def test_memory_falls_from_way_to_way_and_keeps_the_frozen_weights() -> None:
    _, full, adapter, packed = tuning.ways(LLAMA, **CASE)
    total = parameters.count(LLAMA).total
    assert full.memory_bytes == 16 * total
    assert 2 * total < adapter.memory_bytes < 2.2 * total
    tables = 2 * 128_256 * 4096  # embedding and head, which are not packed
    nf4 = 4 + 8 / 64 + 32 / (64 * 256)  # QLoRA: scales in eight bits, and scales of those
    frozen = nf4 / 8 * (total - tables) + 2 * tables
    states = 16 * tuning.adapter_weights(LLAMA, 8)
    assert packed.memory_bytes == pytest.approx(
        frozen + states, rel=1e-3
    )  # norms are not packed, either


@pytest.mark.parametrize("key", ["llama-3-8b", "gemma-2-2b"])
def test_memory_is_that_of_the_training_estimate(key: str) -> None:
    model = models[key]
    _, full, adapter, packed = (way.memory_bytes for way in tuning.ways(model, rank=16, **CASE))
    assert full == memory.training(model, seq=1).states
    assert adapter == memory.training(model, seq=1, lora_rank=16).states
    assert packed == memory.training(model, seq=1, lora_rank=16, base_format="nf4").states


def test_a_packed_8b_model_fits_where_the_others_do_not() -> None:
    small = CASE | {"device": devices["V100 SXM2 16GB"]}
    counts = [way.devices for way in tuning.ways(LLAMA, **small)]
    assert counts[1] > counts[2] > counts[3] == 1


def test_arrays_sweep_tokens_and_depth() -> None:
    deep = dataclasses.replace(LLAMA, layers=[16, 32])
    found = tuning.ways(deep, **CASE)[2]
    assert found.usd.shape == (2,)
    sweep = tuning.ways(LLAMA, **CASE | {"tokens": [1e6, 1e7]})[1]
    assert sweep.usd[1] == pytest.approx(10 * sweep.usd[0])
    ranks = tuning.ways(deep, rank=np.array([[4], [8], [16]]), **CASE)[3]
    assert ranks.memory_bytes.shape == ranks.usd.shape == (3, 2)
    assert ranks.memory_bytes[1, 1] == tuning.ways(LLAMA, rank=8, **CASE)[3].memory_bytes


def test_bad_arguments_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="dense"):
        tuning.adapter_weights(models["mixtral-8x7b"])
    with pytest.raises(ValueError, match="tokens"):
        tuning.ways(LLAMA, **CASE | {"tokens": 0})
    with pytest.raises(ValueError, match="mfu"):
        tuning.ways(LLAMA, mfu=2, **CASE)
    with pytest.raises(ValueError, match=r"^rank must be at least 1, got 0"):
        tuning.ways(LLAMA, rank=0, **CASE)
    with pytest.raises(ValueError, match=r"got rank \(3,\), tokens \(2,\)"):
        tuning.ways(LLAMA, rank=[4, 8, 16], **CASE | {"tokens": [1e6, 1e7]})
    with pytest.raises(ValueError, match=r"got layers \(2,\), rank \(3,\)"):
        tuning.adapter_weights(dataclasses.replace(LLAMA, layers=[16, 32]), rank=[4, 8, 16])
