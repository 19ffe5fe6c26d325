"""Settings of each library, read into bits, groups and parts."""

from __future__ import annotations

from typing import Any

import pytest

from course_lib.catalog.huggingface.storage.kept import Unreadable
from course_lib.catalog.huggingface.storage.methods import read
from course_lib.catalog.records.stored import LAYER_PARTS


def _compressed(weights: dict[str, Any], **further: Any) -> dict[str, Any]:
    group = {"targets": ["Linear"], "weights": weights}
    return {"quant_method": "compressed-tensors", "config_groups": {"group_0": group}} | further


BNB = {"quant_method": "bitsandbytes", "load_in_4bit": True}
BITS: dict[str, tuple[dict[str, Any], float]] = {
    # Bits a weight of a matrix of 4096 x 1024, by hand.
    "awq, groups of 64": ({"quant_method": "awq", "bits": 4, "group_size": 64}, 4 + 20 / 64),
    "awq, short names": ({"quant_method": "awq", "w_bit": 4, "q_group_size": 32}, 4 + 20 / 32),
    "awq without zeros": ({"quant_method": "awq", "zero_point": False}, 4 + 16 / 128),
    "gptq in 8 bits": (
        {"quant_method": "gptq", "bits": 8, "group_size": 128}, 8 + 24 / 128 + 32 / 1024,
    ),
    "gptq by rows": (
        {"quant_method": "gptq", "bits": 3, "group_size": -1}, 3 + 19 / 4096 + 32 / 1024,
    ),
    "nf4": ({**BNB, "bnb_4bit_quant_type": "nf4"}, 4 + 32 / 64),
    "nf4, scales of scales": (
        {**BNB, "bnb_4bit_use_double_quant": True}, 4 + 8 / 64 + 32 / (64 * 256),
    ),
    "without a method": ({"_load_in_4bit": True}, 4 + 32 / 64),
    "llm.int8": ({"load_in_8bit": True}, 8 + 32 / 4096),
    "fp8 in blocks": ({"quant_method": "fp8", "weight_block_size": [64, 128]}, 8 + 32 / 64 / 128),
    "fp8, one scale": ({"quant_method": "fp8"}, 8 + 32 / (4096 * 1024)),
    "fp8 by rows": ({"quant_method": "fbgemm_fp8"}, 8 + 32 / 4096),
    "bitnet": ({"quant_method": "bitnet"}, 2 + 16 / (4096 * 1024)),
    "modelopt fp8": (
        {"quant_method": "modelopt", "quant_algo": "FP8"}, 8 + 64 / (4096 * 1024),
    ),
    "nvfp4": ({"quant_method": "modelopt", "quant_algo": "NVFP4"}, 4 + 8 / 16 + 64 / (4096 * 1024)),
    "ints in groups": (
        _compressed({"num_bits": 4, "type": "int", "strategy": "group", "group_size": 32},
                    format="pack-quantized"), 4 + 16 / 32 + 128 / (4096 * 1024),
    ),
    "ints by rows": (
        _compressed({"num_bits": 8, "type": "int", "strategy": "channel"}, format="int-quantized"),
        8 + 16 / 4096,
    ),
    "ints with zero points": (
        _compressed({"num_bits": 4, "type": "int", "strategy": "group", "group_size": 64,
                     "symmetric": False}), 4 + 20 / 64,
    ),
    "floats by rows": (
        _compressed({"num_bits": 8, "type": "float", "strategy": "channel"}), 8 + 16 / 4096,
    ),
    "floats in blocks": (
        _compressed({"num_bits": 8, "type": "float", "strategy": "block",
                     "block_structure": [128, 128]}), 8 + 32 / 128**2,
    ),
    "mxfp4": (
        _compressed({"num_bits": 4, "type": "float", "strategy": "group", "group_size": 32},
                    format="mxfp4-pack-quantized"), 4 + 8 / 32,
    ),
    "nvfp4, compressed": (
        _compressed({"num_bits": 4, "type": "float", "strategy": "tensor_group", "group_size": 16},
                    format="nvfp4-pack-quantized"), 4 + 8 / 16 + 64 / (4096 * 1024),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BITS)
def test_bits_a_weight(name: str) -> None:
    settings, bits = BITS[name]
    found = read(settings, layers=2)
    assert found.matrix_bits(4096, 1024) == pytest.approx(bits * 4096 * 1024, rel=1e-12)


@pytest.mark.parametrize(
    ("settings", "format"),
    [
        ({"quant_method": "awq"}, "int4"),
        ({"quant_method": "gptq", "bits": 8}, "int8"),
        ({"quant_method": "gptq", "bits": 3}, "int4"),
        (BNB, "nf4"),
        ({"load_in_8bit": True}, "int8"),
        ({"quant_method": "fp8"}, "fp8"),
        ({"quant_method": "mxfp4"}, "mxfp4"),
        ({"quant_method": "modelopt", "quant_algo": "NVFP4"}, "fp4"),
        ({"quant_method": "QuantizationMethod.AWQ"}, "int4"),
    ],
)
def test_how_codes_are_multiplied(settings: dict[str, Any], format: str) -> None:
    assert read(settings, layers=2).format == format


def test_the_experts_of_kimi_alone() -> None:
    """Kimi K2.5: whole numbers of four bits in the routed experts, everything else listed."""
    found = read(
        _compressed(
            {"num_bits": 4, "type": "int", "strategy": "group", "group_size": 32},
            ignore=[
                "lm_head", "re:.*self_attn.*", "re:.*shared_experts.*",
                r"re:.*mlp\.(gate|up|gate_up|down)_proj.*",
            ],
        ),
        layers=61,
    )  # fmt: skip
    assert set(found.parts) - {"state"} == {"experts"}


def test_a_head_is_quantised_where_a_file_says_so() -> None:
    assert read({"quant_method": "gptq", "lm_head": True}, layers=2).parts[-1] == "head"
    weights = {"num_bits": 8, "type": "int", "strategy": "channel"}
    assert read(_compressed(weights), layers=2).parts == (*LAYER_PARTS, "head")
    assert read(_compressed(weights, ignore=["lm_head"]), layers=2).parts == LAYER_PARTS


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"quant_method": "quark"},
        {"quant_method": "modelopt", "quant_algo": "W4A8_AWQ"},
        _compressed({"num_bits": 16, "type": "int", "strategy": "channel"}),
        _compressed({"num_bits": 8, "type": "int", "strategy": "tensor"}),
        _compressed({}),
        {"quant_method": "compressed-tensors", "config_groups": {"a": {}, "b": {}}},
        {"quant_method": "mxfp4", "modules_to_not_convert": ["mlp.experts"]},
        {"quant_method": "awq", "bits": True},
        {"quant_method": "awq", "group_size": "128"},
        {"quant_method": "fp8", "weight_block_size": [128]},
        {"quant_method": "fp8", "modules_to_not_convert": ["re:("]},
    ],
)
def test_what_is_not_known_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        read(settings, layers=2)
