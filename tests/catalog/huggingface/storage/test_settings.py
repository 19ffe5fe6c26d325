"""Published configurations against the published sizes of their files, and what is told where
nothing can be read."""

from __future__ import annotations

from typing import Any

import pytest

from course_lib.catalog import Transformer
from course_lib.catalog.huggingface.reading import from_hf_config
from course_lib.catalog.huggingface.storage import read
from course_lib.estimators import inference, parameters
from course_lib.estimators.precision.stored import weight_bytes

LLAMA = {"model_type": "llama", "hidden_size": 4096, "intermediate_size": 14_336,
         "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 8,
         "vocab_size": 128_256, "tie_word_embeddings": False}  # fmt: skip
HUNYUAN = {"model_type": "hunyuan_v1_dense", "hidden_size": 4096, "intermediate_size": 14_336,
           "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 8,
           "head_dim": 128, "vocab_size": 128_167, "tie_word_embeddings": True,
           "use_qk_norm": True, "attention_head_dim": 128}  # fmt: skip
OSS_20B = {"model_type": "gpt_oss", "hidden_size": 2880, "intermediate_size": 2880, "head_dim": 64,
           "num_attention_heads": 64, "num_hidden_layers": 24, "num_key_value_heads": 8,
           "num_local_experts": 32, "num_experts_per_tok": 4, "vocab_size": 201_088}  # fmt: skip
GEMMA_31B = {"model_type": "gemma4_text", "hidden_size": 5376, "intermediate_size": 21_504,
             "num_attention_heads": 32, "num_hidden_layers": 60, "num_key_value_heads": 16,
             "num_global_key_value_heads": 4, "global_head_dim": 512, "head_dim": 256,
             "attention_k_eq_v": True, "hidden_size_per_layer_input": 0, "sliding_window": 1024,
             "num_kv_shared_layers": 0, "vocab_size": 262_144, "enable_moe_block": False,
             "layer_types": (["sliding_attention"] * 5 + ["full_attention"]) * 10}  # fmt: skip
MXFP4 = {"modules_to_not_convert": ["model.layers.*.self_attn", "model.layers.*.mlp.router",
                                    "model.embed_tokens", "lm_head"],
         "quant_method": "mxfp4"}  # fmt: skip
NVFP4 = {
    "config_groups": {"group_0": {"weights": {"num_bits": 4, "type": "float", "group_size": 16},
                                  "targets": ["Linear"]}},
    "ignore": ["lm_head", "model.embed_vision*",
               *(f"model.language_model.layers.{n}.self_attn*" for n in range(60))],
    "quant_algo": "NVFP4", "quant_method": "modelopt",
}  # fmt: skip
ONE_SCALE = {
    "config_groups": {"group_0": {
        "input_activations": {"dynamic": False, "num_bits": 8, "strategy": "tensor"},
        "targets": ["Linear"],
        "weights": {"dynamic": False, "num_bits": 8, "strategy": "tensor", "type": "float"}}},
    "format": "naive-quantized", "ignored_layers": ["lm_head", "model.embed_tokens"],
    "quant_method": "compressed-tensors",
}  # fmt: skip
MLX = {"group_size": 64, "bits": 4}
GPTQ = {"bits": 4, "desc_act": True, "group_size": 128, "quant_method": "gptq", "sym": True}
AWQ = {"bits": 4, "group_size": 128, "quant_method": "awq", "version": "gemm", "zero_point": True}
SIZES: dict[str, tuple[dict[str, Any], dict[str, Any], int]] = {
    # `total_size` of the published index.
    "gpt-oss-20b": (OSS_20B, MXFP4, 13_761_264_768),
    "gpt-oss-120b": ({"model_type": "gpt_oss"}, MXFP4, 65_248_815_744),
    "Hunyuan-7B-Instruct-FP8": (HUNYUAN, ONE_SCALE, 8_029_816_128),
    # By the rules of the format: matrices x bits, a scale and a zero point a group, an index.
    "Hunyuan-7B-Instruct-GPTQ-Int4": (HUNYUAN, GPTQ, 4_681_449_472),
    "Meta-Llama-3.1-8B-Instruct-AWQ-INT4": (LLAMA, AWQ, 5_727_854_592),
    "Gemma-4-31B-IT-NVFP4": (GEMMA_31B, NVFP4, 31_481_767_840),
}


@pytest.mark.parametrize("name", SIZES)
def test_published_files_have_their_size(name: str) -> None:
    config, settings, size = SIZES[name]
    model = from_hf_config({**config, "quantization_config": settings})
    assert weight_bytes(model).total == size
    assert inference.Machine(device="H100").weight_bytes(model) == size
    assert not [note for note in model.left_out if "quantization" in note]
    # No count of parameters moves, and another format may be asked for.
    plain = from_hf_config(config)
    assert parameters.count(model).total == parameters.count(plain).total
    assert weight_bytes(model, "bf16").total == weight_bytes(plain).total


def test_a_short_file_of_gpt_oss_is_reckoned_in_its_own_format() -> None:
    model = from_hf_config(
        {"model_type": "gpt_oss", "quantization_config": {"quant_method": "mxfp4"}}
    )
    own = inference.estimate(model, device="H100", prompt=1000, output=100)
    wide = inference.estimate(model, device="H100", prompt=1000, output=100, format="bf16")
    assert own.memory_bytes == pytest.approx(65.3e9, rel=1e-3) and own.fits
    assert wide.memory_bytes == pytest.approx(233.7e9, rel=1e-3) and not wide.fits


def test_block_scales_of_minimax_m2_are_those_published() -> None:
    """The checkpoint lists 13 880 064 of them (32 bits each) beside weights in fp8."""
    model = from_hf_config({
        "model_type": "minimax_m2", "hidden_size": 3072, "intermediate_size": 1536,
        "num_attention_heads": 48, "num_hidden_layers": 62, "num_key_value_heads": 8,
        "head_dim": 128, "num_local_experts": 256, "num_experts_per_tok": 8, "vocab_size": 200_064,
        "quantization_config": {
            "quant_method": "fp8", "weight_block_size": [128, 128],
            "modules_to_not_convert": ["gate", "e_score_correction_bias", "lm_head"],
        },
    })  # fmt: skip
    found = weight_bytes(model)
    entries = found.matrix_weights + found.expert_weights
    assert found.matrices + found.routed - entries == 4 * 13_880_064


def _of(model: Transformer) -> tuple[str, ...]:
    assert model.stored is not None
    return model.stored.parts


def test_settings_inside_and_around_the_language_model() -> None:
    inner = {**LLAMA, "quantization_config": AWQ}
    assert _of(from_hf_config({"model_type": "llava", "text_config": inner}))
    outer = {"model_type": "llava", "text_config": LLAMA, "quantization_config": MXFP4}
    assert _of(from_hf_config(outer)) == ("experts",)
    both = {"model_type": "llava", "text_config": inner, "quantization_config": MXFP4}
    assert len(_of(from_hf_config(both))) > 1
    assert _of(from_hf_config({**LLAMA, "compression_config": ONE_SCALE}))


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ({"quantization_config": {"quant_method": "hqq", "bits": 3}}, "quant_method 'hqq'"),
        ({"quantization_config": {}, "compression_config": {"a": 1}}, "no quant_method is stated"),
        ({"quantization": {"group_size": 64, "bits": 4}}, "MLX"),
        # MLX writes both keys.
        ({"quantization": MLX, "quantization_config": MLX}, "MLX"),
        ({"quantization_config": {**MLX, "mode": "affine"}}, "MLX"),
        ({"quantization": {**MLX, "lm_head": False}, "quantization_config": MLX}, "MLX"),
        ({"quantization_config": "awq"}, "table of settings"),
        ({"quantization_config": {"quant_method": "fp8"}, "expert_dtype": "fp4"}, "experts"),
        ({"quantization_config": {**GPTQ, "bits": 40}}, "bits must be"),
        ({"quantization_config": {**AWQ, "group_size": 0}}, "group_size must be"),
        ({"quantization_config": {**GPTQ, "dynamic": {"-:.*": {}}}}, "different ways"),
        ({"quantization_config": {"quant_method": "fp8", "weight_block_size": 128}}, "block"),
        ({"quantization_config": {**AWQ, "modules_to_not_convert": "lm_head"}}, "list of names"),
        (
            {"quantization_config": {**AWQ, "modules_to_not_convert": ["layers.0.mlp"]}},
            "some matrices of mlp",
        ),
    ],
)
def test_what_cannot_be_read_is_told(config: dict[str, Any], reason: str) -> None:
    found = read(config, layers=4)
    assert found.stored is None
    assert len(found.notes) == 1 and reason in found.notes[0]
    assert found.notes[0].endswith("so weights are reckoned in 16 bits")
    model = from_hf_config({**LLAMA, **config})
    assert any(reason in note for note in model.left_out)
    assert weight_bytes(model).total == 2 * parameters.count(model).total


def test_nothing_stated_is_nothing_told() -> None:
    for config in ({}, {"quantization_config": None}, {"compression_config": {}}):
        found = read(config, None, layers=4)
        assert found.stored is None and found.notes == ()
