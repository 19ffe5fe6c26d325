"""`from_hf_config` against published checkpoints, odd spellings, and bad input."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.catalog.huggingface.families.every import FAMILIES
from course_lib.catalog.huggingface.reading import from_hf_config
from course_lib.estimators import parameters
from tests.catalog.huggingface.good import NEEDED

SAME_EACH_TIME = settings(derandomize=True, deadline=None)
PUBLISHED: dict[str, tuple[int, dict[str, Any]]] = {
    "gpt2": (124_439_808, {"model_type": "gpt2"}),
    "gpt2-xl": (
        1_557_611_200,
        {"model_type": "gpt2", "n_embd": 1600, "n_head": 25, "n_layer": 48, "n_ctx": 1024},
    ),
    "opt-125m": (
        125_239_296,
        {"model_type": "opt", "word_embed_proj_dim": 768, "activation_function": "relu"},
    ),
    "opt-350m": (
        331_196_416,
        {"model_type": "opt", "hidden_size": 1024, "ffn_dim": 4096, "num_attention_heads": 16,
         "num_hidden_layers": 24, "do_layer_norm_before": False, "word_embed_proj_dim": 512},
    ),
    "bloom-560m": (
        559_214_592,
        {"model_type": "bloom", "n_embed": 1024, "n_layer": 24, "num_attention_heads": 16},
    ),
    "bloom-7b1": (
        7_069_016_064,
        {"model_type": "bloom", "n_embed": 4096, "n_layer": 30, "num_attention_heads": 32,
         "n_inner": None},
    ),
    "gpt-neox-20b": (
        20_554_567_680,
        {"model_type": "gpt_neox", "rotary_pct": 0.25, "rotary_emb_base": 10000},
    ),
    "pythia-410m": (
        405_334_016,
        {"model_type": "gpt_neox", "vocab_size": 50304, "hidden_size": 1024,
         "intermediate_size": 4096, "num_attention_heads": 16, "num_hidden_layers": 24},
    ),
    "gpt-j-6b": (
        6_050_882_784,
        {"model_type": "gptj", "n_embd": 4096, "n_inner": None, "rotary": True},
    ),
    "falcon-7b": (
        6_921_720_704,
        {"model_type": "falcon", "num_attention_heads": 71, "num_kv_heads": 71,
         "multi_query": True},
    ),
    "falcon-7b, first names": (
        6_921_720_704,
        {"model_type": "RefinedWebModel", "n_head": 71, "n_layer": 32, "hidden_size": 4544},
    ),
    "falcon-40b": (
        41_303_293_952,
        {"model_type": "falcon", "hidden_size": 8192, "num_attention_heads": 128,
         "num_hidden_layers": 60, "num_kv_heads": 8, "new_decoder_architecture": True},
    ),
    "falcon-40b, first names": (
        41_303_293_952,
        {"model_type": "RefinedWeb", "hidden_size": 8192, "n_head": 128, "n_head_kv": 8,
         "n_layer": 60},
    ),
    "mpt-7b": (
        6_649_286_656,
        {"model_type": "mpt", "d_model": 4096, "n_heads": 32, "n_layers": 32, "vocab_size": 50432,
         "attn_config": {"alibi": True, "qk_ln": False}},
    ),
    "llama-2-70b": (
        68_976_648_192,
        {"model_type": "llama", "hidden_size": 8192, "intermediate_size": 28672,
         "num_attention_heads": 64, "num_hidden_layers": 80, "num_key_value_heads": 8},
    ),
    "llama-3-8b": (
        8_030_261_248,
        {"model_type": "llama", "vocab_size": 128256, "intermediate_size": 14336,
         "num_key_value_heads": 8},
    ),
    "mistral-7b": (7_241_732_096, {"model_type": "mistral"}),
    "mixtral-8x7b": (46_702_792_704, {"model_type": "mixtral"}),
    "qwen2-7b": (
        7_615_616_512,
        {"model_type": "qwen2", "vocab_size": 152064, "hidden_size": 3584,
         "intermediate_size": 18944, "num_attention_heads": 28, "num_hidden_layers": 28,
         "num_key_value_heads": 4},
    ),
    "qwen3-8b": (
        8_190_735_360,
        {"model_type": "qwen3", "intermediate_size": 12288, "num_hidden_layers": 36,
         "num_key_value_heads": 8},
    ),
    "qwen3-30b-a3b": (
        30_532_122_624,
        {"model_type": "qwen3_moe", "head_dim": 128, "num_hidden_layers": 48,
         "max_window_layers": 48},
    ),
    "gemma-7b": (8_537_680_896, {"model_type": "gemma"}),
    "gemma-2b": (
        2_506_172_416,
        {"model_type": "gemma", "hidden_size": 2048, "intermediate_size": 16384,
         "num_attention_heads": 8, "num_hidden_layers": 18, "num_key_value_heads": 1},
    ),
    "gemma-2-2b": (2_614_341_888, {"model_type": "gemma2"}),
    "gemma-2-9b": (
        9_241_705_984,
        {"model_type": "gemma2", "hidden_size": 3584, "intermediate_size": 14336,
         "num_attention_heads": 16, "num_hidden_layers": 42, "num_key_value_heads": 8},
    ),
    "gemma-3-1b": (
        999_885_952,
        {"model_type": "gemma3_text", "vocab_size": 262144, "hidden_size": 1152,
         "intermediate_size": 6912, "num_attention_heads": 4, "num_key_value_heads": 1},
    ),
    "gemma-3-4b, text part": (
        3_880_099_328,
        {"model_type": "gemma3", "vision_config": {"hidden_size": 1152},
         "text_config": {"vocab_size": 262144, "hidden_size": 2560, "intermediate_size": 10240,
                         "num_hidden_layers": 34}},
    ),
    "phi-2": (
        2_779_683_840,
        {"model_type": "phi", "hidden_size": 2560, "intermediate_size": 10240,
         "num_hidden_layers": 32},
    ),
    "phi-3-mini": (3_821_079_552, {"model_type": "phi3", "sliding_window": 2047}),
    "olmo-7b": (6_888_095_744, {"model_type": "olmo"}),
    "olmo-2-7b": (7_298_617_344, {"model_type": "olmo2", "vocab_size": 100352}),
    "smollm3-3b": (3_075_098_624, {"model_type": "smollm3"}),
    "starcoder2-3b": (3_030_371_328, {"model_type": "starcoder2", "sliding_window": 4096}),
    "command-r-v01": (34_980_831_232, {"model_type": "cohere", "num_key_value_heads": None}),
    "deepseek-v2-lite": (
        15_706_484_224,
        {"model_type": "deepseek_v2", "hidden_size": 2048, "intermediate_size": 10944,
         "num_attention_heads": 16, "num_hidden_layers": 27, "q_lora_rank": None,
         "num_experts_per_tok": 6, "n_shared_experts": 2, "moe_intermediate_size": 1408,
         "first_k_dense_replace": 1},
    ),
    # The checkpoint adds 14 848 that are not trained.
    "deepseek-v3": (671_026_404_352, {"model_type": "deepseek_v3"}),
    "gpt-oss-20b": (
        20_914_757_184,
        {"model_type": "gpt_oss", "num_hidden_layers": 24, "num_local_experts": 32},
    ),
    "gpt-oss-120b": (116_829_156_672, {"model_type": "gpt_oss"}),
}  # fmt: skip

LLAMA = {
    "model_type": "llama", "vocab_size": 90, "hidden_size": 32, "intermediate_size": 48,
    "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
}  # fmt: skip


def _total(config: dict[str, Any]) -> int:
    return parameters.count(from_hf_config(config)).total


@pytest.mark.parametrize("name", PUBLISHED)
def test_short_configurations_of_published_models_give_the_published_count(name: str) -> None:
    total, config = PUBLISHED[name]
    assert _total(config) == total


@pytest.mark.parametrize("model_type", sorted(set(FAMILIES) - set(NEEDED)))
def test_every_family_has_defaults_for_all_fields(model_type: str) -> None:
    model = from_hf_config({"model_type": model_type})
    assert model.family == model_type
    assert parameters.count(model).total > 10**6


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"model_type": "gpt2", "n_embd": 96, "n_head": 3},
         {"model_type": "gpt2", "hidden_size": 96, "n_head": 3}),
        ({"model_type": "gptj", "n_layer": 3},
         {"model_type": "gptj", "num_hidden_layers": 3, "n_layer": 9}),
        ({"model_type": "bloom", "n_embed": 96}, {"model_type": "bloom", "hidden_size": 96}),
        ({"model_type": "mpt", "d_model": 96}, {"model_type": "mpt", "hidden_size": 96}),
        ({"model_type": "mixtral", "num_local_experts": 3},
         {"model_type": "mixtral", "num_experts": 3}),
        ({"model_type": "qwen3_moe", "num_experts": 9},
         {"model_type": "qwen3_moe", "num_local_experts": 9}),
        ({"model_type": "deepseek_v3", "n_routed_experts": 9},
         {"model_type": "kimi_k2", "num_local_experts": 9}),
        ({"model_type": "gemma3_text"}, {"model_type": "gemma3", "text_config": {}}),
        ({"model_type": "gemma3_text"}, {"model_type": "gemma3"}),
        (LLAMA, {"model_type": "llava", "text_config": LLAMA}),
        (LLAMA, {**LLAMA, "rope_theta": 1e4, "rope_scaling": None, "torch_dtype": "float16",
                 "unknown": [1]}),
        (LLAMA, {**LLAMA, "rope_parameters": {"rope_theta": 1e4}, "dtype": "bfloat16",
                 "head_dim": 8}),
        (LLAMA, {**LLAMA, "head_dim": None, "attention_bias": None,
                 "max_position_embeddings": None}),
    ],
)  # fmt: skip
def test_spellings_of_the_same_model(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert _total(first) == _total(second)


@pytest.mark.parametrize(
    ("config", "window", "windowed"),
    [
        ({"model_type": "mistral"}, 4096, 32),
        # Null means no window here, not the default.
        ({"model_type": "mistral", "sliding_window": None}, 0, 0),
        ({"model_type": "qwen2"}, 0, 0),
        ({"model_type": "qwen2", "use_sliding_window": True, "max_window_layers": 20}, 4096, 12),
        ({"model_type": "qwen3_moe", "use_sliding_window": True}, 4096, 24),
        ({"model_type": "gemma2"}, 4096, 13),
        ({"model_type": "gemma3_text"}, 4096, 22),
        ({"model_type": "gemma3_text", "sliding_window_pattern": 2, "num_hidden_layers": 5},
         4096, 3),
        ({"model_type": "gpt_oss", "num_hidden_layers": 3}, 128, 2),
        ({"model_type": "smollm3", "use_sliding_window": True, "sliding_window": 64}, 64, 9),
        ({"model_type": "smollm3", "num_hidden_layers": 2, "sliding_window": 7,
          "layer_types": ["full_attention", "sliding_attention"]}, 7, 1),
        ({"model_type": "llama", "sliding_window": 7}, 0, 0),
    ],
)  # fmt: skip
def test_windows(config: dict[str, Any], window: int, windowed: int) -> None:
    model = from_hf_config(config)
    assert (model.sliding_window, model.windowed_layers) == (window, windowed)


def test_a_pattern_of_layers_keeps_its_period_so_that_layers_can_be_swept() -> None:
    kinds = ["sliding_attention", "full_attention"] * 12
    assert from_hf_config(
        {"model_type": "gpt_oss", "num_hidden_layers": 24, "layer_types": kinds}
    ).windowed == (
        True,
        False,
    )


def test_dense_layers_among_experts() -> None:
    config = {
        "model_type": "qwen3_moe",
        "num_hidden_layers": 10,
        "decoder_sparse_step": 2,
        "mlp_only_layers": [1, 1, 2, 99],
    }
    experts = from_hf_config(config).experts
    assert experts is not None
    assert experts.dense_layers == 6  # layers 0 2 4 6 8 by the step, layer 1 by the list
    assert from_hf_config({**config, "num_experts": 0}).experts is None
    assert (
        from_hf_config({"model_type": "deepseek_v3", "first_k_dense_replace": 99}).experts is None
    )


def test_paths_and_folders(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps(LLAMA), encoding="utf-8")
    totals = {_total(LLAMA)}
    for path in (tmp_path, tmp_path / "config.json", str(tmp_path / "config.json")):
        totals.add(parameters.count(from_hf_config(path)).total)
    assert len(totals) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "JSON"), ("[1]", "one JSON object, got list"), ("\udcff", "can be read")],
)
def test_files_that_hold_no_configuration(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ValueError, match=message) as caught:
        from_hf_config(path)
    assert "broken.json" in str(caught.value)


@pytest.mark.parametrize("path", ["no/such/config.json", "x" * 5000, "a\0b", ""])
def test_paths_that_lead_nowhere(path: str) -> None:
    with pytest.raises(ValueError, match=r"^config must be"):
        from_hf_config(path)


@pytest.mark.parametrize("config", [None, 3, [], ("model_type", "gpt2"), b"gpt2"])
def test_neither_mapping_nor_path(config: Any) -> None:
    with pytest.raises(TypeError, match="config must be a mapping or a path"):
        from_hf_config(config)


def test_an_unknown_family_is_named_with_the_known_ones() -> None:
    with pytest.raises(
        KeyError, match=r"'lama' is not known; nearest: .*llama.*known: gpt2, opt"
    ) as caught:
        from_hf_config({"model_type": "lama"})
    assert all(family in str(caught.value) for family in FAMILIES)
    with pytest.raises(KeyError, match="reformer"):
        from_hf_config({"model_type": "llava", "text_config": {"model_type": "reformer"}})
    with pytest.raises(ValueError, match="model_type must be stated"):
        from_hf_config({"hidden_size": 8})


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"model_type": 3}, "model_type must be a text, got 3"),
    ({"model_type": "llava", "text_config": 3}, "text_config must be a mapping"),
    ({**LLAMA, "num_hidden_layers": 0}, "num_hidden_layers must be at least 1, got 0"),
    (
        {**LLAMA, "num_attention_heads": 5, "num_key_value_heads": 5},
        "num_attention_heads must divide hidden_size",
    ),
    ({**LLAMA, "num_key_value_heads": 3}, "num_key_value_heads must divide num_attention_heads"),
    ({**LLAMA, "mlp_bias": 1}, "mlp_bias must be True or False, got 1"),
    ({**LLAMA, "per_layer_config": {"0": {"head_dim": 2}}}, "per_layer_config must be absent"),
    ({"model_type": "gpt2", "n_embd": "768"}, "n_embd must be a number"),
    ({"model_type": "gpt2", "n_head": 7}, "n_head must divide n_embd, got n_head=7 and n_embd=768"),
    ({"model_type": "gpt2", "hidden_size": 700}, "n_head must divide hidden_size"),
    ({"model_type": "gpt2", "n_inner": -1}, "n_inner must be at least 1, got -1"),
    ({"model_type": "gpt2", "add_cross_attention": True}, "add_cross_attention must be false"),
    ({"model_type": "opt", "ffn_dim": math.nan}, "ffn_dim must be finite, got nan"),
    ({"model_type": "mpt", "attn_config": "alibi"}, "attn_config must be a table"),
    (
        {"model_type": "falcon", "new_decoder_architecture": True, "num_kv_heads": 8},
        "num_kv_heads must divide",
    ),
    (
        {"model_type": "phi", "qk_layernorm": True, "head_dim": 4},
        "head_dim must be hidden_size / num_attention_heads",
    ),
    (
        {"model_type": "gemma2", "layer_types": ["full_attention"]},
        "layer_types must have one entry a layer, got 1",
    ),
    (
        {"model_type": "gemma2", "layer_types": ["linear"] * 26},
        "layer_types entries must be one of full_attention",
    ),
    ({"model_type": "gemma2", "layer_types": "full_attention"}, "layer_types must be a list"),
    (
        {"model_type": "gemma3_text", "sliding_window_pattern": 0},
        "sliding_window_pattern must be at least 1, got 0",
    ),
    ({"model_type": "mistral", "sliding_window": 0}, "sliding_window must be at least 1, got 0"),
    (
        {"model_type": "smollm3", "no_rope_layers": [1]},
        "no_rope_layers must have one entry a layer, got 1",
    ),
    (
        {"model_type": "mixtral", "num_experts_per_tok": 9},
        "num_experts_per_tok must not exceed num_local_experts",
    ),
    (
        {"model_type": "mixtral", "num_experts": 1},
        "num_experts_per_tok must not exceed num_experts",
    ),
    (
        {"model_type": "qwen3_moe", "mlp_only_layers": [-1]},
        "mlp_only_layers entries must be at least 0, got -1",
    ),
    (
        {"model_type": "qwen3_moe", "decoder_sparse_step": 0},
        "decoder_sparse_step must be at least 1, got 0",
    ),
    (
        {"model_type": "deepseek_v2"},
        "num_experts_per_tok must be stated: deepseek_v2 has no default",
    ),
    ({"model_type": "deepseek_v3", "q_lora_rank": 0}, "q_lora_rank must be at least 1, got 0"),
]


@pytest.mark.parametrize(("config", "message"), REFUSED)
def test_senseless_fields_are_named_with_their_rule(config: dict[str, Any], message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        from_hf_config(config)


SENSELESS = st.one_of(
    st.integers(max_value=-1),
    st.floats(allow_nan=True).filter(lambda x: x < 0 or x != x or x % 1 != 0),
    st.text(),
    st.lists(st.integers()),
    st.booleans(),
    st.just({}),
)


@SAME_EACH_TIME
@given(
    field=st.sampled_from(["vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads",
                           "head_dim", "intermediate_size", "num_key_value_heads",
                           "max_position_embeddings"]),
    value=SENSELESS,
)  # fmt: skip
def test_any_senseless_number_is_refused_by_name(field: str, value: Any) -> None:
    with pytest.raises((ValueError, TypeError), match=field):
        from_hf_config({**LLAMA, field: value})


@SAME_EACH_TIME
@given(
    config=st.dictionaries(
        st.text(), st.one_of(st.none(), st.integers(), st.text(), st.lists(st.text()))
    )
)
def test_nonsense_raises_nothing_but_the_three_kinds(config: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        from_hf_config(config)
