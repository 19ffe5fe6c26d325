"""Models and devices by the names that files give them."""

from __future__ import annotations

import pytest

from course_lib.catalog import models
from course_lib.commands.validate.files import Given, Unpredictable
from course_lib.commands.validate.subjects import card, subject
from course_lib.estimators import parameters


def known(name: str, **cells: str) -> Given:
    return Given(cells={"model": name, **cells})


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Llama 3.1 8B bf16 FSDP eager", "llama-3.1-8b"),
        ("RedHatAI/Llama-3.3-70B-Instruct-fp8-dynamic", "llama-3.3-70b"),
        ("RedHatAI/Meta-Llama-3.1-8B-Instruct-quantized.w4a16", "llama-3.1-8b"),
        ("Qwen/Qwen3-VL-30B-A3B-Instruct", "qwen3-30b-a3b"),
        ("Qwen/Qwen3-235B-A22B-FP8", "qwen3-235b-a22b"),
        ("deepseek-ai/DeepSeek-R1", "deepseek-v3"),
        ("DeepSeek-V3 671B", "deepseek-v3"),
        ("codellama/CodeLlama-7b-hf", "llama-2-7b"),
        ("GPT OSS 120B", "gpt-oss-120b"),
    ],
)
def test_names_of_the_catalog_in_other_words(name: str, key: str) -> None:
    found = subject(known(name))
    assert found.model is models[key] and found.known_by == "catalog" and found.doubts == ()


def test_the_key_goes_before_the_name() -> None:
    assert subject(known("Whatever", model_key="Llama-2-7B")).model is models["llama-2-7b"]


def test_a_shape_that_is_stated_is_taken() -> None:
    given = Given(
        cells={"model": "GPT 22B", "params": "22e9"}, shape="hidden 6144; 48 layers; 64 heads"
    )
    found = subject(given)
    assert (found.model.d_model, found.model.layers, found.model.n_heads) == (6144, 48, 64)
    assert found.known_by == "shape"
    assert parameters.count(found.model).total == pytest.approx(22e9, rel=0.02)


@pytest.mark.parametrize("params", ["125e6", "1.3e9", "8.67e9", "20e9", "175e9", "1008e9"])
def test_a_size_is_met_and_widens_the_range(params: str) -> None:
    found = subject(known("Somebody's", params=params))
    assert found.known_by == "size" and found.doubts
    assert parameters.count(found.model).total == pytest.approx(float(params), rel=0.12)
    assert found.model.d_model % found.model.n_heads == 0


def test_a_recent_size_is_shaped_as_llama_3_is() -> None:
    """Mistral Small 3.1, 24B: 160 KiB of cache a token by its published shape, 40 layers of eight
    key-value heads of 128."""
    model = subject(known("Mistral-Small-3.1-24B-Instruct-2503"), recent=True).model
    assert parameters.count(model).total == pytest.approx(24e9, rel=0.05)
    assert 4 * model.layers * model.n_kv_heads * model.head_dim == pytest.approx(
        160 * 1024, rel=0.35
    )
    mixture = subject(known("Somebody's 100B-A6B"), recent=True).model
    count = parameters.count(mixture)
    assert (count.total, count.active) == (
        pytest.approx(100e9, rel=0.05),
        pytest.approx(6e9, rel=0.15),
    )


def test_a_mixture_is_met_in_both_sizes() -> None:
    found = subject(known("Ling", params="103e9", active_params="6.1e9"))
    count = parameters.count(found.model)
    assert count.total == pytest.approx(103e9, rel=0.05)
    assert count.active == pytest.approx(6.1e9, rel=0.15)


def test_the_size_may_stand_in_the_name() -> None:
    assert parameters.count(subject(known("GPT-20B")).model).total == pytest.approx(20e9, rel=0.1)


@pytest.mark.parametrize(
    "name", ["BERT-Large", "Stable Diffusion v1", "T5-11B", "FLUX.1-dev", "SDXL", "Nobody", ""]
)
def test_what_is_no_decoder_or_unknown_is_skipped(name: str) -> None:
    with pytest.raises(Unpredictable):
        subject(known(name))


@pytest.mark.parametrize("params", ["0", "-5", "1e30", "many"])
def test_sizes_that_no_model_has_are_skipped(params: str) -> None:
    with pytest.raises(Unpredictable, match="params"):
        subject(known("Somebody's", params=params))


def test_a_device_is_found_by_the_first_column_that_names_one() -> None:
    given = Given(cells={"device_key": "", "hardware": "A100-SXM-40GB (DGX A100)"})
    found = card(given, "device_key", "hardware")
    assert found.device.name == "A100 SXM 40GB" and found.doubts == ()


def test_a_device_that_is_only_alike_takes_what_its_name_states() -> None:
    given = Given(cells={"hardware": "H100 96GB HBM2e 2.4 TB/s, 500 W cap"})
    found = card(given, "hardware")
    assert found.doubts
    device = found.device
    assert (device.memory_bytes, device.memory_bytes_per_second) == (96e9, 2.4e12)
    assert device.power_watts == 500 and device.peak_flops["bf16"] == 989e12


@pytest.mark.parametrize("name", ["3080 Ti 12GB", "Abacus", ""])
def test_another_device_is_not_taken_for_it(name: str) -> None:
    with pytest.raises(Unpredictable, match="device"):
        card(Given(cells={"device": name}), "device")
