"""What families with recurrent layers or sparse attention refuse, and what their layers are
called."""

import dataclasses
from typing import Any

import pytest

from course_lib.catalog.huggingface.reading import from_hf_config
from course_lib.estimators import parameters
from tests.catalog.huggingface.good import good

LINEAR, FULL = "linear_attention", "full_attention"
BAD = {
    "a short list": (
        {"model_type": "qwen3_next", "num_hidden_layers": 3, "layer_types": [LINEAR, FULL]},
        "layer_types must have one entry a layer, got 2 entries and 3 layers",
    ),
    "an unknown entry": (
        {"model_type": "granitemoehybrid", "num_hidden_layers": 1, "layer_types": ["retention"]},
        "layer_types entries must be one of .*'retention'",
    ),
    "key heads that do not share out": (
        {"model_type": "qwen3_5_text", "linear_num_key_heads": 3, "linear_num_value_heads": 4},
        "linear_num_key_heads must divide linear_num_value_heads",
    ),
    "one kind where two are needed": (
        {"model_type": "olmo_hybrid", "num_hidden_layers": 2, "layer_types": [LINEAR, LINEAR]},
        "layer_types must name linear_attention and full_attention, got linear alone",
    ),
    "a layer named twice": (
        {
            "model_type": "kimi_linear",
            "num_hidden_layers": 2,
            "linear_attn_config": {"full_attn_layers": [1, 2], "kda_layers": [2]},
        },
        "must name each layer once",
    ),
    "a layer that is none": (
        {
            "model_type": "kimi_linear",
            "linear_attn_config": {"full_attn_layers": [1], "kda_layers": [-1]},
        },
        "linear_attn_config.kda_layers entries must be at least 1",
    ),
    "a full-rank gate": (
        {"model_type": "kimi_linear", "linear_attn_config": {"use_full_rank_gate": True}},
        "linear_attn_config.use_full_rank_gate=True: only Kimi K3",
    ),
    "another code for layers": (
        {"model_type": "minimax_m1", "num_hidden_layers": 1, "attn_type_list": [2]},
        "attn_type_list entries must be one of",
    ),
    "no list and no default": ({"model_type": "lfm2_moe"}, "layer_types must be stated"),
    "a convolution of another width": (
        {"model_type": "lfm2", "conv_dim": 1024},
        "conv_dim must be hidden_size, got 1024",
    ),
    "heads that are not the inner width": (
        {"model_type": "mamba2", "num_heads": 3},
        "num_heads x head_dim must be the inner width, got 3 x 64 and 8192",
    ),
    "an offset beyond the period": (
        {"model_type": "jamba", "attn_layer_period": 2, "attn_layer_offset": 2},
        "attn_layer_offset must be smaller than attn_layer_period, got 2 and 2",
    ),
    "a pattern and another number of layers": (
        {"model_type": "nemotron_h", "hybrid_override_pattern": "M*", "num_hidden_layers": 3},
        "hybrid_override_pattern must have one entry a layer, got 2 entries and 3 layers",
    ),
    "an unknown letter": (
        {"model_type": "nemotron_h", "hybrid_override_pattern": "MX"},
        "hybrid_override_pattern entries must be one of .*'X'",
    ),
    "a pattern too short": (
        {"model_type": "glm_moe_dsa", "index_topk_pattern": "FS"},
        "index_topk_pattern must have one entry a layer, got 2 entries and 78 layers",
    ),
    "a ratio that no code has": (
        {"model_type": "deepseek_v4", "num_hidden_layers": 1, "compress_ratios": [8]},
        "compress_ratios entries must be one of",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_makes_no_model_is_refused(case: str) -> None:
    config, named = BAD[case]
    with pytest.raises(ValueError, match=named):
        from_hf_config(config)


@pytest.mark.parametrize(
    ("config", "pattern"),
    [
        ({"model_type": "qwen3_next"}, ("linear", "linear", "linear", "full")),
        ({"model_type": "olmo_hybrid"}, ("linear", "linear", "linear", "full")),
        ({"model_type": "minimax"}, ("full", "linear")),
        ({"model_type": "nemotron_h"}, ("mamba", "experts", "full", "dense")),
        ({"model_type": "nemotron_h", "hybrid_override_pattern": "M-M-"}, ("mamba", "dense")),
        ({"model_type": "bamba", "attn_layer_indices": [1], "num_hidden_layers": 2},
         ("mamba", "full")),
        ({"model_type": "falcon_h1"}, ()),
        ({"model_type": "granitemoehybrid"}, ()),
        ({"model_type": "lfm2"}, ()),
        ({"model_type": "deepseek_v32"}, ()),
    ],
)  # fmt: skip
def test_layers_are_named_and_the_pattern_is_the_shortest(
    config: dict[str, Any], pattern: tuple[str, ...]
) -> None:
    assert from_hf_config(config).pattern == pattern


def test_depth_can_be_swept_where_the_pattern_repeats() -> None:
    model = from_hf_config({"model_type": "qwen3_next"})
    deeper = dataclasses.replace(model, layers=96)
    assert deeper.count_below(96) == (72, 24)


@pytest.mark.parametrize("family", ["kimi_linear", "nemotron_h"])
def test_a_head_that_is_never_tied_is_told(family: str) -> None:
    model = from_hf_config({"model_type": family, "tie_word_embeddings": True})
    assert not model.tied_embeddings
    assert any("has a head of its own" in told for told in model.left_out)


@pytest.mark.parametrize(
    ("full", "linear", "field"),
    [(["a"], [-1], "full_attn_layers entries"), ([1], 3, "kda_layers must be a list"),
     ("12", [1], "full_attn_layers must be a list"), ([1], [None], "kda_layers entries"),
     ([[1]], [2], "full_attn_layers entries"), ([1], [True], "kda_layers entries")],
)  # fmt: skip
def test_lists_of_layers_hold_whole_numbers(full: Any, linear: Any, field: str) -> None:
    table = {"full_attn_layers": full, "kda_layers": linear}
    with pytest.raises(TypeError, match=f"linear_attn_config.{field}"):
        from_hf_config({"model_type": "kimi_linear", "linear_attn_config": table})


SMALL = {
    "vocab_size": 1000, "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 2, "mamba_n_heads": 8, "mamba_d_head": 16,
}  # fmt: skip
NULLS: dict[str, tuple[dict[str, Any], str, int, int]] = {
    # By transformers: with the default of the flag, and with a null, which is no bias to the code.
    "falcon_h1": ({**SMALL, "mamba_d_ssm": 128}, "mamba_conv_bias", 324_208, 322_928),
    "granitemoehybrid": (
        {**SMALL, "layer_types": ["mamba", "attention"], "shared_intermediate_size": 32},
        "mamba_conv_bias", 608_344, 607_704,
    ),
    "bamba": ({**SMALL, "attn_layer_indices": [1]}, "mamba_conv_bias", 250_968, 250_328),
}  # fmt: skip
FALSY = [
    ("mamba", "use_conv_bias"), ("falcon_mamba", "use_conv_bias"), ("mamba2", "use_conv_bias"),
    ("jamba", "mamba_conv_bias"), ("nemotron_h", "use_conv_bias"), ("falcon_h1", "mamba_conv_bias"),
    ("granitemoehybrid", "mamba_conv_bias"), ("bamba", "mamba_conv_bias"),
    ("falcon_h1", "mamba_proj_bias"), ("falcon_h1", "projectors_bias"), ("bamba", "mlp_bias"),
    ("falcon_h1", "mamba_rms_norm"), ("lfm2", "block_auto_adjust_ff_dim"), ("lfm2", "conv_bias"),
    ("lfm3", "use_sandwich_norm"), ("lfm3", "use_attention_gate"), ("mamba2", "use_bias"),
]  # fmt: skip


@pytest.mark.parametrize("family", NULLS)
def test_a_flag_that_is_null_is_false_to_the_code(family: str) -> None:
    sizes, flag, default, null = NULLS[family]
    config = {"model_type": family, **sizes}
    assert parameters.count(from_hf_config(config)).total == default
    assert parameters.count(from_hf_config({**config, flag: None})).total == null


@pytest.mark.parametrize(("family", "flag"), FALSY)
def test_null_and_false_are_the_same_model(family: str, flag: str) -> None:
    config = good(family) if family != "falcon_mamba" else {"model_type": family}
    models = [from_hf_config({**config, flag: value}) for value in (None, False)]
    assert repr(models[0]) == repr(models[1])
